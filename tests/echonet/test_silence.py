"""What is asked, and how soon, when answers do not come or nothing can be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from semtui.echonet.frame import Frame
from semtui.model import ReadingStatus
from tests.echonet.fakemeter import PLAN, Air, joined, serving

PAIR = [0xE7, 0xE8]


def settled(interval: float = 3.0, polls: int = 21, **values: str | None) -> Air:
    """A meter whose statics and registers are known, just before a poll; nothing asked yet."""
    air = joined(replace(PLAN, interval=interval, energy_interval=7200.0), values=serving(**values))
    air.run(polls * interval - 0.1)
    air.requests.clear()
    air.updates.clear()
    air.origin = air.now + 0.1
    return air


def test_after_a_lost_pair_watts_alone_are_asked_for_until_they_come() -> None:
    air = settled()
    air.lose = lambda frame, number: number in (0, 1, 2)
    air.run(108.0)
    assert air.asked()[:5] == [PAIR, [0xE7], [0xE7], [0xE7], [0xE8]]
    assert air.polls()[:5] == pytest.approx([0.0, 60.0, 80.0, 100.0, 102.0])
    assert [reading.status for reading in air.readings[:5]] == [
        ReadingStatus.TIMEOUT,
        ReadingStatus.TIMEOUT,
        ReadingStatus.TIMEOUT,
        ReadingStatus.OK,
        ReadingStatus.OK,
    ]
    assert air.readings[0].round_trip is None
    assert air.readings[3].watts == 632
    assert air.asked()[5] == PAIR
    tids = [frame.tid for _now, frame in air.requests]
    assert len(set(tids)) == len(tids)


def test_a_silent_meter_is_asked_for_watts_and_nothing_else() -> None:
    air = joined()
    air.run(55.0)
    count = len(air.requests)
    air.lose = lambda frame, number: True
    air.run(1000.0)
    silent = air.asked()[count:]
    assert silent[0] == PAIR
    assert len(silent) > 40
    assert all(epcs == [0xE7] for epcs in silent[1:])


def test_misses_count_up_and_an_answer_ends_them() -> None:
    air = joined(lose=lambda frame, number: number < 3)
    air.run(81.5)
    assert air.meter.misses == 2
    air.run(21.0)
    assert air.meter.misses == 0
    assert air.meter.unsent == 0
    assert air.meter.counts[2] == 3
    outstanding = air.meter.counts.sent - air.meter.counts.answered - 3
    assert outstanding in (0, 1)


def test_a_late_answer_and_a_second_one_change_nothing() -> None:
    air = joined(lose=lambda frame, number: number == 0)
    first = air.run_until_request()
    air.run(60.5)
    late = air.answer(first)
    before = len(air.updates)
    air.hear(late)
    assert len(air.updates) == before
    air.run(10.0)
    counts = air.meter.counts
    air.hear(air.answer(air.requests[-1][1]))
    air.hear(air.answer(air.requests[-1][1]))
    assert air.meter.counts.answered <= counts.answered + 1


def test_a_lost_second_half_still_shows_the_first() -> None:
    air = joined(most=1, lose=lambda frame, number: frame.props[0].epc == 0xE8)
    air.run(30.0)
    reading = air.readings[1]
    assert reading.status is ReadingStatus.PARTIAL
    assert reading.watts == 632


def test_lost_statics_wait_and_come_one_by_one() -> None:
    air = joined(lose=lambda frame, number: len(frame.props) > 2)
    air.run(1500.0)
    assert air.facts.serial == "A17X074175"
    assert air.facts.unit_kwh == Decimal("0.1")
    assert len(air.facts.get_map) == 17
    others = air.beside()
    assert [0x9F] in others
    assert [epcs for epcs in others if len(epcs) > 1] == [[0x9F, 0x9D, 0x9E]]


def test_statics_that_never_come_are_given_up() -> None:
    others = {0x82, 0x88, 0x8A, 0x8D, 0x97, 0x98, 0x9D, 0x9E, 0x9F, 0xD3, 0xD7, 0xE1}
    air = joined(lose=lambda frame, number: frame.props[0].epc in others)
    air.run(4 * 3600.0)
    asked = len(air.beside())
    assert asked < 45
    air.run(3600.0)
    assert len(air.beside()) == asked
    assert air.energies[-1].normal_kwh is None
    assert "not known yet" in air.energies[-1].reason


def test_lost_registers_come_back_after_a_minute() -> None:
    air = joined(
        replace(PLAN, energy_interval=1800.0),
        lose=lambda frame, number: len(frame.props) == 2 and frame.props[0].epc == 0xE0,
    )
    air.run(300.0)
    assert [epcs for epcs in air.asked() if epcs[0] in (0xE0, 0xE3)] == [
        [0xE0, 0xE3],
        [0xE0],
        [0xE3],
    ]
    (energy,) = air.energies
    assert (energy.normal_kwh, energy.reverse_kwh) == (Decimal("6513.9"), Decimal("841.3"))
    moments = [now for now, frame in air.requests if frame.props[0].epc == 0xE0]
    assert moments[1] - moments[0] == pytest.approx(60.0 + 60.0, abs=4.0)


def test_a_lost_second_register_still_shows_the_first() -> None:
    air = joined(most=1, lose=lambda frame, number: frame.props[0].epc == 0xE3)
    air.run(120.0)
    assert air.energies[0].normal_kwh is not None
    assert air.energies[0].reverse_kwh is None
    assert "left out" in air.energies[0].reason


def test_what_could_not_be_sent_is_said_and_tried_again() -> None:
    air = joined()
    first = air.run_until_request()
    air.under_way = None
    air.updates += air.meter.not_sent(air.now, air.at)
    assert [reading.status for reading in air.readings] == [ReadingStatus.NOT_SENT]
    assert air.meter.counts.not_sent == 1
    assert (air.meter.misses, air.meter.unsent) == (0, 1)
    assert air.meter.request(air.now) is None
    second = air.run_until_request()
    assert air.polls() == [0.0, 2.0]
    assert second.tid != first.tid
    assert second.props == first.props


def test_a_module_that_never_sends_is_not_run_hot() -> None:
    air = joined(replace(PLAN, interval=0.0))
    for _try in range(10):
        air.run_until_request()
        air.under_way = None
        air.updates += air.meter.not_sent(air.now, air.at)
    assert air.now - 1000.0 >= 18.0


def test_a_poll_that_ends_as_it_begins_is_none() -> None:
    air = joined()
    air.run_until_request()
    assert air.meter.left(air.now, air.at) == []
    assert air.meter.next_due() is None


def test_a_session_that_ends_ends_its_poll() -> None:
    air = joined()
    air.run_until_request()
    air.under_way = None
    air.now += 1.0
    (update,) = air.meter.left(air.now, air.at)
    assert update.status is ReadingStatus.TIMEOUT  # type: ignore[union-attr]
    assert air.meter.next_due() is None
    assert air.meter.counts[:4] == (1, 0, 0, 0), "given up is not lost"
    assert air.meter.misses == 0
    air.now += 100.0
    air.meter.joined(air.now)
    assert air.meter.next_due() == air.now
    air.run(1.0)
    assert air.readings[-1].watts == 632
    assert air.polls()[-1] == 101.0


def test_a_new_session_asks_only_for_what_may_have_changed() -> None:
    air = joined()
    air.run(59.0)
    assert air.meter.left(air.now, air.at) == []
    air.requests.clear()
    air.meter.joined(air.now)
    air.run(30.0)
    assert air.beside() == [[0x8D, 0x88], [0x98, 0x97]]


# What is tried again beside the grid


def test_an_hour_between_polls_does_not_hide_a_deaf_meter() -> None:
    air = settled(3600.0, polls=1)
    air.lose = lambda frame, number: True
    air.run(7199.0)
    assert air.asked() == [PAIR] + [[0xE7]] * (len(air.requests) - 1)
    assert air.polls()[:6] == pytest.approx([0.0, 60.0, 80.0, 100.0, 160.0, 220.0])
    assert max(later - earlier for earlier, later in pairwise(air.polls())) < 60.1
    assert 3600.0 in [pytest.approx(moment) for moment in air.polls()]
    tids = [frame.tid for _now, frame in air.requests]
    assert len(set(tids)) == len(tids)


def test_five_misses_take_three_minutes_at_an_interval_of_an_hour() -> None:
    air = settled(3600.0, polls=1)
    air.lose = lambda frame, number: True
    while air.meter.misses < 5:
        assert air.step(air.now + 600.0)
    assert air.now - air.origin <= 180.0


def test_an_errand_that_is_lost_leads_to_a_poll_at_once() -> None:
    air = joined(replace(PLAN, interval=3600.0, energy_interval=600.0))
    air.run(590.0)
    air.requests.clear()
    air.lose = lambda frame, number: True
    air.run(300.0)
    assert air.asked()[:3] == [[0xE0, 0xE3], [0xE7], [0xE7]]
    assert air.meter.misses >= 5


def test_extra_polls_leave_the_grid_where_it_is() -> None:
    air = settled(600.0, polls=2)
    air.lose = lambda frame, number: number == 0
    air.run(1300.0)
    assert air.polls() == pytest.approx([0.0, 60.0, 600.0, 1200.0])
    assert air.asked()[:4] == [PAIR, [0xE7], [0xE8], PAIR]


def test_what_was_not_sent_is_tried_again_every_two_seconds() -> None:
    air = settled(3600.0, polls=1)
    for count in range(1, 7):
        air.run_until_request()
        air.under_way = None
        air.updates += air.meter.not_sent(air.now, air.at)
        assert (air.meter.unsent, air.meter.misses) == (count, 0)
    assert air.polls() == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    air.run(3.0)
    assert air.meter.unsent == 0
    assert air.readings[-1].status is ReadingStatus.OK


def test_lost_and_unsent_are_counted_apart() -> None:
    air = settled()
    air.lose = lambda frame, number: number == 0
    air.run(60.2)
    assert (air.meter.misses, air.meter.unsent) == (1, 0)
    air.under_way = None
    air.updates += air.meter.not_sent(air.now, air.at)
    assert (air.meter.misses, air.meter.unsent) == (1, 1)
    air.run(4.0)
    assert (air.meter.misses, air.meter.unsent) == (0, 0)
    assert air.meter.counts.lost == 1
    assert air.meter.counts.not_sent == 1


# Meters that never answer some questions


def lost_pair(first: int) -> Callable[[Frame, int], bool]:
    return lambda frame, number: len(frame.props) == 2 and frame.props[0].epc == first


def test_a_meter_that_never_answers_the_pair_is_soon_asked_one_by_one() -> None:
    air = settled()
    air.lose = lost_pair(0xE7)
    air.run(1000.0)
    assert air.asked().count(PAIR) == 3
    assert air.asked()[-6:] in ([[0xE7], [0xE8]] * 3, [[0xE8], [0xE7]] * 3)
    good = [reading for reading in air.readings if reading.status is ReadingStatus.OK]
    assert len(good) > 250
    assert air.readings[-1].r_ampere == Decimal(3)
    air.meter.left(air.now, air.at)
    air.requests.clear()
    air.meter.joined(air.now)
    air.run(60.0)
    assert PAIR not in air.asked()


def test_registers_that_never_come_as_a_pair_are_soon_asked_one_by_one() -> None:
    air = joined(lose=lost_pair(0xE0))
    air.run(3600.0)
    assert air.asked().count([0xE0, 0xE3]) == 3
    assert len(air.energies) > 40
    assert air.energies[-1].reverse_kwh == Decimal("841.3")


def test_registers_that_never_come_cost_few_polls() -> None:
    air = joined(lose=lambda frame, number: frame.props[0].epc in (0xE0, 0xE3))
    air.run(6 * 3600.0)
    asked = [now for now, frame in air.requests if frame.props[0].epc == 0xE0]
    assert len(asked) < 20
    assert 1800.0 <= asked[-1] - asked[-2] < 1900.0
    assert len(air.readings) > 0.98 * 6 * 1200


def test_a_register_that_comes_ends_the_longer_waits() -> None:
    air = joined(lose=lambda frame, number: frame.props[0].epc == 0xE0)
    air.run(3600.0)
    air.lose = lambda frame, number: False
    air.run(2000.0)
    before = len(air.energies)
    assert before >= 1
    air.run(600.0)
    assert len(air.energies) == before + 10


@pytest.mark.parametrize("second", [0xE3, 0xE8])
def test_a_second_property_that_never_comes_costs_few_polls(second: int) -> None:
    air = joined(lose=lambda frame, number: second in [epc for epc, _edt in frame.props])
    air.run(4 * 3600.0)
    with_watts = [reading for reading in air.readings if reading.watts is not None]
    assert len(with_watts) > 0.9 * 4 * 1200
    assert all(energy.normal_kwh is not None for energy in air.energies)
    assert len([epcs for epcs in air.asked() if epcs == [second]]) > 3
