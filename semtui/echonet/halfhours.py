"""The half-hour registers of the meter (EA, EB), put together by their time.

Some meters send both directions in one frame, some in two, some have one
only. A slot is published as soon as either side is there, and again, whole,
when the other follows.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from semtui.echonet.energy import Register, StampedRegister
from semtui.echonet.scale import EnergyScale
from semtui.echonet.values import ValueStatus
from semtui.model import HalfHour, SlotSource

NORMAL_HALF_HOUR = 0xEA
REVERSE_HALF_HOUR = 0xEB
_KEPT = 48
"""Slots remembered, a day of them: to be completed, or to wait for the meter's unit."""
_HALF_HOUR = timedelta(minutes=30)
_YEARS = range(2014, 2100)
"""Meters with a route B exist since 2014."""
_FARTHEST = timedelta(days=366)


class HalfHours:
    """Collects registers, announced or asked for, until they can be told in kWh."""

    def __init__(self) -> None:
        self._slots: dict[datetime, list[Register | None]] = {}
        self._fresh: dict[datetime, SlotSource] = {}
        """Slots with something unpublished, in the order of their arrival, and how the newest
        of it came."""

    def take(
        self, epc: int, stamped: StampedRegister, *, source: SlotSource, meter_date: date | None
    ) -> None:
        """Note EA or EB; a repetition changes nothing, a correction replaces.

        "No data" replaces nothing: a number that was told is not taken back. Not taken at
        all are times off the half hour, outside the years of meters, or more than a year from
        the meter's own date where that is known. Our own clock is no judge: on a Raspberry Pi
        it may be years behind until the network comes up.
        """
        if not _possible(stamped.at, meter_date):
            return
        slot = self._slots.setdefault(stamped.at, [None, None])
        side = 0 if epc == NORMAL_HALF_HOUR else 1
        before = slot[side]
        if before is not None and stamped.energy.status is not ValueStatus.OK:
            return
        if before == stamped.energy:
            return
        slot[side] = stamped.energy
        self._fresh[stamped.at] = source
        if len(self._slots) > _KEPT:
            oldest = next(iter(self._slots))
            del self._slots[oldest]
            self._fresh.pop(oldest, None)

    def complete(self, moment: datetime | None, *, two_way: bool) -> bool:
        """Whether the meter has told this slot, in both directions if it is `two_way`."""
        normal, reverse = self._slots.get(moment, (None, None)) if moment else (None, None)
        return normal is not None and (reverse is not None or not two_way)

    def first_unknown(self, newest: datetime, *, two_way: bool) -> datetime | None:
        """The first half hour of the day of `newest` that was not told; None if all were."""
        moment = newest.replace(hour=0, minute=0)
        while moment <= newest:
            if not self.complete(moment, two_way=two_way):
                return moment
            moment += _HALF_HOUR
        return None

    def publish(self, scale: EnergyScale | None) -> list[HalfHour]:
        """The slots that have something new to say; none while there is no scale."""
        if scale is None or not self._fresh:
            return []
        ready = []
        for moment, source in self._fresh.items():
            normal, reverse = (
                None if register is None else register.kwh(scale)
                for register in self._slots[moment]
            )
            if normal is not None or reverse is not None:
                ready.append(HalfHour(moment, normal, reverse, source))
        self._fresh.clear()
        return ready


def _possible(moment: datetime, meter_date: date | None) -> bool:
    """Whether a meter can have closed a half hour then."""
    if moment.minute % 30 or moment.second or moment.year not in _YEARS:
        return False
    return meter_date is None or abs(moment.date() - meter_date) <= _FARTHEST
