"""The hub's order, and the mailbox between the engine and a reader that may not come."""

from __future__ import annotations

import threading
import tracemalloc
from datetime import UTC, datetime

from semtui.hub import Hub, Mailbox
from semtui.model import (
    Direction,
    Level,
    LinkCounts,
    Notice,
    PropertyValue,
    Reading,
    ReadingStatus,
    StorageStatus,
    Update,
    WireLine,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def reading(number: int) -> Reading:
    return Reading(NOON, float(number), number, None, None, None, ReadingStatus.OK)


def test_subscribers_hear_in_the_order_in_which_they_came() -> None:
    heard: list[str] = []
    hub = Hub()
    hub.subscribe(lambda _update: heard.append("log"))
    hub.subscribe(lambda _update: heard.append("screen"))
    hub.publish(LinkCounts())
    assert heard == ["log", "screen"]


def test_one_wake_up_until_the_box_is_emptied() -> None:
    woken: list[None] = []
    box = Mailbox(lambda: woken.append(None))
    for number in range(10):
        box.put(reading(number))
    assert len(woken) == 1
    assert [update.watts for update in box.take().updates if isinstance(update, Reading)] == list(
        range(10)
    )
    assert box.take().updates == []
    box.put(reading(10))
    assert len(woken) == 2


def test_a_property_that_comes_again_and_again_pushes_out_no_other() -> None:
    box = Mailbox(lambda: None)
    box.put(PropertyValue(0xE1, b"\x01", NOON, 0.0))
    for number in range(1000):
        box.put(PropertyValue(0xE7, number.to_bytes(4, "big"), NOON, float(number)))
    kept = [update for update in box.take().updates if isinstance(update, PropertyValue)]
    assert [(value.epc, value.stamp) for value in kept] == [(0xE1, 0.0), (0xE7, 999.0)]


def test_a_line_on_the_wire_wakes_nobody_but_is_there_when_the_box_is_emptied() -> None:
    woken: list[None] = []
    box = Mailbox(lambda: woken.append(None))
    box.put(WireLine(NOON, Direction.SENT, "SKVER"))
    assert woken == []
    box.put(reading(1))
    box.put(WireLine(NOON, Direction.RECEIVED, "OK"))
    assert len(woken) == 1
    assert len(box.take().updates) == 3


def test_updates_of_all_kinds_come_out_in_their_order() -> None:
    box = Mailbox(lambda: None)
    updates: list[Update] = [
        reading(1),
        WireLine(NOON, Direction.SENT, "SKVER"),
        LinkCounts(sent=1),
        reading(2),
        Notice(NOON, Level.INFO, "x"),
    ]
    for update in updates:
        box.put(update)
    assert box.take().updates == updates


def test_a_flood_does_not_push_out_the_last_word_of_another_kind() -> None:
    box = Mailbox(lambda: None)
    box.put(StorageStatus("power.csv", rows=7))
    for number in range(100_000):
        box.put(WireLine(NOON, Direction.RECEIVED, f"line {number}"))
    mail = box.take()
    assert StorageStatus("power.csv", rows=7) in mail.updates
    assert mail.updates[-1] == WireLine(NOON, Direction.RECEIVED, "line 99999")
    assert mail.overflow == 0


def test_a_day_without_a_reader_stays_small_and_what_was_dropped_is_counted() -> None:
    box = Mailbox(lambda: None)
    tracemalloc.start()
    for number in range(28_800):
        box.put(reading(number))
        box.put(LinkCounts(sent=number))
        box.put(WireLine(NOON, Direction.SENT, f"SKSENDTO {number}"))
    size, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 3_000_000
    mail = box.take()
    readings = [update for update in mail.updates if isinstance(update, Reading)]
    assert readings[-1].watts == 28_799
    assert mail.overflow == 28_800 - len(readings)
    assert len(readings) >= 4 * 3600 / 3


def test_two_threads_lose_nothing() -> None:
    woken = threading.Event()
    box = Mailbox(woken.set)

    def write() -> None:
        for number in range(4000):
            box.put(reading(number))

    writer = threading.Thread(target=write)
    writer.start()
    seen: list[int | None] = []
    while len(seen) < 4000:
        assert woken.wait(30)
        woken.clear()
        seen += [update.watts for update in box.take().updates if isinstance(update, Reading)]
    writer.join()
    assert seen == list(range(4000))
