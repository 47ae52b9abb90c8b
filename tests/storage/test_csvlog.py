"""The log of record on good days."""

from __future__ import annotations

import errno
import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from semtui.clock import JST
from semtui.model import Level, Notice, StorageStatus
from semtui.storage.dayfile import HEADER
from tests.storage.logbench import GOOD, GOOD_ROW, START, TODAY, Bench


def test_the_first_reading_begins_the_folder_and_the_file(bench: Bench) -> None:
    bench.hub.publish(GOOD)
    assert (bench.folder / TODAY).read_bytes() == HEADER + GOOD_ROW


def test_a_row_is_in_the_file_when_the_next_subscriber_hears_of_it(bench: Bench) -> None:
    seen: list[bytes] = []
    bench.hub.subscribe(lambda update: seen.append((bench.folder / TODAY).read_bytes()))
    bench.hub.publish(GOOD)
    assert seen[-1] == HEADER + GOOD_ROW


def test_a_row_is_one_system_call(bench: Bench) -> None:
    bench.poll()
    before = bench.disk.calls
    bench.poll()
    assert bench.disk.calls == before + 1


def test_only_readings_are_logged(bench: Bench) -> None:
    bench.hub.publish(Notice(START, Level.INFO, "hello"))
    assert not bench.folder.exists()


def test_a_restart_goes_on_in_the_same_file(bench: Bench) -> None:
    bench.poll(1)
    bench.log.close()
    second = Bench(bench.folder)
    second.poll(2)
    second.log.close()
    assert bench.watts() == [1, 2]
    assert second.notices == []


def test_status_comes_with_each_row(bench: Bench) -> None:
    for _poll in range(3):
        bench.poll()
    assert [status.rows for status in bench.statuses] == [1, 2, 3]
    first = bench.statuses[0]
    assert first == StorageStatus(path=str(bench.folder / TODAY), rows=1)
    assert bench.notices == []


# Time


def test_midnight_begins_the_next_file(bench: Bench) -> None:
    bench.poll(1, at=datetime(2026, 11, 21, 23, 59, 59, 999000, tzinfo=JST))
    bench.poll(2, at=datetime(2026, 11, 22, 0, 0, tzinfo=JST))
    assert bench.watts() == [1]
    assert bench.watts("power-2026-11-22.csv") == [2]
    assert bench.statuses[-1].path.endswith("power-2026-11-22.csv")


def test_the_day_is_that_of_the_readings_own_zone(bench: Bench) -> None:
    bench.poll(1, at=datetime(2026, 11, 21, 23, 30, tzinfo=ZoneInfo("America/New_York")))
    text = (bench.folder / TODAY).read_text()
    assert "2026-11-21T23:30:00.000-05:00,1," in text


def test_a_clock_that_is_set_back_appends_to_the_day_it_says(bench: Bench) -> None:
    bench.poll(1)
    bench.clock.step_wall(timedelta(days=-1))
    bench.poll(2)
    bench.poll(3)
    bench.clock.step_wall(timedelta(days=1))
    bench.poll(4)
    assert bench.watts() == [1, 4]
    assert bench.watts("power-2026-11-20.csv") == [2, 3]
    assert bench.notices == []


def test_a_pi_without_a_clock_starts_in_1970_and_is_set_right(bench: Bench) -> None:
    bench.poll(1, at=datetime(1970, 1, 1, 9, 0, 12, tzinfo=JST))
    bench.poll(2)
    assert bench.watts("power-1970-01-01.csv") == [1]
    assert bench.watts() == [2]


# Ending


def test_closing_tells_the_end(bench: Bench) -> None:
    bench.poll(1)
    bench.poll(2)
    bench.log.close()
    assert bench.statuses[-1].rows == 2


def test_closing_tries_once_more(bench: Bench) -> None:
    bench.poll(1)
    bench.disk.fault = errno.ENOSPC
    bench.poll(2)
    bench.disk.fault = None
    bench.log.close()
    assert bench.watts() == [1, 2]
    assert bench.statuses[-1].pending == 0


def test_closing_on_a_full_disk_says_what_is_lost(bench: Bench) -> None:
    bench.disk.fault = errno.ENOSPC
    bench.poll(1)
    bench.log.close()
    assert bench.statuses[-1].pending == 1
    assert bench.statuses[-1].error


def test_closing_before_anything_came_is_quiet(bench: Bench) -> None:
    bench.log.close()
    assert bench.said == []


def test_no_descriptor_is_left_open(bench: Bench) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for day in range(30):
        bench.poll(day, at=START + timedelta(days=day))
    bench.disk.fault = errno.ENOSPC
    bench.poll(1, at=START + timedelta(days=40))
    bench.log.close()
    assert len(os.listdir("/proc/self/fd")) == before
