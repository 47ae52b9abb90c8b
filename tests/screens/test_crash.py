"""An error that nobody foresaw: a sentence, a file without values, an exit code, no secret."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from semtui.crash import notice_of, write_crash
from tests.programs import PATIENCE, OnTerminal, environment, set_up

SECRET = "00112233445566778899AABBCCDDEEFF"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def failure(secret: str) -> RuntimeError:
    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        return error


def test_the_file_says_where_and_of_what_kind_but_no_value(tmp_path: Path) -> None:
    path = write_crash(failure(SECRET), tmp_path, NOON)
    assert path is not None
    text = path.read_text()
    assert "RuntimeError" in text
    assert "test_crash.py" in text
    assert SECRET not in text
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_error_fills_one_file_however_often_it_comes(tmp_path: Path) -> None:
    for _time in range(5):
        notice_of(failure(SECRET), tmp_path, NOON)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    notice = notice_of(failure(SECRET), tmp_path / "file", NOON)
    assert "could not be written" in notice.hint


def test_a_wizard_that_breaks_shows_nothing_that_was_typed(tmp_path: Path) -> None:
    """The id is typed into a wizard whose check has a mistake in it."""
    code = (
        "import sys\n"
        "import semtui.credentials as c\n"
        "def broken(text):\n"
        "    if text: raise RuntimeError(text)\n"
        "    raise c.ConfigError('x')\n"
        "c.parse_route_b_id = broken\n"
        "from semtui.cli import main\n"
        "sys.exit(main([]))\n"
    )
    with OnTerminal(tmp_path, program=[sys.executable, "-c", code]) as terminal:
        terminal.read_until("Which serial port")
        terminal.keys("\x1b[B" * 9 + "\r")
        terminal.read_until("Which port?")
        terminal.keys("/dev/ttyX\r")
        terminal.read_until("The route-B id")
        terminal.keys(SECRET)
        assert terminal.wait() == 1
        assert terminal.is_restored()
        assert SECRET.encode() not in terminal.output
        assert b"Traceback" not in terminal.output
        assert b"not foreseen" in terminal.output
    (path,) = tmp_path.rglob("semtui-crash-*.txt")
    assert path.parent == tmp_path / ".local/share/semtui"
    assert SECRET not in path.read_text()


def test_a_home_folder_of_nobody_is_a_sentence(tmp_path: Path) -> None:
    set_up(tmp_path)
    result = subprocess.run(
        [sys.executable, "-m", "semtui", "log", "--port", "/dev/nowhere"],
        env=environment(tmp_path) | {"SEMTUI_STORAGE_FOLDER": "~nosuchuser/x"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == 2
    assert "~nosuchuser/x" in result.stderr
    assert "Traceback" not in result.stderr
