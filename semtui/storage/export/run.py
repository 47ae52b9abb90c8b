"""An export from its first line to the file in its place."""

from __future__ import annotations

import contextlib
import errno
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from semtui.errors import StorageError, system_says
from semtui.i18n import _
from semtui.storage.atomic import replacing
from semtui.storage.export.query import Query
from semtui.storage.export.tables import HEADERS, pieces
from semtui.storage.history.reader import HistoryReader


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export, or an import, has come."""

    rows: int
    share: float
    """0 to 1."""


def export(
    reader: HistoryReader,
    query: Query,
    destination: Path | BinaryIO,
    progress: Callable[[Progress], None],
) -> int:
    """Write what `query` asks for as CSV, in pieces; return how many rows there were.

    A file at `destination` is replaced as a whole at the end, and is as it was before
    when this does not end well: also when `progress`, which is called after each piece,
    raises something. Raises StorageError, and OSError from a stream.
    """
    if not isinstance(destination, Path):
        return _write(reader, query, destination, progress)
    try:
        with _opened(destination) as file:
            return _write(reader, query, file, progress)
    except OSError as error:
        raise _explained(destination, error) from error


def _write(
    reader: HistoryReader,
    query: Query,
    file: BinaryIO,
    progress: Callable[[Progress], None],
) -> int:
    file.write(HEADERS[query.every].encode())
    rows = 0
    for piece in pieces(reader, query):
        file.write(piece.text.encode())
        rows += piece.rows
        progress(Progress(rows, piece.share))
    file.flush()
    return rows


def _opened(path: Path) -> contextlib.AbstractContextManager[BinaryIO]:
    """What is written to: a draft beside a file, or the pipe or device that has the name."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return replacing(path)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, _("it is a folder"))
    return replacing(path) if stat.S_ISREG(mode) else open(path, "wb")


def _explained(path: Path, error: OSError) -> StorageError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return StorageError(
            _("The export cannot be written to {path}.").format(path=path),
            _("There is no folder {folder}.").format(folder=path.parent),
            _("Make it first, or give another file to -o."),
        )
    hint = _("Give another file to -o.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        hint = _("Make room there (see df -h), or give a file on another disk to -o.")
    return StorageError(
        _("The export cannot be written to {path}.").format(path=path), system_says(error), hint
    )
