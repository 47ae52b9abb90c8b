"""The four tables that can be exported: their columns, and their rows in pieces.

A missing value is an empty cell. Minutes, half hours and days without any value have a
row of empty cells, so that a chart drawn from the file shows the gap; before the first
value of the range and after the last there are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal

from semtui.clock import JST
from semtui.storage.dayfile import HEADER
from semtui.storage.export.query import Every, Query
from semtui.storage.export.rows import RowText
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import PowerBucket, Slot, to_ms

HEADERS = {
    Every.RAW: HEADER.decode(),
    Every.MINUTE: "time,mean_watts,min_watts,max_watts,count\n",
    Every.HALF_HOUR: "time,import_register_kwh,export_register_kwh,import_kwh,export_kwh,"
    "import_source,export_source,mean_watts,min_watts,max_watts\n",
    Every.DAY: "date,import_kwh,export_kwh,half_hours,mean_watts,min_watts,max_watts\n",
}
"""The first lines."""

_MINUTE = timedelta(minutes=1)
_HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)
_MINUTES_A_PIECE = 1440
_HALF_HOURS_A_PIECE = 48 * 30
_DAYS_A_PIECE = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows, and how far one has come with them."""

    text: str
    rows: int
    share: float
    """Of the range, 0 to 1."""


def pieces(reader: HistoryReader, query: Query) -> Iterator[Piece]:
    """Yield the rows that `query` asks for, without the first line; raises StorageError."""
    tables = {
        Every.RAW: _raw,
        Every.MINUTE: _minutes,
        Every.HALF_HOUR: _half_hours,
        Every.DAY: _days,
    }
    return tables[query.every](reader, query)


def _raw(reader: HistoryReader, query: Query) -> Iterator[Piece]:
    span = reader.span(query.start, query.end)
    if span is None:
        return
    begin, last = to_ms(span.first), to_ms(span.last)
    text = RowText(query.zone)
    for rows in reader.batches(span.first, span.last + timedelta(milliseconds=1)):
        share = (rows[-1][0] - begin) / (last - begin) if last > begin else 1.0
        yield Piece(text.of(rows), len(rows), share)


def _minutes(reader: HistoryReader, query: Query) -> Iterator[Piece]:
    span = reader.power_span(query.start, query.end)
    if span is None:
        return
    total = (span.last - span.first) // _MINUTE
    for done in range(0, total, _MINUTES_A_PIECE):
        count = min(_MINUTES_A_PIECE, total - done)
        begin = span.first + done * _MINUTE
        buckets = reader.power(begin, begin + count * _MINUTE, count)
        times = _times(begin, count, query.zone)
        lines = [
            f"{at},{_power(b)},{b.count if b else 0}\n"
            for at, b in zip(times, buckets, strict=True)
        ]
        yield Piece("".join(lines), count, (done + count) / total)


def _times(begin: datetime, count: int, zone: tzinfo | None) -> Iterator[str]:
    """The next `count` minutes; each hour's offset is looked up once."""
    at = begin
    left = count
    while left:
        local = at.astimezone(zone)
        few = min(left, 60 - local.minute)
        text = local.isoformat()
        for minute in range(local.minute, local.minute + few):
            yield f"{text[:14]}{minute:02d}{text[16:]}"
        at += few * _MINUTE
        left -= few


def _half_hours(reader: HistoryReader, query: Query) -> Iterator[Piece]:
    ends = _meter_range(reader, query, _HALF_HOUR)
    if ends is None:
        return
    first, end = ends
    total = (end - first) // _HALF_HOUR
    for done in range(0, total, _HALF_HOURS_A_PIECE):
        count = min(_HALF_HOURS_A_PIECE, total - done)
        begin = first + done * _HALF_HOUR
        after = begin + count * _HALF_HOUR
        slots = reader.slots(begin, after)
        buckets = reader.power(begin.replace(tzinfo=JST), after.replace(tzinfo=JST), count)
        lines = [f"{_slot(s)},{_power(b)}\n" for s, b in zip(slots, buckets, strict=True)]
        yield Piece("".join(lines), count, (done + count) / total)


def _days(reader: HistoryReader, query: Query) -> Iterator[Piece]:
    ends = _meter_range(reader, query, _DAY)
    if ends is None:
        return
    first, end = ends
    total = (end - first) // _DAY
    for done in range(0, total, _DAYS_A_PIECE):
        count = min(_DAYS_A_PIECE, total - done)
        begin = first + done * _DAY
        after = begin + count * _DAY
        days = reader.days(begin.date(), (after - _DAY).date())
        buckets = reader.power(begin.replace(tzinfo=JST), after.replace(tzinfo=JST), count)
        lines = [
            f"{day.day.isoformat()},{_kwh(day.normal_kwh)},{_kwh(day.reverse_kwh)},"
            f"{day.known},{_power(bucket)}\n"
            for day, bucket in zip(days, buckets, strict=True)
        ]
        yield Piece("".join(lines), count, (done + count) / total)


def _meter_range(
    reader: HistoryReader, query: Query, step: timedelta
) -> tuple[datetime, datetime] | None:
    """From the first step with anything known to the end of the last one, by the meter's clock."""
    start, end = (_to_step(moment, step) for moment in (query.start, query.end))
    found: list[datetime] = list(reader.slot_span(start, end) or ())
    power = reader.power_span(
        None if start is None else start.replace(tzinfo=JST),
        None if end is None else end.replace(tzinfo=JST),
    )
    if power is not None:
        found += [
            moment.astimezone(JST).replace(tzinfo=None)
            for moment in (power.first, power.last - _MINUTE)
        ]
    if not found:
        return None
    first, last = (_floor(moment, step) for moment in (min(found), max(found)))
    return first, last + step


def _to_step(moment: datetime | None, step: timedelta) -> datetime | None:
    """The first beginning of a step that is not before `moment`, by the meter's clock."""
    if moment is None:
        return None
    naive = moment.astimezone(JST).replace(tzinfo=None)
    floor = _floor(naive, step)
    return floor if floor == naive else floor + step


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = datetime.combine(moment.date(), time())
    return midnight + (moment - midnight) // step * step


def _slot(slot: Slot) -> str:
    sources = (slot.source, slot.reverse_source)
    return ",".join(
        (
            slot.start.replace(tzinfo=JST).isoformat(),
            _kwh(slot.normal),
            _kwh(slot.reverse),
            _kwh(slot.normal_kwh),
            _kwh(slot.reverse_kwh),
            *("" if source is None else source.value for source in sources),
        )
    )


def _power(bucket: PowerBucket | None) -> str:
    return ",," if bucket is None else f"{bucket.mean:.1f},{bucket.low},{bucket.high}"


def _kwh(kwh: Decimal | None) -> str:
    return "" if kwh is None else f"{kwh.normalize():f}"
