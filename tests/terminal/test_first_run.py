"""The first start, from nothing to watts: five answers, then the dashboard."""

from __future__ import annotations

from pathlib import Path

from tests.programs import OnTerminal, emulated

PASTED = "0011-2233-4455-6677 8899-aabb-ccdd-eeff"


def test_five_answers_lead_to_watts(tmp_path: Path) -> None:
    with emulated(tmp_path, "--speed", "20") as (port, _), OnTerminal(tmp_path) as terminal:
        terminal.read_until("Which serial port")
        terminal.keys("\x1b[F\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\r")
        terminal.read_until("Which port?")
        terminal.keys(f"{port}\r")
        terminal.read_until("The route-B id")
        terminal.keys(f"{PASTED}\r")
        terminal.read_until("The route-B password")
        terminal.keys("0123456789AB\r")
        terminal.read_until("Seconds between")
        terminal.keys("\r")
        terminal.read_until("This will be saved")
        terminal.keys("\r")
        terminal.read_until("importing")
        terminal.keys("q")
        assert terminal.wait() == 0
        assert b"00112233445566778899AABBCCDDEEFF" not in terminal.output
        assert b"0123456789AB" not in terminal.output
    credentials = tmp_path / ".config/semtui/credentials.toml"
    assert credentials.stat().st_mode & 0o077 == 0
    assert port in (tmp_path / ".config/semtui/config.toml").read_text()
    assert list((tmp_path / ".local/share/semtui").glob("power-*.csv"))


def test_the_set_up_can_be_asked_for_again(tmp_path: Path) -> None:
    with OnTerminal(tmp_path, "setup") as terminal:
        terminal.read_until("Which serial port")
        terminal.keys("\x11")
        assert terminal.wait() == 0
