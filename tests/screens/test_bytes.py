"""What the screens cost over SSH: bytes to a real pty, a reading each three seconds."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACE = 0.7
"""Real seconds between readings; more than the app's drain interval, so none share a paint."""

READINGS = 9


class Terminal:
    """A program on a pty of a given size."""

    def __init__(self, size: tuple[int, int], count: int) -> None:
        self.master, slave = pty.openpty()
        width, height = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.screens.pty_app", str(PACE), str(count)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )
        os.close(slave)

    def read(self, seconds: float) -> bytes:
        """What comes within `seconds`."""
        out = b""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                try:
                    out += os.read(self.master, 65536)
                except OSError:
                    break
        return out

    def read_until(self, text: bytes, seconds: float = 20.0) -> bytes:
        """What comes up to `text`."""
        out = b""
        deadline = time.monotonic() + seconds
        while text not in out:
            assert time.monotonic() < deadline, out[-2000:]
            out += self.read(0.05)
        return out

    def write(self, data: bytes) -> None:
        os.write(self.master, data)


@contextmanager
def terminal(size: tuple[int, int], count: int) -> Iterator[Terminal]:
    term = Terminal(size, count)
    try:
        yield term
    finally:
        if term.process.poll() is None:
            term.process.kill()
        term.process.wait(10)
        os.close(term.master)


@pytest.mark.parametrize(("size", "budget"), [((80, 24), 600), ((120, 36), 1200)])
def test_bytes_a_second(size: tuple[int, int], budget: int) -> None:
    """Dashboard, console, meter, link and placement, each over nine readings."""
    with terminal(size, 7 * READINGS) as term:
        term.read_until(b"READY")
        for key in (b"1", b"7", b"5", b"2", b"p"):
            term.write(key)
            term.read(2 * PACE)
            rate = len(term.read(READINGS * PACE)) / (READINGS * 3.0)
            assert 20 < rate <= budget, f"screen {key.decode()}: {rate:.0f} B/s"


def test_nothing_changes_nothing_is_sent_and_q_restores_the_terminal() -> None:
    with terminal((80, 24), 1) as term:
        term.read_until(b"READY")
        term.read(2 * PACE)
        assert term.read(3.0) == b""
        term.write(b"q")
        term.read_until(b"\x1b[?1049l")
        assert term.process.wait(10) == 0
