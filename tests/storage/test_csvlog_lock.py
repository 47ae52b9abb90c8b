"""The log and its folder's lock, when somebody removes the folder under a running semtui."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from semtui.errors import StorageError
from semtui.model import Level
from semtui.storage.csvlog import RETRY_SECONDS
from semtui.storage.lock import FolderLock
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
