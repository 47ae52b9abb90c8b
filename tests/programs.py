"""Runs semtui as its users do: a process of its own, on a terminal of its own."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from semtui.credentials import save_credentials
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID
from semtui.model import Credentials

PATIENCE = 60.0
"""Seconds after which something that should have come has not; never a measure of speed."""
COMMAND = [sys.executable, "-m", "semtui"]


def environment(home: Path) -> dict[str, str]:
    """An environment in which all of semtui's files are below `home`."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "SEMTUI_"))
    }
    return kept | {
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "TZ": "Asia/Tokyo",
        "COVERAGE_PROCESS_START": "",
    }


def set_up(home: Path, password: str = DEFAULT_PASSWORD) -> None:
    """Leave the emulator's credentials where a user's would be."""
    save_credentials(
        home / ".config/semtui/credentials.toml", Credentials(DEFAULT_ROUTE_B_ID, password)
    )


def run(home: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(home),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextlib.contextmanager
def emulated(
    home: Path, *arguments: str, stderr: IO[str] | int = subprocess.DEVNULL
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `semtui emulate` and give the path of its port."""
    process = subprocess.Popen(
        [*COMMAND, "emulate", *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    assert process.stdout is not None
    try:
        word, path = process.stdout.readline().split()
        assert word == "ready"
        yield path, process
    finally:
        process.kill()
        process.wait(PATIENCE)
        process.stdout.close()


class OnTerminal:
    """A process whose terminal the test holds: what it paints can be read, or not be read."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        program: Sequence[str] = COMMAND,
    ) -> None:
        self.master, slave = pty.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.output = b""
        self.process = subprocess.Popen(
            [*program, *arguments],
            env=environment(home),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        self.hang_up()
        with contextlib.suppress(OSError):
            os.close(self.slave)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def keys(self, text: str) -> None:
        """Type."""
        os.write(self.master, text.encode())

    def read_until(self, *texts: str) -> None:
        """Read what is painted until one of `texts` is in it."""
        wanted = [text.encode() for text in texts]
        deadline = time.monotonic() + PATIENCE
        while not any(text in self.output for text in wanted):
            assert time.monotonic() < deadline, self.output[-3000:].decode(errors="replace")
            self._read(0.2)

    def wait(self) -> int:
        """Read on until the process has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "the process has not ended"
            self._read(0.05)
        while self._read(0.0):
            pass
        return self.process.returncode

    def wait_unread(self) -> int:
        """Wait for the end of the process without reading what it paints."""
        return self.process.wait(PATIENCE)

    def hang_up(self) -> None:
        """Close the terminal."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def is_restored(self) -> bool:
        """Whether the terminal's modes are those of before."""
        return termios.tcgetattr(self.slave) == self.before

    def _read(self, seconds: float) -> bool:
        if self.master < 0:
            return False
        readable, _, _ = select.select([self.master], [], [], seconds)
        if not readable:
            return False
        with contextlib.suppress(OSError):
            data = os.read(self.master, 65536)
            self.output += data
            return bool(data)
        return False
