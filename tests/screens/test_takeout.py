"""Exporting from the screens of the past: the name, the file, how far it is, giving it up."""

from __future__ import annotations

import csv
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import pytest
from textual.pilot import Pilot

from semtui.errors import ConfigError, StorageError
from semtui.screens import takeout as takeout_module
from semtui.screens.past import PastScreen
from semtui.screens.period import Calendar
from semtui.screens.takeout import Takeout, destination
from semtui.screens.widgets.prompt import Typing
from semtui.storage.export.query import Every, Query
from semtui.storage.export.run import Progress
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from tests.screens.stage import Stage, screen_text, until
from tests.screens.test_past import press


@pytest.fixture
def folder(past: Path, tmp_path: Path) -> Path:
    """A history of one's own, to put files beside."""
    shutil.copy(past / FILE_NAME, tmp_path / FILE_NAME)
    return tmp_path


async def exported(pilot: Pilot[int]) -> str:
    """Wait for the end of an export; return what the screen says."""
    screen = pilot.app.screen
    assert isinstance(screen, PastScreen)
    await until(pilot, lambda: screen.job is None)
    await pilot.pause(0.1)
    return "\n".join(screen_text(pilot.app))


def test_a_day_is_written_where_it_is_said(folder: Path) -> None:
    said: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "[", "x")
        said.append("\n".join(screen_text(pilot.app)))
        await pilot.press("enter")
        said.append(await exported(pilot))

    Stage(folder=folder).play((120, 36), act)
    path = folder / "export-2026-11-21-30m.csv"
    assert f"Export to > {path.name}" in said[0]
    assert "48 rows are written" in said[1]
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 48
    assert sum(Decimal(row["import_kwh"]) for row in rows) == Decimal("17.95")


def test_energy_writes_the_half_hours_of_its_map(folder: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "4", "x", "enter")
        await exported(pilot)

    Stage(folder=folder).play((80, 24), act)
    path = folder / "export-2026-11-17-to-2026-11-22-30m.csv"
    assert len(path.read_text().splitlines()) > 5 * 48 - 10


def test_a_month_is_written_by_days_and_a_taken_name_is_avoided(folder: Path) -> None:
    taken = folder / "export-2026-10-01-to-2026-10-31-1d.csv"
    taken.write_text("mine")

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "m", "[", "x", "enter")
        await exported(pilot)

    Stage(folder=folder).play((80, 24), act)
    assert taken.read_text() == "mine"
    assert len((folder / f"{taken.stem}-2.csv").read_text().splitlines()) == 32


@pytest.mark.parametrize("name", ["power-2026-11-22.csv", "history.sqlite3", "x", "", "taken.csv"])
def test_names_that_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "taken.csv").touch()
    with pytest.raises(StorageError):
        destination(name, tmp_path)


def test_other_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert destination("~/a.csv", Path("/data")) == tmp_path / "a.csv"
    assert destination(" b.CSV ", tmp_path) == tmp_path / "b.CSV"
    with pytest.raises(ConfigError):
        destination("~no-such-user-here/a.csv", tmp_path)


def test_a_refused_name_may_be_corrected(folder: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "x", "backspace", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, PastScreen)
        assert screen.typing is Typing.FILE
        assert "no name for an export" in "\n".join(screen_text(pilot.app))
        await press(pilot, "v", "enter")
        await exported(pilot)

    Stage(folder=folder).play((80, 24), act)
    assert (folder / "export-2026-11-22-30m.csv").exists()


def test_a_folder_that_is_not_there_is_said(folder: Path) -> None:
    said: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "x", "home", *"nowhere", "slash", "enter")
        said.append(await exported(pilot))

    Stage(folder=folder).play((120, 36), act)
    assert "cannot be written" in said[0]
    assert "There is no folder" in said[0]


def test_without_a_history_nothing_is_asked(tmp_path: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "x")
        assert "There is no history yet" in "\n".join(screen_text(pilot.app))
        assert "Export to" not in "\n".join(screen_text(pilot.app))

    Stage(folder=tmp_path).play((80, 24), act)


def test_progress_is_shown_and_it_can_be_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow(
        _reader: HistoryReader,
        _query: Query,
        path: Path | BinaryIO,
        progress: Callable[[Progress], None],
    ) -> int:
        progress(Progress(1234, 0.42))
        begun.set()
        release.wait(20)
        progress(Progress(2000, 0.6))
        assert isinstance(path, Path)
        path.write_text("this was not given up")
        return 2000

    monkeypatch.setattr(takeout_module, "export", slow)

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "x")
        await pilot.press("enter")
        await until(pilot, begun.is_set)
        await until(pilot, lambda: "42 %, 1234 rows" in "\n".join(screen_text(pilot.app)))
        assert "esc Give it up" in "\n".join(screen_text(pilot.app))
        await pilot.press("escape")
        release.set()
        assert "given up" in await exported(pilot)

    try:
        Stage(folder=folder).play((80, 24), act)
    finally:
        release.set()
    assert not list(folder.glob("export-*"))


def test_a_day_of_another_calendar_is_written_as_it_is_shown() -> None:
    day = date(2026, 11, 21)
    query = Takeout(Every.HALF_HOUR, day, day, Calendar(UTC)).query
    assert (query.start, query.end) == (
        datetime(2026, 11, 21, tzinfo=UTC),
        datetime(2026, 11, 22, tzinfo=UTC),
    )


def test_the_days_of_a_takeout_are_the_meters() -> None:
    query = Takeout(Every.HALF_HOUR, date(2026, 11, 21), date(2026, 11, 21)).query
    assert query.start is not None
    assert query.end is not None
    assert query.start.isoformat() == "2026-11-20T15:00:00+00:00"
    assert (query.end - query.start).days == 1
