"""What is counted of a run, and the figures made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.radio.pingpong.tally import Tally
from semtui.radio.pingpong.values import Exchange, Outcome

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def exchange(outcome: Outcome, trip: float | None = None, ended: float = 0.0) -> Exchange:
    return Exchange(NOON, 0, 0, 14, outcome, trip, ended)


def test_sent_is_what_was_answered_and_what_was_lost() -> None:
    tally = Tally()
    for outcome in (*Outcome, Outcome.ANSWERED):
        tally.take(exchange(outcome))
    assert (tally.sent, tally.answered, tally.lost, tally.unsent) == (4, 2, 2, 1)
    assert (tally.late, tally.duplicate, tally.foreign) == (1, 1, 1)


def test_without_an_answer_there_are_no_figures() -> None:
    tally = Tally()
    tally.take(exchange(Outcome.LOST))
    assert tally.round_trips() is None
    assert tally.rate() is None
    assert tally.throughput() is None


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=60))
def test_the_figures_are_those_of_the_list(tenths: list[int]) -> None:
    tally = Tally()
    for each in tenths:
        tally.take(exchange(Outcome.ANSWERED, each / 10_000))
    trips = tally.round_trips()
    assert trips is not None
    assert trips.least == min(tenths) / 10_000
    assert trips.most == max(tenths) / 10_000
    ordered = sorted(tenths)
    assert trips.median == ordered[(len(ordered) + 1) // 2 - 1] / 10_000
    if len(ordered) % 2:
        assert trips.median == pytest.approx(median(tenths) / 10_000)
    assert sum(tally.histogram()) == len(tenths)


def test_jitter_is_the_mean_difference_of_neighbours() -> None:
    tally = Tally()
    for trip in (0.1, 0.2, 0.1, 0.4):
        tally.take(exchange(Outcome.ANSWERED, trip))
    trips = tally.round_trips()
    assert trips is not None
    assert trips.jitter == pytest.approx((0.1 + 0.1 + 0.3) / 3)


def test_throughput_counts_from_the_first_ping_to_the_last_pong() -> None:
    tally = Tally()
    tally.take(exchange(Outcome.ANSWERED, 0.5, ended=10.5))
    tally.take(exchange(Outcome.ANSWERED, 0.5, ended=12.0))
    assert tally.seconds == 2.0
    assert tally.rate() == 1.0
    assert tally.throughput() == 2 * 14 * 8 / 2
