"""The log of record on bad days: whatever the disk does, no row is lost and none is torn."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from semtui.model import Level, Notice, StorageStatus
from semtui.storage.csvlog import RETRY_SECONDS, CsvLog
from tests.plain import closed_folder
from tests.storage.logbench import GOOD, TODAY, Bench


def test_a_full_disk_keeps_the_rows_and_writes_them_in_order_later(bench: Bench) -> None:
    bench.poll(1)
    bench.disk.fault = errno.ENOSPC
    for watts in range(2, 8):
        bench.poll(watts)
    assert bench.watts() == [1]
    assert bench.log.status.pending == 6
    assert bench.log.status.error == "the disk is full."
    bench.disk.fault = None
    bench.poll(8, seconds=RETRY_SECONDS)
    assert bench.watts() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert bench.log.status == StorageStatus(path=str(bench.folder / TODAY), rows=8)


def test_an_outage_is_told_once_at_each_end(bench: Bench) -> None:
    bench.poll(1)
    bench.disk.fault = errno.ENOSPC
    for watts in range(2, 100):
        bench.poll(watts)
    bench.disk.fault = None
    bench.poll(100, seconds=RETRY_SECONDS)
    begin, end = bench.notices
    assert begin.level is Level.ERROR
    assert begin.title == "Readings cannot be written: the disk is full."
    assert "df -h" in begin.hint
    assert end.level is Level.INFO
    assert end.title == "Readings are written again."
    assert [bool(status.error) for status in bench.statuses][-2:] == [True, False]


def test_the_disk_is_not_tried_at_every_reading(bench: Bench) -> None:
    bench.disk.fault = errno.EIO
    before = bench.disk.calls
    for _poll in range(100):
        bench.poll(seconds=0.1)
    assert bench.disk.calls - before <= 1 + 10 / RETRY_SECONDS


def test_what_waits_is_written_even_when_no_reading_comes(bench: Bench) -> None:
    bench.poll(1)
    bench.disk.fault = errno.ENOSPC
    bench.poll(2)
    bench.disk.fault = None
    bench.clock.advance(RETRY_SECONDS)
    bench.hub.publish(Notice(bench.clock.now(), Level.INFO, "the link is being looked for"))
    assert bench.watts() == [1, 2]


def test_a_foreign_file_is_told_of_once_however_often_the_day_is_begun_again(
    bench: Bench,
) -> None:
    bench.folder.mkdir()
    for name in (TODAY, "power-2026-11-22.csv"):
        (bench.folder / name).write_text("not,ours\n")
    for day in (0, 0, 1, 0, 1):
        bench.poll(at=GOOD.at + timedelta(days=day))
        bench.disk.fault = errno.ENOSPC
        bench.poll(at=GOOD.at + timedelta(days=day))
        bench.disk.fault = None
        bench.poll(seconds=RETRY_SECONDS, at=GOOD.at + timedelta(days=day))
    told = [notice.title for notice in bench.notices if "left alone" in notice.title]
    assert len(told) == 2
    assert TODAY in told[0]
    assert "2026-11-22" in told[1]


def test_another_reason_is_another_notice(bench: Bench) -> None:
    bench.poll(1)
    bench.disk.fault = errno.ENOSPC
    bench.poll(2)
    bench.disk.fault = errno.EIO
    bench.poll(3, seconds=RETRY_SECONDS)
    bench.disk.fault = errno.EROFS
    bench.poll(4, seconds=RETRY_SECONDS)
    assert [notice.title for notice in bench.notices] == [
        "Readings cannot be written: the disk is full.",
        "Readings cannot be written: the system says: Input/output error.",
        "Readings cannot be written: the disk is read-only.",
    ]


def test_memory_is_bounded_and_what_is_given_up_is_counted(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "data", capacity=10)
    bench.disk.fault = errno.ENOSPC
    for watts in range(1, 26):
        bench.poll(watts)
    assert (bench.log.status.pending, bench.log.status.dropped) == (10, 15)
    bench.disk.fault = None
    bench.poll(26, seconds=RETRY_SECONDS)
    assert bench.watts() == list(range(17, 27))
    assert bench.log.status.dropped == 16
    assert [notice.title for notice in bench.notices] == [
        "Readings cannot be written: the disk is full.",
        "Readings are being lost.",
        "Readings are written again.",
    ]
    assert bench.notices[-1].level is Level.WARNING
    assert "16 had to be given up" in bench.notices[-1].detail
    bench.log.close()


def test_a_long_outage_over_midnight_ends_in_the_right_files(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "data", capacity=5000)
    bench.clock.step_wall(timedelta(hours=17, minutes=15))
    bench.disk.fault = errno.ENOSPC
    for watts in range(2000):
        bench.poll(watts)
    bench.disk.fault = None
    bench.poll(2000, seconds=RETRY_SECONDS)
    first, second = bench.watts(), bench.watts("power-2026-11-22.csv")
    assert first + second == list(range(2001))
    for day in ("2026-11-21", "2026-11-22"):
        rows = (bench.folder / f"power-{day}.csv").read_text().splitlines()[1:]
        assert len(rows) > 500
        assert all(row.startswith(f"{day}T") for row in rows)
    bench.log.close()


def test_half_a_row_on_a_full_disk_is_taken_back(bench: Bench) -> None:
    bench.poll(1)
    whole = (bench.folder / TODAY).read_bytes()
    bench.disk.room = 20
    bench.poll(2)
    assert (bench.folder / TODAY).read_bytes() == whole
    assert bench.log.status.error == "the disk is full."
    bench.disk.room = None
    bench.poll(3, seconds=RETRY_SECONDS)
    assert bench.watts() == [1, 2, 3]


def test_half_a_header_on_a_full_disk_is_taken_back(bench: Bench) -> None:
    bench.disk.room = 20
    bench.poll(1)
    assert (bench.folder / TODAY).read_bytes() == b""
    bench.disk.room = None
    bench.poll(2, seconds=RETRY_SECONDS)
    assert bench.watts() == [1, 2]


def test_half_a_row_that_cannot_be_taken_back_is_cut_off_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.poll(1)

    def refuse(_descriptor: int, _length: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "ftruncate", refuse)
        bench.disk.room = 20
        bench.poll(2)
    bench.disk.room = None
    bench.poll(3, seconds=RETRY_SECONDS)
    assert bench.watts() == [1, 2, 3]
    begin, torn, end = bench.notices
    assert begin.title == "Readings cannot be written: the system says: Input/output error."
    assert "was torn and has been removed" in torn.title
    assert end.title == "Readings are written again."


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the kernel itself cut writes short, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", range(0, 60, 7))
def test_a_write_that_the_kernel_cuts_short(bench: Bench, room: int) -> None:
    bench.poll(1)
    whole = (bench.folder / TODAY).read_bytes()
    with largest_file(len(whole) + room):
        bench.poll(2)
        bench.poll(3)
    after = (bench.folder / TODAY).read_bytes()
    assert after.startswith(whole)
    assert after.endswith(b"\n")
    bench.poll(4, seconds=RETRY_SECONDS)
    assert bench.watts() == [1, 2, 3, 4]


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    bench = Bench(tmp_path / "data")
    bench.log = CsvLog(
        bench.folder, bench.clock, bench.said.append, write=lambda _fd, data: os.write(full, data)
    )
    bench.log.handle(GOOD)
    os.close(full)
    assert bench.log.status.error == "the disk is full."
    assert bench.log.status.pending == 1


def test_a_folder_that_is_removed_is_made_again(bench: Bench) -> None:
    bench.poll(1)
    shutil.rmtree(bench.folder)
    bench.poll(2)
    assert bench.watts() == [2]
    assert bench.log.status.error == ""
    assert [notice.level for notice in bench.notices] == [Level.WARNING]


def test_a_file_that_is_removed_is_begun_again(bench: Bench) -> None:
    bench.poll(1)
    (bench.folder / TODAY).unlink()
    bench.poll(2)
    bench.poll(3)
    assert bench.watts() == [2, 3]
    assert len(bench.notices) == 1
    assert "changed by something else" in bench.notices[0].title


def test_a_file_that_an_editor_replaces_is_gone_on_with(bench: Bench) -> None:
    bench.poll(1)
    draft = bench.folder / "draft"
    draft.write_bytes((bench.folder / TODAY).read_bytes())
    draft.rename(bench.folder / TODAY)
    bench.poll(2)
    assert bench.watts() == [1, 2]
    assert len(bench.notices) == 1


def test_a_file_that_is_emptied_gets_its_header_again(bench: Bench) -> None:
    bench.poll(1)
    os.truncate(bench.folder / TODAY, 0)
    bench.poll(2)
    assert bench.watts() == [2]


def test_half_a_line_that_somebody_else_appends_spoils_no_row(bench: Bench) -> None:
    bench.poll(1)
    with open(bench.folder / TODAY, "ab") as file:
        file.write(b"a note of my own")
    bench.poll(2)
    assert bench.watts() == [1, 2]


def test_a_folder_that_may_not_be_written() -> None:
    with closed_folder() as folder:
        bench = Bench(folder)
        bench.poll(1)
        assert bench.log.status.error == f"this user may not write in {folder}."
        assert f"sudo chown -R $USER {folder}" in bench.notices[0].hint
        folder.chmod(0o700)
        bench.poll(2, seconds=RETRY_SECONDS)
        assert bench.watts() == [1, 2]
        bench.log.close()


@pytest.mark.parametrize("below", [False, True])
def test_a_file_stands_where_the_folder_should_be(tmp_path: Path, below: bool) -> None:
    blocker = tmp_path / "blocker"
    blocker.write_text("mine")
    bench = Bench(blocker / "data" if below else blocker)
    bench.poll(1)
    assert bench.log.status.error == f"{bench.folder} is not a folder."
    assert blocker.read_text() == "mine"
    blocker.unlink()
    bench.poll(2, seconds=RETRY_SECONDS)
    assert bench.watts() == [1, 2]
    bench.log.close()


def test_a_file_takes_the_folders_place_while_the_log_runs(bench: Bench) -> None:
    bench.poll(1)
    shutil.rmtree(bench.folder)
    bench.folder.write_text("mine")
    bench.poll(2)
    assert bench.log.status.error == f"{bench.folder} is not a folder."
    assert bench.folder.read_text() == "mine"
    bench.folder.unlink()
    bench.poll(3, seconds=RETRY_SECONDS)
    assert bench.watts() == [2, 3]


def test_a_quota_is_a_full_disk(bench: Bench) -> None:
    bench.poll(1)
    bench.disk.fault = errno.EDQUOT
    bench.poll(2)
    assert bench.log.status.error == "the disk is full."
    bench.disk.fault = None
    bench.poll(3, seconds=RETRY_SECONDS)
    assert bench.watts() == [1, 2, 3]
