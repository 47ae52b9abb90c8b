"""What is read and when, in virtual time against a meter that answers by table."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.echonet.meter import Meter
from semtui.model import ReadingStatus
from tests.echonet.fakemeter import PLAN, START, joined, serving

PAIR = [0xE7, 0xE8]


def test_nothing_is_due_before_a_session() -> None:
    meter = Meter(PLAN, 0x0100)
    assert meter.next_due() is None
    assert meter.request(0.0) is None
    assert meter.tick(0.0, START) == []
    assert meter.not_sent(0.0, START) == []
    assert meter.left(0.0, START) == []


def test_a_session_begins_with_a_whole_reading_asked_at_once() -> None:
    air = joined()
    assert air.meter.next_due() == air.now
    air.run(0.9)
    (reading,) = air.readings
    assert air.asked()[0] == PAIR
    assert reading.status is ReadingStatus.OK
    assert air.updates[0] is reading


def test_a_meter_that_is_deaf_at_the_start_of_a_session_is_asked_for_the_watts_alone_then() -> None:
    """Right after PANA some meters hear nothing for a moment: a lost pair costs a minute, a lost
    single property a third of that, so this is learned from the first time."""
    air = joined(lose=lambda frame, number: number == 0)
    air.run(70.0)
    assert [reading.status for reading in air.readings[:2]] == [
        ReadingStatus.TIMEOUT,
        ReadingStatus.PARTIAL,
    ]
    assert air.polls()[:2] == [0.0, 60.0]
    air.meter.left(air.now, air.at)
    began, count = air.now, len(air.requests)
    air.lose = lambda frame, number: number == count
    air.meter.joined(air.now)
    air.run(21.0)
    assert air.asked()[count] == [0xE7]
    assert air.now - began < 60.0
    assert air.readings[-1].watts == 632


def test_watts_and_amperes_are_shown_as_they_came() -> None:
    air = joined()
    air.run(3.9)
    reading = air.readings[-1]
    assert (reading.watts, reading.r_ampere, reading.t_ampere) == (632, Decimal(3), Decimal(5))
    assert reading.status is ReadingStatus.OK
    assert reading.round_trip == pytest.approx(0.8)
    assert reading.at == START + timedelta(seconds=3.8)
    assert reading.stamp == pytest.approx(1003.8)


def test_polls_keep_their_grid_for_an_hour() -> None:
    air = joined()
    air.run(3599.0)
    assert air.polls() == [3.0 * step for step in range(1200)]
    assert len(air.readings) == 1200
    assert {reading.status for reading in air.readings[1:]} == {ReadingStatus.OK}


def test_at_most_one_other_request_goes_between_two_polls() -> None:
    air = joined()
    air.run(120.0)
    asked = air.asked()
    others = [index for index, epcs in enumerate(asked) if 0xE7 not in epcs]
    assert all(later - earlier > 1 for earlier, later in pairwise(others))
    assert [asked[index] for index in others[:6]] == [
        [0x9F, 0x9D, 0x9E],
        [0xE1, 0xD3, 0xD7],
        [0xE0, 0xE3],
        [0x82, 0x8A, 0x8D, 0x88],
        [0x98, 0x97],
        [0xE0, 0xE3],
    ]


def test_a_slow_answer_skips_moments_and_never_bunches() -> None:
    air = joined(delay=3.4)
    air.meter.joined(air.now)
    air.run(60.0)
    polls = air.polls()
    assert all(later - earlier >= 3.4 for earlier, later in pairwise(polls))
    assert polls[0] == 0.0


def test_an_other_answer_delays_a_poll_by_no_more_than_itself() -> None:
    air = joined(delay=2.0)
    air.run(300.0)
    polls = air.polls()
    assert max(b - a for a, b in pairwise(polls)) <= 3.0 + 2.0
    assert len(air.energies) >= 4


def test_a_wide_gap_has_room_for_everything_at_once() -> None:
    air = joined(replace(PLAN, interval=60.0, energy_interval=600.0))
    air.run(50.0)
    assert len(air.asked()) == 6
    assert air.facts.serial == "A17X074175"


def test_without_an_interval_polls_follow_each_other_and_the_rest_has_its_turns() -> None:
    air = joined(replace(PLAN, interval=0.0))
    air.run(100.0)
    asked = air.asked()
    assert len(asked) == pytest.approx(107, abs=3)
    assert all(0xE7 in [*first, *second] for first, second in pairwise(asked))
    assert air.facts.clock_offset is not None
    assert len(air.energies) == 2


def test_answers_that_take_just_an_interval_do_not_starve_the_rest() -> None:
    air = joined(replace(PLAN, interval=1.0), delay=1.0)
    air.run(100.0)
    assert air.facts.clock_offset is not None
    assert len(air.energies) == 2


def test_registers_are_read_on_a_grid_of_their_own() -> None:
    air = joined()
    air.run(600.0)
    moments = [now - 1000.0 for now, frame in air.requests if frame.props[0].epc == 0xE0]
    assert len(moments) == 10
    assert [int(moment // 60) for moment in moments] == list(range(10))


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 1.2), st.floats(0.05, 1.0), st.floats(1.0, 20.0))
def test_no_plan_exceeds_55_requests_a_minute(
    interval: float, delay: float, energy_interval: float
) -> None:
    air = joined(replace(PLAN, interval=interval, energy_interval=energy_interval), delay=delay)
    air.run(1500.0)
    moments = [now for now, _frame in air.requests]
    assert len(moments) > 900
    for index, moment in enumerate(moments):
        assert bisect_right(moments, moment + 600.0) - index <= 550


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0.0, 30.0),
    st.floats(0.05, 25.0),
    st.integers(1, 7),
    st.lists(st.booleans(), min_size=1, max_size=12),
)
def test_whatever_the_air_does_time_goes_on(
    interval: float, delay: float, most: int, losses: list[bool]
) -> None:
    air = joined(
        replace(PLAN, interval=interval),
        delay=delay,
        most=most,
        lose=lambda frame, number: losses[number % len(losses)],
    )
    air.run(400.0)
    counts = air.meter.counts
    assert counts.sent == len(air.requests)
    outstanding = counts.sent - counts.answered - counts.lost - counts.not_sent
    assert outstanding in (0, 1)
    tids = [frame.tid for _now, frame in air.requests]
    assert len(set(tids)) == len(tids)
    stamps = [reading.stamp for reading in air.readings]
    assert stamps == sorted(stamps)


def test_a_pair_that_comes_back_short_is_completed_and_shown_as_one() -> None:
    air = joined(most=1)
    air.run(5.0)
    assert [epcs for epcs in air.asked() if epcs[0] in PAIR][:2] == [PAIR, [0xE8]]
    reading = air.readings[0]
    assert reading.status is ReadingStatus.OK
    assert (reading.watts, reading.t_ampere) == (632, Decimal(5))


def test_a_reading_is_of_the_moment_that_brought_its_watts() -> None:
    air = joined(most=1, lose=lambda frame, number: frame.props[0].epc == 0xE8)
    air.run(30.0)
    reading = air.readings[0]
    assert reading.status is ReadingStatus.PARTIAL
    assert reading.stamp == pytest.approx(1000.8)
    assert reading.at == START + timedelta(seconds=0.8)


def test_the_missing_half_is_due_at_once() -> None:
    air = joined(most=1)
    while air.run_until_request().props[0].epc != 0xE7 or len(air.asked()[-1]) < 2:
        pass
    asked = air.now
    assert air.meter.next_due() == asked + 60.0
    count = len(air.readings)
    air.run_until_request()
    assert air.asked()[-1] == [0xE8]
    assert air.now == pytest.approx(asked + air.delay)
    assert len(air.readings) == count
    assert air.meter.next_due() == air.now + 20.0


def test_a_meter_that_always_cuts_is_asked_one_by_one() -> None:
    air = joined(most=1, delay=0.2)
    air.run(60.0)
    polls = [epcs for epcs in air.asked() if epcs[0] in PAIR]
    assert polls[:6] == [PAIR, [0xE8]] * 3
    assert polls[6:12] == [[0xE7], [0xE8]] * 3
    assert {reading.status for reading in air.readings} == {ReadingStatus.OK}
    assert air.facts.serial == "A17X074175"
    assert air.facts.clock_offset is not None
    assert air.energies[-1].reverse_kwh == Decimal("841.3")


def test_a_refused_current_leaves_the_watts_and_is_not_asked_for_again() -> None:
    air = joined(values=serving(E8=None, **{"9F": None}))
    air.run(10.0)
    assert [reading.status for reading in air.readings] == [
        ReadingStatus.PARTIAL,
        ReadingStatus.OK,
        ReadingStatus.OK,
        ReadingStatus.OK,
    ]
    assert [epcs for epcs in air.asked() if 0xE7 in epcs] == [PAIR, [0xE7], [0xE7], [0xE7]]


def test_refused_watts_are_asked_for_again() -> None:
    air = joined(values=serving(E7=None, E8=None))
    air.run(10.0)
    assert {reading.status for reading in air.readings} == {ReadingStatus.REFUSED}
    assert len(air.readings) == 4
    air.values = serving()
    air.run(9.0)
    assert air.readings[-1].status is ReadingStatus.OK


@pytest.mark.parametrize(
    ("changes", "status", "watts", "r_ampere"),
    [
        ({"E7": "7FFFFFFE"}, ReadingStatus.NO_DATA, None, Decimal(3)),
        ({"E7": "7FFFFFFF"}, ReadingStatus.NO_DATA, None, Decimal(3)),
        ({"E7": "0278"}, ReadingStatus.MALFORMED, None, Decimal(3)),
        ({"E8": "001E"}, ReadingStatus.MALFORMED, 632, None),
        ({"E8": "7FFE7FFE"}, ReadingStatus.PARTIAL, 632, None),
        ({"E8": "001E7FFE"}, ReadingStatus.OK, 632, Decimal(3)),
        ({"E7": "FFFFFF38"}, ReadingStatus.OK, -200, Decimal(3)),
    ],
    ids=str,
)
def test_a_value_that_is_none_spoils_no_other(
    changes: dict[str, str], status: ReadingStatus, watts: int | None, r_ampere: Decimal | None
) -> None:
    air = joined(values=serving(**changes))
    air.run(4.0)
    _first, reading = air.readings
    assert (reading.status, reading.watts, reading.r_ampere) == (status, watts, r_ampere)
