"""Histories of any length, made in seconds: days of the emulated house, each a little different.

For the measurements of the history, of export and of import. A day of the house
is worked out once, and SQLite copies it as often as there are days.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, time, timedelta
from pathlib import Path

from benchmarks.readings import INTERVAL, household_readings
from semtui.clock import JST
from semtui.model import Reading, SlotSource
from semtui.storage.dayfile import HEADER, row_of
from semtui.storage.history.csvrows import sample_of
from semtui.storage.history.samples import roll_up
from semtui.storage.history.schema import open_for_writing, transaction
from semtui.storage.history.values import (
    FILE_NAME,
    SLOT_MINUTES,
    SLOTS_A_DAY,
    SOURCE_NUMBERS,
    to_minutes,
    to_ms,
)

END = date(2026, 11, 21)
"""The day after the last."""
A_DAY = int(86_400 / INTERVAL)
"""Readings."""
_MODULUS = 10**6 * 1000
"""Six digits of 0.1 kWh."""
_FIRST_REGISTER = 9_500 * 10_000


def first_day(days: int) -> date:
    """The first of `days` days up to `END`."""
    return END - timedelta(days=days)


def midnight(day: date) -> datetime:
    """Its beginning in Japan."""
    return datetime.combine(day, time(), JST)


def write_store(folder: Path, days: int) -> Path:
    """Write a history of `days` days at three seconds into `folder`; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    connection = open_for_writing(path)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(
        "CREATE TEMP TABLE house(ms INTEGER PRIMARY KEY, watts INTEGER, r INTEGER, t INTEGER)"
    )
    begin = to_ms(midnight(END))
    rows = [sample_of(reading) for reading in _house_day()]
    connection.executemany(
        "INSERT INTO house VALUES (?, ?, ?, ?)",
        [(row[0] - begin, *row[1:4]) for row in rows if row is not None],
    )
    used = _FIRST_REGISTER
    for number in range(days):
        start = to_ms(midnight(first_day(days))) + number * 86_400_000
        with transaction(connection):
            connection.execute(
                "INSERT INTO samples SELECT ?1 + ms + (ms / 3000 * 7919 + ?2 * 31) % 1000,"
                " watts + ?2 % 97, r, t, 350 + (ms / 3000 * 31 + ?2) % 200, 0 FROM house",
                (start, number),
            )
            roll_up(connection, set(range(start // 60_000, start // 60_000 + 1440)))
            used = _write_slots(connection, first_day(days) + timedelta(days=number), used)
    connection.close()
    return path


def write_logs(folder: Path, days: int) -> None:
    """Write the CSV files of `days` days at three seconds into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [row_of(reading).partition(b"T") for reading in _house_day()]
    for number in range(days):
        day = (first_day(days) + timedelta(days=number)).isoformat()
        text = b"".join(day.encode() + mark + rest for _day, mark, rest in rows)
        (folder / f"power-{day}.csv").write_bytes(HEADER + text)


def _house_day() -> list[Reading]:
    return list(household_readings(midnight(END), 0.0, A_DAY))


def _write_slots(connection: sqlite3.Connection, day: date, used: int) -> int:
    """Add the registers of a day, which begin at `used`; return that at its end."""
    connection.execute("INSERT OR IGNORE INTO meters VALUES (1, NULL, ?, NULL, NULL)", (_MODULUS,))
    begin = to_ms(midnight(day)) // 1000
    watts: dict[int, float] = dict(
        connection.execute(
            "SELECT start, total * 1.0 / count FROM power_half_hours"
            " WHERE start >= ? AND start < ?",
            (begin, begin + 86_400),
        )
    )
    source = SOURCE_NUMBERS[SlotSource.ANNOUNCED]
    first = to_minutes(datetime.combine(day, time()))
    rows: list[tuple[int, int, int, int]] = []
    for number in range(SLOTS_A_DAY):
        # Half an hour of a watt is 0.0005 kWh, and the register counts tenths of a kWh.
        rows.append((first + number * SLOT_MINUTES, 1, used % _MODULUS // 1000 * 1000, source))
        used += round(watts.get(begin + number * 1800, 0.0) * 5)
    connection.executemany("INSERT OR REPLACE INTO slots VALUES (?, ?, ?, NULL, ?, NULL)", rows)
    return used
