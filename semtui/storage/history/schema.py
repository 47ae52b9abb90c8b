"""The tables of the history, their version, and the ways from older versions to this one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from semtui.errors import StorageError
from semtui.i18n import _

VERSION = 1
PAGE_BYTES = 1024
"""Of the file. A minute changes four or five pages, of a line or two each; in the log of
changes small ones lie side by side, which halves what a day costs a card."""
LOG_BYTES = 4 << 20
"""What is left of the write-ahead log when it has been emptied."""
BUSY_SECONDS = 2.0
"""How long to wait for another process that has the file."""

_TABLES = (
    # UTC milliseconds; W; tenths of an ampere; milliseconds; STATUS_NUMBERS.
    """CREATE TABLE samples(
        at INTEGER PRIMARY KEY, watts INTEGER, r INTEGER, t INTEGER,
        round_trip INTEGER, status INTEGER NOT NULL)""",
    # UTC seconds; W. Only minutes and half hours with a value have a row.
    """CREATE TABLE minutes(
        start INTEGER PRIMARY KEY, total INTEGER NOT NULL, count INTEGER NOT NULL,
        low INTEGER NOT NULL, high INTEGER NOT NULL)""",
    """CREATE TABLE power_half_hours(
        start INTEGER PRIMARY KEY, total INTEGER NOT NULL, count INTEGER NOT NULL,
        low INTEGER NOT NULL, high INTEGER NOT NULL)""",
    # Minutes of the meter's own clock; registers in 0.0001 kWh; SOURCE_NUMBERS.
    """CREATE TABLE slots(
        time INTEGER PRIMARY KEY, meter INTEGER NOT NULL, normal INTEGER, reverse INTEGER,
        normal_source INTEGER, reverse_source INTEGER) WITHOUT ROWID""",
    # `serial` is a digest, and serves to tell one meter from another. The modulus, in
    # 0.0001 kWh, is where the register begins anew; first and last are slot times.
    """CREATE TABLE meters(
        id INTEGER PRIMARY KEY, serial TEXT, modulus INTEGER, first INTEGER, last INTEGER)""",
    # UTC milliseconds; LEVEL_NUMBERS.
    """CREATE TABLE events(
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, level INTEGER NOT NULL,
        title TEXT NOT NULL, detail TEXT NOT NULL)""",
    "CREATE INDEX events_by_time ON events(at)",
    # CSV files: bytes that were read, and a checksum of the last of these.
    """CREATE TABLE files(
        name TEXT PRIMARY KEY, offset INTEGER NOT NULL, checksum INTEGER NOT NULL)
        WITHOUT ROWID""",
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID",
)

Migration = Callable[[sqlite3.Connection], None]
"""Brings the tables from one version to the next, inside a transaction."""

MIGRATIONS: Mapping[int, Migration] = {}
"""Version -> what leads from it to the next one."""


def open_for_writing(
    path: Path, migrations: Mapping[int, Migration] = MIGRATIONS
) -> sqlite3.Connection:
    """Open the history, made or brought to this version where that is needed.

    Raises sqlite3.Error, and StorageError where a newer semtui has written it.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        refuse_newer(connection, path)
        # Before the first table, or it has no effect.
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode=WAL")
        # A power cut may take the last commits, whole; the CSV files have what was in them.
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA journal_size_limit={LOG_BYTES}")
        _bring_up(connection, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection | None:
    """Open the history read-only; None while there is none, or nothing in it.

    Raises sqlite3.Error, and StorageError where a newer semtui has written it.
    """
    if not path.exists():
        return None
    uri = path.absolute().as_uri()
    connection = _read_only(f"{uri}?mode=ro")
    try:
        refuse_newer(connection, path)
    except sqlite3.OperationalError:
        # In a folder that cannot be written to, the index of the log has no place.
        connection.close()
        connection = _read_only(f"{uri}?mode=ro&immutable=1")
        refuse_newer(connection, path)
    if version_of(connection) != VERSION:
        connection.close()
        return None
    return connection


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the tables; 0 where there are none."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StorageError, and close, where the tables are of a version after ours."""
    version = version_of(connection)
    if version <= VERSION:
        return
    connection.close()
    raise StorageError(
        _("The history in {path} was written by a newer semtui.").format(path=path),
        _("It is of version {theirs}; this program knows up to {ours}.").format(
            theirs=version, ours=VERSION
        ),
        _("Update semtui. The CSV files go on meanwhile, and nothing was changed."),
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of it or nothing; inside another transaction it is a part of that one."""
    if _is_inside(connection):
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some faults SQLite has undone it itself.
        if _is_inside(connection):
            connection.execute("ROLLBACK")
        raise


def _is_inside(connection: sqlite3.Connection) -> bool:
    return connection.in_transaction


def _read_only(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


def _bring_up(connection: sqlite3.Connection, migrations: Mapping[int, Migration]) -> None:
    """Make the tables, or change those of an older version, in one transaction."""
    version = version_of(connection)
    if version == VERSION:
        return
    with transaction(connection):
        if version == 0:
            for table in _TABLES:
                connection.execute(table)
        else:
            for older in range(version, VERSION):
                migrations[older](connection)
        connection.execute(f"PRAGMA user_version={VERSION}")
