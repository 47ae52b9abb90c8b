"""Days, weeks, months and years of a calendar, and the date that a person types.

A period is a matter of dates; `Calendar` says at which instants its days
begin. Where clocks are changed in summer a day has 23 or 25 hours, so nothing
here takes a day for 24 hours: lengths are differences of instants in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, unique

from semtui.i18n import _

_DAY = timedelta(days=1)
EARLIEST = date(2000, 1, 1)
"""No meter of this kind is older; periods go no further back."""
LATEST = date(2100, 1, 1)


@unique
class Length(Enum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


LENGTHS = tuple(Length)
"""From the shortest to the longest."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a time zone; those of the machine's own where `zone` is None."""

    zone: tzinfo | None = None

    @classmethod
    def of(cls, wall: datetime) -> Calendar:
        """The calendar that the wall clock's reading `wall` belongs to.

        The machine's clock reads with a fixed offset, which knows nothing of summer time;
        when it is the offset of the machine's zone, that zone's rules count.
        """
        own = wall.astimezone().utcoffset() == wall.utcoffset()
        return cls(None if own else wall.tzinfo)

    def local(self, at: datetime) -> datetime:
        """The aware moment `at` as this calendar's clocks show it."""
        return at.astimezone(self.zone)

    def at(self, day: date, clock: time = time()) -> datetime:
        """The instant, in UTC, at which `day` reaches `clock` for the first time."""
        naive = datetime.combine(day, clock)
        aware = naive.astimezone() if self.zone is None else naive.replace(tzinfo=self.zone)
        return aware.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week (from Monday), month or year, by the first date in it."""

    length: Length
    first: date

    @classmethod
    def around(cls, length: Length, day: date) -> Period:
        """The period of that length which has `day` in it."""
        day = min(max(day, EARLIEST), LATEST)
        if length is Length.WEEK:
            return cls(length, max(EARLIEST, day - day.weekday() * _DAY))
        if length is Length.MONTH:
            return cls(length, day.replace(day=1))
        if length is Length.YEAR:
            return cls(length, day.replace(month=1, day=1))
        return cls(length, day)

    @property
    def end(self) -> date:
        """The first date behind it."""
        if self.length is Length.DAY:
            return self.first + _DAY
        if self.length is Length.WEEK:
            return self.first - self.first.weekday() * _DAY + 7 * _DAY
        if self.length is Length.MONTH:
            return (self.first.replace(day=28) + 4 * _DAY).replace(day=1)
        return self.first.replace(year=self.first.year + 1)

    @property
    def last(self) -> date:
        """The last date in it."""
        return self.end - _DAY

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end

    def moved(self, steps: int) -> Period:
        """The period that many further on, or back when negative."""
        period = self
        for _step in range(abs(steps)):
            near = period.end if steps > 0 else period.first - _DAY
            period = Period.around(self.length, near)
        return period

    def bounds(self, calendar: Calendar) -> tuple[datetime, datetime]:
        """The instants, in UTC, at which it begins and ends."""
        return calendar.at(self.first), calendar.at(self.end)

    def days(self) -> list[date]:
        """Every date in it."""
        return [self.first + n * _DAY for n in range((self.end - self.first).days)]

    @property
    def title(self) -> str:
        """How it is called: "Sat 21 Nov 2026", "16 to 22 Nov 2026", "November 2026", "2026"."""
        if self.length is Length.DAY:
            return f"{self.first:%a} {self.first.day} {self.first:%b %Y}"
        if self.length is Length.WEEK:
            same = self.first.month == self.last.month
            first = f"{self.first.day}" if same else f"{self.first.day} {self.first:%b}"
            last = f"{self.last.day} {self.last:%b %Y}"
            return _("{first} to {last}").format(first=first, last=last)
        return f"{self.first:%B %Y}" if self.length is Length.MONTH else f"{self.first:%Y}"


def length_names() -> dict[Length, str]:
    """What the lengths are called."""
    return {
        Length.DAY: _("day"),
        Length.WEEK: _("week"),
        Length.MONTH: _("month"),
        Length.YEAR: _("year"),
    }


_DATE = re.compile(r"(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})", re.ASCII)
_AGO = re.compile(r"-(\d{1,5})", re.ASCII)


def parse_day(text: str, today: date) -> date | None:
    """The date that a person means: 2026-11-03, 11-03, 11/3, today, yesterday, -7; or None.

    A date without a year is the latest such date that is not in the future.
    """
    word = text.strip().lower()
    near = {"": 0, "today": 0, "yesterday": 1, _("today"): 0, _("yesterday"): 1}
    ago = near.get(word)
    if ago is None and (back := _AGO.fullmatch(word)):
        ago = int(back[1])
    if ago is not None:
        day = today - ago * _DAY
        return day if day >= EARLIEST else None
    found = _DATE.fullmatch(word)
    if found is None:
        return None
    month, number = int(found[2]), int(found[3])
    years = [int(found[1])] if found[1] else range(today.year, today.year - 8, -1)
    for year in years:
        try:
            day = date(year, month, number)
        except ValueError:
            continue  # 29 February, in most years
        if EARLIEST <= day < LATEST and (found[1] or day <= today):
            return day
    return None
