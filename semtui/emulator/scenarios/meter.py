"""What goes wrong with the meter: its answers, its clock, its serial number; and whole bad days."""

from __future__ import annotations

from dataclasses import replace

from semtui.emulator.scenarios.stage import ALWAYS, Scenario, Stage, Switch
from semtui.i18n import _


def _fault(name: str, value: object) -> Switch:
    return lambda stage: setattr(stage.faults, name, value)


def _late(stage: Stage) -> None:
    stage.faults.delay = float(stage.value)
    stage.faults.delay_answers = 10


def _unanswered(stage: Stage) -> None:
    stage.faults.drop_answers = stage.value


def _nightly(stage: Stage) -> None:
    """Deaf for that many minutes from 02:00 of the meter's clock, each day."""

    def change(deaf: bool) -> None:
        stage.faults.deaf = deaf
        plan()

    def plan() -> None:
        clock = stage.meter.clock()
        second = clock.hour * 3600 + clock.minute * 60 + clock.second
        begin, end = 2 * 3600, 2 * 3600 + stage.value * 60
        if begin <= second < end:
            stage.faults.deaf = True
            stage.after(end - second, lambda: change(False))
        else:
            stage.after((begin - second) % 86400, lambda: change(True))

    plan()


def _weak(stage: Stage) -> None:
    stage.faults.loss = 0.1
    transmitter = stage.module.transmitter
    stage.every(120.0, lambda: setattr(transmitter, "failures", stage.random.randint(0, 2)))


def _strong(stage: Stage) -> None:
    stage.faults.loss = 0.0
    stage.module.transmitter.failures = 0


def _bad_evening(stage: Stage) -> None:
    """Lost answers all the time, a deafness or sends that fail every few minutes."""
    stage.faults.loss = 0.05

    def trouble() -> None:
        kind = stage.random.randrange(4)
        if kind == 0:
            stage.faults.deaf = True
            stage.after(stage.random.uniform(60, 240), lambda: setattr(stage.faults, "deaf", False))
        elif kind == 1:
            stage.module.transmitter.failures = stage.random.randint(1, 5)
        elif kind == 2:
            stage.faults.duplicate_answers = 5
        else:
            stage.meter.end_session()

    stage.every(600.0, trouble)


METER = {
    "deaf": Scenario(
        _("joined, and no answer for that long"),
        _fault("deaf", True),
        _fault("deaf", False),
        value=600,
        unit="s",
        timed=True,
        lasts=(60, 3600),
    ),
    "nightly": Scenario(
        _("the meter is deaf from 02:00 on, each night, for that long"),
        _nightly,
        value=20,
        unit="min",
        at_once=True,
    ),
    "unanswered": Scenario(
        _("so many requests are sent well and never answered"),
        _unanswered,
        _fault("drop_answers", 0),
        value=10,
        lasts=(60, 300),
    ),
    "late": Scenario(
        _("ten answers come that much too late"),
        _late,
        _fault("delay_answers", 0),
        value=75,
        unit="s",
        lasts=(60, 600),
    ),
    "twice": Scenario(
        _("every answer comes twice"),
        _fault("duplicate_answers", ALWAYS),
        _fault("duplicate_answers", 0),
        lambda o, _v: replace(o, air=replace(o.air, duplicate=1.0)),
        at_once=True,
        lasts=(60, 600),
        passable=True,
    ),
    "announcement": Scenario(
        _("a half-hour announcement with the request's TID comes before each answer"),
        _fault("announce_before_answers", ALWAYS),
        _fault("announce_before_answers", 0),
        at_once=True,
        lasts=(60, 600),
        passable=True,
    ),
    "hello": Scenario(
        _("the meter's list of instances, with the request's TID, comes before each answer"),
        _fault("hello_before_answers", ALWAYS),
        _fault("hello_before_answers", 0),
        at_once=True,
        lasts=(60, 600),
        passable=True,
    ),
    "replaced": Scenario(
        _("the meter is exchanged for one with another serial number"),
        lambda stage: stage.meter.exchange_for("SM00000002"),
    ),
    "clock-off": Scenario(
        _("the meter's clock is that much ahead"),
        lambda stage: stage.meter.shift_clock(60.0 * stage.value),
        value=60,
        unit="min",
        at_once=True,
    ),
    "weak": Scenario(
        _("a weak signal: answers get lost, sends fail now and then"),
        _weak,
        _strong,
        prepare=lambda o, _v: replace(o, lqi=0x2A),
        lasts=(600, 3600),
        passable=True,
    ),
    "bad-evening": Scenario(
        _("answers get lost, and every ten minutes something worse happens"), _bad_evening
    ),
}
"""By name."""
