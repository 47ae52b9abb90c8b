"""The radio only queues; the storage thread commits, and copes with whatever the disk does."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from semtui.errors import StorageError
from semtui.model import Level, LinkReason, LinkSnapshot, LinkState, Notice, SlotSource
from semtui.storage.history import schema
from semtui.storage.history.schema import open_for_writing
from semtui.storage.history.writer import HistoryStore
from semtui.storage.lock import FolderLock
from tests.storage.history.bench import FACTS, MIDNIGHT, START, Bench, assert_roll_ups_are_true


def test_the_radio_touches_no_disk(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "data", csv=False)
    for watts in range(100):
        bench.poll(watts)
    bench.slot(0, "1.0")
    assert not bench.folder.exists()
    bench.store.flush()
    assert bench.watts() == list(range(100))
    bench.end()


def test_sqlite_is_not_loaded_before_the_first_commit() -> None:
    code = "import sys, semtui.station; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_could_not_wait_any_longer_comes_from_the_log(tmp_path: Path) -> None:
    bench = Bench(tmp_path, capacity=10)
    for watts in range(100):
        bench.poll(watts)
    bench.store.flush()
    assert bench.watts() == list(range(100))
    for watts in range(100, 200):
        bench.poll(watts)
    bench.store.flush()
    assert bench.watts() == list(range(200))
    assert_roll_ups_are_true(bench)
    bench.end()


def test_without_a_log_the_newest_are_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path, csv=False, capacity=10)
    for watts in range(100):
        bench.poll(watts)
    bench.store.flush()
    assert bench.watts() == list(range(90, 100))
    bench.end()


def test_without_a_log_a_removed_folder_is_locked_and_written_anew(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    bench = Bench(folder, csv=False)
    with FolderLock(folder) as lock:
        store = HistoryStore(folder, bench.clock, bench.hub.publish, alone=True, lock=lock)
        bench.hub.subscribe(store.handle)
        bench.poll(1)
        store.flush()
        shutil.rmtree(folder)
        bench.poll(2)
        store.flush()
        assert bench.watts() == [2]
        with pytest.raises(StorageError, match="Another semtui"):
            FolderLock(folder)
        store.end()
        store.flush()


@pytest.mark.parametrize(("csv", "slot"), [(True, False), (True, True), (False, False)])
def test_a_commit_waits_for_the_disk_where_nothing_else_has_what_is_in_it(
    csv: bool, slot: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def opened(path: Path) -> sqlite3.Connection:
        connection = open_for_writing(path)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr("semtui.storage.history.keeper.open_for_writing", opened)
    bench = Bench(tmp_path, csv=csv)
    bench.poll()
    if slot:
        bench.slot(0, "1.0")
    bench.store.flush()
    said = [query for query in asked if "synchronous" in query]
    assert said == [f"PRAGMA synchronous={'NORMAL' if csv and not slot else 'FULL'}"]
    bench.end()


def test_the_end_commits_what_waits_without_healing(bench: Bench) -> None:
    bench.folder.mkdir()
    for watts in range(3):
        bench.poll(watts)
    bench.end()
    assert bench.watts() == [0, 1, 2]
    assert bench.rows("SELECT * FROM files") == []


def test_notices_and_changes_of_the_link_are_events(bench: Bench) -> None:
    def link(state: LinkState, **more: object) -> None:
        bench.hub.publish(LinkSnapshot(state, 0.0, START, **more))  # type: ignore[arg-type]

    link(LinkState.JOINING)
    link(LinkState.READY)
    link(LinkState.READY)
    link(
        LinkState.BACKOFF,
        reason=LinkReason.METER_SILENT,
        title="The meter has gone silent.",
        detail="It may be the distance.",
        hint="Move it.",
    )
    bench.hub.publish(Notice(START + timedelta(1), Level.ERROR, "A notice.", "Why.", "What."))
    bench.store.flush()
    assert bench.rows("SELECT level, title, detail FROM events ORDER BY id") == [
        (0, "The link is now: ready.", ""),
        (1, "The meter has gone silent.", "It may be the distance."),
        (2, "A notice.", "Why."),
    ]


def test_a_notice_that_another_thread_tells_first_is_no_fault(bench: Bench) -> None:
    class Raced(deque[Notice]):
        def popleft(self) -> Notice:
            self.clear()
            return super().popleft()

    bench.store._outbox = Raced([Notice(START, Level.INFO, "A notice.")])
    bench.poll()
    assert bench.notices == []


# Faults


def played(
    monkeypatch: pytest.MonkeyPatch, spoil: Callable[[sqlite3.Connection], None]
) -> Callable[[], None]:
    """Have each opened history spoilt in a way that SQLite itself complains of; return an end."""
    ended: list[bool] = []

    def opened(path: Path) -> sqlite3.Connection:
        connection = open_for_writing(path)
        if not ended:
            spoil(connection)
        return connection

    monkeypatch.setattr("semtui.storage.history.keeper.open_for_writing", opened)
    return lambda: ended.append(True)


def full(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count=1")


def read_only(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only=1")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(full, "the disk is full."), (read_only, "it is read-only, or not ours.")],
)
def test_a_fault_is_told_once_and_everything_is_written_later(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[sqlite3.Connection], None],
    reason: str,
) -> None:
    mend = played(monkeypatch, spoil)
    bench.hub.publish(FACTS)
    # Large enough for a page more.
    events = [Notice(START, Level.INFO, "x" * 3000) for _number in range(5)]
    for watts in range(6):
        bench.poll(watts)
        bench.slot(watts, "1.0")
        bench.store.handle(events[watts % 5])
        bench.store.flush()
    bench.poll(6)
    (notice,) = [n for n in bench.notices if n.level is Level.ERROR]
    assert notice.title == f"The history cannot be written: {reason}"
    assert notice.detail
    assert notice.hint
    mend()
    bench.store.flush()
    bench.poll(7)
    assert bench.notices[-1].title == "The history is written again."
    bench.store.flush()
    assert bench.watts() == list(range(8))
    assert len(bench.rows("SELECT * FROM slots")) == 6
    assert_roll_ups_are_true(bench)


def test_a_history_that_another_program_holds_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.0)
    bench.poll(1)
    bench.store.flush()
    other = sqlite3.connect(bench.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    bench.poll(2)
    bench.store.flush()
    bench.poll(3)
    assert bench.notices[-1].title == (
        "The history cannot be written: another program holds the file."
    )
    other.execute("ROLLBACK")
    other.close()
    bench.store.flush()
    assert bench.watts() == [1, 2, 3]


def test_a_folder_that_is_none_is_told_and_the_radio_goes_on(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    bench = Bench(tmp_path / "data", csv=False)
    bench.poll(1)
    bench.store.flush()
    bench.poll(2)
    assert bench.notices[-1].title.startswith("The history cannot be written:")
    (tmp_path / "data").unlink()
    bench.store.flush()
    assert bench.watts() == [1, 2]
    bench.end()


def test_a_meter_is_remembered_across_a_fault(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was learnt in a batch that was undone is learnt again, and nothing before its time."""
    bench.hub.publish(FACTS)
    bench.slot(0, "1.0")
    bench.store.flush()
    mend = played(monkeypatch, read_only)
    bench.store._upkeep.close()  # type: ignore[union-attr]
    bench.slot(1, "2.0")
    bench.hub.publish(replace(FACTS, serial="B2"))
    bench.slot(2, "0.5")
    bench.store.flush()
    mend()
    bench.slot(3, "0.6", None, SlotSource.ASKED)
    bench.store.flush()
    assert bench.rows("SELECT meter FROM slots ORDER BY time") == [(1,), (1,), (2,), (2,)]


