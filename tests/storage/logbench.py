"""A log of record on a real folder, a clock of its own, and a disk that fails when told to."""

from __future__ import annotations

import csv
import errno
import os
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from semtui.clock import JST, VirtualClock
from semtui.hub import Hub
from semtui.model import Notice, Reading, ReadingStatus, StorageStatus, Update
from semtui.storage.csvlog import CsvLog
from semtui.storage.lock import FolderLock

TODAY = "power-2026-11-21.csv"
START = datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=JST)
GOOD = Reading(
    at=START,
    stamp=0.0,
    watts=512,
    r_ampere=Decimal("3.0"),
    t_ampere=Decimal("2.5"),
    round_trip=0.4321,
    status=ReadingStatus.OK,
)
GOOD_ROW = b"2026-11-21T06:00:00.123+09:00,512,3.0,2.5,0.432,ok\n"


class Disk:
    """os.write, until it is told to fail as a disk does."""

    def __init__(self) -> None:
        self.fault: int | None = None
        self.room: int | None = None
        self.calls = 0

    def write(self, descriptor: int, data: bytes) -> int:
        self.calls += 1
        if self.fault is not None:
            raise OSError(self.fault, os.strerror(self.fault))
        if self.room is not None:
            data = data[: self.room]
            if not data:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.room -= len(data)
        return os.write(descriptor, data)


class Bench:
    """A log on a real folder, with its clock, its disk, and all that it has said."""

    def __init__(self, folder: Path, capacity: int = 100, lock: FolderLock | None = None) -> None:
        self.folder = folder
        self.clock = VirtualClock(START)
        self.disk = Disk()
        self.hub = Hub()
        self.said: list[Update] = []
        self.log = CsvLog(
            folder,
            self.clock,
            self.hub.publish,
            lock=lock,
            capacity=capacity,
            write=self.disk.write,
        )
        self.hub.subscribe(self.log.handle)
        self.hub.subscribe(self.said.append)

    def poll(self, watts: int = 512, seconds: float = 3.0, at: datetime | None = None) -> None:
        """One reading, `seconds` after the last."""
        self.clock.advance(seconds)
        at = at or self.clock.now()
        self.hub.publish(replace(GOOD, at=at, stamp=self.clock.monotonic(), watts=watts))

    def watts(self, name: str = TODAY) -> list[int]:
        """What the file says, read as anybody would read it."""
        with open(self.folder / name, newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(None not in row and None not in row.values() for row in rows)
        return [int(row["watts"]) for row in rows]

    @property
    def notices(self) -> list[Notice]:
        return [update for update in self.said if isinstance(update, Notice)]

    @property
    def statuses(self) -> list[StorageStatus]:
        return [update for update in self.said if isinstance(update, StorageStatus)]
