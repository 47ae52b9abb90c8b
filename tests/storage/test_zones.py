"""Any time zone, and clocks that step in it: files, order and instants stay right."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from semtui.clock import SystemClock
from semtui.storage.csvlog import CsvLog
from semtui.storage.dayfile import ROW
from tests.storage.logbench import GOOD

CHANGES = {
    "Asia/Tokyo": 1_795_000_000,
    "UTC": 1_795_000_000,
    "Pacific/Chatham": 1_774_706_400,
    "America/St_Johns": 1_793_509_200,
    "XST-13:45XDT-14:15,J59/2,J310/3": 1_772_366_400,
    "<-1137>11:37:13": 1_795_000_000,
    ":nowhere/at/all": 1_795_000_000,
}
"""Zones, and a UTC second near which some of them change their clocks (in 2026)."""


@pytest.fixture(params=CHANGES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def rows_of(folder: Path) -> dict[str, list[str]]:
    """The times in each day's file."""
    found = {}
    for path in sorted(folder.glob("power-*.csv")):
        rows = path.read_bytes().splitlines()[1:]
        assert all(ROW.fullmatch(row) for row in rows)
        found[path.stem.removeprefix("power-")] = [row.decode().split(",")[0] for row in rows]
    return found


@pytest.mark.parametrize("steps", [False, True])
def test_each_row_is_in_the_file_of_its_day_and_tells_its_instant(
    zone: str, steps: bool, tmp_path: Path
) -> None:
    """Two days around a change of the zone's clocks; with `steps`, ours is set by hours, too."""
    chance = random.Random(zone)
    log = CsvLog(tmp_path, SystemClock(), lambda _update: None)
    second = float(CHANGES[zone] - 86400)
    written: dict[str, list[datetime]] = {}
    for _reading in range(400):
        at = datetime.fromtimestamp(second).astimezone()
        log.handle(replace(GOOD, at=at))
        written.setdefault(at.date().isoformat(), []).append(at)
        second += 432
        if steps and chance.random() < 0.1:
            second += chance.choice((-9, -3, -1, 1, 5)) * 3600
    log.close()
    found = rows_of(tmp_path)
    assert set(found) == set(written)
    for day, times in found.items():
        assert all(text.startswith(day) for text in times)
        assert [datetime.fromisoformat(text) for text in times] == written[day]
    every = [at for day in sorted(found) for at in written[day]]
    if not steps:
        assert every == sorted(set(every))


def test_the_systems_clock_is_aware_in_any_zone(zone: str) -> None:
    now = SystemClock().now()
    assert now.utcoffset() is not None
    assert abs(now.utcoffset() or timedelta()) < timedelta(hours=15)
