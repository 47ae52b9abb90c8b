"""Imports into a data folder: each reading once, nothing overwritten, and kept for a rebuild."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import tzset

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.storage.catchup import catch_up, lagging
from semtui.storage.dayfile import HEADER
from semtui.storage.export.query import Query
from semtui.storage.export.run import Progress, export
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.samples import Row
from semtui.storage.history.values import FILE_NAME
from semtui.storage.importer import merge
from semtui.storage.importer.merge import Merger
from semtui.storage.importer.run import FileReport, import_files
from tests.storage.history.bench import START, Bench

OLD = b"1469977200,512\n1469977203,None\n1469977206,-30\n"


@pytest.fixture(autouse=True)
def in_japan(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def quiet(_progress: Progress) -> None:
    pass


def imported(folder: Path, *paths: Path) -> list[FileReport]:
    return list(import_files(folder, paths, quiet))


def history(folder: Path) -> list[Row]:
    """All samples, with the logs put in first."""
    reader = HistoryReader(folder / FILE_NAME)
    catch_up(folder, lagging(folder, reader), lambda _rows, _share: None)
    assert lagging(folder, reader) == []
    span = reader.span()
    if span is None:
        return []
    end = span.last + timedelta(seconds=1)
    found = [row for rows in reader.batches(span.first, end) for row in rows]
    reader.close()
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def test_old_logs_go_to_files_of_their_own_by_day(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "pow_day_20160801.csv"
    path.write_bytes(OLD + b"rubbish\n1470063600,99\n")
    (report,) = imported(folder, path)
    assert (report.rows, report.added, report.bad, report.failed) == (4, 4, 1, False)
    assert [(line.number, line.reason) for line in report.first_bad] == [
        (4, "it is not a time in seconds and a power")
    ]
    assert contents(folder) == {
        "power-2016-08-01.imported.csv": HEADER
        + b"2016-08-01T00:00:00.000+09:00,512,,,,ok\n"
        + b"2016-08-01T00:00:03.000+09:00,,,,,timeout\n"
        + b"2016-08-01T00:00:06.000+09:00,-30,,,,ok\n",
        "power-2016-08-02.imported.csv": HEADER + b"2016-08-02T00:00:00.000+09:00,99,,,,ok\n",
    }
    assert [row[1] for row in history(folder)] == [512, None, -30, 99]


def test_twice_is_once_and_the_rest_is_added(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "pow_day_20160801.csv"
    path.write_bytes(OLD)
    imported(folder, path)
    before, rows = contents(folder), history(folder)
    (report,) = imported(folder, path)
    assert (report.rows, report.added) == (3, 0)
    assert contents(folder) == before
    assert history(folder) == rows
    path.write_bytes(OLD + b"1469977209,7\n")
    assert [report.added for report in imported(folder, path, path)] == [1, 0]
    assert [row[1] for row in history(folder)] == [512, None, -30, 7]


def test_what_is_there_stays_as_it_is(folder: Path, tmp_path: Path) -> None:
    bench = Bench(folder)
    bench.poll(1)
    bench.poll(2)
    bench.end()
    before = contents(folder)
    path = tmp_path / "mine.csv"
    text = before["power-2026-11-21.csv"].replace(b",1,", b",100,") + (
        b"2026-11-21T06:00:09.000+09:00,3,,,,ok\n"
    )
    path.write_bytes(text)
    (report,) = imported(folder, path)
    assert (report.rows, report.added) == (3, 1)
    after = contents(folder)
    assert after["power-2026-11-21.csv"] == before["power-2026-11-21.csv"]
    assert [row[1] for row in history(folder)] == [1, 2, 3]


def test_a_day_is_the_same_in_every_zone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that was kept in Tokyo is known on a machine whose day is another one."""
    path = tmp_path / "pow_day.csv"
    path.write_bytes(OLD)
    imported(folder, path)
    before = contents(folder)
    monkeypatch.setenv("TZ", "Pacific/Honolulu")
    tzset()
    (report,) = imported(folder, path)
    assert report.added == 0
    assert contents(folder) == before


