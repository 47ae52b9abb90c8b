"""A damaged history is put aside under a dated name, and what can be read of it is saved.

The samples come back from the CSV files. The half hours do not: the meter forgets
them after some weeks. So they are copied, with the events, as far as the damage lets them.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from semtui.storage.history.schema import transaction

_OF_THE_ROW = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH)
_SAVED = ("meters", "slots", "events")


def put_aside(path: Path, now: datetime) -> Path:
    """Rename the history and its companions; return the new name. Raises OSError."""
    for number in itertools.count(1):
        suffix = f"-{number}" if number > 1 else ""
        name = f"{path.stem}.damaged-{now:%Y-%m-%dT%H%M%S}{suffix}{path.suffix}"
        aside = path.with_name(name)
        if not aside.exists():
            break
    os.rename(path, aside)
    for companion, beside in zip(companions(path), companions(aside), strict=True):
        with contextlib.suppress(FileNotFoundError):
            os.rename(companion, beside)
    return aside


def companions(path: Path) -> list[Path]:
    """What SQLite may keep beside a history: its log, and the log's index."""
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm")]


def save_from(damaged: Path, connection: sqlite3.Connection) -> int:
    """Copy what can be read of a damaged history; return how many half hours that are.

    Raises sqlite3.Error when the new history cannot be written.
    """
    found: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _SAVED}
    with contextlib.suppress(sqlite3.DatabaseError):
        old = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)
        try:
            for table in _SAVED:
                with contextlib.suppress(sqlite3.DatabaseError):
                    for row in old.execute(f"SELECT * FROM {table}"):
                        found[table].append(row)
        finally:
            old.close()
    with transaction(connection):
        for table, rows in found.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                try:
                    connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
                except (sqlite3.IntegrityError, sqlite3.OperationalError) as error:
                    # A row that was read may be damaged all the same; a full disk is no such row.
                    if error.sqlite_errorcode & 0xFF not in _OF_THE_ROW:
                        raise
    return len(found["slots"])
