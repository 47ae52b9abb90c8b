"""The file of the exchanges on a disk that takes nothing more."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.pingpong.csvfile import HEADER, ExchangeFile
from semtui.radio.pingpong.values import Exchange, Outcome

EXCHANGE = Exchange(datetime(2026, 11, 21, 6, tzinfo=JST), 0, 0, 14, Outcome.ANSWERED, 0.0312)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_once_and_closing_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.csv"
    file = ExchangeFile(path)
    with largest_file(path.stat().st_size):
        with pytest.raises(StorageError, match="cannot be written"):
            file.take(EXCHANGE)
        file.close()
    assert path.read_text() == ",".join(HEADER) + "\n"


def test_a_file_whose_header_cannot_be_written_is_given_back(tmp_path: Path) -> None:
    # An open file that is left behind is a warning, and so an error, of the tests.
    with largest_file(0), pytest.raises(StorageError, match="cannot be written"):
        ExchangeFile(tmp_path / "exchanges.csv")
