"""Folders for the owner alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semtui.storage.atomic import replace_file
from semtui.storage.dayfile import DayFile
from semtui.storage.folder import make_folder
from semtui.storage.lock import FolderLock
from tests.storage.logbench import START


@pytest.fixture(params=[0o000, 0o022, 0o077])
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def begin_day(folder: Path) -> None:
    DayFile(folder, START.date()).close()


def lock(folder: Path) -> None:
    FolderLock(folder).close()


def write(folder: Path) -> None:
    replace_file(folder / "file", b"")


@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("make", [make_folder, begin_day, lock, write])
def test_every_folder_on_the_way_is_private(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "share" / "semtui" / "data")
    for name in ("share", "share/semtui", "share/semtui/data"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700


def test_what_is_there_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o775)
    make_folder(shared)
    make_folder(shared / "data")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o775
    assert (shared / "data").is_dir()


def test_a_relative_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_folder(Path("a/b"))
    make_folder(Path())
    assert (tmp_path / "a/b").is_dir()


def test_a_link_to_a_folder_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    make_folder(tmp_path / "link" / "data")
    assert (tmp_path / "disk/data").is_dir()


@pytest.mark.parametrize("where", ["file", "file/data", "gone", "gone/data"])
def test_what_stands_in_the_way(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "gone").symlink_to("nowhere")
    with pytest.raises(OSError):  # noqa: PT011
        make_folder(tmp_path / where)


def test_a_place_where_there_can_be_none() -> None:
    with pytest.raises(OSError):  # noqa: PT011
        make_folder(Path("/proc/semtui/data"))
