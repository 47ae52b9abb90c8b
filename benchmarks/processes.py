"""Programs on terminals of their own, and what the kernel says about them."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.programs import emulated, environment, set_up

PATIENCE = 60.0
"""Seconds after which something that should have come has not."""

_CONTROLS = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, modes
    rb"|\x1b[\]P_^X].*?(?:\x07|\x1b\\)"  # strings: titles, queries
    rb"|\x1b[ -/]*[0-~]"  # short escapes
    rb"|[\x00-\x20]",
    re.DOTALL,
)


def user_environment(home: Path) -> dict[str, str]:
    """The environment of a user's program: compiled modules are kept from one start to the next."""
    variables = environment(home)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


class Watched:
    """A program whose terminal is held here; counts and keeps what it paints."""

    def __init__(
        self,
        home: Path,
        module: str,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        variables: dict[str, str] | None = None,
    ) -> None:
        """Start `python -m module arguments...` on a terminal of `size` columns and rows."""
        self.master, slave = pty.openpty()
        columns, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.output = bytearray()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=user_environment(home) | {"COLORTERM": "truecolor"} | (variables or {}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

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
        os.close(self.master)

    def keys(self, text: str) -> None:
        """Type."""
        os.write(self.master, text.encode())

    def read(self, seconds: float) -> None:
        """Take what is painted now, waiting at most `seconds` for something."""
        pump([self], seconds)

    def read_until(self, *texts: str) -> None:
        """Take what is painted until one of `texts` is in it; SystemExit when it never is."""
        wanted = [text.encode() for text in texts]
        deadline = time.monotonic() + PATIENCE
        while not any(text in self.output for text in wanted):
            if time.monotonic() > deadline or self.process.poll() is not None:
                seen = visible(bytes(self.output[-4000:])).decode(errors="replace")
                raise SystemExit(f"{texts} never appeared; the end of the screen: {seen}")
            self.read(0.1)

    def first_paint(self) -> float:
        """Seconds from the start of the process to the first visible text."""
        while not visible(bytes(self.output)):
            self.read(1.0)
            if self.process.poll() is not None:
                raise SystemExit(self.output.decode(errors="replace"))
        return time.monotonic() - self.started


def first_line(home: Path, command: Sequence[str]) -> tuple[float, str]:
    """Seconds from the start of a program to its first line, and what it said on stderr.

    Raises SystemExit where that line has no watts in it.
    """
    began = time.monotonic()
    with subprocess.Popen(
        command,
        env=user_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        taken = time.monotonic() - began
        _rest, talk = process.communicate(timeout=PATIENCE)
    if " W " not in line.replace("\n", " "):
        raise SystemExit(f"no watts came: {line}{talk}")
    return taken, talk


def pump(programs: Sequence[Watched], seconds: float) -> None:
    """Take what any of `programs` paints, waiting at most `seconds` for the first of it."""
    by_master = {program.master: program for program in programs}
    for master in select.select(list(by_master), [], [], seconds)[0]:
        try:
            by_master[master].output += os.read(master, 65536)
        except OSError:
            time.sleep(0.01)  # EIO: the program has ended, and its caller will see that


def pump_for(programs: Sequence[Watched], seconds: float) -> None:
    """Take what `programs` paint for so long."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        pump(programs, left)


def visible(output: bytes) -> bytes:
    """What of `output` can be seen: no controls, no blanks."""
    return _CONTROLS.sub(b"", output)


@dataclass(frozen=True, slots=True)
class Piece:
    """What was written from one move of the cursor to the next."""

    row: int
    column: int
    text: str
    size: int
    """Bytes, controls included."""


def painted(output: bytes) -> list[Piece]:
    """The pieces of `output` in their order; a move that nothing follows belongs to the last."""
    parts = re.split(rb"(\x1b\[\d+;\d+H)", output)
    out: list[Piece] = []
    for move, written in zip(parts[1::2], parts[2::2], strict=True):
        text = visible(written).decode(errors="replace")
        size = len(move) + len(written)
        if not text and out:
            out[-1] = replace(out[-1], size=out[-1].size + size)
            continue
        row, column = move[2:-1].split(b";")
        out.append(Piece(int(row), int(column), text, size))
    return out


def cpu_seconds(pid: int) -> float:
    """Seconds that all threads of a process have run, to the nanosecond."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def resident(pid: int) -> float:
    """Resident memory of a process in MB (10^6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit(f"/proc/{pid}/status has no VmRSS")


@contextmanager
def houses(count: int, *arguments: str) -> Iterator[list[tuple[Path, str, int]]]:
    """`count` homes with credentials, each with an emulator: home, port, the emulator's pid."""
    with ExitStack() as stack:
        out = []
        for _ in range(count):
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            set_up(home)
            port, process = stack.enter_context(emulated(home, *arguments))
            out.append((home, port, process.pid))
        yield out
