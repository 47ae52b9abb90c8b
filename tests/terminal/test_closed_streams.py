"""Standard streams that were closed before the start, as careless service managers leave them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.programs import COMMAND, PATIENCE, environment

LOG = ("log", "--demo", "--count", "1")


def run_with(home: Path, closed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run semtui with some streams closed, as `closed` says in the shell's words."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, *arguments],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def rows(home: Path) -> list[str]:
    files = sorted((home / ".local/share/semtui-demo").glob("power-*.csv"))
    return [row for file in files for row in file.read_text().splitlines()[1:]]


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_readings_need_neither_input_nor_talk(tmp_path: Path, closed: str) -> None:
    result = run_with(tmp_path, closed, *LOG)
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 1
    assert len(rows(tmp_path)) == 1


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_readings_that_nobody_can_get_are_1_and_no_talk_gets_into_a_file(
    tmp_path: Path, closed: str
) -> None:
    """What is opened next must not get the number of a standard stream."""
    result = run_with(tmp_path, closed, *LOG)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    if "2>" not in closed:
        assert "standard output cannot be written" in result.stderr
    assert len(rows(tmp_path)) == 1
    assert all(row.endswith(",ok") for row in rows(tmp_path))


@pytest.mark.parametrize(
    ("arguments", "closed", "code", "said"),
    [
        (("--demo",), "<&-", 2, "needs a terminal"),
        (("--demo",), ">&-", 2, "needs a terminal"),
        (("decode", "property", "E7", "000000E4"), ">&-", 1, "could not be written"),
        (("decode", "property", "E7", "-"), "<&-", 0, ""),
        (("emulate",), ">&-", 1, "cannot be printed"),
        (("emulate",), ">/dev/full", 1, "cannot be printed"),
        (("log", "--port", "/dev/ttyNOPE"), "2>&-", 2, ""),
        (("export",), "2>&-", 1, ""),
        (("import", "/dev/null"), "<&- >&- 2>&-", 0, ""),
    ],
)
def test_every_command_says_it_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], closed: str, code: int, said: str
) -> None:
    result = run_with(tmp_path, closed, *arguments)
    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert "Exception ignored" not in result.stderr
