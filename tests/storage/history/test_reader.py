"""What the history answers: power in columns, and how little it reads for that."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.model import Level, Notice, ReadingStatus
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.samples import Row, add_samples
from semtui.storage.history.schema import open_for_writing, transaction
from semtui.storage.history.values import STATUS_NUMBERS, Span, from_ms, to_ms
from tests.storage.history.bench import MIDNIGHT, START, TODAY, Bench

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def fill(bench: Bench, rows: list[Row]) -> None:
    bench.folder.mkdir(exist_ok=True)
    connection = open_for_writing(bench.path)
    with transaction(connection):
        add_samples(connection, rows)
    connection.close()


def every(seconds: int, count: int, begin: datetime = START) -> list[Row]:
    """Rows of rising watts."""
    return [(to_ms(begin) + n * seconds * 1000, n, 0, 0, 0, 0) for n in range(count)]


def assert_answers_nothing(reader: HistoryReader) -> None:
    assert reader.span() is None
    assert reader.power(START, START + DAY, 3) == [None] * 3
    assert list(reader.samples(START, START + DAY)) == []
    slots = reader.slots(MIDNIGHT, MIDNIGHT + DAY)
    assert len(slots) == 48
    assert {slot.normal for slot in slots} == {None}
    energy = reader.energy(MIDNIGHT, MIDNIGHT + DAY)
    assert (energy.normal_kwh, energy.known, energy.total) == (None, 0, 48)
    assert [day.normal_kwh for day in reader.days(TODAY, TODAY)] == [None]
    assert reader.base_load(START, START + DAY) is None
    assert reader.peak(MIDNIGHT, MIDNIGHT + DAY) is None
    assert reader.missing_days(TODAY, 1) == [TODAY, date(2026, 11, 20)]
    assert reader.events(START, START + DAY) == []


def test_a_history_that_does_not_exist_or_is_empty_answers_nothing(bench: Bench) -> None:
    assert_answers_nothing(bench.reader)
    bench.folder.mkdir()
    bench.path.touch()
    assert_answers_nothing(bench.reader)
    bench.store.flush()
    assert_answers_nothing(bench.reader)


def test_an_open_reader_sees_what_is_committed_and_nothing_else(bench: Bench) -> None:
    assert bench.reader.span() is None
    bench.poll(1)
    assert bench.reader.span() is None
    bench.store.flush()
    first = from_ms(to_ms(START) + 3000)
    assert bench.reader.span() == Span(first, first)
    writer = sqlite3.connect(bench.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM samples")
    assert bench.reader.span() == Span(first, first)
    writer.close()


def test_samples_come_by_their_time_with_all_they_have(bench: Bench) -> None:
    bench.poll(-20)
    bench.poll(None)
    bench.store.flush()
    one, two = bench.reader.samples(START, START + HOUR)
    assert (one.at, one.watts) == (START + timedelta(seconds=3), -20)
    assert (one.r_ampere, one.t_ampere) == (Decimal("3.0"), Decimal("2.5"))
    assert (one.round_trip, one.status) == (0.432, ReadingStatus.OK)
    assert two.watts is None
    assert [s.watts for s in bench.reader.samples(one.at, two.at)] == [-20]


def test_samples_are_streamed_in_portions(bench: Bench) -> None:
    fill(bench, every(1, 12_001))
    assert [s.watts for s in bench.reader.samples(START, START + DAY)] == list(range(12_001))


def test_power_tells_mean_range_and_count_and_leaves_gaps(bench: Bench) -> None:
    fill(bench, every(600, 6) + every(600, 6, START + 2 * HOUR))
    first, gap, last = bench.reader.power(START, START + 3 * HOUR, 3)
    assert first is not None
    assert (first.mean, first.low, first.high, first.count) == (2.5, 0, 5, 6)
    assert (first.start, first.start.tzinfo) == (START, JST)
    assert gap is None
    assert last is not None
    assert last.start == START + 2 * HOUR


samples = st.lists(
    st.tuples(st.integers(0, 4 * 3_600_000 - 1), st.integers(-500, 500)),
    max_size=60,
    unique_by=lambda pair: pair[0],
)


@settings(max_examples=40, deadline=None)
@given(samples, st.sampled_from([1, 2, 4, 8, 16, 240, 960]))
def test_aligned_columns_are_exact_from_whatever_roll_up(
    samples: list[tuple[int, int]], columns: int
) -> None:
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place))
        begin = to_ms(START)
        fill(bench, [(begin + at, watts, None, None, None, 0) for at, watts in samples])
        width = 4 * 3_600_000 // columns
        buckets = bench.reader.power(START, START + 4 * HOUR, columns)
        bench.reader.close()
        for index, bucket in enumerate(buckets):
            inside = [watts for at, watts in samples if at // width == index]
            if bucket is None:
                assert inside == []
                continue
            assert (bucket.total, bucket.count) == (sum(inside), len(inside))
            assert (bucket.low, bucket.high) == (min(inside), max(inside))


@settings(max_examples=40, deadline=None)
@given(samples, st.integers(1, 50), st.integers(-100_000, 100_000))
def test_no_column_loses_a_value_of_the_middle(
    samples: list[tuple[int, int]], columns: int, shift: int
) -> None:
    """However the columns lie, all that is well inside the range is in one of them, once."""
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place))
        begin = to_ms(START)
        fill(bench, [(begin + at, watts, None, None, None, 0) for at, watts in samples])
        start = START + timedelta(milliseconds=shift) - HOUR
        buckets = bench.reader.power(start, start + 6 * HOUR, columns)
        bench.reader.close()
        assert sum(bucket.count for bucket in buckets if bucket) == len(samples)


def test_a_range_without_length_or_columns_is_refused(bench: Bench) -> None:
    for end, columns in ((START, 1), (START + DAY, 0), (START - DAY, 1)):
        with pytest.raises(ValueError, match="range"):
            bench.reader.power(START, end, columns)


def test_a_day_and_a_year_are_answered_without_a_scan(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each query goes by a key to the rows that it needs: a longer history costs no more."""
    fill(bench, every(3, 10))
    reader, asked = bench.reader, []
    tables = {"samples", "minutes", "power_half_hours", "slots", "events"}
    assert reader.span()
    connection = sqlite3.connect(bench.path)

    class Asking:
        def execute(self, query: str, values: object = ()) -> sqlite3.Cursor:
            asked.append(query)
            plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", values)  # type: ignore[arg-type]
            steps = [row[3] for row in plan]
            scanned = {step.removeprefix("SCAN ").split()[0] for step in steps if "SCAN " in step}
            assert not scanned & tables, (query, steps)
            return connection.execute(query, values)  # type: ignore[arg-type]

        def close(self) -> None:
            connection.close()

    monkeypatch.setattr(reader, "_connection", Asking())
    reader.span()
    for days in (0.1, 1, 31, 366):
        reader.power(START, START + days * DAY, 160)
        reader.base_load(START, START + days * DAY)
    list(reader.samples(START, START + DAY))
    reader.slots(MIDNIGHT, MIDNIGHT + DAY)
    reader.energy(MIDNIGHT, MIDNIGHT + DAY)
    reader.days(TODAY, TODAY)
    reader.missing_days(TODAY, 60)
    reader.events(START, START + DAY)
    assert tables <= {word for query in asked for word in query.split()}


