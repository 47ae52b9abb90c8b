"""Versions of the tables: made, brought up, and refused where they are newer than we are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from semtui.errors import StorageError
from semtui.model import Level
from semtui.storage.history import schema
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.schema import (
    VERSION,
    open_for_reading,
    open_for_writing,
    transaction,
    version_of,
)
from tests.storage.history.bench import Bench


def test_a_new_history_has_the_version_of_this_program(tmp_path: Path) -> None:
    connection = open_for_writing(tmp_path / "h.sqlite3")
    assert version_of(connection) == VERSION
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def older(path: Path) -> None:
    """A history of a version before ours, that knew no reverse direction."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE slots(time INTEGER PRIMARY KEY, normal INTEGER)")
    connection.execute("INSERT INTO slots VALUES (30, 7)")
    connection.execute(f"PRAGMA user_version={VERSION}")
    connection.commit()
    connection.close()


def test_an_older_history_is_brought_up_with_all_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "h.sqlite3"
    older(path)
    monkeypatch.setattr(schema, "VERSION", VERSION + 2)
    steps = {
        VERSION: lambda to: to.execute("ALTER TABLE slots ADD COLUMN reverse INTEGER"),
        VERSION + 1: lambda to: to.execute("UPDATE slots SET reverse = normal + 1"),
    }
    # A reader does not touch it, and sees nothing until the writer has been there.
    assert open_for_reading(path) is None
    connection = open_for_writing(path, steps)
    assert version_of(connection) == VERSION + 2
    assert connection.execute("SELECT * FROM slots").fetchall() == [(30, 7, 8)]
    connection.close()


def test_a_way_that_fails_leaves_the_older_history_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "h.sqlite3"
    older(path)
    monkeypatch.setattr(schema, "VERSION", VERSION + 2)
    steps = {
        VERSION: lambda to: to.execute("DELETE FROM slots"),
        VERSION + 1: lambda to: to.execute("no SQL"),
    }
    with pytest.raises(sqlite3.OperationalError):
        open_for_writing(path, steps)
    connection = sqlite3.connect(path)
    assert version_of(connection) == VERSION
    assert connection.execute("SELECT * FROM slots").fetchall() == [(30, 7)]
    connection.close()


def test_a_newer_history_is_refused_with_a_sentence_and_left_alone(bench: Bench) -> None:
    bench.folder.mkdir()
    connection = sqlite3.connect(bench.path)
    connection.execute("CREATE TABLE future(x)")
    connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    before = bench.path.read_bytes()
    for watts in range(3):
        bench.poll(watts)
        bench.store.flush()
    bench.poll(3)
    (notice,) = bench.notices
    assert notice.level is Level.ERROR
    assert notice.title == f"The history in {bench.path} was written by a newer semtui."
    assert notice.hint
    with pytest.raises(StorageError, match="newer semtui"):
        HistoryReader(bench.path).span()
    bench.end()
    assert bench.path.read_bytes() == before
    # The log goes on.
    assert len((bench.folder / "power-2026-11-21.csv").read_bytes().splitlines()) == 5


def test_a_history_in_a_folder_that_cannot_be_written_to_is_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.poll(1)
    bench.end()
    # Root may write anywhere, so the refusal is played.
    checked: list[str] = []
    refuse_newer = schema.refuse_newer

    def fail_first(connection: sqlite3.Connection, path: Path) -> None:
        checked.append("")
        if len(checked) == 1:
            raise sqlite3.OperationalError("unable to open database file")
        refuse_newer(connection, path)

    monkeypatch.setattr(schema, "refuse_newer", fail_first)
    reader = HistoryReader(bench.path)
    assert reader.span() is not None
    assert len(checked) == 2
    reader.close()


def test_transactions_within_each_other_are_one(tmp_path: Path) -> None:
    connection = open_for_writing(tmp_path / "h.sqlite3")
    insert = "INSERT INTO meta VALUES (?, 1)"

    def outer() -> None:
        with transaction(connection):
            with transaction(connection):
                connection.execute(insert, ("a",))
            raise KeyError

    with pytest.raises(KeyError):
        outer()
    assert connection.execute("SELECT * FROM meta").fetchall() == []
    with transaction(connection):
        connection.execute(insert, ("b",))
    assert connection.execute("SELECT key FROM meta").fetchall() == [("b",)]
    connection.close()
