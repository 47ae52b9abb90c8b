"""What a day costs a card: bytes that the kernel counts, in a process that lives through one.

The day is not waited for: its readings come one after the other, and the syncs and commits
come after as many readings as there would be in their time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.readings import INTERVAL, household_readings
from benchmarks.years import A_DAY, END, midnight
from semtui.clock import VirtualClock
from semtui.model import Update
from semtui.storage.csvlog import CsvLog
from semtui.storage.history.writer import HistoryStore

CASES: tuple[tuple[int, int, float | None, float | None], ...] = (
    (60, 120, 40.0, 40.0),
    (60, 60, None, None),
    (60, 300, None, None),
    (300, 300, 12.0, None),
)
"""Seconds between syncs of the CSV file, which are those at risk; between commits of the history;
and the megabytes that a day may cost, as synced by us and with what Linux adds. First those that
are set where nothing else is."""
WRITE_BACK = 30
"""Seconds after which Linux writes what nobody has synced, unless it is told otherwise. Most of
what that adds is SQLite's index of its log (-shm), which a commit touches in several places."""


def measure() -> Iterator[Figure]:
    """Live through a day with each setting, as synced by us, and with what Linux adds."""
    for sync, commit, alone, beside in CASES:
        name = f"written a day, CSV synced each {sync} s, history committed each {commit} s"
        yield Figure(name, [_day(sync, commit, write_back=False)], "MB", aim=alone)
        yield Figure(
            f"the same, with a kernel that writes back each {WRITE_BACK} s of itself",
            [_day(sync, commit, write_back=True)],
            "MB",
            aim=beside,
        )


def _day(sync: int, commit: int, *, write_back: bool) -> float:
    """Megabytes of a day, as a child of this process finds them."""
    with tempfile.TemporaryDirectory(dir=_real_disk()) as place:
        said = subprocess.run(
            [
                sys.executable,
                *("-m", "benchmarks.disk", place),
                *(str(int(value)) for value in (sync, commit, write_back)),
            ],
            capture_output=True,
            check=True,
            text=True,
        )
    return int(said.stdout) / 1e6


def _real_disk() -> Path:
    """A folder that is not in memory."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in (Path(tempfile.gettempdir()), Path.cwd(), Path.home()):
        under = [mount for mount in mounts if place.resolve().is_relative_to(mount[0])]
        if max(under, key=lambda mount: len(mount[0]))[1] not in ("tmpfs", "ramfs"):
            return place
    raise SystemExit("every folder here is in memory; there is no disk to count on")


def _live(folder: Path, sync: int, commit: int, *, write_back: bool) -> int:
    """Live through a day; return the bytes that this process has had written."""
    start = midnight(END)
    clock = VirtualClock(start)

    def ignore(_update: Update) -> None:
        pass

    log, store = CsvLog(folder, clock, ignore), HistoryStore(folder, clock, ignore)
    before = _written()
    for number, reading in enumerate(household_readings(start, 0.0, A_DAY), 1):
        clock.advance(INTERVAL)
        log.handle(reading)
        store.handle(reading)
        if number % int(sync / INTERVAL) == 0:
            log.sync()
        if number % int(commit / INTERVAL) == 0:
            store.flush()
        if write_back and number % int(WRITE_BACK / INTERVAL) == 0:
            _write_back(folder)
    log.close()
    log.sync()
    store.end()
    store.flush()
    return _written() - before


def _written() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def _write_back(folder: Path) -> None:
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        os.fdatasync(descriptor)
        os.close(descriptor)


if __name__ == "__main__":
    place, *numbers = sys.argv[1:]
    each_sync, each_commit, adds = map(int, numbers)
    print(_live(Path(place), each_sync, each_commit, write_back=bool(adds)))
