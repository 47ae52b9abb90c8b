"""Reading the rows of CSV logs for the history, from where they were last read to.

Nothing is written here. Taken are the files that semtui writes, also when a
spreadsheet has put a byte-order mark before them, ended their lines its own
way, or added columns. A row that is none is passed over, and counted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from semtui.model import Reading
from semtui.storage.dayfile import HEADER, ROW, row_of
from semtui.storage.history.samples import Row
from semtui.storage.history.values import FAR_FUTURE_MS, STATUS_NUMBERS, to_ms

_COLUMNS = tuple(HEADER.strip().split(b","))
_IN_ORDER = tuple(range(len(_COLUMNS)))
_BOM = b"\xef\xbb\xbf"
_STATUSES = {status.value.encode(): number for status, number in STATUS_NUMBERS.items()}
_BLOCK = 1 << 20
"""Bytes that are read at a time: some twenty thousand rows."""
_HEAD = 4096
"""A first line is not longer, if it is ours."""
_TAIL = 256
"""Bytes before the mark that are compared, to see whether the file is the one that was read."""
_LIMIT = 1 << 31


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a file was read."""

    offset: int = 0
    checksum: int = 0
    """Of the last bytes before `offset`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file, and how far it was read with them."""

    rows: list[Row]
    mark: Mark
    bad: int
    """Lines that were no rows."""


def logs_in(folder: Path, days: set[date] | None = None) -> list[Path]:
    """Return the logs in a folder, those of `days` alone if given, by name; raises OSError."""
    if days is not None:
        found = {path for day in days for path in folder.glob(f"power-{day.isoformat()}*.csv")}
        return sorted(path for path in found if path.is_file())
    return sorted(path for path in folder.glob("power-*.csv") if path.is_file())


def is_log(path: Path) -> bool:
    """Whether a file has the columns of a log; raises OSError."""
    with open(path, "rb") as file:
        return _places(file.read(_HEAD))[0] is not None


def unread(path: Path, mark: Mark) -> Iterator[Piece]:
    """Yield what stands behind `mark`; all of it where the file is another one by now.

    A last line without its end is taken if it is whole, but stays unread.
    Raises OSError.
    """
    with open(path, "rb") as file:
        head = file.read(_HEAD)
        places, begin = _places(head)
        if places is None:
            return
        offset = mark.offset if mark.offset > begin and _fits(file, mark) else begin
        while True:
            file.seek(offset)
            block = file.read(_BLOCK)
            end = block.rfind(b"\n") + 1
            lines = block[:end].split(b"\n")[:-1]
            rest = block[end:].rstrip(b"\r")
            at_end = len(block) < _BLOCK
            if at_end and ROW.fullmatch(rest):
                lines.append(rest)
            rows, bad = _rows(lines, places)
            offset += end
            if lines:
                yield Piece(rows, Mark(offset, _checksum(file, offset)), bad)
            if at_end or not end:
                return


def sample_of(reading: Reading) -> Row | None:
    """Return the row of a reading, as it will be read from the CSV file."""
    return _row(row_of(reading).rstrip(), _IN_ORDER)


def _rows(lines: list[bytes], places: tuple[int, ...]) -> tuple[list[Row], int]:
    found = [_row(line, places) for line in lines]
    rows = [row for row in found if row is not None]
    return rows, len(found) - len(rows)


def _row(line: bytes, places: tuple[int, ...]) -> Row | None:
    """The values of a line; None where they are not those of a reading."""
    cells = line.rstrip(b"\r").split(b",")
    try:
        time, watts, r, t, trip, status = [cells[place] for place in places]
        values = (
            to_ms(datetime.fromisoformat(time.decode())),
            int(watts) if watts else None,
            _scaled(r, 1),
            _scaled(t, 1),
            _scaled(trip, 3),
            _STATUSES[status],
        )
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    # The clock of a machine without one begins in 1970; no meter counts beyond the limit.
    if not 0 <= values[0] < FAR_FUTURE_MS or any(
        v is not None and abs(v) >= _LIMIT for v in values[1:]
    ):
        return None
    return values


def _scaled(cell: bytes, places: int) -> int | None:
    """A decimal number in units of its last place; a spreadsheet leaves zeros at its end out."""
    if not cell:
        return None
    whole, _point, part = cell.partition(b".")
    if len(part) > places:
        raise ValueError("more places than there are units")
    return int(whole + part.ljust(places, b"0"))


def _places(head: bytes) -> tuple[tuple[int, ...] | None, int]:
    """Where in a row the columns stand, and where the rows begin; None for a foreign table."""
    line, newline, _rest = head.partition(b"\n")
    names = line.removeprefix(_BOM).rstrip(b"\r").split(b",")
    if not newline or any(names.count(column) != 1 for column in _COLUMNS):
        return None, 0
    return tuple(names.index(column) for column in _COLUMNS), len(line) + 1


def _fits(file: BinaryIO, mark: Mark) -> bool:
    """Whether the bytes before the mark are still those that were read."""
    return file.seek(0, 2) >= mark.offset and _checksum(file, mark.offset) == mark.checksum


def _checksum(file: BinaryIO, offset: int) -> int:
    begin = max(offset - _TAIL, 0)
    file.seek(begin)
    return zlib.crc32(file.read(offset - begin))