def test_base_load_is_that_of_the_nights(bench: Bench) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=JST)
    night = [(to_ms(midnight) + n * 60_000, 100 + n, 0, 0, 0, 0) for n in range(300)]
    day = [(to_ms(midnight + 6 * HOUR) + n * 60_000, 5, 0, 0, 0, 0) for n in range(600)]
    fill(bench, [*night, *day])
    assert bench.reader.base_load(midnight, midnight + DAY) == 115
    assert bench.reader.base_load(midnight.astimezone(UTC), midnight + 5 * DAY) == 115
    assert bench.reader.base_load(midnight + 4 * HOUR, midnight + DAY) == 343
    assert bench.reader.base_load(midnight + 6 * HOUR, midnight + 20 * HOUR) is None


def test_events_come_in_their_order_in_the_zone_that_was_asked_in(bench: Bench) -> None:
    for number in range(3):
        at = START + timedelta(minutes=number)
        bench.hub.publish(Notice(at, Level.WARNING, f"title {number}", "detail", "hint"))
    bench.store.flush()
    events = bench.reader.events(START + timedelta(minutes=1), START + HOUR)
    assert [event.title for event in events] == ["title 1", "title 2"]
    assert events[0].at == START + timedelta(minutes=1)
    assert (events[0].level, events[0].detail) == (Level.WARNING, "detail")
    assert events[0].at.tzinfo == JST


def test_every_status_has_its_number_for_ever() -> None:
    assert {status.value: number for status, number in STATUS_NUMBERS.items()} == {
        "ok": 0,
        "partial": 1,
        "no_data": 2,
        "refused": 3,
        "malformed": 4,
        "timeout": 5,
        "not_sent": 6,
    }
    assert set(STATUS_NUMBERS) == set(ReadingStatus)


def test_what_cannot_be_read_is_said_in_a_sentence(bench: Bench) -> None:
    bench.folder.mkdir()
    bench.path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(StorageError, match="cannot be read") as caught:
        bench.reader.span()
    assert caught.value.detail
    assert caught.value.hint
    bench.path.unlink()


def test_a_file_that_was_replaced_is_opened_anew(bench: Bench) -> None:
    fill(bench, every(1, 1))
    assert bench.reader.span()
    os.rename(bench.path, bench.folder / "old.sqlite3")
    for companion in ("-wal", "-shm"):
        Path(f"{bench.path}{companion}").unlink(missing_ok=True)
    assert bench.reader.span() is None
    fill(bench, every(1, 2))
    assert len(list(bench.reader.samples(START, START + DAY))) == 2
