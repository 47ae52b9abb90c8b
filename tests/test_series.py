"""Buckets of power: aligned to the wall clock, bounded, and honest about gaps."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.series import SIZES, PowerSeries

START = datetime(2026, 11, 21, 6, 0, tzinfo=JST)


def filled(readings: list[tuple[float, float | None]], capacity: int = 640) -> PowerSeries:
    """A series of readings at seconds after START."""
    series = PowerSeries(hold=10.0, capacity=capacity)
    for seconds, watts in readings:
        series.add(START + timedelta(seconds=seconds), seconds, watts)
    return series


def means(series: PowerSeries, size: int, first: float, count: int) -> list[float | None]:
    """The means of `count` buckets from `first` seconds after START."""
    end = int((START.timestamp() + first) // size) + count
    return [None if b is None else b.mean for b in series.window(size, end, count)]


def test_buckets_are_aligned_to_the_wall_clock() -> None:
    series = filled([(1, 100), (3.9, 300), (4, 500)])
    assert means(series, 4, 0, 2) == [200, 500]
    assert means(series, 8, 0, 1) == [300]


def test_a_bucket_knows_its_extremes() -> None:
    series = filled([(0, -50), (1, 400), (2, 100)])
    bucket = series.window(4, int(START.timestamp() // 4) + 1, 1)[0]
    assert bucket is not None
    assert (bucket.low, bucket.high, bucket.count, bucket.mean) == (-50, 400, 3, 150)


def test_a_pause_up_to_the_hold_is_no_gap() -> None:
    series = filled([(0, 100), (9, 300)])
    assert means(series, 1, 0, 10) == [100] * 9 + [300]
    window = series.window(1, int(START.timestamp()) + 10, 10)
    assert [b.count for b in window if b] == [1] + [0] * 8 + [1]


def test_a_longer_pause_is_a_gap_and_never_zero() -> None:
    series = filled([(0, 100), (20, 300)])
    assert means(series, 4, 0, 6) == [100, None, None, None, None, 300]


def test_a_missing_value_breaks_the_hold() -> None:
    series = filled([(0, 100), (3, None), (6, 300)])
    assert means(series, 1, 0, 7) == [100, None, None, None, None, None, 300]


def test_the_past_before_the_first_reading_and_the_future_are_blank() -> None:
    series = filled([(8, 100)])
    assert means(series, 4, 0, 5) == [None, None, 100, None, None]
    assert PowerSeries().window(4, 100, 3) == [None] * 3


def test_a_step_of_the_wall_clock_moves_the_past_along() -> None:
    series = filled([(0, 100), (4, 200)])
    later = START + timedelta(days=400)
    series.add(later + timedelta(seconds=8), 8, 300)
    end = int(later.timestamp() // 4) + 3
    assert [b and b.mean for b in series.window(4, end, 3)] == [100, 200, 300]


def test_a_step_backwards_keeps_the_past_too() -> None:
    series = filled([(0, 100), (4, 200)])
    earlier = START - timedelta(hours=5)
    series.add(earlier + timedelta(seconds=8), 8, 300)
    end = int(earlier.timestamp() // 4) + 3
    assert [b and b.mean for b in series.window(4, end, 3)] == [100, 200, 300]


def test_a_year_of_silence_costs_no_memory() -> None:
    series = filled([(0, 100), (365 * 86400, 300)])
    assert means(series, 900, 365 * 86400, 1) == [300]
    assert means(series, 1, 365 * 86400, 1) == [300]


def test_a_copy_is_left_alone() -> None:
    series = filled([(0, 100)])
    held = series.copy()
    series.add(START + timedelta(seconds=1), 1, 500)
    assert means(held, 4, 0, 1) == [100]
    assert means(series, 4, 0, 1) == [300]


READINGS = st.lists(
    st.tuples(
        st.floats(0, 400, allow_nan=False),
        st.one_of(st.none(), st.integers(-9999, 9999)),
    ),
    max_size=60,
)


@given(READINGS, st.sampled_from(SIZES))
def test_every_bucket_is_the_mean_of_its_readings(
    pauses: list[tuple[float, int | None]], size: int
) -> None:
    """Against a model that keeps everything: same buckets, same means, gaps where it has none."""
    seconds, readings = 0.0, []
    for pause, watts in pauses:
        seconds += pause
        readings.append((seconds, watts))
    series = filled(readings, capacity=100_000)
    base = START.timestamp()
    model: dict[int, list[int]] = {}
    for moment, watts in readings:
        if watts is not None:
            at = (START + timedelta(seconds=moment)).timestamp()
            model.setdefault(int(at // size), []).append(watts)
    first, last = int(base // size), int((base + seconds) // size)
    buckets = series.window(size, last + 1, last - first + 1)
    for index, bucket in enumerate(buckets, first):
        if index in model:
            assert bucket is not None
            assert bucket.count == len(model[index])
            assert bucket.mean == pytest.approx(sum(model[index]) / len(model[index]))
            assert (bucket.low, bucket.high) == (min(model[index]), max(model[index]))
        else:
            assert bucket is None or bucket.count == 0


@given(READINGS)
def test_memory_is_bounded_and_the_newest_is_kept(pauses: list[tuple[float, int | None]]) -> None:
    seconds, readings = 0.0, []
    for pause, watts in pauses:
        seconds += pause
        readings.append((seconds, watts))
    series = filled(readings, capacity=16)
    known = [(s, w) for s, w in readings if w is not None]
    for size in SIZES:
        end = int((START.timestamp() + seconds) // size) + 1
        assert sum(b is not None for b in series.window(size, end, 5000)) <= 16
        if known:
            at = (START + timedelta(seconds=known[-1][0])).timestamp()
            assert series.window(size, int(at // size) + 1, 1)[0] is not None
