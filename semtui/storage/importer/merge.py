"""Imported readings become CSV files of their own, day by day, beside the logs.

The CSV files are the record from which a history is made anew, so what is imported
must be in one; and a log of a running semtui is not to be touched. So the rows of a
day go to `power-YYYY-MM-DD.imported.csv`, which the history reads as it reads any
log. A time that any file of the folder has already is left out: the same import
twice adds nothing, and nothing is overwritten.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from semtui.storage.dayfile import DayFile
from semtui.storage.export.rows import RowText
from semtui.storage.history.csvrows import Mark, logs_in, unread
from semtui.storage.history.samples import Row
from semtui.storage.history.values import from_ms

KIND = ".imported"
_WAITING = 50_000
"""Rows that are gathered before they are written, so that a day is written at once."""
_QUARTER_MS = 15 * 60_000
"""No zone of today begins a day within a quarter of an hour."""
_REMEMBERED = 10_000
_DAY = timedelta(days=1)


def is_imported(path: Path) -> bool:
    """Whether a log of the folder is one that an import has made."""
    return KIND in path.suffixes


class Merger:
    """Adds rows to the folder's imported files. Methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._text = RowText(None)
        self._waiting: dict[date, dict[int, Row]] = {}
        self._count = 0
        self._days: dict[int, date] = {}
        self._times: dict[date, set[int]] = {}
        self.added = 0
        """Rows that were written so far."""

    def add(self, rows: list[Row]) -> None:
        """Take rows in any order; they may wait until `flush`."""
        days = self._days
        for row in rows:
            quarter = row[0] // _QUARTER_MS
            day = days.get(quarter)
            if day is None:
                if len(days) >= _REMEMBERED:
                    days.clear()
                day = days[quarter] = from_ms(row[0], None).date()
            self._waiting.setdefault(day, {}).setdefault(row[0], row)
        self._count += len(rows)
        if self._count >= _WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what waits, and have the disk keep it."""
        for day in sorted(self._waiting):
            self._write(day, self._waiting.pop(day))
        self._count = 0

    def _write(self, day: date, rows: dict[int, Row]) -> None:
        # A row's file is named by the date in its own offset, which may be a neighbour's here.
        near = {day + _DAY * step for step in (-1, 0, 1)}
        self._times = {near_day: self._times_of(near_day) for near_day in near}
        known = set[int]().union(*self._times.values())
        new = [rows[at] for at in sorted(rows) if at not in known]
        if not new:
            return
        file = DayFile(self._folder, day, kind=KIND)
        try:
            file.append(self._text.of(new).encode())
            file.sync()
        finally:
            file.close()
        self._times[day].update(row[0] for row in new)
        self.added += len(new)

    def _times_of(self, day: date) -> set[int]:
        """The milliseconds that the files of a day have; remembered while days follow each other.

        What a running semtui adds meanwhile is of now, and no import is.
        """
        if day in self._times:
            return self._times[day]
        return {
            row[0]
            for path in logs_in(self._folder, {day})
            for piece in unread(path, Mark())
            for row in piece.rows
        }
