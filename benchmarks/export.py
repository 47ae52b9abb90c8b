"""A year of readings out of the history as CSV, by the command itself: rows a second, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.processes import user_environment
from benchmarks.years import A_DAY, write_store
from tests.programs import COMMAND

DAYS = 365
ROUNDS = 3
_FLOOR = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for row in connection.execute(
    "SELECT at, watts, r, t, round_trip, status FROM samples ORDER BY at"
):
    pass
"""
"""What no export can do without: each row out of SQLite."""


def measure() -> Iterator[Figure]:
    """Export a year to a file, several times, and read the same rows without doing anything."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        store = write_store(home / ".local/share/semtui", DAYS)
        file = home / "year.csv"
        rows = DAYS * A_DAY
        floor, speeds, sizes = [], [], []
        for _ in range(ROUNDS):
            seconds, _size = _run(home, [sys.executable, "-c", _FLOOR, str(store)])
            floor.append(rows / seconds)
            seconds, size = _run(home, [*COMMAND, "export", "-o", str(file)])
            speeds.append(rows / seconds)
            sizes.append(size)
        with open(file, "rb") as lines:
            found = sum(1 for _line in lines) - 1
        if found != rows:
            raise SystemExit(f"{found} rows of {rows} were exported")
        yield Figure(
            f"semtui export of {DAYS} days, raw ({rows:,} rows)",
            speeds,
            "rows/s",
            floor,
            "rows/s read and dropped",
            aim=400_000,
            more_is_better=True,
            note=f"{file.stat().st_size / 1e6:.0f} MB of CSV",
        )
        yield Figure("peak RSS of that", sizes, "MB", aim=60)
        for every in ("1m", "30m", "1d"):
            taken = [_run(home, [*COMMAND, "export", "--every", every, "-o", str(file)])[0]]
            yield Figure(f"the same with --every {every}", taken, "s")


def _run(home: Path, command: list[str]) -> tuple[float, float]:
    """Run a program to its end: its seconds, and its peak of memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=user_environment(home))
    _pid, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return taken, usage.ru_maxrss * 1024 / 1e6
