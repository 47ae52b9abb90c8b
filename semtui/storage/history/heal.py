"""Healing: what stands in the CSV files and not in the history is put into it.

It is remembered per file how far it was read, in the transaction that the rows
are written by. So a crash at any moment costs nothing but a piece read again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from semtui.storage.history.csvrows import Mark, unread
from semtui.storage.history.samples import add_samples
from semtui.storage.history.schema import transaction


@dataclass(slots=True)
class Healed:
    """What came of healing."""

    added: int = 0
    """Rows that the history had not had."""
    bad: int = 0
    """Lines that were no rows."""
    unreadable: list[Path] = field(default_factory=list)
    finished: bool = True
    """False where it was broken off; the next time it goes on from there."""


def heal(
    connection: sqlite3.Connection,
    paths: Iterable[Path],
    is_ending: Callable[[], bool] = lambda: False,
) -> Healed:
    """Read each file from where it was last read to; a transaction a piece, or the open one.

    `is_ending` is asked before each piece. Raises sqlite3.Error.
    """
    healed = Healed()
    for path in paths:
        mark = _mark_of(connection, path.name)
        try:
            for piece in unread(path, mark):
                if is_ending():
                    healed.finished = False
                    return healed
                with transaction(connection):
                    healed.added += add_samples(connection, piece.rows)
                    connection.execute(
                        "INSERT OR REPLACE INTO files VALUES (?, ?, ?)",
                        (path.name, piece.mark.offset, piece.mark.checksum),
                    )
                healed.bad += piece.bad
        except OSError:
            healed.unreadable.append(path)
    return healed


def _mark_of(connection: sqlite3.Connection, name: str) -> Mark:
    row = connection.execute(
        "SELECT offset, checksum FROM files WHERE name = ?", (name,)
    ).fetchone()
    return Mark() if row is None else Mark(*row)
