"""Every way to leave takes the same path: the session ended, rows kept, terminal and port given
back, whatever the terminal and the module do meanwhile."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from tests.programs import PATIENCE, OnTerminal, emulated, set_up


@pytest.fixture
def home(tmp_path: Path) -> Path:
    set_up(tmp_path)
    return tmp_path


@pytest.fixture
def module(home: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with emulated(home, "--speed", "20") as running:
        yield running


def rows(home: Path) -> list[list[str]]:
    (path,) = (home / ".local/share/semtui").glob("power-*.csv")
    with path.open(newline="") as file:
        table = list(csv.reader(file))
    assert all(len(row) == 6 for row in table)
    return table[1:]


def assert_port_is_free(path: str) -> None:
    serial.Serial(path, exclusive=True, timeout=0).close()


def dashboard(home: Path, port: str) -> OnTerminal:
    """A dashboard that shows readings."""
    terminal = OnTerminal(home, "--port", port)
    terminal.read_until("importing")
    return terminal


def test_q_ends_the_session_and_restores_the_terminal(
    home: Path, module: tuple[str, subprocess.Popen[str]]
) -> None:
    with dashboard(home, module[0]) as terminal:
        terminal.keys("q")
        assert terminal.wait() == 0
        assert terminal.is_restored()
        assert b"The session with the meter is ended." in terminal.output
        assert b"\x1b[?1049l" in terminal.output
    assert rows(home)
    assert_port_is_free(module[0])


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_signals_do_what_q_does(
    home: Path,
    module: tuple[str, subprocess.Popen[str]],
    number: signal.Signals,
    code: int,
) -> None:
    with dashboard(home, module[0]) as terminal:
        terminal.process.send_signal(number)
        assert terminal.wait() == code
        assert terminal.is_restored()
        assert b"The session with the meter is ended." in terminal.output
    assert rows(home)
    assert_port_is_free(module[0])


def test_a_closed_terminal_ends_the_session_too(
    home: Path, module: tuple[str, subprocess.Popen[str]]
) -> None:
    with dashboard(home, module[0]) as terminal:
        os.close(terminal.slave)
        terminal.hang_up()
        assert terminal.wait_unread() == 129
    assert rows(home)
    assert_port_is_free(module[0])


@pytest.mark.parametrize("ending", ["TERM", "HUP", "closed"])
def test_a_stalled_terminal_holds_nothing_back(
    home: Path, module: tuple[str, subprocess.Popen[str]], ending: str
) -> None:
    """Nobody reads what is painted any more, as when a laptop sleeps; rows go on meanwhile."""
    with dashboard(home, module[0]) as terminal:
        for size in [(120, 36), (80, 24)] * 20:
            terminal.resize(*size)
            terminal.process.send_signal(signal.SIGWINCH)
        if ending == "closed":
            os.close(terminal.slave)
            terminal.hang_up()
        else:
            terminal.process.send_signal(signal.SIGTERM if ending == "TERM" else signal.SIGHUP)
        assert terminal.wait_unread() == (143 if ending == "TERM" else 129)
    assert rows(home)
    assert_port_is_free(module[0])


def test_a_silent_module_does_not_hold_the_program(
    home: Path, module: tuple[str, subprocess.Popen[str]]
) -> None:
    port, process = module
    with dashboard(home, port) as terminal:
        process.send_signal(signal.SIGSTOP)
        terminal.keys("q")
        assert terminal.wait() == 0
        assert terminal.is_restored()
        assert b"could not be ended" in terminal.output
        process.send_signal(signal.SIGCONT)
    assert rows(home)


def test_the_farewell_claims_no_session_that_was_not_ended(home: Path) -> None:
    with OnTerminal(home, "--port", str(home / "ttyNOPE")) as terminal:
        terminal.read_until("BACKOFF")
        terminal.keys("q")
        assert terminal.wait() == 0
        assert b"is ended" not in terminal.output


def test_the_second_q_does_not_wait_for_the_meter(
    home: Path, module: tuple[str, subprocess.Popen[str]]
) -> None:
    port, process = module
    with dashboard(home, port) as terminal:
        process.send_signal(signal.SIGSTOP)
        terminal.keys("q")
        terminal.read_until("ending the session")
        terminal.keys("q")
        assert terminal.wait() == 0
        process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["TERM", "HUP"])
def test_one_thread_takes_signals_for_the_wizard_and_then_the_dashboard(
    number: signal.Signals,
) -> None:
    """The wizard hands over; what is left of it must not swallow the dashboard's signal."""
    code = (
        "import os, signal, threading\n"
        "from semtui import signals\n"
        "class Run:\n"
        "    def __init__(self, name): self.name = name\n"
        "    def request_stop(self): os.write(1, self.name.encode())\n"
        "    def wait_stopped(self, seconds): return True\n"
        "    def leave(self): pass\n"
        "    def wait_left(self, seconds): return False\n"
        "    def rescue(self): pass\n"
        "signals.block()\n"
        "watcher = signals.Watcher(Run('wizard'))\n"
        "watcher.run = Run('dashboard')\n"
        f"os.kill(os.getpid(), {int(number)})\n"
        "threading.Event().wait(60)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=PATIENCE, check=False
    )
    assert result.stdout == b"dashboard"
    assert result.returncode == 128 + number


def test_a_signal_between_wizard_and_dashboard_ends_the_process() -> None:
    code = (
        "import os, signal, threading\n"
        "from semtui import signals\n"
        "signals.block()\n"
        "watcher = signals.Watcher(None)\n"
        "os.kill(os.getpid(), signal.SIGHUP)\n"
        "threading.Event().wait(60)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], timeout=PATIENCE, check=False)
    assert result.returncode == 129


def test_a_signal_ends_the_wizard(tmp_path: Path) -> None:
    with OnTerminal(tmp_path) as terminal:
        terminal.read_until("Radio")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 143
        assert terminal.is_restored()


def test_kill_leaves_whole_rows(home: Path, module: tuple[str, subprocess.Popen[str]]) -> None:
    with dashboard(home, module[0]) as terminal:
        terminal.process.kill()
        terminal.wait()
    assert rows(home)
    with dashboard(home, module[0]) as terminal:
        terminal.keys("q")
        assert terminal.wait() == 0
    assert len(rows(home)) >= 2
