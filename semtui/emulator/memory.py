"""What the meter remembers: half hours of the last weeks (E2, E4, EC) and minutes (EE).

Which of it a controller gets is chosen by selectors (E5, ED, EF), of which
there is one each for all controllers of the meter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from semtui.clock import JST
from semtui.emulator.household import House
from semtui.emulator.options import MeterStyle

NO_ENERGY = b"\xff\xff\xff\xfe"
HALF_HOUR = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
SLOTS = 48
OLDEST_DAY = 99
FACTORY_KWH = 0.5
"""What a new meter's registers show: a little, from its test in the factory."""

_UNITS = {0: 1.0, 1: 10.0, 2: 100.0, 3: 1000.0, 4: 10000.0, 10: 0.1, 11: 0.01, 12: 1e-3, 13: 1e-4}
"""Counts in a kWh, by the code of E1."""
_DAY_UNSET = 0xFF
_MOST_ROWS = {HALF_HOUR: 12, MINUTE: 10}


class Span:
    """The selector of a history that runs backwards from a moment (ED of EC, EF of EE)."""

    def __init__(self, step: timedelta) -> None:
        self.step = step
        self.newest: datetime | None = None
        self.count = 1

    def encode(self) -> bytes:
        """The value of the selector; all ones while it was never set."""
        if self.newest is None:
            return b"\xff" * 6 + b"\x01"
        at = self.newest
        return encode_date(at) + bytes((at.hour, at.minute, self.count))

    def select(self, edt: bytes) -> bool:
        """Choose a moment and a number of rows; False where there are no such."""
        if len(edt) != 7:
            return False
        try:
            at = datetime(
                int.from_bytes(edt[:2], "big"), edt[2], edt[3], edt[4], edt[5], tzinfo=JST
            )
            # Each of the rows must have a date.
            at - edt[6] * self.step
        except (ValueError, OverflowError):
            return False
        if at.minute * MINUTE % self.step or not 1 <= edt[6] <= _MOST_ROWS[self.step]:
            return False
        self.newest, self.count = at, edt[6]
        return True

    def rows(self) -> list[datetime]:
        """The moments of the rows, newest first; none while nothing is chosen."""
        if self.newest is None:
            return []
        return [self.newest - index * self.step for index in range(self.count)]


class Memory:
    """The registers at moments of the past, as far as the meter knows them."""

    def __init__(self, house: House, style: MeterStyle, now: Callable[[], datetime]) -> None:
        """`now` is the meter's own clock."""
        self.house = house
        self._style = style
        self._now = now
        self.day: int | None = style.selected_day
        """E5: the day of E2 and E4, in days back; None is unset."""
        self.half_hours = Span(HALF_HOUR)
        self.minutes = Span(MINUTE)
        self._installed: datetime | None = None
        """When this meter took the place of another, whose registers it does not go on with."""

    def begin_anew(self) -> None:
        """Be another meter from now on: registers that begin low, and no past."""
        self._installed = self._now()

    def register(self, at: datetime, *, reverse: bool) -> bytes:
        """What a register shows at a moment, whether or not the meter remembers it."""
        style = self._style
        if reverse and style.reverse == "no data":
            return NO_ENERGY
        installed = self._installed
        if installed is not None and at < installed:
            return NO_ENERGY
        kwh = self._energy(at, reverse=reverse)
        if installed is not None:
            kwh += FACTORY_KWH - self._energy(installed, reverse=reverse)
        counts = int(kwh * _UNITS[style.unit_code] / style.coefficient)
        return int(counts % 10**style.digits).to_bytes(4, "big")

    def _energy(self, at: datetime, *, reverse: bool) -> float:
        energy = self.house.energy(at)
        return energy.reverse if reverse else energy.normal

    def select_day(self, edt: bytes) -> bool:
        """Choose the day of E2 and E4; False where there is no such day."""
        if len(edt) != 1 or edt[0] > OLDEST_DAY:
            return False
        if self._style.beyond_memory == "refused" and edt[0] > self._style.memory_days:
            return False
        self.day = edt[0]
        return True

    def encode_day(self) -> bytes:
        """E5."""
        return bytes((_DAY_UNSET if self.day is None else self.day,))

    def history(self, *, reverse: bool) -> bytes:
        """E2 or E4: the registers of the chosen day, 00:00 first."""
        day = self.day if self._style.answered_day is None else self._style.answered_day
        if day is None:
            return _DAY_UNSET.to_bytes(2, "big") + SLOTS * NO_ENERGY
        start = self._midnight() - timedelta(days=day)
        moments = [start + slot * HALF_HOUR for slot in range(SLOTS)]
        return day.to_bytes(2, "big") + b"".join(
            self._remembered(at, reverse=reverse) for at in moments
        )

    def span(self, span: Span) -> bytes:
        """EC or EE: both registers at the moments of a span."""
        if span.newest is None:
            return span.encode() + 2 * NO_ENERGY
        return span.encode() + b"".join(
            self._remembered(at, reverse=False) + self._remembered(at, reverse=True)
            for at in span.rows()
        )

    def _remembered(self, at: datetime, *, reverse: bool) -> bytes:
        style, now = self._style, self._now()
        if at > now:
            return NO_ENERGY
        forgotten = at < self._midnight() - timedelta(days=style.memory_days)
        naive = at.replace(tzinfo=None)
        if forgotten or any(begin <= naive < end for begin, end in style.holes):
            return bytes(4) if style.nothing == "zero" else NO_ENERGY
        return self.register(at, reverse=reverse)

    def _midnight(self) -> datetime:
        return self._now().replace(hour=0, minute=0, second=0, microsecond=0)


def encode_date(at: datetime) -> bytes:
    """Year, month and day in four bytes."""
    return at.year.to_bytes(2, "big") + bytes((at.month, at.day))
