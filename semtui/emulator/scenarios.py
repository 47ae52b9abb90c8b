"""Bad days by name: what can go wrong with a module, its line, the air and the meter.

Times count in seconds of the emulator's clock, most of them from the first
session on; `--speed` does not shorten them. The seed decides whatever is
drawn, so the same seed gives the same bad day. Scenarios can be combined.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Protocol

from semtui.emulator.bench import Emulator
from semtui.emulator.faults import MeterFaults
from semtui.emulator.options import EmulatorOptions, ForeignPan
from semtui.errors import ConfigError
from semtui.i18n import _

SETTLE = 30.0
"""Seconds from the first session to what goes wrong in it."""
ALWAYS = 10**9
"""A count that is never used up."""
_SPEC = re.compile(r"([a-z0-9-]+)(?::([0-9]{1,6}))?")


class SerialLine(Protocol):
    """The line between a module and its host, which somebody may pull out."""

    def vanish(self) -> None:
        """Pull the stick out."""

    def return_(self) -> None:
        """Plug it in again."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a scenario plays."""

    emulator: Emulator
    line: SerialLine
    random: random.Random

    @property
    def faults(self) -> MeterFaults:
        """What the meter fails to do."""
        return self.emulator.meter.faults

    def once_joined(self, action: Callable[[], None], seconds: float = SETTLE) -> None:
        """Run `action` that long after the first session begins, or two boards begin to talk."""
        schedule = self.emulator.schedule
        self.emulator.when_at_work(lambda: schedule.after(seconds, action))

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` again and again, `seconds` apart, from the first session on."""

        def run() -> None:
            action()
            self.emulator.schedule.after(seconds, run)

        self.once_joined(run)

    def span(self, seconds: float, change: Callable[[bool], None], begin: float = SETTLE) -> None:
        """Call `change` with True, and with False `seconds` later."""

        def start() -> None:
            change(True)
            self.emulator.schedule.after(seconds, lambda: change(False))

        self.once_joined(start, begin)


Play = Callable[[Stage, int], None]
Prepare = Callable[[EmulatorOptions, int], EmulatorOptions]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that goes wrong; `value` is what may be written behind its name."""

    text: str
    play: Play | None = None
    prepare: Prepare | None = None
    value: int = 0
    unit: str = ""


def _count(name: str, count: int = ALWAYS) -> Play:
    return lambda stage, _value: setattr(stage.faults, name, count)


def _loss(stage: Stage, value: int) -> None:
    stage.faults.loss = min(value, 100) / 100


def _late(stage: Stage, value: int) -> None:
    stage.faults.delay = float(value)
    stage.once_joined(lambda: setattr(stage.faults, "delay_answers", 10))


def _unsent(stage: Stage, value: int) -> None:
    transmitter = stage.emulator.module.transmitter
    stage.once_joined(lambda: setattr(transmitter, "failures", value))


def _silent(stage: Stage, value: int) -> None:
    stage.span(value, lambda on: setattr(stage.emulator.module, "silent", on))


def _deaf(stage: Stage, value: int) -> None:
    stage.span(value, lambda on: setattr(stage.faults, "deaf", on))


def _out_of_reach(stage: Stage, value: int) -> None:
    stage.span(value, lambda on: setattr(stage.emulator.meter, "in_reach", not on))


def _held(stage: Stage, value: int) -> None:
    stage.faults.ignore_joins = True
    stage.emulator.schedule.after(value, lambda: setattr(stage.faults, "ignore_joins", False))


def _replug(stage: Stage, value: int) -> None:
    module, schedule = stage.emulator.module, stage.emulator.schedule
    torn = f"ERXUDP {stage.emulator.meter.address} {module.address} 0E1A 0E1A ".encode()

    def pull() -> None:
        module.garble(torn)
        schedule.after(0.1, stage.line.vanish)
        schedule.after(0.1 + value, stage.line.return_)

    stage.once_joined(pull)


def _limit(stage: Stage, value: int) -> None:
    transmitter = stage.emulator.module.transmitter
    stage.span(value, lambda on: transmitter.limit() if on else transmitter.release())


def _endless_renewal(stage: Stage, value: int) -> None:
    stage.span(value, lambda on: setattr(stage.faults, "ignore_joins", on), begin=1.0)


def _flip(stage: Stage) -> None:
    flash = stage.emulator.module.flash
    flash.binary_display = not flash.binary_display


def _nightly(stage: Stage, value: int) -> None:
    """Deaf for that many minutes from 02:00 of the meter's clock, each day."""
    meter, schedule = stage.emulator.meter, stage.emulator.schedule

    def change(deaf: bool) -> None:
        stage.faults.deaf = deaf
        plan()

    def plan() -> None:
        clock = meter.clock()
        second = clock.hour * 3600 + clock.minute * 60 + clock.second
        begin, end = 2 * 3600, 2 * 3600 + value * 60
        if begin <= second < end:
            stage.faults.deaf = True
            schedule.after(end - second, lambda: change(False))
        else:
            schedule.after((begin - second) % 86400, lambda: change(True))

    plan()


def _weak(stage: Stage, _value: int) -> None:
    stage.faults.loss = 0.1
    transmitter = stage.emulator.module.transmitter
    stage.every(120.0, lambda: setattr(transmitter, "failures", stage.random.randint(0, 2)))


def _bad_evening(stage: Stage, _value: int) -> None:
    """Lost answers all the time, a deafness or sends that fail every few minutes."""
    stage.faults.loss = 0.05
    transmitter, schedule = stage.emulator.module.transmitter, stage.emulator.schedule

    def trouble() -> None:
        kind = stage.random.randrange(4)
        if kind == 0:
            stage.faults.deaf = True
            schedule.after(
                stage.random.uniform(60, 240), lambda: setattr(stage.faults, "deaf", False)
            )
        elif kind == 1:
            transmitter.failures = stage.random.randint(1, 5)
        elif kind == 2:
            stage.faults.duplicate_answers = 5
        else:
            stage.emulator.meter.end_session()

    stage.every(600.0, trouble)


def _short_session(options: EmulatorOptions, _value: int) -> EmulatorOptions:
    return replace(options, lifetime=300)


def _neighbours(options: EmulatorOptions, _value: int) -> EmulatorOptions:
    return replace(
        options,
        foreign_pans=(
            ForeignPan(39, 0x8CF5, "001C640003018CF5", 0xE0, "01234567"),
            ForeignPan(47, 0x12A4, "001C6400030C12A4", 0x60, "89ABCDEF"),
        ),
    )


SCENARIOS = {
    "loss": Scenario(
        _("that share of all frames gets lost, requests and answers alike"),
        _loss,
        lambda o, v: replace(o, air=replace(o.air, loss=min(v, 100) / 100)),
        20,
        "%",
    ),
    "latency": Scenario(
        _("between two boards everything takes that much longer"),
        None,
        lambda o, v: replace(o, air=replace(o.air, latency=(v / 1000, 1.5 * v / 1000))),
        100,
        "ms",
    ),
    "distance": Scenario(
        _("the two boards are that far apart"),
        None,
        lambda o, v: replace(o, air=replace(o.air, distance=float(v))),
        250,
        "m",
    ),
    "noisy": Scenario(
        _("something is loud on that channel"),
        None,
        lambda o, v: replace(o, air=replace(o.air, noise=((v, 0x60), *o.air.noise))),
        39,
    ),
    "late": Scenario(_("ten answers come that much too late"), _late, None, 75, "s"),
    "twice": Scenario(
        _("every answer comes twice"),
        _count("duplicate_answers"),
        lambda o, _v: replace(o, air=replace(o.air, duplicate=1.0)),
    ),
    "announcement": Scenario(
        _("a half-hour announcement with the request's TID comes before each answer"),
        _count("announce_before_answers"),
    ),
    "unsent": Scenario(_("so many sends fail (EVENT 21 with 01)"), _unsent, None, 10),
    "overrun": Scenario(
        _("an input error each minute (ER09)"),
        lambda stage, _value: stage.every(60.0, stage.emulator.module.overrun),
    ),
    "garbage": Scenario(
        _("noise on the serial line every few seconds"),
        lambda stage, _value: stage.every(
            7.0, lambda: stage.emulator.module.garble(stage.random.randbytes(9) + b"\r\n")
        ),
    ),
    "split": Scenario(
        _("the line hands over one byte at a time"),
        lambda stage, _value: setattr(stage.emulator.module, "piece", 1),
    ),
    "silence": Scenario(_("the module hangs for that long"), _silent, None, 120, "s"),
    "replug": Scenario(
        _("the stick is pulled out in the middle of a line, and comes back under another name"),
        _replug,
        None,
        20,
        "s",
    ),
    "restart": Scenario(
        _("the module restarts without a word"),
        lambda stage, _value: stage.once_joined(stage.emulator.module.reboot),
    ),
    "deaf": Scenario(_("joined, and no answer for that long"), _deaf, None, 600, "s"),
    "nightly": Scenario(
        _("the meter is deaf from 02:00 on, each night, for that long"), _nightly, None, 20, "min"
    ),
    "slow-renewal": Scenario(
        _("a re-authentication after four minutes, which takes over 40 seconds"),
        lambda stage, _value: setattr(stage.faults, "renewal_delay", 40.0),
        _short_session,
    ),
    "endless-renewal": Scenario(
        _("a re-authentication after four minutes that is never answered"),
        _endless_renewal,
        _short_session,
        400,
        "s",
    ),
    "ended": Scenario(
        _("the meter ends the session (EVENT 26)"),
        lambda stage, _value: stage.once_joined(stage.emulator.meter.end_session),
    ),
    "unconfirmed": Scenario(
        _("the end of the session is not confirmed (EVENT 28)"), _count("ignore_terminations")
    ),
    "limit": Scenario(
        _("the send-time limit holds for that long (EVENT 32, then 33)"), _limit, None, 120, "s"
    ),
    "out-of-reach": Scenario(
        _("the meter hears nothing for so long"), _out_of_reach, None, 1800, "s"
    ),
    "held": Scenario(_("another controller holds the meter at first"), _held, None, 600, "s"),
    "refused": Scenario(_("the first two joins are refused"), _count("reject_joins", 2)),
    "empty-scan": Scenario(
        _("short sweeps find nothing"), None, lambda o, _v: replace(o, beacon_from_duration=7)
    ),
    "late-beacon": Scenario(
        _("the beacon is printed behind the end of its sweep"),
        None,
        lambda o, _v: replace(o, late_beacon=True),
    ),
    "blank-lines": Scenario(
        _("empty lines in between"),
        lambda stage, _value: stage.every(2.0, lambda: stage.emulator.module.garble(b"\r\n\r\n")),
    ),
    "left-over": Scenario(
        _("a single letter of an echo stands on the line now and then"),
        lambda stage, _value: stage.every(60.0, lambda: stage.emulator.module.garble(b"S")),
    ),
    "display": Scenario(
        _("another program changes between binary and hex display each minute"),
        lambda stage, _value: stage.every(60.0, lambda: _flip(stage)),
    ),
    "ok-first": Scenario(
        _("OK comes before EVENT 21, and no empty line behind the data"),
        None,
        lambda o, _v: replace(o, shell=replace(o.shell, ok_before_event=True, data_newline=False)),
    ),
    "beacons": Scenario(_("each beacon is heard twice"), None, lambda o, _v: replace(o, beacons=2)),
    "neighbours": Scenario(_("other meters are in reach"), None, _neighbours),
    "replaced": Scenario(
        _("the meter is exchanged for one with another serial number"),
        lambda stage, _value: stage.once_joined(
            lambda: stage.emulator.meter.exchange_for("SM00000002")
        ),
    ),
    "clock-off": Scenario(
        _("the meter's clock is that much ahead"),
        lambda stage, value: stage.emulator.meter.shift_clock(60.0 * value),
        None,
        60,
        "min",
    ),
    "weak": Scenario(
        _("a weak signal: answers get lost, sends fail now and then"),
        _weak,
        lambda o, _v: replace(o, lqi=0x2A),
    ),
    "bad-evening": Scenario(
        _("answers get lost, and every ten minutes something worse happens"), _bad_evening
    ),
}
"""All of them by name."""


def prepared(options: EmulatorOptions, specs: Iterable[str]) -> EmulatorOptions:
    """Return `options` as the scenarios `specs` want them; raises ConfigError for unknown ones."""
    for spec in specs:
        scenario, value = _find(spec)
        if scenario.prepare is not None:
            options = scenario.prepare(options, value)
    return options


def play(specs: Iterable[str], emulator: Emulator, line: SerialLine) -> None:
    """Let the scenarios `specs` ("deaf", "loss:30") happen; raises ConfigError."""
    for spec in specs:
        scenario, value = _find(spec)
        if scenario.play is not None:
            source = random.Random(f"{emulator.options.seed}/scenario/{spec}")
            scenario.play(Stage(emulator, line, source), value)


def listing() -> list[str]:
    """Return a line for each scenario."""
    names = {
        name: f"{name}[:{scenario.value}]" if scenario.value else name
        for name, scenario in SCENARIOS.items()
    }
    width = max(map(len, names.values()))
    return [
        f"{names[name]:{width}}  {scenario.text}" + (f" ({scenario.unit})" if scenario.unit else "")
        for name, scenario in SCENARIOS.items()
    ]


def _find(spec: str) -> tuple[Scenario, int]:
    found = _SPEC.fullmatch(spec)
    scenario = SCENARIOS.get(found[1]) if found else None
    if found is None or scenario is None or (found[2] and not scenario.value):
        near = get_close_matches(spec.partition(":")[0], SCENARIOS, n=3)
        raise ConfigError(
            _("There is no scenario {name}.").format(name=spec),
            _("Near it: {names}.").format(names=", ".join(near)) if near else "",
            _("semtui emulate --list-scenarios shows all of them, and which take a number."),
        )
    return scenario, int(found[2]) if found[2] else scenario.value
