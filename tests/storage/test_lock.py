"""One writer for a data folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from semtui.errors import StorageError
from semtui.storage.lock import LOCK_NAME, FolderLock
from tests.plain import closed_folder

HOLD = (
    "import sys, pathlib; from semtui.storage.lock import FolderLock;"
    "lock = FolderLock(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


def hold(folder: Path) -> subprocess.Popen[bytes]:
    """Start a process that holds `folder`."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    return other


def test_the_holder_writes_its_number(tmp_path: Path) -> None:
    with FolderLock(tmp_path / "data"):
        assert (tmp_path / "data" / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_a_second_one_is_told_who_holds_it(tmp_path: Path) -> None:
    with hold(tmp_path) as other:
        with pytest.raises(StorageError) as caught:
            FolderLock(tmp_path)
        other.communicate()
    assert str(tmp_path) in caught.value.title
    assert f"process {other.pid}" in caught.value.detail


def test_the_refused_one_leaves_the_holders_number(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        with pytest.raises(StorageError):
            FolderLock(tmp_path)
        assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_a_killed_holder_leaves_nothing_to_clean_up(tmp_path: Path) -> None:
    with hold(tmp_path) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        with FolderLock(tmp_path):
            assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_a_longer_number_of_a_dead_holder_is_overwritten_whole(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("123456789012345\n")
    with FolderLock(tmp_path):
        assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_closing_twice_gives_it_up_once(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.close()
    lock.close()
    FolderLock(tmp_path).close()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as caught:
        FolderLock(tmp_path / "file")
    assert "cannot be used" in caught.value.title
    assert caught.value.hint


# The folder goes away


def test_a_lock_that_is_still_there_is_left_alone(tmp_path: Path) -> None:
    with FolderLock(tmp_path) as lock:
        before = os.stat(tmp_path / LOCK_NAME)
        assert not lock.hold()
        assert os.path.samestat(before, os.stat(tmp_path / LOCK_NAME))


@pytest.mark.parametrize("again", [False, True], ids=["gone", "made anew by somebody"])
def test_a_folder_that_was_removed_is_locked_again(tmp_path: Path, again: bool) -> None:
    folder = tmp_path / "data"
    with FolderLock(folder) as lock:
        shutil.rmtree(folder)
        if again:
            folder.mkdir()
            (folder / LOCK_NAME).touch()
        assert lock.hold()
        assert not lock.hold()
        assert (folder / LOCK_NAME).read_text() == f"{os.getpid()}\n"
        with pytest.raises(StorageError):
            FolderLock(folder)


def test_a_new_folder_that_another_holds_is_not_taken_from_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with FolderLock(folder) as lock:
        shutil.rmtree(folder)
        with hold(folder) as other:
            for _try in range(2):
                with pytest.raises(StorageError, match="Another semtui"):
                    lock.hold()
            other.communicate()
        assert lock.hold()


def test_a_folder_that_cannot_be_made_again_is_said_and_tried_later(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with FolderLock(folder) as lock:
        shutil.rmtree(folder)
        folder.touch()
        with pytest.raises(StorageError, match="cannot be used"):
            lock.hold()
        folder.unlink()
        assert lock.hold()


# The folder cannot be written


def test_a_patient_one_waits_for_a_folder_that_cannot_be_written() -> None:
    with closed_folder() as folder:
        with pytest.raises(StorageError, match="cannot be used"):
            FolderLock(folder)
        with FolderLock(folder, patient=True) as lock:
            assert not lock.is_held
            for take in (lock.hold, lock.claim):
                with pytest.raises(StorageError, match="cannot be used"):
                    take()
            folder.chmod(0o700)
            # Nothing was held before, so that nobody can have been let in.
            assert not lock.hold()
            assert lock.is_held
            with pytest.raises(StorageError, match="Another semtui"):
                FolderLock(folder)


def test_of_two_patient_ones_one_has_the_folder_when_it_can_be_written() -> None:
    with closed_folder() as folder:
        first, second = (FolderLock(folder, patient=True) for _each in range(2))
        folder.chmod(0o700)
        first.claim()
        for take in (second.hold, second.claim):
            with pytest.raises(StorageError, match="Another semtui"):
                take()
        assert not second.is_held
        first.close()
        second.claim()
        assert second.is_held
        second.close()


def test_a_patient_one_is_refused_a_folder_that_another_holds() -> None:
    with closed_folder() as folder:
        folder.chmod(0o700)
        with FolderLock(folder):
            (folder / LOCK_NAME).chmod(0o400)
            folder.chmod(0o500)
            with pytest.raises(StorageError, match="Another semtui") as caught:
                FolderLock(folder, patient=True)
    assert f"process {os.getpid()}" in caught.value.detail


def test_no_patience_helps_where_a_file_stands_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be used"):
        FolderLock(tmp_path / "file", patient=True)


def test_a_claim_does_not_hide_that_the_lock_was_lost(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with FolderLock(folder) as lock:
        shutil.rmtree(folder)
        folder.touch()
        with pytest.raises(StorageError):
            lock.hold()
        folder.unlink()
        lock.claim()
        assert lock.hold()
        assert not lock.hold()
