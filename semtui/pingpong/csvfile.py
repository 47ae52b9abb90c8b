"""Every exchange of a run in a CSV file, each written as it ends."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path
from typing import TextIO

from semtui.errors import StorageError, system_says
from semtui.i18n import _
from semtui.radio.pingpong.values import Exchange

HEADER = ("time", "number", "counter", "bytes", "outcome", "round_trip")


class ExchangeFile:
    """A new file; raises StorageError when it cannot be made or written."""

    def __init__(self, path: Path) -> None:
        """Make the file, in place of one that is there."""
        self._path = path
        try:
            self._file: TextIO = path.open("w", encoding="utf-8", newline="")
        except (OSError, ValueError) as error:
            raise self._failed(error) from error
        try:
            self._row(HEADER)
        except StorageError:
            self.close()
            raise

    def take(self, exchange: Exchange) -> None:
        """Write an exchange; what is not known stays empty."""
        self._row(row_of(exchange))

    def close(self) -> None:
        """Close it; what was written is in it already."""
        # What could not be written was said then, and closing tries it once more.
        with contextlib.suppress(OSError):
            self._file.close()

    def _row(self, values: tuple[str, ...]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(values)
        try:
            self._file.write(line.getvalue())
            self._file.flush()
        except (OSError, ValueError) as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError | ValueError) -> StorageError:
        return StorageError(
            _("The file {path} cannot be written.").format(path=self._path),
            system_says(error) if isinstance(error, OSError) else str(error),
            _("Choose another path with --csv, or make room."),
        )


def row_of(exchange: Exchange) -> tuple[str, ...]:
    """Return the cells of an exchange's row."""
    return (
        exchange.at.isoformat(timespec="milliseconds"),
        _cell(exchange.number),
        "" if exchange.counter is None else f"{exchange.counter:04d}",
        str(exchange.size),
        exchange.outcome.value,
        "" if exchange.round_trip is None else f"{exchange.round_trip:.4f}",
    )


def _cell(value: int | None) -> str:
    return "" if value is None else str(value)
