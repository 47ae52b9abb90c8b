"""Putting samples into the history, each once, and keeping the roll-ups true to them.

A sample that is there already is known by its time and values, so a CSV file
may be read any number of times. Roll-ups are never added to: those that a batch
touches are worked out anew, from the samples, in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

Row = tuple[int, int | None, int | None, int | None, int | None, int]
"""A row of the table `samples`: at, watts, r, t, round_trip, status."""

_MINUTE = 60
_HALF_HOUR = 1800


def add_samples(connection: sqlite3.Connection, rows: list[Row]) -> int:
    """Insert those of `rows` that are not there yet, and roll them up; return how many were.

    Must be called inside a transaction. Where the clock has stepped back and two polls
    bear the same millisecond, the later one goes to the next that is free. There it could
    be taken for a third one, of that millisecond and of the very same values.
    """
    placed = _Placing(connection).place(sorted(rows, key=lambda row: row[0]))
    connection.executemany(
        "INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?)",
        [(at, *values) for at, values in placed.items()],
    )
    roll_up(connection, {at // 60_000 for at, values in placed.items() if values[0] is not None})
    return len(placed)


def roll_up(connection: sqlite3.Connection, minutes: set[int]) -> None:
    """Work out anew the given minutes (since 1970, UTC) and the half hours that they lie in."""
    for first, end in _runs(minutes):
        connection.execute(
            "INSERT OR REPLACE INTO minutes"
            " SELECT at / 60000 * 60 AS minute, sum(watts), count(*), min(watts), max(watts)"
            " FROM samples WHERE at >= ? AND at < ? AND watts IS NOT NULL GROUP BY minute",
            (first * 60_000, end * 60_000),
        )
    for first, end in _runs({minute * _MINUTE // _HALF_HOUR for minute in minutes}):
        connection.execute(
            "INSERT OR REPLACE INTO power_half_hours"
            " SELECT start / 1800 * 1800 AS half, sum(total), sum(count), min(low), max(high)"
            " FROM minutes WHERE start >= ? AND start < ? GROUP BY half",
            (first * _HALF_HOUR, end * _HALF_HOUR),
        )


def prune_samples(connection: sqlite3.Connection, before: int) -> int:
    """Remove the samples from before that UTC millisecond; their roll-ups stay. Return how many.

    `before` is rounded down to a half hour, so that no roll-up is left with a part of
    its samples. Must be called inside a transaction.
    """
    before -= before % (_HALF_HOUR * 1000)
    return connection.execute("DELETE FROM samples WHERE at < ?", (before,)).rowcount


class _Placing:
    """Finds each sample of a batch its millisecond, looking into the file as little as it can."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        last = connection.execute("SELECT max(at) FROM samples").fetchone()[0]
        minute = connection.execute("SELECT max(start) FROM minutes").fetchone()[0]
        self._newest: int = max(
            -1 if last is None else last, -1 if minute is None else minute * 1000 + 59_999
        )
        self._closed: dict[int, bool] = {}

    def place(self, rows: Iterable[Row]) -> dict[int, tuple[int | None, ...]]:
        """Return at -> values of the rows that are new."""
        placed: dict[int, tuple[int | None, ...]] = {}
        newest = self._newest
        for row in rows:
            at, values = row[0], row[1:]
            if at <= newest and self._is_closed(at // 60_000):
                continue
            while True:
                there = placed.get(at)
                if there is None and at <= newest:
                    there = self._at(at)
                if there is None:
                    placed[at] = values
                    break
                if there == values:
                    break
                at += 1
        return placed

    def _at(self, at: int) -> tuple[int | None, ...] | None:
        found: tuple[int | None, ...] | None = self._connection.execute(
            "SELECT watts, r, t, round_trip, status FROM samples WHERE at = ?", (at,)
        ).fetchone()
        return found

    def _is_closed(self, minute: int) -> bool:
        """Whether the minute's samples were removed and its roll-up alone is left.

        With a few of them put back, the roll-up would be worked out from these few.
        """
        closed = self._closed.get(minute)
        if closed is None:
            rolled, sampled = self._connection.execute(
                "SELECT EXISTS(SELECT 1 FROM minutes WHERE start = ?),"
                " EXISTS(SELECT 1 FROM samples WHERE at >= ? AND at < ?)",
                (minute * _MINUTE, minute * 60_000, (minute + 1) * 60_000),
            ).fetchone()
            closed = self._closed[minute] = bool(rolled and not sampled)
        return closed


def _runs(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """Put neighbours together: the first of each run, and the one after its last."""
    first = last = None
    for number in sorted(numbers):
        if first is None or last is None:
            first = number
        elif number != last + 1:
            yield first, last + 1
            first = number
        last = number
    if first is not None and last is not None:
        yield first, last + 1