# Damage


def damage(path: Path, offset: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[offset : offset + 2000] = b"\xa5" * 2000
    path.write_bytes(data)


def filled(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    for number in range(200):
        bench.poll(number)
        bench.slot(number, "1.0")
    bench.end()


def test_a_file_that_is_no_history_is_put_aside_and_made_anew(bench: Bench) -> None:
    filled(bench)
    damage(bench.path)
    second = Bench(bench.folder)
    second.store.flush()
    second.poll(9, at=START + timedelta(hours=1))
    (notice,) = second.notices
    assert notice.title == "The history was damaged and is made anew from the CSV files."
    aside = bench.folder / "history.damaged-2026-11-21T060000.sqlite3"
    assert str(aside) in notice.detail
    assert aside.exists()
    second.store.flush()
    assert second.watts() == [*range(200), 9]
    assert_roll_ups_are_true(second)
    second.end()


def test_half_hours_that_can_be_read_of_a_damaged_history_are_saved(bench: Bench) -> None:
    filled(bench)
    connection = sqlite3.connect(bench.path)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name='samples'"
    ).fetchone()
    connection.close()
    damage(bench.path, (page - 1) * schema.PAGE_BYTES)
    second = Bench(bench.folder)
    (bench.folder / "power-2026-11-21.csv").rename(bench.folder / "power-2026-11-21.1.csv")
    second.store.flush()
    second.poll(9, at=START + timedelta(hours=1))
    assert "200 half hours were saved" in second.notices[0].detail
    second.store.flush()
    assert second.watts() == [*range(200), 9]
    slots = second.reader.slots(MIDNIGHT, MIDNIGHT + timedelta(hours=100))
    assert [slot.source for slot in slots] == [SlotSource.ANNOUNCED] * 200
    second.end()


@pytest.mark.parametrize("step", ["saving", "renaming"])
def test_what_fails_while_half_hours_are_saved_is_done_again(
    bench: Bench, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(bench)
    connection = sqlite3.connect(bench.path)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name='samples'"
    ).fetchone()
    connection.close()
    damage(bench.path, (page - 1) * schema.PAGE_BYTES)
    before = bench.path.read_bytes()

    def opened(path: Path) -> sqlite3.Connection:
        connection = open_for_writing(path)
        if path != bench.path and step == "saving":
            full(connection)
        return connection

    def refuse(_path: Path, _now: datetime) -> Path:
        raise OSError(errno.EIO, "Input/output error")

    second = Bench(bench.folder)
    with monkeypatch.context() as patched:
        patched.setattr("semtui.storage.history.keeper.open_for_writing", opened)
        if step == "renaming":
            patched.setattr("semtui.storage.history.keeper.put_aside", refuse)
        second.poll(8, at=START + timedelta(hours=1))
        second.store.flush()
    assert bench.path.read_bytes() == before
    assert not list(bench.folder.glob("*.damaged-*"))
    second.store.flush()
    second.poll(9, at=START + timedelta(hours=2))
    assert any("200 half hours were saved" in notice.detail for notice in second.notices)
    second.store.flush()
    assert second.watts() == [*range(200), 8, 9]
    assert {path.name for path in bench.folder.glob("*fresh*")} == set()
    second.end()


def test_damage_is_repaired_once_in_a_run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(bench)
    second = Bench(bench.folder)
    for minute in range(3):
        damage(bench.path)
        second.poll(minute, at=START + timedelta(minutes=30 + minute))
        second.store.flush()
        if second.store._upkeep is not None:
            second.store._upkeep.close()
    second.poll(9)
    titles = [notice.title for notice in second.notices]
    assert titles[0] == "The history was damaged and is made anew from the CSV files."
    assert titles[1].startswith("The history cannot be written: SQLite says:")
    assert len(titles) == 2
    assert len(list(bench.folder.glob("history.damaged-*.sqlite3"))) == 1


class Contended(deque[Notice]):
    """A box that another thread has emptied when one has seen that something is in it."""

    def __bool__(self) -> bool:
        return True


def test_two_threads_that_tell_what_the_storage_says_do_not_trip(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.store._outbox = Contended()
    bench.store.handle(Notice(START, Level.INFO, "The web view is on."))
    bench.end()
