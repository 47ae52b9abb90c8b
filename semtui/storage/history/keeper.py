"""The open history of the storage thread: it is begun, healed, written to and pruned here."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from semtui.model import HalfHour, MeterFacts, Reading
from semtui.storage.folder import make_folder
from semtui.storage.history.aside import companions, put_aside, save_from
from semtui.storage.history.csvrows import logs_in, sample_of
from semtui.storage.history.heal import Healed, heal
from semtui.storage.history.meters import MeterBook
from semtui.storage.history.samples import add_samples, prune_samples
from semtui.storage.history.schema import open_for_writing, transaction
from semtui.storage.history.values import FILE_NAME, LEVEL_NUMBERS, Event, Mark, to_ms

Entry = HalfHour | MeterFacts | Event | Mark
"""What is kept beside the samples."""
_FRESH = "history.fresh.sqlite3"
"""What takes the place of a damaged history, while it is being made."""


class Keeper:
    """The history of a folder, open for writing. Methods raise sqlite3.Error and OSError."""

    def __init__(self, folder: Path, meters: MeterBook) -> None:
        """Open it, begun or brought up to date; StorageError where a newer semtui wrote it."""
        self._folder = folder
        self._path = folder / FILE_NAME
        self._meters = meters
        meters.look_again(meters.digest)
        make_folder(folder)
        self._connection = open_for_writing(self._path)

    def heal(self, is_ending: Callable[[], bool]) -> Healed:
        """Put in what the CSV files have and the history has not."""
        return heal(self._connection, logs_in(self._folder), is_ending)

    def write(
        self,
        readings: Sequence[Reading],
        entries: Sequence[Entry],
        *,
        follow: bool,
        lasting: bool,
    ) -> None:
        """Keep readings and whatever else there is, in one transaction.

        `follow`: the CSV files of these days are read on, too, so that they need not
        be read again at the next start. `lasting`: the disk is to have it before this ends,
        because it is nowhere else; readings are in the CSV files, which are synced.
        """
        connection, digest = self._connection, self._meters.digest
        connection.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
        try:
            with transaction(connection):
                if follow:
                    heal(connection, logs_in(self._folder, {item.at.date() for item in readings}))
                rows = [row for item in readings if (row := sample_of(item)) is not None]
                add_samples(connection, rows)
                for entry in entries:
                    self._keep(entry)
        except BaseException:
            self._meters.look_again(digest)
            raise

    def prune(self, now: datetime, days: int) -> None:
        """Remove samples and events older than `days`; roll-ups and half hours stay."""
        before = to_ms(now - timedelta(days=days))
        with transaction(self._connection):
            prune_samples(self._connection, before)
            self._connection.execute("DELETE FROM events WHERE at < ?", (before,))

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _keep(self, entry: Entry) -> None:
        if isinstance(entry, HalfHour):
            self._meters.file(self._connection, entry)
        elif isinstance(entry, MeterFacts):
            self._meters.learn(self._connection, entry)
        elif isinstance(entry, Mark):
            self._connection.execute(
                "INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (entry.key, entry.value)
            )
        else:
            self._connection.execute(
                "INSERT INTO events(at, level, title, detail) VALUES (?, ?, ?, ?)",
                (to_ms(entry.at), LEVEL_NUMBERS[entry.level], entry.title, entry.detail),
            )


def begin_anew(folder: Path, meters: MeterBook, now: datetime) -> tuple[Keeper, Path, int]:
    """Put a damaged history aside and begin another with what can be saved of its half hours.

    Return it, the old one's new name, and how many half hours were saved. The new one is made
    beside the old one, which stays where it is until that is done: what fails in between, or
    is killed, is done again the next time.
    """
    path, fresh = folder / FILE_NAME, folder / _FRESH
    for name in (fresh, *companions(fresh)):
        name.unlink(missing_ok=True)
    with closing(open_for_writing(fresh)) as connection:
        saved = save_from(path, connection)
    aside = put_aside(path, now)
    os.rename(fresh, path)
    return Keeper(folder, meters), aside, saved
