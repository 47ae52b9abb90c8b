"""What the energy screen asks the history for, and what it gets: run beside the UI.

Every energy is a difference of the meter's own registers, and days are those
of the meter's calendar, whatever the time zone of this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, unique
from pathlib import Path

from semtui.i18n import _
from semtui.screens.lookup import HALF_HOUR, by_meter, midnight, opened
from semtui.screens.period import Length, Period
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import SLOTS_A_DAY, DayEnergy, EnergySum, Slot, Span

_DAY = timedelta(days=1)


@unique
class Range(Enum):
    """The ranges whose sums always stand on the screen."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "this week"
    MONTH = "this month"
    LAST_MONTH = "last month"


def range_names() -> dict[Range, str]:
    """What the ranges are called."""
    return {
        Range.TODAY: _("today"),
        Range.YESTERDAY: _("yesterday"),
        Range.WEEK: _("this week"),
        Range.MONTH: _("this month"),
        Range.LAST_MONTH: _("last month"),
    }


def dates_of(which: Range, today: date) -> tuple[date, date]:
    """The first date of a range, and the first one behind it."""
    if which is Range.YESTERDAY:
        return today - _DAY, today
    if which is Range.WEEK:
        return Period.around(Length.WEEK, today).first, today + _DAY
    if which is Range.MONTH:
        return Period.around(Length.MONTH, today).first, today + _DAY
    if which is Range.LAST_MONTH:
        month = Period.around(Length.MONTH, today).moved(-1)
        return month.first, month.end
    return today, today + _DAY


@dataclass(frozen=True, slots=True)
class EnergyQuery:
    """A day, and so many days of the map, the newest of which is `top`."""

    day: date
    top: date
    rows: int
    now: datetime
    """In UTC, to the minute."""


@dataclass(frozen=True, slots=True)
class MapDay:
    """A row of the map: a day and its half hours."""

    energy: DayEnergy
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class EnergyPage:
    """All that the energy screen shows."""

    query: EnergyQuery
    sums: dict[Range, EnergySum]
    days: tuple[MapDay, ...] = ()
    """Of the map, the newest first."""
    slots: tuple[Slot, ...] = ()
    """Of the chosen day."""
    energy: EnergySum | None = None
    """Of the chosen day; up to now where it is today."""
    peak: Slot | None = None
    base_load: int | None = None
    span: Span | None = None
    exists: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether no energy is known at all of what is shown."""
        sums = any(s.normal_kwh is not None for s in self.sums.values())
        return not sums and not any(day.energy.known for day in self.days)


def load_energy(path: Path, query: EnergyQuery) -> EnergyPage:
    """Read the sums, the map and the chosen day; raises StorageError."""
    if not path.exists():
        return EnergyPage(query, {}, exists=False)
    today = by_meter(query.now).date()
    with opened(path) as reader:
        until = _end_of_knowledge(reader, query.now, today)
        sums = {}
        for which in Range:
            first, behind = (_start(day) for day in dates_of(which, today))
            sums[which] = reader.energy(first, min(behind, max(until, first + HALF_HOUR)))
        start, end = _start(query.day), _start(query.day + _DAY)
        if query.day == today:
            end = max(until, start + HALF_HOUR)
        day = reader.slots(start, start + _DAY)
        base = reader.base_load(midnight(query.day), midnight(query.day + _DAY))
        return EnergyPage(
            query=query,
            sums=sums,
            days=_map(reader, query),
            slots=tuple(day),
            energy=reader.energy(start, end),
            peak=reader.peak(start, start + _DAY),
            base_load=base,
            span=reader.span(),
        )


def _end_of_knowledge(reader: HistoryReader, now: datetime, today: date) -> datetime:
    """By the meter's clock, the end of the half hours that can be known by now.

    That is the last half hour that is over, or what the meter has told already: its clock may
    be ahead of ours.
    """
    present = by_meter(now)
    over = present - (present - datetime.min) % HALF_HOUR
    told = [s.start for s in reader.slots(_start(today), _start(today + _DAY)) if s.normal]
    return max(over, *told) if told else over


def _map(reader: HistoryReader, query: EnergyQuery) -> tuple[MapDay, ...]:
    first = query.top - (query.rows - 1) * _DAY
    slots = reader.slots(_start(first), _start(query.top + _DAY))
    days = reader.days(first, query.top)
    rows = [
        MapDay(day, tuple(slots[n * SLOTS_A_DAY : (n + 1) * SLOTS_A_DAY]))
        for n, day in enumerate(days)
    ]
    return tuple(reversed(rows))


def _start(day: date) -> datetime:
    """Midnight by the meter's clock."""
    return datetime.combine(day, time())
