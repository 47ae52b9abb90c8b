"""An export is there as a whole or not at all."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.storage.export.query import Every, Query
from semtui.storage.export.run import Progress, export
from semtui.storage.history.reader import HistoryReader
from tests.storage.history.bench import Bench
from tests.storage.history.test_reader import every as polls
from tests.storage.history.test_reader import fill

ROWS = 12_000
QUERY = Query(zone=JST)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path / "data")
    fill(bench, polls(3, ROWS))
    return bench


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "exports"
    place.mkdir()
    return place


def quiet(_progress: Progress) -> None:
    pass


def test_a_file_and_a_stream_get_the_same(bench: Bench, place: Path) -> None:
    stream = io.BytesIO()
    seen: list[Progress] = []
    assert export(bench.reader, QUERY, stream, seen.append) == ROWS
    assert export(bench.reader, QUERY, place / "a.csv", quiet) == ROWS
    assert (place / "a.csv").read_bytes() == stream.getvalue()
    assert len(stream.getvalue().splitlines()) == ROWS + 1
    assert [progress.rows for progress in seen] == [5000, 10_000, ROWS]
    assert seen[-1].share == 1.0


def test_a_new_file_has_the_mode_that_the_umask_leaves_and_an_old_one_keeps_its_own(
    bench: Bench, place: Path
) -> None:
    before = os.umask(0o027)
    try:
        export(bench.reader, QUERY, place / "new.csv", quiet)
    finally:
        os.umask(before)
    assert (place / "new.csv").stat().st_mode & 0o777 == 0o640
    (place / "old.csv").touch(0o604)
    (place / "old.csv").chmod(0o604)
    (place / "link.csv").symlink_to("old.csv")
    export(bench.reader, QUERY, place / "link.csv", quiet)
    assert (place / "link.csv").is_symlink()
    assert (place / "old.csv").stat().st_mode & 0o777 == 0o604
    assert (place / "old.csv").stat().st_size > ROWS


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
@pytest.mark.parametrize("old", [True, False])
def test_what_is_broken_off_leaves_nothing(
    bench: Bench, place: Path, stop: type[BaseException], old: bool
) -> None:
    path = place / "a.csv"
    if old:
        path.write_bytes(b"old")

    def break_off(progress: Progress) -> None:
        assert len(os.listdir(place)) == 1 + old
        if progress.rows > 5000:
            raise stop

    with pytest.raises(stop):
        export(bench.reader, QUERY, path, break_off)
    assert os.listdir(place) == (["a.csv"] if old else [])
    assert not old or path.read_bytes() == b"old"


def test_a_full_disk_leaves_nothing_and_is_told(bench: Bench, place: Path) -> None:
    """A limit to the size of files fails writes as a full disk does."""
    path = place / "a.csv"
    path.write_bytes(b"old")
    program = (
        "import sys, pathlib; from semtui.storage.export.run import *;"
        "export(HistoryReader(pathlib.Path(sys.argv[1])), Query(), pathlib.Path(sys.argv[2]),"
        " lambda _: None)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(bench.path), str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert "StorageError" in result.stderr
    assert "Make room there" in result.stderr
    assert os.listdir(place) == ["a.csv"]
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_named_and_not_made(bench: Bench, place: Path) -> None:
    with pytest.raises(StorageError) as refused:
        export(bench.reader, QUERY, place / "no" / "a.csv", quiet)
    assert str(place / "no") in refused.value.detail
    (place / "file").touch()
    for path in (place / "file" / "a.csv", place):
        with pytest.raises(StorageError):
            export(bench.reader, QUERY, path, quiet)
    assert os.listdir(place) == ["file"]


def test_a_pipe_is_written_to_and_not_replaced(bench: Bench, place: Path) -> None:
    pipe = place / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    export(bench.reader, QUERY, pipe, quiet)
    reader.join()
    assert pipe.is_fifo()
    assert len(got[0].splitlines()) == ROWS + 1


def test_a_stream_that_fails_says_so_itself(bench: Bench) -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        export(bench.reader, QUERY, Full(), quiet)


def test_it_reads_while_the_dashboard_writes(bench: Bench, place: Path) -> None:
    """Rows that come meanwhile do no harm, and an export keeps no writer waiting."""

    def write_on(_progress: Progress) -> None:
        bench.poll(7)
        bench.store.flush()
        assert not bench.notices

    with_others = HistoryReader(bench.path)
    rows = export(with_others, QUERY, place / "a.csv", write_on)
    assert rows >= ROWS
    assert export(with_others, Query(Every.DAY), place / "b.csv", quiet) == 1
    with_others.close()
    bench.end()