def test_an_export_fills_another_folder_with_the_same(folder: Path, tmp_path: Path) -> None:
    bench = Bench(folder)
    for number in range(50):
        bench.poll(number if number % 7 else None, seconds=3571.123)
    bench.end()
    rows = history(folder)
    path = tmp_path / "export.csv"
    reader = HistoryReader(folder / FILE_NAME)
    assert export(reader, Query(zone=JST), path, quiet) == 50
    reader.close()
    other = tmp_path / "other"
    (report,) = imported(other, path)
    assert (report.added, report.bad) == (50, 0)
    assert history(other) == rows
    (report,) = imported(folder, path)
    assert report.added == 0


def test_a_history_made_anew_has_the_imports(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "pow_day.csv"
    path.write_bytes(OLD)
    imported(folder, path)
    rows = history(folder)
    for name in os.listdir(folder):
        if name.startswith(FILE_NAME):
            (folder / name).unlink()
    bench = Bench(folder)
    bench.poll(1)
    bench.store.flush()
    assert bench.watts() == [*(row[1] for row in rows), 1]
    bench.end()


def test_files_that_are_none_are_refused_and_the_others_taken(folder: Path, tmp_path: Path) -> None:
    foreign, good, missing = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    foreign.write_bytes(b"a,b\n1,2\n")
    good.write_bytes(OLD)
    reports = imported(folder, foreign, good, missing)
    assert [report.failed for report in reports] == [True, False, True]
    assert [report.added for report in reports] == [0, 3, 0]


def test_bad_lines_alone_are_a_failure(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(HEADER + b"foo\n" * 20)
    (report,) = imported(folder, path)
    assert report.failed
    assert report.bad == 20
    assert len(report.first_bad) == 5


def test_an_import_that_is_broken_off_can_be_made_again(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"".join(b"%d,5\n" % (1469977200 + 60 * n) for n in range(100_000)))

    def stop(progress: Progress) -> None:
        if progress.rows > 60_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(import_files(folder, [path], stop))
    done = sum(text.count(b"\n") - 1 for text in contents(folder).values())
    assert done > 0
    # And a power cut may tear the last row of the file that was being written.
    last = max(folder.glob("*.csv"))
    last.write_bytes(last.read_bytes()[:-10])
    (report,) = imported(folder, path)
    assert report.added == 100_000 - done + 1
    assert len(history(folder)) == 100_000


def test_a_folder_that_cannot_be_written_to_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(OLD)
    folder.write_bytes(b"no folder")
    with pytest.raises(StorageError, match="cannot be written"):
        imported(folder, path)


def test_a_log_of_another_is_left_alone(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(OLD)
    folder.mkdir()
    (folder / "power-2016-08-01.imported.csv").write_bytes(b"mine\n")
    imported(folder, path)
    assert contents(folder)["power-2016-08-01.imported.csv"] == b"mine\n"
    assert len(history(folder)) == 3
    assert imported(folder, path)[0].added == 0


@given(
    first=st.lists(st.integers(0, 400_000), max_size=30),
    second=st.lists(st.integers(0, 400_000), max_size=30),
    waiting=st.integers(1, 20),
)
@settings(max_examples=30)
def test_any_order_gives_each_time_once(
    tmp_path_factory: pytest.TempPathFactory, first: list[int], second: list[int], waiting: int
) -> None:
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_WAITING", waiting)
        merger = Merger(folder)
        for seconds in (first, second, first):
            for second_of in seconds:
                ms = int(START.timestamp()) * 1000 + second_of * 1000
                merger.add([(ms, second_of, None, None, None, 0)])
            merger.flush()
    wanted = sorted({*first, *second})
    assert merger.added == len(wanted)
    assert [row[1] for row in history(folder)] == wanted
