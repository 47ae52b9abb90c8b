"""Bringing a history up to its CSV logs, for commands that need it now and not at a start."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from semtui.errors import StorageError, system_says
from semtui.i18n import _
from semtui.storage.history.csvrows import is_log, logs_in
from semtui.storage.history.heal import heal
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.schema import open_for_writing
from semtui.storage.history.values import FILE_NAME

ALLOWED_BYTES = 1 << 16
"""What a running semtui may have logged and not yet put into the history: an hour of rows."""


def lagging(folder: Path, reader: HistoryReader, allowed: int = 0) -> list[Path]:
    """Return the logs of which more than `allowed` bytes are not in the history.

    Raises StorageError.
    """
    read = reader.read_so_far()
    try:
        return [
            path
            for path in logs_in(folder)
            if path.stat().st_size - read.get(path.name, 0) > allowed and is_log(path)
        ]
    except OSError as error:
        raise _unreadable(folder, system_says(error)) from error


def catch_up(folder: Path, paths: Sequence[Path], progress: Callable[[int, float], None]) -> None:
    """Put what `paths` have into the history of `folder`, which must be locked.

    `progress` gets the rows that were added and the share of the files, after each. Raises
    StorageError.
    """
    try:
        with closing(open_for_writing(folder / FILE_NAME)) as connection:
            added = 0
            for number, path in enumerate(paths, 1):
                added += heal(connection, [path]).added
                progress(added, number / len(paths))
    except sqlite3.Error as error:
        raise _unreadable(folder, _("SQLite says: {reason}.").format(reason=error)) from error


def _unreadable(folder: Path, reason: str) -> StorageError:
    return StorageError(
        _("The history in {folder} cannot be used.").format(folder=folder),
        reason,
        _("See that there is room and that you may write there; starting semtui repairs it."),
    )
