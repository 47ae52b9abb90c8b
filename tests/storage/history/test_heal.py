"""The history is healed from the CSV files, whatever has become of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.storage.dayfile import HEADER
from semtui.storage.history import csvrows
from semtui.storage.history.csvrows import Mark, logs_in, sample_of, unread
from semtui.storage.history.heal import heal
from semtui.storage.history.samples import Row
from semtui.storage.history.schema import open_for_writing
from tests.storage.history.bench import GOOD, START, TODAY, Bench, assert_roll_ups_are_true

NAME = "power-2026-11-21.csv"
AT = "2026-11-21T06:00:{:02d}.000+09:00"


def line(number: int, end: bytes = b"\n") -> bytes:
    return f"{AT.format(number)},{number},3.0,-0.5,0.432,ok".encode() + end


@pytest.fixture
def connection(bench: Bench) -> Iterator[sqlite3.Connection]:
    bench.folder.mkdir()
    connection = open_for_writing(bench.path)
    yield connection
    connection.close()


def healed(bench: Bench, connection: sqlite3.Connection) -> tuple[int, int]:
    """Rows that were added, and lines that were none."""
    found = heal(connection, logs_in(bench.folder))
    assert found.finished
    return found.added, found.bad


def test_what_the_log_has_and_the_history_has_not_is_put_in(bench: Bench) -> None:
    bench.hub = type(bench.hub)()
    bench.hub.subscribe(bench.log.handle)
    for watts in range(50):
        bench.poll(watts)
    assert not bench.path.exists()
    bench.store.flush()
    assert bench.watts() == list(range(50))
    assert_roll_ups_are_true(bench)


def test_a_row_of_the_log_and_a_reading_are_the_same_sample(
    bench: Bench, connection: sqlite3.Connection
) -> None:
    (bench.folder / NAME).write_bytes(HEADER + line(0))
    healed(bench, connection)
    (row,) = bench.rows()
    assert row[1:] == (0, 30, -5, 432, 0)
    odd = bench.poll(-7, at=START + timedelta(microseconds=123_999))
    bench.store.flush()
    assert sample_of(odd) in bench.rows()
    assert len(bench.rows()) == 2


def test_only_what_is_new_is_read(
    bench: Bench, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.folder / NAME
    path.write_bytes(HEADER + b"".join(line(number) for number in range(20)))
    assert healed(bench, connection) == (20, 0)
    read: list[bytes] = []
    parse = csvrows._row

    def note(line: bytes, places: tuple[int, ...]) -> Row | None:
        read.append(line)
        return parse(line, places)

    monkeypatch.setattr(csvrows, "_row", note)
    assert healed(bench, connection) == (0, 0)
    with open(path, "ab") as file:
        file.write(line(21) + line(22))
    assert healed(bench, connection) == (2, 0)
    assert read == [line(21, b""), line(22, b"")]


def test_what_semtui_itself_has_written_is_not_read_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for watts in range(30):
        bench.poll(watts)
        if watts % 7 == 0:
            bench.store.flush()
    bench.end()
    monkeypatch.setattr(csvrows, "_row", None)
    second = Bench(bench.folder)
    second.store.flush()
    assert second.notices == []
    second.end()


def test_a_torn_last_row_waits_for_its_end(bench: Bench, connection: sqlite3.Connection) -> None:
    path = bench.folder / NAME
    path.write_bytes(HEADER + line(1) + line(2)[:-20])
    assert healed(bench, connection) == (1, 0)
    path.write_bytes(HEADER + line(1) + line(2) + line(3, b""))
    assert healed(bench, connection) == (2, 0)
    assert healed(bench, connection) == (0, 0)
    path.write_bytes(HEADER + line(1) + line(2) + line(3) + line(4))
    assert healed(bench, connection) == (1, 0)
    assert bench.watts() == [1, 2, 3, 4]


def test_a_spreadsheet_may_have_had_it(bench: Bench, connection: sqlite3.Connection) -> None:
    bom, note = b"\xef\xbb\xbf", b"note,"
    head = HEADER.replace(b"\n", b"\r\n")
    (bench.folder / NAME).write_bytes(bom + head + line(1, b"\r\n"))
    (bench.folder / "power-2026-11-20.csv").write_bytes(note + HEADER + b"hello," + line(2))
    (bench.folder / "power-2026-11-19.csv").write_bytes(b"date,power\n2026-11-19,12\n")
    (bench.folder / "power-2026-11-18.csv").write_bytes(b"")
    assert healed(bench, connection) == (2, 0)
    assert bench.watts() == [1, 2]


def test_renamed_copied_and_replaced_files_add_what_is_new_in_them(
    bench: Bench, connection: sqlite3.Connection
) -> None:
    path = bench.folder / NAME
    path.write_bytes(HEADER + line(1) + line(2))
    assert healed(bench, connection) == (2, 0)
    path.rename(bench.folder / "power-2026-11-21.2.csv")
    assert healed(bench, connection) == (0, 0)
    # Another file of the same name, longer and shorter than the one that was read.
    path.write_bytes(HEADER + line(3) + line(4) + line(5))
    assert healed(bench, connection) == (3, 0)
    path.write_bytes(HEADER + line(6))
    assert healed(bench, connection) == (1, 0)
    assert bench.watts() == [1, 2, 3, 4, 5, 6]


def test_lines_that_are_no_readings_are_passed_over_and_counted(bench: Bench) -> None:
    bench.folder.mkdir()
    bad = [
        b"hello\n",
        b"\n",
        b"2026-11-21T06:00:00.000,1,,,,ok\n",  # without an offset
        b"1969-11-21T06:00:00.000+09:00,1,,,,ok\n",
        b"2026-11-21T06:00:00.000+09:00,99999999999999999999,,,,ok\n",
        b"2026-11-21T06:00:00.000+09:00,1,,,,fine\n",
        b"2026-11-21T06:00:00.000+09:00,1.5,,,,ok\n",
        b"2026-11-21T06:00:00.000+09:00,1\n",
        b"\xff\xfe\x00\n",
        b"0001-01-01T00:00:00.000+14:00,1,,,,ok\n",
        b"9999-12-31T23:59:59.000-14:00,x,,,,ok\n",
    ]
    (bench.folder / NAME).write_bytes(HEADER + line(1) + b"".join(bad) + line(2))
    bench.store.flush()
    bench.poll(3)
    assert bench.watts() == [1, 2]
    (notice,) = bench.notices
    assert notice.title == "11 lines of the CSV files are no readings and were passed over."


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans(), st.integers(0, 400))
def test_any_bytes_are_read_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, headed: bool, offset: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "power-any.csv"
    path.write_bytes((HEADER if headed else b"") + data)
    for piece in unread(path, Mark(offset, 0)):
        assert piece.mark.offset <= path.stat().st_size


@settings(max_examples=40, deadline=None)
@given(st.integers(7, 400), st.integers(1, 40))
def test_a_file_may_grow_in_any_steps(
    tmp_path_factory: pytest.TempPathFactory, step: int, count: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "power-steps.csv"
    whole = HEADER + b"".join(line(number) for number in range(count))
    seen: dict[int, Row] = {}
    mark = Mark()
    for end in [*range(0, len(whole), step), len(whole)]:
        path.write_bytes(whole[:end])
        for piece in unread(path, mark):
            assert piece.bad == 0
            mark = piece.mark
            seen |= {row[0]: row for row in piece.rows}
    assert [row[1] for row in seen.values()] == list(range(count))


def test_small_blocks_read_the_same(
    bench: Bench, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csvrows, "_BLOCK", 100)
    (bench.folder / NAME).write_bytes(HEADER + b"".join(line(number) for number in range(20)))
    assert healed(bench, connection) == (20, 0)
    (bench.folder / "power-long.csv").write_bytes(HEADER + b"x" * 1000)
    assert healed(bench, connection) == (0, 0)


def test_things_that_are_no_files_are_left_alone(
    bench: Bench, connection: sqlite3.Connection
) -> None:
    (bench.folder / "power-2026-11-19.csv").mkdir()
    os.mkfifo(bench.folder / "power-2026-11-18.csv")
    (bench.folder / "power-2026-11-17.csv").symlink_to(bench.folder / "nowhere")
    (bench.folder / NAME).write_bytes(HEADER + line(1))
    assert logs_in(bench.folder) == [bench.folder / NAME]
    assert logs_in(bench.folder, {TODAY}) == [bench.folder / NAME]
    assert healed(bench, connection) == (1, 0)


def test_a_file_that_cannot_be_read_is_told_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.folder.mkdir()
    (bench.folder / NAME).write_bytes(HEADER + line(1))
    refused = bench.folder / "power-2026-11-20.csv"
    refused.write_bytes(HEADER + line(2))

    def picky(path: Path, mark: Mark) -> Iterator[csvrows.Piece]:
        if path == refused:
            raise PermissionError(13, "Permission denied")
        return unread(path, mark)

    monkeypatch.setattr("semtui.storage.history.heal.unread", picky)
    bench.store.flush()
    bench.store.flush()
    bench.poll(3)
    assert [notice.title for notice in bench.notices] == [
        f"The log {refused} could not be read for the history."
    ]
    assert bench.watts() == [1]


def test_healing_breaks_off_when_the_program_ends_and_goes_on_the_next_time(
    bench: Bench, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csvrows, "_BLOCK", 600)
    (bench.folder / NAME).write_bytes(HEADER + b"".join(line(number) for number in range(50)))
    answers = iter([False, False, True])
    found = heal(connection, logs_in(bench.folder), lambda: next(answers))
    assert not found.finished
    assert 0 < found.added < 50
    rest = heal(connection, logs_in(bench.folder))
    assert rest.added == 50 - found.added


def test_a_piece_and_its_mark_are_written_together_or_not_at_all(
    bench: Bench, connection: sqlite3.Connection
) -> None:
    (bench.folder / NAME).write_bytes(HEADER + line(1))
    connection.execute(
        "CREATE TEMP TRIGGER no BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(sqlite3.Error, match="no"):
        heal(connection, logs_in(bench.folder))
    assert bench.rows() == []
    connection.execute("DROP TRIGGER no")
    assert healed(bench, connection) == (1, 0)


def test_a_reading_of_a_wild_time_is_no_sample() -> None:
    early = GOOD.at.replace(year=1960)
    assert sample_of(type(GOOD)(early, 0.0, 1, None, None, None, GOOD.status)) is None
