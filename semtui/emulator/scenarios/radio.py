"""What goes wrong on the air: finding the meter, joining it, and staying in its session."""

from __future__ import annotations

from dataclasses import replace

from semtui.emulator.options import EmulatorOptions, ForeignPan
from semtui.emulator.scenarios.stage import ALWAYS, Scenario, Stage, Switch
from semtui.i18n import _

_REAUTHENTICATION = 2
"""Seconds that one takes when nothing goes wrong."""


def _fault(name: str, value: object) -> Switch:
    return lambda stage: setattr(stage.faults, name, value)


def _in_reach(value: bool) -> Switch:
    return lambda stage: setattr(stage.meter, "in_reach", value)


def _lose(stage: Stage) -> None:
    stage.faults.loss = stage.value / 100


def _unsent(stage: Stage) -> None:
    stage.module.transmitter.failures = stage.value


def _sendable(stage: Stage) -> None:
    stage.module.transmitter.failures = 0


def _renew(stage: Stage) -> None:
    stage.module.pana.renew()


def _renew_slowly(stage: Stage) -> None:
    stage.faults.renewal_delay = float(max(0, stage.value - _REAUTHENTICATION))
    _renew(stage)


def _renew_without_end(stage: Stage) -> None:
    stage.faults.ignore_joins = True
    _renew(stage)


def _refuse_renewal(stage: Stage) -> None:
    stage.faults.reject_joins = 1
    _renew(stage)


def _neighbours(options: EmulatorOptions, _value: int) -> EmulatorOptions:
    return replace(
        options,
        foreign_pans=(
            ForeignPan(39, 0x8CF5, "001C640003018CF5", 0xE0, "01234567"),
            ForeignPan(47, 0x12A4, "001C6400030C12A4", 0x60, "89ABCDEF"),
        ),
    )


RADIO = {
    "empty-scan": Scenario(
        _("short sweeps find nothing"), prepare=lambda o, _v: replace(o, beacon_from_duration=7)
    ),
    "late-beacon": Scenario(
        _("the beacon is printed behind the end of its sweep"),
        prepare=lambda o, _v: replace(o, late_beacon=True),
    ),
    "beacons": Scenario(
        _("each beacon is heard twice"), prepare=lambda o, _v: replace(o, beacons=2)
    ),
    "neighbours": Scenario(_("other meters are in reach"), prepare=_neighbours),
    "out-of-reach": Scenario(
        _("the meter hears nothing for so long"),
        _in_reach(False),
        _in_reach(True),
        value=1800,
        unit="s",
        timed=True,
        lasts=(60, 6 * 3600),
    ),
    "held": Scenario(
        _("another controller holds the meter at first"),
        _fault("ignore_joins", True),
        _fault("ignore_joins", False),
        value=600,
        unit="s",
        timed=True,
        at_once=True,
    ),
    "refused": Scenario(
        _("the first two joins are refused"), _fault("reject_joins", 2), at_once=True
    ),
    "loss": Scenario(
        _("that share of all frames gets lost, requests and answers alike"),
        _lose,
        _fault("loss", 0.0),
        lambda o, v: replace(o, air=replace(o.air, loss=v / 100)),
        value=20,
        unit="%",
        at_once=True,
        lasts=(600, 7200),
        passable=True,
    ),
    "heavy-loss": Scenario(
        _("so many frames get lost that hardly an answer comes"),
        _lose,
        _fault("loss", 0.0),
        value=80,
        unit="%",
        lasts=(600, 7200),
    ),
    "latency": Scenario(
        _("between two boards everything takes that much longer"),
        prepare=lambda o, v: replace(o, air=replace(o.air, latency=(v / 1000, 1.5 * v / 1000))),
        value=100,
        unit="ms",
    ),
    "distance": Scenario(
        _("the two boards are that far apart"),
        prepare=lambda o, v: replace(o, air=replace(o.air, distance=float(v))),
        value=250,
        unit="m",
    ),
    "noisy": Scenario(
        _("something is loud on that channel"),
        prepare=lambda o, v: replace(o, air=replace(o.air, noise=((v, 0x60), *o.air.noise))),
        value=39,
    ),
    "unsent": Scenario(
        _("so many sends fail (EVENT 21 with 01)"), _unsent, _sendable, value=10, lasts=(30, 60)
    ),
    "limit": Scenario(
        _("the send-time limit holds for that long (EVENT 32, then 33)"),
        lambda stage: stage.module.transmitter.limit(),
        lambda stage: stage.module.transmitter.release(),
        value=120,
        unit="s",
        timed=True,
        lasts=(60, 3600),
    ),
    "renewal": Scenario(
        _("a re-authentication as it should be (EVENT 29, two seconds later 25)"),
        _renew,
        lasts=(1, 1),
        passable=True,
    ),
    "slow-renewal": Scenario(
        _("a re-authentication that takes that long"),
        _renew_slowly,
        _fault("renewal_delay", 0.0),
        value=42,
        unit="s",
        timed=True,
        lasts=(42, 42),
    ),
    "endless-renewal": Scenario(
        _("a re-authentication that is not answered (EVENT 24), nor any join for that long"),
        _renew_without_end,
        _fault("ignore_joins", False),
        value=400,
        unit="s",
        timed=True,
        lasts=(60, 3 * 3600),
    ),
    "refused-renewal": Scenario(
        _("a re-authentication that is refused (EVENT 24)"), _refuse_renewal, lasts=(1, 1)
    ),
    "ended": Scenario(
        _("the meter ends the session (EVENT 26)"),
        lambda stage: stage.meter.end_session(),
        lasts=(1, 1),
    ),
    "broken-send": Scenario(
        _("the session ends between EVENT 21 and OK of a send (EVENT 28)"),
        lambda stage: setattr(stage.module.faults, "ends_before_ok", 1),
        lambda stage: setattr(stage.module.faults, "ends_before_ok", 0),
        lasts=(5, 5),
    ),
    "unconfirmed": Scenario(
        _("the end of the session is not confirmed (EVENT 28)"),
        _fault("ignore_terminations", ALWAYS),
        _fault("ignore_terminations", 0),
        at_once=True,
    ),
}
"""By name."""
