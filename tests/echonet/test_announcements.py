"""What comes by itself: half hours, and questions to our own node."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.echonet.energy import Register, StampedRegister
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
from semtui.model import HalfHour, PropertyValue, ReadingStatus, SlotSource
from tests.echonet.fakemeter import PLAN, Air, joined

EA = bytes.fromhex("07EA0B15051E000000458E")
EB = bytes.fromhex("07EA0B15051E0000000015")
SLOT = datetime(2026, 11, 21, 5, 30)


def announcement(*props: Property, esv: Esv = Esv.INF, tid: int = 1) -> bytes:
    return Frame(tid, SMART_METER, CONTROLLER, esv, props).encode()


def test_both_directions_in_one_frame_make_one_slot() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA), Property(0xEB, EB)))
    assert air.half_hours == [
        HalfHour(SLOT, Decimal("1780.6"), Decimal("2.1"), SlotSource.ANNOUNCED)
    ]
    air.hear(announcement(Property(0xEA, EA), Property(0xEB, EB)))
    assert len(air.half_hours) == 1


def test_two_frames_with_the_same_tid_make_a_slot_that_grows() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA)))
    air.hear(announcement(Property(0xEB, EB)))
    assert air.half_hours == [
        HalfHour(SLOT, Decimal("1780.6"), None, SlotSource.ANNOUNCED),
        HalfHour(SLOT, Decimal("1780.6"), Decimal("2.1"), SlotSource.ANNOUNCED),
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
        stamped = StampedRegister(moment, Register(index))
        halves.take(0xEA, stamped, source=SlotSource.ANNOUNCED, meter_date=None)
    slots = halves.publish(EnergyScale(1, Decimal(1)))
    assert [slot.normal_kwh for slot in slots] == list(range(12, 60))
    assert halves.publish(EnergyScale(1, Decimal(1))) == []


def test_a_slot_that_was_told_is_not_taken_back() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA), Property(0xEB, EB)))
    air.hear(announcement(Property(0xEA, EA[:7] + b"\xff\xff\xff\xfe")))
    assert len(air.half_hours) == 1
    air.hear(announcement(Property(0xEA, EA[:7] + b"\0\0\0\1")))
    assert air.half_hours[-1] == HalfHour(
        SLOT, Decimal("0.1"), Decimal("2.1"), SlotSource.ANNOUNCED
    )


@pytest.mark.parametrize(
    "time",
    ["07EA0B15051D00", "07EA0B15051E01", "00010101000000", "270F0101000000", "07EA0B15050001"],
)
def test_a_time_at_which_no_half_hour_ends_is_no_slot(time: str) -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, bytes.fromhex(time) + bytes(4))))
    assert air.half_hours == []


@pytest.mark.parametrize(("time", "told"), [("07E90B16000000", True), ("07E90B13000000", False)])
def test_a_slot_more_than_a_year_from_the_meters_date_is_none(time: str, told: bool) -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, bytes.fromhex(time) + bytes(4))))
    assert bool(air.half_hours) == told


def test_our_own_clock_is_no_judge_of_slots() -> None:
    halves = HalfHours()
    stamped = StampedRegister(datetime(2022, 8, 1, 20, 30), Register(7))
    halves.take(0xEA, stamped, source=SlotSource.ANNOUNCED, meter_date=None)
    assert len(halves.publish(EnergyScale(1, Decimal(1)))) == 1


def test_a_slot_without_any_value_is_a_gap() -> None:
    air = joined()
    air.run(30.0)
    air.hear(announcement(Property(0xEA, EA[:7] + b"\xff\xff\xff\xfe")))
    assert air.half_hours == []


def test_announcements_of_others_or_with_bad_data_say_nothing_but_their_bytes() -> None:
    air = joined()
    air.run(30.0)
    before = len(air.updates)
    air.hear(announcement(Property(0xEA, EA[:10])))
    air.hear(announcement(Property(0xF1, b"\0")))
    air.hear(Frame(1, 0x028802, CONTROLLER, Esv.INF, (Property(0xEA, EA),)).encode())
    air.hear(Frame(1, SMART_METER, 0x013001, Esv.INF, (Property(0xEA, EA),)).encode())
    air.hear(b"\x10\x81 nothing of ours")
    came = [update for update in air.updates[before:] if isinstance(update, PropertyValue)]
    assert [(value.epc, value.raw) for value in came] == [(0xEA, EA[:10]), (0xF1, b"\0")]
    assert air.updates[before:] == came


def test_an_announcement_with_the_tid_of_the_question_is_not_its_answer() -> None:
    def same_tid(frame: Frame) -> bytes | None:
        values = Property(0xE7, b"\0\0\0\x07"), Property(0xE8, bytes(4))
        return Frame(frame.tid, SMART_METER, CONTROLLER, Esv.INF, values).encode()

    air = joined(before=same_tid)
    air.run(10.0)
    assert {reading.watts for reading in air.readings} == {632}
    assert {reading.status for reading in air.readings[1:]} == {ReadingStatus.OK}


def test_our_node_answers_while_a_question_is_out() -> None:
    air = joined()
    air.run_until_request()
    air.hear(Frame(32, SMART_METER, NODE_PROFILE, Esv.GET, (Property(0xD6),)).encode())
    (reply,) = map(decode_frame, air.replies)
    assert reply.props == (Property(0xD6, b"\1\5\xff\1"),)
    air.run(1.0)
    assert air.readings[0].watts == 632


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
