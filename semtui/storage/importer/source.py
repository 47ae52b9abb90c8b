"""A file that is to be imported: what kind of log it is, and its lines in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from semtui.errors import InputError, system_says
from semtui.i18n import _
from semtui.storage.export.tables import HEADERS
from semtui.storage.history.samples import Row
from semtui.storage.importer.parsing import (
    COLUMNS,
    BadLineError,
    LineParser,
    LogLines,
    is_old,
    old_line,
)

_BLOCK = 1 << 18
_HEAD = 4096
"""Bytes by which a log is known."""
_LONGEST = 1 << 16
"""A line that is longer is none."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was no reading."""

    number: int
    """From 1, as editors count."""
    reason: str
    """Half a sentence."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file."""

    rows: list[Row]
    bad: list[BadLine]
    offset: int
    """Bytes read so far."""


def read(path: Path) -> Iterator[Piece]:
    """Yield what a log says, in pieces; raises InputError where it is none that is known."""
    try:
        with open(path, "rb") as file:
            yield from _read(path, file)
    except OSError as error:
        raise InputError(
            _("{path} cannot be read.").format(path=path), system_says(error)
        ) from None


def _read(path: Path, file: BinaryIO) -> Iterator[Piece]:
    head = file.read(_HEAD)
    parse, has_header = _parser_of(path, head)
    # A pipe cannot be wound back, so the head is the first block.
    block, rest = head.removeprefix(_BOM), b""
    offset, number = len(head), 0
    while block:
        lines = (rest + block).split(b"\n")
        rest = lines.pop()[:_LONGEST]
        if has_header and lines and number == 0:
            number += 1
            del lines[0]
        rows, bad = _parsed(parse, lines, number)
        number += len(lines)
        yield Piece(rows, bad, offset)
        block = file.read(_BLOCK)
        offset += len(block)
    if rest.strip() and not (has_header and number == 0):
        yield _last(parse, rest, number + 1, offset)


def _parsed(parse: LineParser, lines: list[bytes], before: int) -> tuple[list[Row], list[BadLine]]:
    """The readings and the bad lines of `lines`, of which `before` have come earlier."""
    rows: list[Row] = []
    bad: list[BadLine] = []
    for number, line in enumerate(lines, before + 1):
        line = line.rstrip(b"\r")
        if not line:
            continue
        try:
            rows.append(parse(line))
        except BadLineError as error:
            bad.append(BadLine(number, str(error)))
    return rows, bad


def _last(parse: LineParser, line: bytes, number: int, offset: int) -> Piece:
    """The last line where nothing ends it: whole by its look, or torn."""
    rows, bad = _parsed(parse, [line], number - 1)
    # A row of ours ends with a word, but a power may have lost its last digits.
    if bad or parse is old_line:
        return Piece([], [BadLine(number, _("it breaks off"))], offset)
    return Piece(rows, bad, offset)


def _parser_of(path: Path, head: bytes) -> tuple[LineParser, bool]:
    """How the lines are parsed, and whether the first one names the columns."""
    lines = [line.rstrip(b"\r") for line in head.removeprefix(_BOM).split(b"\n")]
    first = lines[0].decode(errors="replace")
    names = [name.strip(' \t"') for name in first.split(",")]
    if all(names.count(column) == 1 for column in COLUMNS):
        return LogLines(tuple(names.index(column) for column in COLUMNS)), True
    # The script makes the files of ten days beforehand, and empty.
    if not head or any(is_old(line) for line in lines):
        return old_line, False
    title = _("{path} is no log of readings that semtui knows.").format(path=path)
    if any(first == header.strip() for header in HEADERS.values()):
        raise InputError(
            title,
            _("It is an export of means, and single readings are wanted."),
            _("Export with --every raw to import it elsewhere."),
        )
    raise InputError(
        title,
        _("It has neither the columns {columns} nor lines of seconds and watts.").format(
            columns=",".join(COLUMNS)
        ),
        _("Give pow_day_*.csv of the 2016 script, logs of semtui, or its raw exports."),
    )
