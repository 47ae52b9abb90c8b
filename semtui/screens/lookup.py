"""What the screens of the past ask the history for, and what they get: run beside the UI.

A query says everything that an answer depends on, so an answer that was
overtaken by another question can be told by its query. Power is asked for
between instants; half hours and registers are asked for by the meter's clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from semtui.clock import JST
from semtui.screens.period import Calendar, Length, Period
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import (
    DayEnergy,
    EnergySum,
    PowerBucket,
    Slot,
    Span,
)

HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)


@contextmanager
def opened(path: Path) -> Iterator[HistoryReader]:
    """A reader of this thread's own, for one question."""
    reader = HistoryReader(path)
    try:
        yield reader
    finally:
        reader.close()


def by_meter(at: datetime) -> datetime:
    """The aware moment `at` by a meter's clock that is right."""
    return at.astimezone(JST).replace(tzinfo=None)


def slots_around(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The meter's half hours that `start` to `end` (aware) touch, by its clock."""
    first, last = by_meter(start), by_meter(end)
    first -= (first - datetime.min) % HALF_HOUR
    last += (datetime.min - last) % HALF_HOUR
    return first, last


@dataclass(frozen=True, slots=True)
class Power:
    """The power of half a column of the chart, in W."""

    mean: float
    low: float
    high: float
    count: int
    """Readings; 0 where none were made, and the mean is that of the meter's register."""

    @classmethod
    def measured(cls, bucket: PowerBucket) -> Power:
        return cls(bucket.mean, bucket.low, bucket.high, bucket.count)

    @classmethod
    def metered(cls, slots: Sequence[Slot]) -> Power | None:
        """By the energy of half hours; None where it is not known.

        A meter that has no register for export is one of a house that does not export.
        """
        known = [s.normal_kwh - (s.reverse_kwh or 0) for s in slots if s.normal_kwh is not None]
        if not known:
            return None
        mean = float(2000 * sum(known) / len(known))
        return cls(mean, mean, mean, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a half hour, a day or a month, with its power and its energy."""

    start: datetime
    """In UTC."""
    end: datetime
    normal_kwh: Decimal | None
    reverse_kwh: Decimal | None
    power: PowerBucket | None
    known: int
    """Half hours of it whose energy is known."""
    total: int
    slot: Slot | None = None
    """The half hour, where it is one."""


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A period, in so many buckets of power."""

    period: Period
    calendar: Calendar
    buckets: int
    compare: bool
    now: datetime
    """In UTC, to the minute."""

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The instants at which the period begins and ends."""
        return self.period.bounds(self.calendar)

    @property
    def is_current(self) -> bool:
        """Whether the present lies in the period."""
        start, end = self.bounds
        return start <= self.now < end


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """All that the history screen shows of a period."""

    query: HistoryQuery
    start: datetime
    end: datetime
    buckets: tuple[Power | None, ...] = ()
    before: tuple[Power | None, ...] = ()
    """The period before, where it was asked for."""
    rows: tuple[Row, ...] = ()
    """By their time, the oldest first; none that begin in the future."""
    energy: EnergySum | None = None
    """Up to the last register that is known of the period."""
    energy_before: EnergySum | None = None
    """Of the period before, up to the same distance from its start."""
    base_load: int | None = None
    span: Span | None = None
    """From the first to the last sample of the whole history."""
    exists: bool = True
    """Whether there is a history at all."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the period."""
        power = any(bucket is not None for bucket in self.buckets)
        return not power and all(row.known == 0 for row in self.rows)

    @property
    def difference_kwh(self) -> Decimal | None:
        """Import less that of the period before; None unless both are known from end to end."""
        now, then = self.energy, self.energy_before
        if now is None or then is None or not (now.whole and then.whole):
            return None
        if now.normal_kwh is None or then.normal_kwh is None:
            return None
        return now.normal_kwh - then.normal_kwh

    def index_at(self, at: datetime) -> int:
        """The bucket that `at` lies in."""
        share = (at - self.start) / (self.end - self.start)
        return min(len(self.buckets) - 1, max(0, int(share * len(self.buckets))))

    def bucket_start(self, index: int) -> datetime:
        """The instant at which a bucket begins."""
        return self.start + (self.end - self.start) * index / max(1, len(self.buckets))


def load_history(path: Path, query: HistoryQuery) -> HistoryPage:
    """Read a period; raises StorageError."""
    start, end = query.bounds
    if not path.exists():
        return HistoryPage(query, start, end, exists=False)
    with opened(path) as reader:
        buckets = _power(reader, start, end, query)
        rows = tuple(_rows(reader, query))
        first, last = slots_around(start, end)
        until = _last_known(reader, rows, first)
        before: tuple[Power | None, ...] = ()
        energy_before: EnergySum | None = None
        if query.compare:
            earlier = query.period.moved(-1).bounds(query.calendar)
            before = _power(reader, *earlier, query)
            since, finish = slots_around(*earlier)
            if query.is_current:
                finish = min(finish, since + (until - first))
            else:
                until = last
            if finish > since:
                energy_before = reader.energy(since, finish)
        energy = reader.energy(first, until) if until > first else None
        return HistoryPage(
            query=query,
            start=start,
            end=end,
            buckets=buckets,
            before=before,
            rows=rows,
            energy=energy,
            energy_before=energy_before,
            base_load=reader.base_load(start, end),
            span=reader.span(),
        )


def _power(
    reader: HistoryReader, start: datetime, end: datetime, query: HistoryQuery
) -> tuple[Power | None, ...]:
    """The buckets of a range; where nothing was measured, by the meter's register.

    So the weeks that come out of the meter's memory are drawn, too.
    """
    found = reader.power(start, end, query.buckets)
    powers = [None if bucket is None else Power.measured(bucket) for bucket in found]
    step = (end - start) / query.buckets
    for is_gap, run in groupby(range(query.buckets), lambda n: powers[n] is None):
        gaps = [n for n in run if start + n * step < query.now]
        if not is_gap or not gaps:
            continue
        first, last = slots_around(start + gaps[0] * step, start + (gaps[-1] + 1) * step)
        slots = reader.slots(first, last)
        for n in gaps:
            begin, finish = by_meter(start + n * step), by_meter(start + (n + 1) * step)
            # Those that begin within the bucket, or else the one that it lies in.
            inside = slots[-((first - begin) // HALF_HOUR) : -((first - finish) // HALF_HOUR)]
            around = (begin - first) // HALF_HOUR
            powers[n] = Power.metered(inside or slots[around : around + 1])
    return tuple(powers)


def _last_known(reader: HistoryReader, rows: Sequence[Row], first: datetime) -> datetime:
    """By the meter's clock, the end of the last half hour with a known energy."""
    row = next((row for row in reversed(rows) if row.known), None)
    if row is None:
        return first
    start, end = by_meter(row.start), by_meter(row.end)
    slots = [row.slot] if row.slot is not None else reader.slots(start, end)
    return max(slot.start for slot in slots if slot.normal_kwh is not None) + HALF_HOUR


def _rows(reader: HistoryReader, query: HistoryQuery) -> list[Row]:
    if query.period.length in (Length.DAY, Length.WEEK):
        return _slot_rows(reader, query)
    if query.period.length is Length.MONTH:
        return _day_rows(reader, query)
    return _month_rows(reader, query)


def _slot_rows(reader: HistoryReader, query: HistoryQuery) -> list[Row]:
    start, end = query.bounds
    first, last = slots_around(start, end)
    slots = reader.slots(first, last)
    power = reader.power(first.replace(tzinfo=JST), last.replace(tzinfo=JST), len(slots))
    rows: list[Row] = []
    for slot, bucket in zip(slots, power, strict=True):
        begin = slot.start.replace(tzinfo=JST).astimezone(UTC)
        known = slot.normal_kwh is not None
        if begin > query.now and not known:
            continue
        kwh = (slot.normal_kwh, slot.reverse_kwh)
        rows.append(Row(begin, begin + HALF_HOUR, *kwh, bucket, int(known), 1, slot))
    return rows


def _day_rows(reader: HistoryReader, query: HistoryQuery) -> list[Row]:
    """Days by the meter's calendar."""
    dates = query.period.days()
    found = reader.days(dates[0], dates[-1])
    power = reader.power(midnight(dates[0]), midnight(dates[-1] + _DAY), len(dates))
    return [
        _day_row(day, bucket)
        for day, bucket in zip(found, power, strict=True)
        if midnight(day.day) <= query.now or day.known
    ]


def _day_row(day: DayEnergy, power: PowerBucket | None) -> Row:
    start = midnight(day.day)
    kwh = (day.normal_kwh, day.reverse_kwh)
    return Row(start, start + _DAY, *kwh, power, day.known, day.total)


def _month_rows(reader: HistoryReader, query: HistoryQuery) -> list[Row]:
    rows: list[Row] = []
    month = Period.around(Length.MONTH, query.period.first)
    while month.first < query.period.end:
        start, end = midnight(month.first), midnight(month.end)
        if start <= query.now:
            energy = reader.energy(by_meter(start), by_meter(end))
            kwh = (energy.normal_kwh, energy.reverse_kwh)
            power = reader.power(start, end, 1)[0]
            rows.append(Row(start, end, *kwh, power, energy.known, energy.total))
        month = month.moved(1)
    return rows


def midnight(day: date) -> datetime:
    """The instant, in UTC, at which `day` begins for the meter."""
    return datetime.combine(day, time(), JST).astimezone(UTC)
