"""What the meter has said about itself, and what one count of its registers is worth."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from semtui.clock import JST
from semtui.echonet.energy import Coefficient, Digits, EnergyUnit
from semtui.echonet.frame import SMART_METER
from semtui.echonet.identity import ClockTime, Code, Day, Flag, Label, Release, maker_name
from semtui.echonet.maps import PropertyMap
from semtui.echonet.properties import decode_property
from semtui.echonet.scale import EnergyScale
from semtui.echonet.values import PropertyError, hex_text
from semtui.i18n import _
from semtui.model import Level, MeterFacts, Notice

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_SAME_DAY = 6 * 3600.0
"""Seconds from which on an offset near a midnight is taken for what it looks like."""
_AROUND_MIDNIGHT = (time(23, 59), time(0, 0), time(0, 1))


class FactBook:
    """Takes the meter's unchanging properties one by one and keeps the sum of them."""

    def __init__(self) -> None:
        self.facts = MeterFacts()
        self.scale: EnergyScale | None = None
        """None until both unit and coefficient are settled."""
        self.served: frozenset[int] = frozenset()
        """The codes that the meter serves (9F); empty until known."""
        self._coefficient_problem = ""
        self._unit_problem = ""
        self._meter_date: tuple[date, date] | None = None
        """The meter's date and ours (JST) when it came."""
        self.knows_clock = False
        """Whether the meter's clock has been compared with ours since there was a doubt."""

    @property
    def scale_problem(self) -> str:
        """Why there is no scale, where there is none."""
        if self.facts.unit_kwh is None:
            return self._unit_problem or _("the meter's unit of energy is not known yet")
        return self._coefficient_problem or _("the meter's coefficient is not known yet")

    @property
    def meter_date(self) -> date | None:
        """The date that the meter told last."""
        return None if self._meter_date is None else self._meter_date[0]

    def doubt_clock(self) -> None:
        """Take it that the two clocks may have parted since they were compared."""
        self.knows_clock = False

    def meter_time(self, at: datetime) -> datetime | None:
        """What the meter's clock shows (JST, naive) when ours shows `at`, to a minute or so.

        None while it is not known.
        """
        offset = self.facts.clock_offset
        if offset is None or not self.knows_clock:
            return None
        return at.astimezone(JST).replace(tzinfo=None) + timedelta(seconds=offset)

    def knows(self, epc: int) -> bool:
        """Whether asking for `epc` could bring nothing new."""
        facts = self.facts
        known = {
            0x82: facts.release is not None,
            0x8A: facts.maker is not None,
            0x8D: facts.serial is not None,
            0x9D: bool(facts.inf_map),
            0x9E: bool(facts.set_map),
            0x9F: bool(facts.get_map),
            0xD3: facts.coefficient is not None and not facts.coefficient_assumed,
            0xD7: facts.digits is not None,
            0xE1: facts.unit_kwh is not None,
        }
        return known.get(epc, False)

    def learn(self, epc: int, edt: bytes, at: datetime, round_trip: float = 0.0) -> list[Notice]:
        """Take a property that came at `at`, `round_trip` seconds after the question.

        Bad data is as good as none. Returns what a person should know of it.
        """
        try:
            value = decode_property(SMART_METER, epc, edt)
        except PropertyError as error:
            self._unreadable(epc, error)
            return []
        match value:
            case PropertyMap():
                self._learn_map(epc, value.epcs)
            case Release():
                self.facts = replace(self.facts, release=value.letter)
            case Code() if epc == 0x8A:
                code = hex_text(value.data)
                self.facts = replace(self.facts, maker=code, maker_name=maker_name(code))
            case Label() if epc == 0x8D:
                return self._learn_serial(value.text, at)
            case Digits():
                self.facts = replace(self.facts, digits=value.count)
            case EnergyUnit():
                self.facts = replace(self.facts, unit_kwh=value.kwh)
                self._settle_scale()
            case Coefficient():
                return self._learn_coefficient(value.factor, at)
            case Flag() if epc == 0x88:
                return self._learn_fault(value.value, at)
            case Day():
                self._meter_date = (value.date, at.astimezone(JST).date())
            case ClockTime():
                self._learn_time(value, at, round_trip)
        return []

    def _learn_serial(self, serial: str, at: datetime) -> list[Notice]:
        """Another number than before is another meter: nothing that was known holds for it."""
        if self.facts.serial in (None, serial):
            self.facts = replace(self.facts, serial=serial)
            return []
        self.facts, self.scale = MeterFacts(serial=serial), None
        self.knows_clock = False
        self.served = frozenset()
        self._coefficient_problem = self._unit_problem = ""
        title = _("The meter has been exchanged: its serial number is another one.")
        detail = _("Its registers begin anew, and what it serves is asked again.")
        return [Notice(at, Level.WARNING, title, detail)]

    def refused(self, epc: int) -> None:
        """Take it that the meter does not serve `epc`."""
        if epc == 0xD3 and self.facts.coefficient is None:
            # Meters without a coefficient are the rule, and count as 1.
            self.facts = replace(self.facts, coefficient=1, coefficient_assumed=True)
            self._settle_scale()
        elif epc == 0xE1 and self.facts.unit_kwh is None:
            self._unit_problem = _("the meter does not tell its unit of energy")

    def _unreadable(self, epc: int, error: PropertyError) -> None:
        if epc == 0xE1:
            self._unit_problem = _("the meter's unit of energy is not a known one ({why})").format(
                why=error
            )
        elif epc == 0xD3:
            self._coefficient_problem = _("the meter's coefficient cannot be read ({why})").format(
                why=error
            )

    def _learn_map(self, epc: int, epcs: tuple[int, ...]) -> None:
        if epc == 0x9D:
            self.facts = replace(self.facts, inf_map=epcs)
        elif epc == 0x9E:
            self.facts = replace(self.facts, set_map=epcs)
        else:
            self.facts = replace(self.facts, get_map=epcs)
            self.served = frozenset(epcs)

    def _learn_coefficient(self, factor: int, at: datetime) -> list[Notice]:
        self.facts = replace(self.facts, coefficient=factor, coefficient_assumed=False)
        self._settle_scale()
        if factor:
            return []
        return [
            Notice(
                at,
                Level.WARNING,
                _("The meter's coefficient is 0"),
                _("All its energies are multiplied by it and will read 0 kWh."),
                _("Watts and amperes are not affected. Tell the utility about it."),
            )
        ]

    def _learn_fault(self, fault: bool, at: datetime) -> list[Notice]:
        before = self.facts.fault
        self.facts = replace(self.facts, fault=fault)
        if fault and not before:
            return [
                Notice(
                    at,
                    Level.ERROR,
                    _("The meter reports a fault"),
                    _("It stops announcing half-hour energies until the fault is gone."),
                    _("If it does not go away, call the utility: the meter is theirs."),
                )
            ]
        if before and not fault:
            return [Notice(at, Level.INFO, _("The meter's fault is gone"))]
        return []

    def _learn_time(self, clock: ClockTime, at: datetime, round_trip: float) -> None:
        """Compare the meter's clock with ours, if its date came less than two days ago.

        The meter tells whole minutes, as they stood at some moment between
        question and answer: if ours agreed at either of these the offset is 0.
        """
        answered = at.astimezone(JST)
        if self._meter_date is None:
            return
        their_date, our_date = self._meter_date
        if abs(answered.date() - our_date) > _DAY:
            return
        theirs = datetime.combine(their_date, clock.time, JST)
        moments = (answered, answered - timedelta(seconds=round_trip))
        offsets = [(theirs - ours.replace(second=0, microsecond=0)) / _SECOND for ours in moments]
        offset = min(offsets, key=abs)
        # Date and time may stem from either side of a midnight, the meter's or ours; what
        # then looks like a day is none.
        if our_date != answered.date() or clock.time.replace(second=0) in _AROUND_MIDNIGHT:
            folded = offset - math.copysign(_DAY / _SECOND, offset)
            if abs(folded) < _SAME_DAY:
                offset = folded
        self.facts = replace(self.facts, clock_offset=offset)
        self.knows_clock = True

    def _settle_scale(self) -> None:
        unit: Decimal | None = self.facts.unit_kwh
        if unit is not None and self.facts.coefficient is not None:
            self.scale = EnergyScale(self.facts.coefficient, unit)
