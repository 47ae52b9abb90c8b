"""Reading the history: by a connection of its own, while another thread or process writes.

Nothing here waits for a writer, nor a writer for it. A history that is not
there yet, or is empty, answers with nothing. Each answer comes from as few
rows as it can: the raw samples are only looked at where a minute is too coarse.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.i18n import _
from semtui.storage.history import registers
from semtui.storage.history.registers import SlotRow
from semtui.storage.history.samples import Row
from semtui.storage.history.schema import open_for_reading
from semtui.storage.history.values import (
    LEVELS,
    SLOT_MINUTES,
    SLOTS_A_DAY,
    SOURCES,
    DayEnergy,
    EnergySum,
    Event,
    PowerBucket,
    Sample,
    Slot,
    Span,
    from_minutes,
    from_ms,
    from_units,
    to_minutes,
    to_ms,
)

_MINUTE = 60
_HALF_HOUR = 1800
_DAY_MINUTES = SLOT_MINUTES * SLOTS_A_DAY
_STEPS = ((_HALF_HOUR, "power_half_hours"), (_MINUTE, "minutes"))
_FINE_ENOUGH = 5
"""A roll-up whose steps do not begin where the buckets do serves from so many steps a bucket."""
_CHUNK = 5000
"""Samples that are read at a time: a read that lasts would keep the log from being emptied."""
_DAY_SECONDS = 86_400
_NIGHT_SECONDS = 5 * 3600
_ALMOST_A_MINUTE = timedelta(seconds=59, microseconds=999_999)
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1
_BASE_SHARE = 0.05


class HistoryReader:
    """Answers from the history at a path; for one thread at a time. Methods raise StorageError."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before the first question."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    def close(self) -> None:
        """Give the file back; a further question opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def exists(self) -> bool:
        """Whether there is a history, be it an empty one."""
        return bool(self._all("SELECT 1"))

    def span(self, start: datetime | None = None, end: datetime | None = None) -> Span | None:
        """Return when the first and the last sample of the range was; None where there is none."""
        first, last = self._ends("samples", "at", _ms(start), _ms(end))
        return None if first is None or last is None else Span(from_ms(first), from_ms(last))

    def power_span(self, start: datetime | None = None, end: datetime | None = None) -> Span | None:
        """Return the first minute with a value and the end of the last one; None for none.

        Asked for are minutes that begin in the range. They outlive the samples, which may
        have been pruned.
        """
        low, high = (None if at is None else -(-at // 1000) for at in (_ms(start), _ms(end)))
        first, last = self._ends("minutes", "start", low, high)
        if first is None or last is None:
            return None
        return Span(from_ms(first * 1000), from_ms((last + _MINUTE) * 1000))

    def slot_span(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[datetime, datetime] | None:
        """Return the first and the last time of the range with a register; None for none.

        All times are by the meter's clock (JST, naive).
        """
        low, high = (
            None if at is None else to_minutes(at + _ALMOST_A_MINUTE) for at in (start, end)
        )
        first, last = self._ends("slots", "time", low, high)
        return None if first is None or last is None else (from_minutes(first), from_minutes(last))

    def read_so_far(self) -> dict[str, int]:
        """Return how many bytes of each CSV log, by its name, have been put in."""
        return dict(self._all("SELECT name, offset FROM files"))

    def power(self, start: datetime, end: datetime, columns: int) -> list[PowerBucket | None]:
        """Return `columns` equal buckets of the range, None for those without a value.

        The times are aware. Buckets of many minutes are put together from minutes
        or half hours: where these do not begin with the bucket, one that
        lies across its edge is counted on the side where most of it is.
        """
        begin, span = to_ms(start), to_ms(end) - to_ms(start)
        if columns < 1 or span < columns:
            raise ValueError("a range has an end after its start, and columns")
        numbers = {"begin": begin, "end": begin + span, "span": span, "columns": columns}
        step = _step(begin, span, columns)
        if step is None:
            rows = self._all(
                "SELECT (at - :begin) * :columns / :span AS bucket, sum(watts), count(watts),"
                " min(watts), max(watts) FROM samples"
                " WHERE at >= :begin AND at < :end AND watts IS NOT NULL GROUP BY bucket",
                numbers,
            )
        else:
            seconds, table = step
            half = seconds * 500
            numbers |= {"half": half, "from": -(-(begin - half) // 1000)}
            numbers["to"] = -(-(begin + span - half) // 1000)
            rows = self._all(
                "SELECT (start * 1000 + :half - :begin) * :columns / :span AS bucket,"
                f" sum(total), sum(count), min(low), max(high) FROM {table}"
                " WHERE start >= :from AND start < :to GROUP BY bucket",
                numbers,
            )
        buckets: list[PowerBucket | None] = [None] * columns
        for index, total, count, low, high in rows:
            at = from_ms(begin + span * index // columns, start.tzinfo)
            buckets[index] = PowerBucket(at, total, count, low, high)
        return buckets

    def samples(self, start: datetime, end: datetime) -> Iterator[Sample]:
        """Yield the samples from `start` up to, not including, `end`, by their time."""
        for rows in self.batches(start, end):
            yield from map(Sample._make, rows)

    def batches(self, start: datetime, end: datetime) -> Iterator[list[Row]]:
        """Yield the same as bare rows, some thousand at a time."""
        begin, finish = to_ms(start), to_ms(end)
        while True:
            rows: list[Row] = self._all(
                "SELECT at, watts, r, t, round_trip, status FROM samples"
                " WHERE at >= ? AND at < ? ORDER BY at LIMIT ?",
                (begin, finish, _CHUNK),
            )
            if rows:
                yield rows
            if len(rows) < _CHUNK:
                return
            begin = rows[-1][0] + 1

    def slots(self, start: datetime, end: datetime) -> list[Slot]:
        """Return every half hour from `start` up to `end`, by the meter's clock (JST, naive)."""
        first, last = _half_hours(start, end)
        rows = self._rows(first, last)
        normal = registers.by_slot(self._counted(rows))
        reverse = registers.by_slot(self._counted(rows, reverse=True))
        by_time = {row.time: row for row in rows}
        found: list[Slot] = []
        for minutes in range(first, last, SLOT_MINUTES):
            row = by_time.get(minutes)
            if row is None:
                found.append(Slot(from_minutes(minutes)))
                continue
            found.append(
                Slot(
                    start=from_minutes(minutes),
                    normal=_kwh(row.normal),
                    reverse=_kwh(row.reverse),
                    normal_kwh=_kwh(normal.get(minutes)),
                    reverse_kwh=_kwh(reverse.get(minutes)),
                    source=SOURCES.get(row.normal_source or 0),
                    reverse_source=SOURCES.get(row.reverse_source or 0),
                )
            )
        return found

    def energy(self, start: datetime, end: datetime) -> EnergySum:
        """Return the energy from `start` to `end`, by the meter's clock (JST, naive)."""
        first, last = _half_hours(start, end)
        moduli = self._moduli()
        normal, reverse = self._points("normal", first, last), self._points("reverse", first, last)
        counted = registers.stretches(normal, moduli)
        return EnergySum(
            normal_kwh=_kwh(registers.total(counted)),
            reverse_kwh=_kwh(registers.total(registers.stretches(reverse, moduli))),
            known=len(registers.by_slot(counted)),
            total=(last - first) // SLOT_MINUTES,
            first_normal=_kwh(_register_at(first, normal[:1])),
            last_normal=_kwh(_register_at(last, normal[-1:])),
            first_reverse=_kwh(_register_at(first, reverse[:1])),
            last_reverse=_kwh(_register_at(last, reverse[-1:])),
        )

    def days(self, first: date, last: date) -> list[DayEnergy]:
        """Return the energy of each day from `first` to `last`, both included."""
        begin, end = to_minutes(datetime.combine(first, time())), _next_midnight(last)
        rows = self._rows(begin, end)
        normal = registers.by_day(self._counted(rows), begin, _DAY_MINUTES)
        reverse = registers.by_day(self._counted(rows, reverse=True), begin, _DAY_MINUTES)
        found: list[DayEnergy] = []
        for number in range((last - first).days + 1):
            units, known = normal.get(number, (None, 0))
            back, _known = reverse.get(number, (None, 0))
            day = first + timedelta(days=number)
            found.append(DayEnergy(day, _kwh(units), _kwh(back), known))
        return found

    def base_load(self, start: datetime, end: datetime) -> int | None:
        """Return the W below which a twentieth of the minutes from 00 to 05 h (JST) lie.

        The times are aware. None where no minute of a night is known.
        """
        night = datetime.combine(start.astimezone(JST).date(), time(), JST)
        values = {
            "begin": to_ms(start) // 1000,
            "end": to_ms(end) // 1000,
            "night": to_ms(night) // 1000,
        }
        # Watts and how often, the least first: some thousand rows for a year's 110,000 minutes.
        found = self._all(
            "WITH RECURSIVE nights(dusk) AS (VALUES(:night) UNION ALL"
            f" SELECT dusk + {_DAY_SECONDS} FROM nights WHERE dusk + {_DAY_SECONDS} < :end)"
            " SELECT cast(round(1.0 * total / count) AS INTEGER) AS watts, count(*)"
            " FROM nights CROSS JOIN minutes WHERE start >= max(:begin, dusk)"
            f" AND start < min(:end, dusk + {_NIGHT_SECONDS}) GROUP BY watts ORDER BY watts",
            values,
        )
        left = int(_BASE_SHARE * sum(minutes for _watts, minutes in found))
        for watts, minutes in found:
            left -= minutes
            if left < 0:
                return int(watts)
        return None

    def peak(self, start: datetime, end: datetime) -> Slot | None:
        """Return the half hour of the range with the greatest import; None where none is known."""
        known = [slot for slot in self.slots(start, end) if slot.normal_kwh is not None]
        return max(known, key=lambda slot: slot.normal_kwh or 0, default=None)

    def missing_days(self, today: date, depth: int) -> list[date]:
        """Return the days, at most `depth` back, with a half hour missing; the newest first.

        Today counts as missing up to the last half hour that is known of it.
        """
        oldest = today - timedelta(days=depth)
        begin, end = to_minutes(datetime.combine(oldest, time())), _next_midnight(today)
        known: dict[int, list[int]] = {}
        for (minutes,) in self._all(
            "SELECT time FROM slots WHERE time >= ? AND time < ? AND normal IS NOT NULL",
            (begin, end),
        ):
            known.setdefault((minutes - begin) // _DAY_MINUTES, []).append(minutes)
        missing: list[date] = []
        for back in range(depth + 1):
            day = depth - back
            times = known.get(day, [])
            wanted = SLOTS_A_DAY
            if back == 0 and times:
                wanted = (max(times) - begin - day * _DAY_MINUTES) // SLOT_MINUTES + 1
            if len(times) < wanted:
                missing.append(today - timedelta(days=back))
        return missing

    def events(self, start: datetime, end: datetime) -> list[Event]:
        """Return what happened from `start` up to `end` (aware), the oldest first."""
        return [
            Event(from_ms(at, start.tzinfo), LEVELS[level], title, detail)
            for at, level, title, detail in self._all(
                "SELECT at, level, title, detail FROM events WHERE at >= ? AND at < ?"
                " ORDER BY at, id",
                (to_ms(start), to_ms(end)),
            )
        ]

    def mark(self, key: str) -> str | None:
        """Return what `HistoryStore.remember` has kept under `key`; None where nothing is."""
        try:
            connection = self._open()
            row = (
                connection
                and connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            )
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return str(row[0]) if row else None

    def _rows(self, first: int, last: int) -> list[SlotRow]:
        """The slots from `first` to `last`, with both: the last one ends the range."""
        return [
            SlotRow._make(row)
            for row in self._all(
                "SELECT time, meter, normal, reverse, normal_source, reverse_source FROM slots"
                " WHERE time >= ? AND time <= ? ORDER BY time",
                (first, last),
            )
        ]

    def _ends(
        self, table: str, column: str, low: int | None, high: int | None
    ) -> tuple[int | None, int | None]:
        """The least and the greatest key of a table from `low` up to, not including, `high`."""
        limits = (_LEAST if low is None else low, _GREATEST if high is None else high)
        where = f"FROM {table} WHERE {column} >= ? AND {column} < ?"
        # Two lookups: asked for at once, the whole table would be read.
        first = self._all(f"SELECT min({column}) {where}", limits)
        last = self._all(f"SELECT max({column}) {where}", limits)
        return (first[0][0], last[0][0]) if first and last else (None, None)

    def _counted(self, rows: list[SlotRow], *, reverse: bool = False) -> list[registers.Stretch]:
        """What one direction has counted between the registers that are known."""
        return registers.stretches(registers.points(rows, reverse=reverse), self._moduli())

    def _points(self, column: str, first: int, last: int) -> list[registers.Point]:
        """The registers of one direction from `first` to `last`, with both."""
        return self._all(
            f"SELECT time, meter, {column} FROM slots"
            f" WHERE time >= ? AND time <= ? AND {column} IS NOT NULL ORDER BY time",
            (first, last),
        )

    def _moduli(self) -> dict[int, int | None]:
        """Where the registers of each meter begin anew."""
        return dict(self._all("SELECT id, modulus FROM meters"))

    def _all(self, query: str, values: tuple[int, ...] | dict[str, int] = ()) -> list[Any]:
        """Every row that the query gives; none while there is no history."""
        try:
            connection = self._open()
            return [] if connection is None else connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.Error) -> StorageError:
        self.close()
        return StorageError(
            _("The history in {path} cannot be read.").format(path=self._path),
            _("SQLite says: {reason}.").format(reason=error),
            _("Ending and starting semtui repairs it from the CSV files."),
        )

    def _open(self) -> sqlite3.Connection | None:
        """The connection to the file that is at the path now; it may have been replaced."""
        inode = 0
        with contextlib.suppress(OSError):
            inode = self._path.stat().st_ino
        if self._connection is not None and inode != self._inode:
            self.close()
        if self._connection is None and inode:
            self._connection = open_for_reading(self._path)
            self._inode = inode
        return self._connection


def _step(begin: int, span: int, columns: int) -> tuple[int, str] | None:
    """The coarsest roll-up that will do, as seconds and table; None where none does."""
    for seconds, table in _STEPS:
        ms = seconds * 1000
        aligned = begin % ms == 0 and span % (columns * ms) == 0
        if aligned or span >= columns * ms * _FINE_ENOUGH:
            return seconds, table
    return None


def _half_hours(start: datetime, end: datetime) -> tuple[int, int]:
    """The range in minutes of the meter's clock, widened to whole half hours."""
    first = to_minutes(start) // SLOT_MINUTES * SLOT_MINUTES
    last = -(-to_minutes(end) // SLOT_MINUTES) * SLOT_MINUTES
    return first, last


def _register_at(time: int, end: list[registers.Point]) -> int | None:
    """The register of the one point of `end`, where it is of that very time."""
    return end[0][2] if end and end[0][0] == time else None


def _next_midnight(day: date) -> int:
    return to_minutes(datetime.combine(day + timedelta(days=1), time()))


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


def _kwh(units: int | None) -> Decimal | None:
    return None if units is None else from_units(units)
