"""What the disk was made to keep: by a thread of its own, which never holds the radio."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from semtui.model import Level
from semtui.storage.flusher import Chore, Flusher
from tests.storage.logbench import GOOD, START, TODAY, Bench

PATIENCE = 20.0
TOMORROW = "power-2026-11-22.csv"


class Card:
    """os.fsync, which remembers what it was asked for, and fails or hangs when told to."""

    def __init__(self) -> None:
        self.synced: list[str] = []
        self.threads: set[int] = set()
        self.fault: int | None = None
        self.asked = threading.Event()
        self.going = threading.Event()
        self.going.set()

    def fsync(self, descriptor: int) -> None:
        self.threads.add(threading.get_ident())
        self.asked.set()
        assert self.going.wait(PATIENCE)
        if self.fault is not None:
            raise OSError(self.fault, os.strerror(self.fault))
        self.synced.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Iterator[Card]:
    card = Card()
    monkeypatch.setattr(os, "fsync", card.fsync)
    yield card
    card.going.set()


def test_the_file_of_the_day_is_synced_when_it_has_new_rows(bench: Bench, card: Card) -> None:
    bench.log.sync()
    bench.poll()
    bench.log.sync()
    bench.log.sync()
    assert card.synced == [TODAY]
    bench.poll()
    bench.log.sync()
    assert card.synced == [TODAY, TODAY]


def test_a_day_that_has_ended_is_synced_too(bench: Bench, card: Card) -> None:
    bench.poll()
    bench.poll(at=START + timedelta(days=1))
    bench.log.sync()
    assert sorted(card.synced) == [TODAY, TOMORROW]


def test_a_closed_log_can_be_synced(bench: Bench, card: Card) -> None:
    bench.poll()
    bench.log.close()
    bench.log.sync()
    assert card.synced == [TODAY]


def test_rows_that_had_to_wait_are_synced(bench: Bench, card: Card) -> None:
    bench.disk.fault = errno.ENOSPC
    bench.poll()
    bench.poll()
    bench.log.sync()
    assert card.synced == []
    bench.disk.fault = None
    bench.poll(seconds=60)
    bench.log.sync()
    assert card.synced == [TODAY]


def test_a_file_that_was_removed_is_no_fault(bench: Bench, card: Card) -> None:
    bench.poll()
    (bench.folder / TODAY).unlink()
    bench.log.sync()
    bench.poll()
    assert [notice.title for notice in bench.notices if "power cut" in notice.title] == []


def test_readings_never_sync(bench: Bench, card: Card) -> None:
    for day in range(3):
        bench.poll(at=START + timedelta(days=day))
    bench.log.close()
    assert not card.asked.is_set()


def test_a_card_that_hangs_does_not_hold_the_readings(bench: Bench, card: Card) -> None:
    card.going.clear()
    bench.poll(1)
    flusher = threading.Thread(target=bench.log.sync)
    flusher.start()
    assert card.asked.wait(PATIENCE)
    bench.poll(2)
    bench.poll(3, at=START + timedelta(days=1))
    bench.log.close()
    assert flusher.is_alive()
    assert bench.watts() == [1, 2]
    assert bench.watts(TOMORROW) == [3]
    card.going.set()
    flusher.join(PATIENCE)
    card.synced.clear()
    bench.log.sync()
    assert sorted(card.synced) == [TODAY, TOMORROW]


def test_a_fault_is_told_once_with_the_next_reading_and_tried_again(
    bench: Bench, card: Card
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    bench.poll()
    card.fault = errno.EIO
    for _minute in range(3):
        bench.log.sync()
    assert bench.notices == []
    bench.poll()
    bench.log.sync()
    bench.poll()
    (notice,) = bench.notices
    assert notice.level is Level.WARNING
    assert notice.title == (
        "Readings may not survive a power cut: the system says: Input/output error."
    )
    assert notice.hint
    card.fault = None
    bench.log.sync()
    assert card.synced == [TODAY]
    bench.log.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_one_bad_file_does_not_keep_the_others_from_the_disk(
    bench: Bench, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith(TODAY):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        card.fsync(descriptor)

    monkeypatch.setattr(os, "fsync", picky)
    for day in range(5):
        bench.poll(at=START + timedelta(days=day))
    bench.log.sync()
    assert len(card.synced) == 4


def test_syncing_at_any_moment_loses_nothing_and_leaks_nothing(bench: Bench, card: Card) -> None:
    before = len(os.listdir("/proc/self/fd"))
    ended = threading.Event()

    def sync() -> None:
        while not ended.is_set():
            bench.log.sync()

    flusher = threading.Thread(target=sync)
    flusher.start()
    for number in range(500):
        bench.poll(number, at=START + timedelta(hours=number))
    bench.log.close()
    ended.set()
    flusher.join(PATIENCE)
    assert not flusher.is_alive()
    bench.log.sync()
    assert set(card.synced) == {path.name for path in bench.folder.iterdir()}
    assert bench.notices == []
    assert len(os.listdir("/proc/self/fd")) == before


# The thread


def test_the_thread_syncs_again_and_again_and_not_in_the_radios(bench: Bench, card: Card) -> None:
    bench.log.handle(GOOD)
    flusher = Flusher(Chore(bench.log.sync, 0.001))
    flusher.start()
    for count in (1, 2, 3):
        deadline = time.monotonic() + PATIENCE
        while len(card.synced) < count:
            assert time.monotonic() < deadline
            card.asked.clear()
            bench.poll()
            card.asked.wait(0.1)
    flusher.stop()
    assert threading.get_ident() not in card.threads


def test_the_end_syncs_what_is_left(bench: Bench, card: Card) -> None:
    flusher = Flusher(Chore(bench.log.sync, 3600.0))
    flusher.start()
    bench.poll()
    bench.log.close()
    flusher.stop()
    flusher.stop()
    assert card.synced == [TODAY]


def test_zero_seconds_are_never(bench: Bench, card: Card) -> None:
    flusher = Flusher(Chore(bench.log.sync, 0.0))
    bench.poll()
    before = threading.active_count()
    flusher.start()
    assert threading.active_count() == before
    flusher.stop()
    assert not card.asked.is_set()


def test_the_end_does_not_wait_for_ever(
    bench: Bench, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semtui.storage.flusher.STOP_SECONDS", 0.01)
    card.going.clear()
    bench.poll()
    flusher = Flusher(Chore(bench.log.sync, 3600.0))
    flusher.start()
    flusher.stop()
    assert card.synced == []


def test_chores_that_are_due_together_keep_their_order_and_end_once_more() -> None:
    done: list[str] = []
    second = threading.Event()

    def commit() -> None:
        done.append("commit")
        second.set()

    flusher = Flusher(
        Chore(lambda: done.append("sync"), 3600.0, first_seconds=0.0),
        Chore(lambda: done.append("never"), 0.0),
        Chore(commit, 3600.0, first_seconds=0.0),
    )
    flusher.start()
    assert second.wait(PATIENCE)
    assert done == ["sync", "commit"]
    flusher.stop()
    assert done == ["sync", "commit"] * 2


def test_a_chore_is_done_often_at_first() -> None:
    counted = threading.Semaphore(0)
    flusher = Flusher(Chore(counted.release, 3600.0, first_seconds=0.001))
    flusher.start()
    assert all(counted.acquire(timeout=PATIENCE) for _time in range(4))
    flusher.stop()


def test_chores_have_their_own_times() -> None:
    done: list[str] = []
    often = threading.Event()

    def sync() -> None:
        done.append("sync")
        if len(done) == 3:
            often.set()

    flusher = Flusher(Chore(sync, 0.001), Chore(lambda: done.append("commit"), 3600.0))
    flusher.start()
    assert often.wait(PATIENCE)
    assert "commit" not in done
    flusher.stop()
    assert done[-1] == "commit"
