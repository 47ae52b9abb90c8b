"""`semtui export` as its users run it."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.years import write_logs, write_store
from semtui.storage.lock import FolderLock
from tests.programs import COMMAND, PATIENCE, OnTerminal, environment, run

DATA = ".local/share/semtui"
FIRST = "time,watts,r_ampere,t_ampere,round_trip,status"
DAY = 28_800
"""Readings."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With a log of one day, the 20th, that is in no history yet."""
    write_logs(tmp_path / DATA, 1)
    return tmp_path


def test_logs_are_put_into_the_history_first(home: Path) -> None:
    result = run(home, "export")
    assert result.returncode == 0
    assert result.stderr == ""
    log = (home / DATA / "power-2026-11-20.csv").read_text()
    assert result.stdout == log
    assert run(home, "export", "--to", "2026-11-20").stdout == log


def test_every_resolution_and_a_range(home: Path) -> None:
    for every, lines in (("1m", 60), ("30m", 2), ("1d", 0)):
        result = run(
            home, "export", "--from", "2026-11-20T06:00", "--to=2026-11-20T07:00", "--every", every
        )
        assert result.returncode == 0
        rows = list(csv.DictReader(result.stdout.splitlines()))
        assert len(rows) == lines
    result = run(home, "export", "--every", "1d", "--from", "2026-11-20", "--to", "2026-11-20")
    assert re.fullmatch(r"2026-11-20,,,0,\d+\.\d,\d+,\d+", result.stdout.splitlines()[1])


def test_a_time_back_needs_no_sign_of_equality(home: Path) -> None:
    """-7d is a value, not a flag."""
    assert run(home, "export", "--from", "-7d").returncode == 0
    assert run(home, "export", "--from", "-7d", "--to", "-1d").returncode == 0
    assert run(home, "export", "--from", "-12h").returncode == 0
    assert run(home, "export", "--from", "-x").returncode == 2


def test_a_range_without_data_is_a_first_line_and_a_sentence(home: Path) -> None:
    result = run(home, "export", "--to", "2020-01-01")
    assert result.returncode == 0
    assert result.stdout == FIRST + "\n"
    assert "nothing of that time" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "2026-11-21", "--to", "2026-11-20"],
        ["--from", "tomorrow"],
        ["--every", "2m"],
        ["--every"],
    ],
)
def test_wrong_usage_is_2(home: Path, arguments: list[str]) -> None:
    result = run(home, "export", *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_no_history_is_1_and_makes_nothing(tmp_path: Path) -> None:
    for demo in ([], ["--demo"]):
        result = run(tmp_path, "export", *demo)
        assert result.returncode == 1
        assert result.stdout == ""
        assert "There is no history" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_demo_has_a_history_of_its_own(tmp_path: Path) -> None:
    assert run(tmp_path, "log", "--demo", "--count", "2").returncode == 0
    result = run(tmp_path, "export", "--demo")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 3
    assert run(tmp_path, "export").returncode == 1


def test_a_file_is_replaced_and_a_folder_that_is_not_there_is_1(home: Path) -> None:
    path = home / "a.csv"
    path.write_text("old")
    result = run(home, "export", "-o", str(path))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert len(path.read_text().splitlines()) == DAY + 1
    result = run(home, "export", "-o", str(home / "no" / "a.csv"))
    assert result.returncode == 1
    assert "There is no folder" in result.stderr
    assert run(home, "export", "-o", "-", "--to", "2020-01-01").stdout == FIRST + "\n"


def test_a_log_is_never_the_target(home: Path) -> None:
    log = home / DATA / "power-2026-11-20.csv"
    before = log.read_bytes()
    (home / "link.csv").symlink_to(log)
    for path in (log, home / "link.csv", home / DATA / "history.sqlite3"):
        result = run(home, "export", "--to", "2020-01-01", "-o", str(path))
        assert result.returncode == 2
        assert "own records" in result.stderr
    assert log.read_bytes() == before


def test_while_another_writes_what_is_missing_is_said(home: Path) -> None:
    """Its history is its own task, and an export takes nothing away from it."""
    assert run(home, "export").returncode == 0
    with FolderLock(home / DATA):
        result = run(home, "export")
        assert result.stderr == ""
        assert len(result.stdout.splitlines()) == DAY + 1
        write_logs(home / DATA, 2)
        result = run(home, "export")
        assert result.returncode == 0
        assert "1 log is not in the history yet" in result.stderr
        assert len(result.stdout.splitlines()) == DAY + 1
    assert len(run(home, "export").stdout.splitlines()) == 2 * DAY + 1


def test_what_was_imported_beside_a_running_semtui_waits_for_its_next_start(home: Path) -> None:
    assert run(home, "export").returncode == 0
    old = home / "pow_day_20261101.csv"
    old.write_text("".join(f"{1_793_500_000 + 3 * n},500\n" for n in range(8000)))
    with FolderLock(home / DATA):
        assert run(home, "import", str(old)).returncode == 0
        result = run(home, "export")
    assert "1 log is not in the history yet" in result.stderr
    assert "at its next start" in result.stderr
    assert len(run(home, "export").stdout.splitlines()) == DAY + 8000 + 1


def test_a_semtui_that_has_just_begun_is_no_riddle(tmp_path: Path) -> None:
    assert run(tmp_path, "import", "/dev/null").returncode == 0
    write_store(tmp_path / DATA, 0)
    with FolderLock(tmp_path / DATA):
        result = run(tmp_path, "export")
    assert result.returncode == 0
    assert "every few minutes" in result.stderr


def test_a_reader_that_has_had_enough_is_no_fault(home: Path) -> None:
    result = subprocess.run(
        ["sh", "-c", '"$@" | head -2', "sh", *COMMAND, "export"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.stdout.splitlines()[0] == FIRST
    assert result.stderr == ""


def test_a_full_disk_is_1(home: Path) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, "export"],
            env=environment(home),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert result.returncode == 1
    assert "could not be written" in result.stderr
    assert "Exception" not in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, number: int) -> None:
    write_store(tmp_path / DATA, 120)
    place = tmp_path / "place"
    place.mkdir()
    path = place / "a.csv"
    path.write_text("old")
    # At the end of a terminal, where the progress says that it is under way.
    with OnTerminal(tmp_path, "export", "-o", str(path)) as program:
        program.read_until("rows")
        assert len(os.listdir(place)) == 2
        program.process.send_signal(number)
        assert program.process.wait(PATIENCE) == 130
    assert os.listdir(place) == ["a.csv"]
    assert path.read_text() == "old"


def test_a_terminal_sees_how_far_it_is_and_how_many_rows_there_were(home: Path) -> None:
    path = home / "a.csv"
    with OnTerminal(home, "export", "-o", str(path)) as program:
        program.read_until("rows are in")
        assert program.process.wait(PATIENCE) == 0
    assert b"%" in program.output
    assert f"{DAY} rows are in" in program.output.decode()


def test_neither_command_loads_textual(home: Path) -> None:
    code = (
        "import sys; from semtui.cli import main; codes = [main(['import', '/dev/null']),"
        " main(['export', '--to', '2020-01-01'])];"
        "loaded = [name for name in sys.modules if name.split('.')[0] in ('textual', 'rich')];"
        "sys.exit(f'loaded: {loaded[:5]}' if loaded or any(codes) else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == 0, result.stderr
