"""Runs that are killed: a real Station on the demo's radio, at as many readings a second as go.

Each run is a process that a fork server makes, with everything imported
already, so that hundreds of them can be killed in the time of a few starts.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from semtui.clock import JST, VirtualClock
from semtui.model import Reading, Update
from semtui.storage.csvlog import CsvLog
from semtui.storage.dayfile import HEADER, ROW, row_of

FIRST_START = datetime(2026, 11, 21, 21, 0, tzinfo=JST)
PATIENCE = 60.0
MOST_READINGS = 60
"""Most readings that a run is let publish before it is killed."""
MOST_SECONDS = 0.05
"""Longest time, after that, in which the kill may come."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a run is to end."""

    readings: int
    """Kill it once it has published so many; 0 is from its first moment on."""
    seconds: float
    """And so much later."""
    write: int | None = None
    """It dies by itself within this write to the file ..."""
    share: float = 0.0
    """... when so much of the write has been done, 0 to 1."""

    @classmethod
    def of(cls, chance: random.Random) -> Death:
        """Draw one: four of five are kills from outside, the fifth tears a write in two."""
        readings = chance.choice((0, 0, chance.randrange(MOST_READINGS)))
        seconds = chance.uniform(0, MOST_SECONDS)
        if chance.random() < 0.8:
            return cls(readings, seconds)
        return cls(MOST_READINGS * 100, 0.0, chance.randrange(30), chance.random())


class DyingWrite:
    """os.write, but for the one write in which the process dies."""

    def __init__(self, death: Death) -> None:
        self._death = death
        self._calls = 0

    def __call__(self, descriptor: int, data: bytes) -> int:
        if self._calls == self._death.write:
            os.write(descriptor, data[: int(len(data) * self._death.share)])
            os.kill(os.getpid(), signal.SIGKILL)
        self._calls += 1
        return os.write(descriptor, data)


def live(home: str, start: datetime, death: Death, reports: Connection) -> None:
    """Run a Station until killed; each reading that is published is reported, and none before."""
    for name, place in (("CONFIG", "config"), ("DATA", "data"), ("STATE", "state")):
        os.environ[f"XDG_{name}_HOME"] = os.path.join(home, place)
    os.environ["SEMTUI_STORAGE_SYNC_SECONDS"] = "0.01"
    from semtui import station as stations

    stations.CsvLog = partial(CsvLog, write=DyingWrite(death))  # type: ignore[misc, assignment]
    station = stations.Station(stations.plan(stations.Request(demo=True)), VirtualClock(start))

    def report(update: Update) -> None:
        if isinstance(update, Reading):
            reports.send_bytes(row_of(update).rstrip())

    station.hub.subscribe(report)
    station.engine.run(threading.Event(), station.hub.publish)


def fork_server() -> ForkServerContext:
    """A server whose children have all that a run needs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["tests.kills", "semtui.station", "semtui.engine", "semtui.emulator.bench"]
    )
    return context


def published_until_killed(
    context: ForkServerContext, home: Path, start: datetime, death: Death
) -> list[bytes]:
    """Let a run live and die; the rows of what it has published."""
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=live, args=(str(home), start, death, theirs), daemon=True)
    process.start()
    theirs.close()
    rows: list[bytes] = []
    with mine:
        with _until_gone():
            while len(rows) < death.readings:
                rows.append(_next(mine))
            deadline = time.monotonic() + death.seconds
            while (left := deadline - time.monotonic()) > 0:
                if mine.poll(left):
                    rows.append(_next(mine))
        process.kill()
        with _until_gone():
            while True:
                rows.append(_next(mine))
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL, f"it ended by itself: {process.exitcode}"
    process.close()
    return rows


def _next(reports: Connection) -> bytes:
    assert reports.poll(PATIENCE), "the run says nothing"
    return reports.recv_bytes()


@contextmanager
def _until_gone() -> Iterator[None]:
    """End the block when the other side is dead, be it in the midst of a word (an OSError)."""
    with contextlib.suppress(EOFError, OSError):
        yield


def rows_of(folder: Path) -> list[bytes]:
    """All whole rows below `folder`, in the order of the days; each file begins with its header."""
    rows: list[bytes] = []
    for path in sorted(folder.glob("power-*.csv")):
        content = path.read_bytes()
        if not content.startswith(HEADER):
            # Only a run that died in its very first write leaves that.
            assert HEADER.startswith(content), content[:80]
            continue
        *lines, last = content[len(HEADER) :].split(b"\n")
        # A last row that wants nothing but its newline is whole: the next run completes it.
        rows += lines + [last] * (ROW.fullmatch(last) is not None)
    return rows


def start_of(number: int) -> datetime:
    """When the run of that number starts; later ones have the later rows."""
    return FIRST_START + timedelta(hours=number)
