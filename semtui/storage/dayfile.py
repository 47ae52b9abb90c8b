"""One day's CSV file: found or begun, repaired where it is torn, appended to row by row.

Only the file `power-YYYY-MM-DD.csv` with our header is ever touched. What
else bears its name, a folder or somebody's table, is left as it is, and the
day goes to `power-YYYY-MM-DD.1.csv`.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from semtui.model import Reading, ReadingStatus
from semtui.storage.folder import make_folder

HEADER = b"time,watts,r_ampere,t_ampere,round_trip,status\n"
ROW = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d(?::\d\d)?"
    rb",(?:-?\d+)?,(?:-?\d+\.\d)?,(?:-?\d+\.\d)?,(?:\d+\.\d{3})?,(?:"
    + b"|".join(status.value.encode() for status in ReadingStatus)
    + rb")"
)
"""A whole row without its newline. No status is the beginning of another, so a torn one fails."""

Write = Callable[[int, bytes], int]
"""os.write, or something that fails like it."""

_BLOCK = 4096


def row_of(reading: Reading) -> bytes:
    """Return the row of `reading`: ISO 8601 with milliseconds and offset, W, A, A, s, status.

    What is missing is empty.
    """
    watts = "" if reading.watts is None else str(reading.watts)
    r_ampere = "" if reading.r_ampere is None else f"{reading.r_ampere:.1f}"
    t_ampere = "" if reading.t_ampere is None else f"{reading.t_ampere:.1f}"
    round_trip = "" if reading.round_trip is None else f"{reading.round_trip:.3f}"
    time = reading.at.isoformat(timespec="milliseconds")
    return f"{time},{watts},{r_ampere},{t_ampere},{round_trip},{reading.status.value}\n".encode()


@dataclass(slots=True)
class Findings:
    """What opening a day's file has met."""

    torn: bytes = b""
    """Half a row, cut off from the end of the file."""
    foreign: list[Path] = field(default_factory=list)
    """Things of the wanted name that are not ours and were left alone."""


class DayFile:
    """The open file of one day. Every method may raise OSError."""

    def __init__(self, folder: Path, day: date, write: Write = os.write, *, kind: str = "") -> None:
        """Open or begin the file, making the folder where it is missing.

        `kind` stands behind the day in its name, for rows of another origin.
        """
        self.day = day
        self.findings = Findings()
        self._write = write
        make_folder(folder)
        for number in itertools.count():
            suffix = f".{number}" if number else ""
            self.path = folder / f"power-{day.isoformat()}{kind}{suffix}.csv"
            if self._open():
                return
            self.findings.foreign.append(self.path)

    def append(self, rows: bytes) -> None:
        """Write whole rows by one system call; on failure none of them is left in the file."""
        written = self._write(self._descriptor, rows)
        if written != len(rows):
            # The kernel writes what fits and reports the reason at the next call.
            os.ftruncate(self._descriptor, self._size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._size += written

    def sync(self) -> None:
        """Have the disk keep what was appended."""
        os.fsync(self._descriptor)

    def is_intact(self) -> bool:
        """Tell whether the path still leads to this file, as we have left it (one stat)."""
        try:
            status = os.stat(self._name)
        except FileNotFoundError:
            return False
        return (
            status.st_ino == self._inode
            and status.st_dev == self._device
            and status.st_size == self._size
        )

    def close(self) -> None:
        """Close it; what was appended is safe from the end of this process, not of the power."""
        os.close(self._descriptor)

    def _open(self) -> bool:
        """Open `path` and make it ready for a row; False when it is not ours."""
        try:
            self._descriptor = os.open(
                self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o644
            )
        except IsADirectoryError:
            return False
        except OSError as error:
            # What open(2) says of a socket, and of a device without a driver.
            if error.errno in (errno.ENXIO, errno.ENODEV):
                return False
            raise
        try:
            status = os.fstat(self._descriptor)
            ours = stat.S_ISREG(status.st_mode) and self._prepare(status.st_size)
        except OSError:
            os.close(self._descriptor)
            raise
        if not ours:
            os.close(self._descriptor)
            return False
        self._name = os.fspath(self.path)
        self._inode, self._device = status.st_ino, status.st_dev
        return True

    def _prepare(self, size: int) -> bool:
        """See to the header and the last row; False when the header is another one."""
        self._size = size
        head = os.pread(self._descriptor, len(HEADER), 0)
        if not HEADER.startswith(head):
            return False
        if size < len(HEADER):
            os.ftruncate(self._descriptor, 0)
            self._size = 0
            self.append(HEADER)
            return True
        start = self._last_line()
        tail = os.pread(self._descriptor, _BLOCK, start)
        if not tail:
            return True
        if ROW.fullmatch(tail):
            self.append(b"\n")
        else:
            os.ftruncate(self._descriptor, start)
            self._size = start
            self.findings.torn = tail
        return True

    def _last_line(self) -> int:
        """Return where the text behind the last newline begins; the header has one."""
        end = self._size
        while True:
            begin = max(end - _BLOCK, 0)
            newline = os.pread(self._descriptor, end - begin, begin).rfind(b"\n")
            if newline >= 0 or begin == 0:
                return begin + newline + 1
            end = begin
