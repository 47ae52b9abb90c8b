"""What the dashboard decides about its terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from semtui.dashboard import needs_ascii
from tests.programs import OnTerminal, environment


def test_the_c_locale_gets_ascii_although_python_speaks_utf_8_there() -> None:
    assert needs_ascii("utf-8", "xterm", "C")
    assert needs_ascii("utf-8", "xterm", "POSIX")
    assert not needs_ascii("utf-8", "xterm", "ja_JP.UTF-8")
    assert not needs_ascii("utf-8", "xterm", "")


@pytest.mark.parametrize(
    ("encoding", "term", "ascii"),
    [
        ("utf-8", "xterm-256color", False),
        ("UTF8", "tmux-256color", False),
        ("ascii", "xterm", True),
        ("euc_jp", "xterm", True),
        (None, "xterm", True),
        ("utf-8", "linux", True),
    ],
)
def test_poor_terminals_get_ascii(encoding: str | None, term: str, ascii: bool) -> None:
    assert needs_ascii(encoding, term) is ascii


def test_a_terminal_without_utf_8_sees_no_escaped_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert environment(tmp_path)["PYTHONIOENCODING"] == "ascii"
    with OnTerminal(tmp_path, "--demo") as terminal:
        terminal.read_until("importing")
        terminal.keys("q")
        assert terminal.wait() == 0
        assert b"\\u25" not in terminal.output
        assert terminal.output.isascii()
