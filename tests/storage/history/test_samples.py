"""Samples are kept once each, whatever the clock does, and roll-ups are true to them."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.storage.history.samples import Row, add_samples, prune_samples
from semtui.storage.history.schema import open_for_writing, transaction
from semtui.storage.history.values import to_ms
from tests.storage.history.bench import START, Bench, assert_roll_ups_are_true

BEGIN = to_ms(START) - 5_000

rows = st.tuples(
    st.integers(BEGIN, BEGIN + 4) | st.integers(BEGIN, BEGIN + 7_200_000),
    st.none() | st.integers(-6000, 12000),
    st.integers(0, 1_000_000),
    st.none(),
    st.none(),
    st.just(0),
)
readings = st.lists(rows, min_size=1, max_size=60, unique_by=lambda row: row[2])


def add(bench: Bench, batch: list[Row]) -> int:
    bench.folder.mkdir(exist_ok=True)
    connection = open_for_writing(bench.path)
    with transaction(connection):
        added = add_samples(connection, batch)
    connection.close()
    return added


def prune(bench: Bench, before: int) -> None:
    connection = open_for_writing(bench.path)
    with transaction(connection):
        prune_samples(connection, before)
    connection.close()


@settings(max_examples=60, deadline=None)
@given(readings, st.integers(1, 20))
def test_roll_ups_equal_what_the_samples_give_and_nothing_is_lost(
    readings: list[Row], portion: int
) -> None:
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place))
        for begin in range(0, len(readings), portion):
            batch = readings[begin : begin + portion]
            assert add(bench, batch) == len(batch)
        assert_roll_ups_are_true(bench)
        assert sorted(bench.rows("SELECT r, watts FROM samples")) == sorted(
            (row[2], row[1]) for row in readings
        )
        # Read once more, in other portions, it changes nothing.
        assert [add(bench, readings[index::2]) for index in range(2)] == [0, 0]


def test_the_clock_steps_back_and_nothing_is_lost(bench: Bench) -> None:
    for watts in range(5):
        bench.poll(watts)
    bench.store.flush()
    bench.clock.step_wall(timedelta(seconds=-15))
    for watts in range(5, 10):
        bench.poll(watts)
    bench.store.flush()
    # Two of each millisecond: the later one stands a millisecond after the other.
    assert bench.watts() == [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]
    assert_roll_ups_are_true(bench)
    again = Bench(bench.folder)
    (bench.folder / "power-2026-11-21.csv").rename(bench.folder / "power-2026-11-21.2.csv")
    again.store.flush()
    again.end()
    assert bench.watts() == [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]


def test_a_poll_without_a_value_is_kept_and_rolls_up_to_nothing(bench: Bench) -> None:
    bench.poll(None)
    bench.store.flush()
    assert bench.watts() == [None]
    assert bench.rows("SELECT * FROM minutes") == []


def test_old_samples_go_and_their_roll_ups_stay(bench: Bench) -> None:
    hour = 3_600_000
    batch: list[Row] = [(BEGIN + n * 60_000, n, 0, 0, 0, 0) for n in range(180)]
    add(bench, batch)
    minutes = bench.rows("SELECT * FROM minutes")
    prune(bench, BEGIN + hour)
    left = bench.rows("SELECT min(at) FROM samples")[0][0]
    assert left % 1_800_000 < 60_000
    assert BEGIN < left <= BEGIN + hour
    assert bench.rows("SELECT * FROM minutes") == minutes
    # Read from its file once more, in part, it would spoil the roll-ups: it stays out.
    assert add(bench, batch[1::2]) == 0
    assert bench.rows("SELECT * FROM minutes") == minutes
    # What was never there is let in.
    assert add(bench, [(BEGIN - hour, 1, 0, 0, 0, 0)]) == 1


def test_days_are_kept_as_long_as_is_set(tmp_path: Path) -> None:
    bench = Bench(tmp_path, keep_days=2)
    for day in range(5):
        bench.poll(day, at=START + timedelta(days=day))
    bench.clock.advance(4 * 86_400)
    bench.store.flush()
    assert bench.watts() == [2, 3, 4]
    assert len(bench.rows("SELECT * FROM minutes")) == 5
    bench.end()
