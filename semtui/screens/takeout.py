"""Writing what a screen shows to a CSV file: its name, the writing in a thread, how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.i18n import _
from semtui.paths import expanded
from semtui.screens.lookup import opened
from semtui.screens.period import Calendar
from semtui.storage.export.query import Every, Query
from semtui.storage.export.run import Progress, export

_OWN = "power-"
"""Logs are called so, and are healed from: no export may be taken for one."""
_METERS = Calendar(JST)


@dataclass(frozen=True, slots=True)
class Takeout:
    """What is to be written: the days `first` to `last` in such rows."""

    every: Every
    first: date
    last: date
    calendar: Calendar = _METERS
    """Of the days; the meter's where nothing else is said."""

    @property
    def query(self) -> Query:
        end = self.calendar.at(self.last + timedelta(days=1))
        return Query(self.every, self.calendar.at(self.first), end)

    def proposed_name(self, folder: Path) -> str:
        """A name that is free in `folder`."""
        days = f"{self.first}" if self.first == self.last else f"{self.first}-to-{self.last}"
        stem = f"export-{days}-{self.every.value}"
        number, name = 1, f"{stem}.csv"
        while (folder / name).exists():
            number += 1
            name = f"{stem}-{number}.csv"
        return name


def destination(text: str, folder: Path) -> Path:
    """The file that a person means; in `folder` where no other is said.

    Raises StorageError, and ConfigError for the home of a user who does not exist.
    """
    path = folder / expanded(text.strip())
    if path.suffix.lower() != ".csv" or path.name.startswith(_OWN):
        raise StorageError(
            _("{name} is no name for an export.").format(name=path.name),
            _("It ends in .csv, and does not begin as the logs do (power-)."),
        )
    if path.exists():
        raise StorageError(
            _("{path} is there already.").format(path=path),
            _("An export replaces nothing. Change the name."),
        )
    return path


class Cancelled(Exception):
    """The export was given up by the person who asked for it; no file was written."""


class TakeoutJob:
    """One export under way; `run` is the body of its thread."""

    def __init__(self, takeout: Takeout, store: Path, path: Path, tell: Callable[[], None]) -> None:
        """`tell` is called in the thread whenever `words` has changed."""
        self.path = path
        self._takeout = takeout
        self._store = store
        self._tell = tell
        self._stop = threading.Event()
        self._progress = Progress(0, 0.0)

    def cancel(self) -> None:
        """Give it up; the file is not written."""
        self._stop.set()

    def run(self) -> int:
        """Write the file and return its rows. Raises StorageError, Cancelled."""
        with opened(self._store) as reader:
            return export(reader, self._takeout.query, self.path, self._advance)

    def _advance(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise Cancelled
        self._progress = progress
        self._tell()

    @property
    def words(self) -> str:
        """How far it is."""
        text = _("Exporting: {percent} %, {rows} rows")
        return text.format(percent=int(100 * self._progress.share), rows=self._progress.rows)
