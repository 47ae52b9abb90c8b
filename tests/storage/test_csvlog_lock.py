"""The log and its folder's lock, when somebody removes the folder under a running semtui."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from semtui.errors import StorageError
from semtui.model import Level, Notice
from semtui.storage.csvlog import RETRY_SECONDS
from semtui.storage.lock import FolderLock
from tests.plain import closed_folder
from tests.storage.logbench import Bench
from tests.storage.test_lock import hold


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Bench]:
    with FolderLock(tmp_path / "data") as lock:
        bench = Bench(tmp_path / "data", lock=lock)
        yield bench
        bench.log.close()


def test_a_folder_that_stays_is_not_spoken_of(locked: Bench) -> None:
    for watts in range(5):
        locked.poll(watts)
    assert locked.notices == []


def test_a_removed_folder_is_made_and_locked_again_and_said_once(locked: Bench) -> None:
    locked.poll(1)
    shutil.rmtree(locked.folder)
    for watts in range(2, 6):
        locked.poll(watts)
    assert locked.watts() == [2, 3, 4, 5]
    said = [notice for notice in locked.notices if "was removed or replaced" in notice.title]
    assert [notice.level for notice in said] == [Level.WARNING]
    with pytest.raises(StorageError):
        FolderLock(locked.folder)


def test_while_another_has_the_new_folder_rows_wait_and_are_written_when_it_ends(
    locked: Bench,
) -> None:
    locked.poll(1)
    shutil.rmtree(locked.folder)
    with hold(locked.folder) as other:
        for watts in range(2, 5):
            locked.poll(watts, seconds=RETRY_SECONDS)
        assert list(locked.folder.glob("*.csv")) == []
        assert locked.log.status.pending == 3
        assert locked.log.status.error == "another semtui has taken the data folder."
        other.communicate()
    locked.poll(5, seconds=RETRY_SECONDS)
    assert locked.watts() == [2, 3, 4, 5]
    titles = [notice.title for notice in locked.notices]
    assert sum("another semtui has taken" in title for title in titles) == 1


def test_a_folder_that_cannot_be_made_says_what_the_disk_says(locked: Bench) -> None:
    locked.poll(1)
    shutil.rmtree(locked.folder)
    locked.folder.touch()
    locked.poll(2)
    assert "is not a folder" in locked.log.status.error
    locked.folder.unlink()
    locked.poll(3, seconds=RETRY_SECONDS)
    assert locked.watts() == [2, 3]


def test_a_folder_that_cannot_be_written_from_the_start_is_said_before_the_first_reading() -> None:
    with closed_folder() as folder, FolderLock(folder, patient=True) as lock:
        bench = Bench(folder, lock=lock)
        bench.hub.publish(Notice(bench.clock.now(), Level.INFO, "The port is open."))
        said, first = bench.notices
        assert first.title == "The port is open."
        assert said.level is Level.ERROR
        assert said.title.startswith("Readings cannot be written: this user may not write")
        assert "kept in memory" in said.detail
        assert said.hint.startswith("Run: sudo chown")
        assert bench.statuses[-1].error == bench.log.status.error != ""
        for watts in range(1, 4):
            bench.poll(watts, seconds=RETRY_SECONDS)
        assert bench.log.status.pending == 3
        folder.chmod(0o700)
        bench.poll(4, seconds=RETRY_SECONDS)
        assert bench.watts() == [1, 2, 3, 4]
        assert lock.is_held
        assert [notice.title for notice in bench.notices[2:]] == ["Readings are written again."]
        bench.log.close()


def test_of_two_that_wait_for_a_folder_only_one_writes() -> None:
    with closed_folder() as folder:
        locks = [FolderLock(folder, patient=True) for _each in range(2)]
        first, second = (Bench(folder, lock=lock) for lock in locks)
        first.poll(1)
        second.poll(2)
        folder.chmod(0o700)
        first.poll(3, seconds=RETRY_SECONDS)
        second.poll(4, seconds=RETRY_SECONDS)
        assert first.watts() == [1, 3]
        assert second.log.status.error == "another semtui has taken the data folder."
        assert second.log.status.pending == 2
        first.log.close()
        second.log.close()
        for lock in locks:
            lock.close()


def test_what_could_not_be_written_up_to_the_end_is_said() -> None:
    with closed_folder() as folder, FolderLock(folder, patient=True) as lock:
        bench = Bench(folder, lock=lock)
        bench.poll(1)
        bench.poll(2)
        bench.log.close()
        said = bench.notices[-1]
        assert said.level is Level.ERROR
        assert said.title == "2 readings could not be written, and are lost."
        assert said.detail == bench.log.status.error != ""
