"""What is read and when, in virtual time against a meter that answers by table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.echonet.energy import Register, StampedRegister
from semtui.echonet.facts import FactBook
from semtui.echonet.frame import (
    CONTROLLER,
    NODE_PROFILE,
    SMART_METER,
    Esv,
    Frame,
    Property,
    decode_frame,
)
from semtui.echonet.halfhours import HalfHours
from semtui.echonet.meter import Meter
from semtui.echonet.scale import EnergyScale
from semtui.model import HalfHour, Level, ReadingStatus
from tests.echonet.fakemeter import PLAN, START, Air, joined, serving

PAIR = [0xE7, 0xE8]
EA = bytes.fromhex("07E70C13001E000000458E")
EB = bytes.fromhex("07E70C13001E0000000015")
SLOT = datetime(2023, 12, 19, 0, 30)


def announcement(*props: Property, esv: Esv = Esv.INF, tid: int = 1) -> bytes:
    return Frame(tid, SMART_METER, CONTROLLER, esv, props).encode()


# The schedule


def test_nothing_is_due_before_a_session() -> None:
    meter = Meter(PLAN, 0x0100)
    assert meter.next_due() is None
    assert meter.request(0.0) is None
    assert meter.tick(0.0, START) == []
    assert meter.not_sent(0.0, START) == []
    assert meter.left(0.0, START) == []


def test_watts_are_the_first_thing_asked_for_and_shown() -> None:
    air = joined()
    assert air.meter.next_due() == air.now
    air.run(0.9)
    (reading,) = air.readings
    assert air.asked()[0] == PAIR
    assert (reading.watts, reading.r_ampere, reading.t_ampere) == (632, Decimal(3), Decimal(5))
    assert reading.status is ReadingStatus.OK
    assert reading.round_trip == pytest.approx(0.8)
    assert reading.at == START + timedelta(seconds=0.8)
    assert reading.stamp == pytest.approx(1000.8)
    assert air.updates[0] is reading


def test_polls_keep_their_grid_for_an_hour() -> None:
    air = joined()
    air.run(3599.0)
    assert air.polls() == [3.0 * step for step in range(1200)]
    assert len(air.readings) == 1200
    assert {reading.status for reading in air.readings} == {ReadingStatus.OK}


def test_at_most_one_other_request_goes_between_two_polls() -> None:
    air = joined()
    air.run(120.0)
    asked = air.asked()
    others = [index for index, epcs in enumerate(asked) if epcs != PAIR]
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
    assert len(asked) == pytest.approx(125, abs=2)
    assert all(PAIR in both for both in pairwise(asked))
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


def test_no_energy_interval_means_no_registers() -> None:
    air = joined(replace(PLAN, energy_interval=0.0))
    air.run(100.0)
    assert air.energies == []


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


# Answers that are not whole


def test_a_pair_that_comes_back_short_is_completed_and_shown_as_one() -> None:
    air = joined(most=1)
    air.run(2.0)
    assert air.asked()[:2] == [PAIR, [0xE8]]
    (reading,) = air.readings
    assert reading.status is ReadingStatus.OK
    assert (reading.watts, reading.t_ampere) == (632, Decimal(5))


def test_the_missing_half_is_due_at_once() -> None:
    meter = Meter(PLAN, 0x0100)
    meter.joined(1000.0)
    request = meter.request(1000.0)
    assert request is not None
    assert meter.next_due() == 1060.0
    half = Frame(
        decode_frame(request).tid, SMART_METER, CONTROLLER, Esv.GET_SNA, (Property(0xE7, bytes(4)),)
    )
    assert meter.receive(half.encode(), 1001.0, START).updates == []
    due = meter.next_due()
    assert due is not None
    assert due <= 1001.0
    assert meter.request(1001.0) is not None
    assert meter.next_due() == 1021.0


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
    assert [reading.status for reading in air.readings[:2]] == [
        ReadingStatus.PARTIAL,
        ReadingStatus.OK,
    ]
    assert [epcs for epcs in air.asked() if 0xE7 in epcs][1:] == [[0xE7]] * 3


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
    air.run(1.0)
    (reading,) = air.readings
    assert (reading.status, reading.watts, reading.r_ampere) == (status, watts, r_ampere)


# Lost answers


def test_after_a_lost_pair_watts_alone_are_asked_for_until_they_come() -> None:
    air = joined(lose=lambda frame, number: number in (0, 1))
    air.run(89.0)
    assert air.asked()[:4] == [PAIR, [0xE7], [0xE7], [0x9F, 0x9D, 0x9E]]
    assert air.polls()[:4] == [0.0, 60.0, 81.0, 84.0]
    assert [reading.status for reading in air.readings[:4]] == [
        ReadingStatus.TIMEOUT,
        ReadingStatus.TIMEOUT,
        ReadingStatus.PARTIAL,
        ReadingStatus.OK,
    ]
    assert air.readings[0].round_trip is None
    assert air.readings[2].watts == 632
    assert air.asked()[4] == PAIR
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
    air.run(23.0)
    assert air.meter.misses == 0
    assert air.meter.counts[2] == 3
    assert air.meter.counts.sent == air.meter.counts.answered + 3


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
    air = joined(most=1, lose=lambda frame, number: number == 1)
    air.run(21.0)
    (reading,) = air.readings
    assert reading.status is ReadingStatus.PARTIAL
    assert reading.watts == 632


def test_lost_statics_wait_and_come_one_by_one() -> None:
    air = joined(lose=lambda frame, number: len(frame.props) > 2)
    air.run(1500.0)
    assert air.facts.serial == "A17X074175"
    assert air.facts.unit_kwh == Decimal("0.1")
    assert len(air.facts.get_map) == 17
    others = [epcs for epcs in air.asked() if epcs[0] not in (0xE7, 0xE0)]
    assert [0x9F] in others
    assert [epcs for epcs in others if len(epcs) > 1] == [[0x9F, 0x9D, 0x9E]]


def test_statics_that_never_come_are_given_up() -> None:
    air = joined(lose=lambda frame, number: frame.props[0].epc not in (0xE7, 0xE0))
    air.run(4 * 3600.0)
    settled = len([epcs for epcs in air.asked() if epcs[0] not in (0xE7, 0xE0)])
    air.run(3600.0)
    assert len([epcs for epcs in air.asked() if epcs[0] not in (0xE7, 0xE0)]) == settled
    assert settled < 40
    assert air.energies[-1].normal_kwh is None
    assert "not known yet" in air.energies[-1].reason


def test_lost_registers_come_back_after_a_minute() -> None:
    air = joined(
        replace(PLAN, energy_interval=1800.0),
        lose=lambda frame, number: len(frame.props) == 2 and frame.props[0].epc == 0xE0,
    )
    air.run(300.0)
    assert [epcs for epcs in air.asked() if epcs[0] == 0xE0] == [[0xE0, 0xE3], [0xE0]]
    (energy,) = air.energies
    assert energy.normal_kwh == Decimal("6513.9")
    assert energy.reverse_kwh is None
    assert "left out" in energy.reason


def test_a_lost_second_register_still_shows_the_first() -> None:
    air = joined(most=1, lose=lambda frame, number: frame.props[0].epc == 0xE3)
    air.run(120.0)
    assert air.energies[0].normal_kwh is not None
    assert air.energies[0].reverse_kwh is None
    assert "left out" in air.energies[0].reason


# A module that cannot send, a session that ends


def test_what_could_not_be_sent_is_said_and_tried_again() -> None:
    air = joined()
    first = air.run_until_request()
    air.under_way = None
    air.updates += air.meter.not_sent(air.now, air.at)
    assert [reading.status for reading in air.readings] == [ReadingStatus.NOT_SENT]
    assert air.meter.counts.not_sent == 1
    assert air.meter.misses == 1
    assert air.meter.request(air.now) is None
    second = air.run_until_request()
    assert air.polls() == [0.0, 3.0]
    assert second.tid != first.tid
    assert second.props == first.props


def test_a_module_that_never_sends_is_not_run_hot() -> None:
    air = joined(replace(PLAN, interval=0.0))
    for _try in range(10):
        air.run_until_request()
        air.under_way = None
        air.updates += air.meter.not_sent(air.now, air.at)
    assert air.now - 1000.0 >= 18.0


def test_a_session_that_ends_ends_its_poll() -> None:
    air = joined()
    air.run_until_request()
    air.under_way = None
    (update,) = air.meter.left(air.now, air.at)
    assert update.status is ReadingStatus.TIMEOUT  # type: ignore[union-attr]
    assert air.meter.next_due() is None
    assert air.meter.counts == (1, 0, 1, 0)
    air.now += 100.0
    air.meter.joined(air.now)
    assert air.meter.next_due() == air.now
    air.run(1.0)
    assert air.readings[-1].status is ReadingStatus.OK
    assert air.polls()[-1] == 100.0


def test_a_new_session_asks_only_for_what_may_have_changed() -> None:
    air = joined()
    air.run(59.0)
    assert air.meter.left(air.now, air.at) == []
    air.requests.clear()
    air.meter.joined(air.now)
    air.run(30.0)
    assert [epcs for epcs in air.asked() if epcs[0] not in (0xE7, 0xE0)] == [[0x88], [0x98, 0x97]]


# What the meter says about itself


def test_the_facts_grow_as_they_come() -> None:
    air = joined()
    air.run(30.0)
    facts = air.facts
    assert (facts.maker, facts.serial, facts.release) == ("000016", "A17X074175", "F")
    assert (facts.coefficient, facts.coefficient_assumed, facts.digits) == (1, False, 6)
    assert (facts.unit_kwh, facts.fault, facts.set_map) == (
        Decimal("0.1"),
        False,
        (0x81, 0xE5, 0xED),
    )
    assert facts.clock_offset == 0.0
    assert air.notices == []


@pytest.mark.parametrize("listed", [True, False])
def test_a_meter_without_coefficient_counts_as_one(listed: bool) -> None:
    values = serving(D3=None)
    if listed:
        del values[0x9F]
    air = joined(values=values)
    air.run(30.0)
    assert (air.facts.coefficient, air.facts.coefficient_assumed) == (1, True)
    assert any(0xD3 in epcs for epcs in air.asked()) == listed
    assert air.energies[0].normal_kwh == Decimal("6513.9")


def test_a_coefficient_of_zero_is_warned_of() -> None:
    air = joined(values=serving(D3="00000000"))
    air.run(30.0)
    (notice,) = air.notices
    assert notice.level is Level.WARNING
    assert "coefficient" in notice.title
    assert air.energies[0].normal_kwh == 0


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"E1": "05"}, "not a known one"),
        ({"E1": None}, "does not tell"),
        ({"D3": "FFFFFFFF"}, "coefficient cannot be read"),
        ({"E0": "FFFFFFFE"}, "no value"),
        ({"E0": "FFFFFFFF"}, "out of range"),
        ({"E0": "FE73"}, "cannot be read"),
    ],
    ids=str,
)
def test_energy_without_a_value_says_why(changes: dict[str, str | None], word: str) -> None:
    air = joined(values=serving(**changes))
    air.run(30.0)
    assert air.energies[0].normal_kwh is None
    assert word in air.energies[0].reason


def test_a_one_way_meter_is_asked_for_one_register_and_needs_no_excuse() -> None:
    air = joined(values=serving(E3=None))
    air.run(30.0)
    assert [0xE0] in air.asked()
    assert not any(0xE3 in epcs for epcs in air.asked())
    assert air.energies[0].reverse_kwh is None
    assert air.energies[0].reason == ""


def test_a_refused_register_is_not_asked_for_again() -> None:
    values = serving()
    del values[0xE3]
    air = joined(values=values)
    air.run(130.0)
    assert [epcs for epcs in air.asked() if epcs[0] == 0xE0] == [[0xE0, 0xE3], [0xE0], [0xE0]]
    assert "refuses" in air.energies[0].reason
    assert [energy.reason for energy in air.energies[1:]] == ["", ""]


def test_registers_that_are_both_refused_are_left_alone() -> None:
    values = serving()
    del values[0xE0], values[0xE3]
    air = joined(values=values)
    air.run(600.0)
    registers = [epcs for epcs in air.asked() if epcs[0] in (0xE0, 0xE3)]
    assert registers == [[0xE0, 0xE3], [0xE0], [0xE3]]


@pytest.mark.parametrize(
    ("time", "offset"), [("0602", 120.0), ("0500", -3600.0), ("0600", 0.0), ("0601", 60.0)]
)
def test_the_meters_clock_is_compared_with_ours(time: str, offset: float) -> None:
    air = joined(values=serving(**{"97": time}))
    air.run(30.0)
    assert air.facts.clock_offset == offset


def test_a_date_from_yesterday_says_nothing_of_the_time_of_today() -> None:
    book = FactBook()
    evening = datetime(2026, 11, 21, 23, 59, 59, tzinfo=JST)
    book.learn(0x98, bytes.fromhex("07EA0B15"), evening)
    book.learn(0x97, bytes.fromhex("0000"), evening + timedelta(seconds=5))
    assert book.facts.clock_offset is None
    book.learn(0x97, bytes.fromhex("173B"), evening)
    assert book.facts.clock_offset == 0.0


def test_a_meters_minute_that_ends_on_the_way_is_no_offset() -> None:
    air = joined(replace(PLAN, energy_interval=0.0))
    while air.run_until_request().props[0].epc != 0x98:
        pass
    moment = datetime(2026, 11, 21, 6, 1, 0, 300_000, tzinfo=JST)
    received = air.meter.receive(air.answer(air.requests[-1][1]), air.now + 0.8, moment)
    (facts,) = received.updates
    assert facts.clock_offset == 0.0  # type: ignore[union-attr]


def test_a_fault_is_told_once_and_its_end_too() -> None:
    air = joined(values=serving(**{"88": "41"}))
    air.run(30.0)
    assert [notice.level for notice in air.notices] == [Level.ERROR]
    air.hear(announcement(Property(0x88, b"\x41")))
    air.hear(announcement(Property(0x88, b"\x42")))
    assert [notice.level for notice in air.notices] == [Level.ERROR, Level.INFO]
    assert air.facts.fault is False


# Announcements


def test_both_directions_in_one_frame_make_one_slot() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA), Property(0xEB, EB)))
    assert air.half_hours == [HalfHour(SLOT, Decimal("1780.6"), Decimal("2.1"), announced=True)]
    air.hear(announcement(Property(0xEA, EA), Property(0xEB, EB)))
    assert len(air.half_hours) == 1


def test_two_frames_with_the_same_tid_make_a_slot_that_grows() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA)))
    air.hear(announcement(Property(0xEB, EB)))
    assert air.half_hours == [
        HalfHour(SLOT, Decimal("1780.6"), None, announced=True),
        HalfHour(SLOT, Decimal("1780.6"), Decimal("2.1"), announced=True),
    ]


def test_an_announcement_that_wants_a_receipt_gets_one() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA), Property(0xEB, EB), esv=Esv.INFC, tid=0x029F))
    assert [reply.hex().upper() for reply in air.replies] == ["1081029F05FF010288017A02EA00EB00"]
    assert len(air.half_hours) == 1


def test_slots_wait_until_their_unit_is_known() -> None:
    air = joined()
    air.hear(announcement(Property(0xEA, EA)))
    assert air.half_hours == []
    air.run(10.0)
    assert [slot.normal_kwh for slot in air.half_hours] == [Decimal("1780.6")]


def test_slots_that_wait_too_long_are_forgotten_oldest_first() -> None:
    halves = HalfHours()
    for index in range(60):
        moment = SLOT + timedelta(minutes=30 * index)
        halves.take(0xEA, StampedRegister(moment, Register(index)))
    slots = halves.publish(EnergyScale(1, Decimal(1)))
    assert [slot.normal_kwh for slot in slots] == list(range(12, 60))
    assert halves.publish(EnergyScale(1, Decimal(1))) == []


def test_a_slot_without_any_value_is_a_gap() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA[:7] + b"\xff\xff\xff\xfe")))
    assert air.half_hours == []


def test_announcements_of_others_or_with_bad_data_say_nothing() -> None:
    air = joined()
    air.run(30.0)
    before = len(air.updates)
    air.hear(announcement(Property(0xEA, EA[:10])))
    air.hear(announcement(Property(0xF1, b"\0")))
    air.hear(Frame(1, 0x028802, CONTROLLER, Esv.INF, (Property(0xEA, EA),)).encode())
    air.hear(Frame(1, SMART_METER, 0x013001, Esv.INF, (Property(0xEA, EA),)).encode())
    air.hear(b"\x10\x81 nothing of ours")
    assert len(air.updates) == before


def test_an_announcement_with_the_tid_of_the_question_is_not_its_answer() -> None:
    def same_tid(frame: Frame) -> bytes | None:
        values = Property(0xE7, b"\0\0\0\x07"), Property(0xE8, bytes(4))
        return Frame(frame.tid, SMART_METER, CONTROLLER, Esv.INF, values).encode()

    air = joined(before=same_tid)
    air.run(10.0)
    assert {reading.watts for reading in air.readings} == {632}
    assert {reading.status for reading in air.readings} == {ReadingStatus.OK}


def test_our_node_answers_while_a_question_is_out() -> None:
    air = joined()
    air.run_until_request()
    air.hear(Frame(32, SMART_METER, NODE_PROFILE, Esv.GET, (Property(0xD6),)).encode())
    (reply,) = map(decode_frame, air.replies)
    assert reply.props == (Property(0xD6, b"\1\5\xff\1"),)
    air.run(1.0)
    assert air.readings[0].status is ReadingStatus.OK


def test_the_introduction_is_a_frame_of_ours() -> None:
    frame = decode_frame(Meter(PLAN, 0x0200).introduction())
    assert (frame.tid, frame.seoj, frame.esv) == (0x0200, NODE_PROFILE, Esv.INF)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_datagrams_leave_the_next_poll_in_peace(payloads: list[bytes]) -> None:
    air: Air = joined()
    air.run(1.0)
    for payload in payloads:
        air.hear(payload)
        air.hear(bytes.fromhex("1081000102880105FF0173") + payload)
    air.run(3.0)
    assert air.readings[-1].status is ReadingStatus.OK
