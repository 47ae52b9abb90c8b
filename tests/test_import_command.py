"""`semtui import` as its users run it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from semtui.storage.lock import FolderLock
from tests.programs import PATIENCE, OnTerminal, run

DATA = ".local/share/semtui"
OLD = "1469977200,512\n1469977203,None\n1469977206,-30\n"
EXPORTED = """\
time,watts,r_ampere,t_ampere,round_trip,status
2016-08-01T00:00:00.000+09:00,512,,,,ok
2016-08-01T00:00:03.000+09:00,,,,,timeout
2016-08-01T00:00:06.000+09:00,-30,,,,ok
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "pow_day_20160801.csv"
    path.write_text(OLD)
    return path


def test_old_logs_can_be_exported_at_once_and_twice_is_once(tmp_path: Path, old: Path) -> None:
    for new in (3, 0):
        result = run(tmp_path, "import", str(old))
        assert result.returncode == 0
        assert result.stdout == ""
        assert f"3 readings, {new} of them new." in result.stderr
        assert run(tmp_path, "export").stdout == EXPORTED


def test_an_export_is_imported_by_another_machine(tmp_path: Path, old: Path) -> None:
    run(tmp_path, "import", str(old))
    run(tmp_path, "export", "-o", str(tmp_path / "all.csv"))
    other = tmp_path / "other"
    other.mkdir()
    assert run(other, "import", str(tmp_path / "all.csv")).returncode == 0
    assert run(other, "export").stdout == EXPORTED


def test_bad_lines_are_counted_and_the_first_are_named(tmp_path: Path, old: Path) -> None:
    old.write_text(OLD + "foo\n" * 7)
    result = run(tmp_path, "import", str(old))
    assert result.returncode == 0
    assert "7 lines are no readings" in result.stderr
    assert f"{old}:4: it is not a time in seconds and a power" in result.stderr
    assert f"{old}:8:" in result.stderr
    assert f"{old}:9:" not in result.stderr
    assert "and so on" in result.stderr


def test_a_foreign_file_is_1_and_the_others_are_taken(tmp_path: Path, old: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    result = run(
        tmp_path, "import", str(tmp_path / "table.csv"), str(tmp_path / "no.csv"), str(old)
    )
    assert result.returncode == 1
    assert "no log of readings" in result.stderr
    assert "no.csv cannot be read" in result.stderr
    assert "Traceback" not in result.stderr
    assert run(tmp_path, "export").stdout == EXPORTED


def test_files_must_be_given(tmp_path: Path) -> None:
    assert run(tmp_path, "import").returncode == 2


def test_a_running_semtui_goes_on_and_is_told_of(tmp_path: Path, old: Path) -> None:
    with FolderLock(tmp_path / DATA):
        result = run(tmp_path, "import", str(old))
        assert result.returncode == 0
        assert f"semtui runs on this folder (process {os.getpid()})" in result.stderr
        assert "its next start puts the rows into the history" in result.stderr
        assert not (tmp_path / DATA / "history.sqlite3").exists()
    assert run(tmp_path, "export").stdout == EXPORTED


def test_two_imports_do_not_mix(tmp_path: Path, old: Path) -> None:
    with FolderLock(tmp_path / DATA, ".import.lock"):
        result = run(tmp_path, "import", str(old))
    assert result.returncode == 1
    assert str(os.getpid()) in result.stderr


def test_the_demo_takes_imports_into_its_own_folder(tmp_path: Path, old: Path) -> None:
    assert run(tmp_path, "import", "--demo", str(old)).returncode == 0
    assert run(tmp_path, "export", "--demo").stdout == EXPORTED
    assert run(tmp_path, "export").returncode == 1


def test_a_folder_that_cannot_be_used_is_1(tmp_path: Path, old: Path) -> None:
    (tmp_path / ".local").write_text("in the way")
    result = run(tmp_path, "import", str(old))
    assert result.returncode == 1
    assert "cannot be used" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_terminal_sees_how_far_it_is(tmp_path: Path, old: Path) -> None:
    old.write_text("".join(f"{1469977200 + 3 * n},{n}\n" for n in range(100_000)))
    with OnTerminal(tmp_path, "import", str(old)) as program:
        program.read_until("of them new")
        assert program.process.wait(PATIENCE) == 0
    assert b"rows" in program.output
