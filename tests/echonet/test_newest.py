"""Half hours that nobody announced: when they are asked for, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from semtui.echonet.energy import encode_stamped_register
from semtui.echonet.frame import CONTROLLER, SMART_METER, Esv, Frame, Property
from semtui.model import HalfHour, SlotSource
from tests.echonet.fakemeter import PLAN, Air, joined, serving

EA, EB = 0xEA, 0xEB
DATE = "07EA0B15"


class LiveMeter:
    """Serves the newest half hour by the time of `air`, and counts the slots that have passed."""

    def __init__(self, air: Air, *, two_way: bool = True) -> None:
        self.air = air
        self.two_way = two_way
        air.before = self.refresh

    def slot(self) -> datetime:
        at = self.air.meter_time.replace(tzinfo=None)
        return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)

    def refresh(self, frame: Frame) -> None:
        slot = self.slot()
        counts = int((slot - datetime(2026, 11, 21)) / timedelta(minutes=30))
        self.air.values[EA] = encode_stamped_register(slot, counts)
        if self.two_way:
            self.air.values[EB] = encode_stamped_register(slot, 2 * counts)

    def announce(self) -> None:
        self.refresh(Frame(0, SMART_METER, CONTROLLER, Esv.INF, ()))
        props = tuple(Property(epc, self.air.values[epc]) for epc in (EA, EB))
        self.air.hear(Frame(1, SMART_METER, CONTROLLER, Esv.INF, props).encode())


def live(interval: float = 3.0, **settings: object) -> tuple[Air, LiveMeter]:
    values = serving(EA=DATE + "060000" + "00000000", EB=DATE + "060000" + "00000000")
    air = joined(replace(PLAN, interval=interval), values=values, **settings)
    return air, LiveMeter(air)


def questions(air: Air) -> list[tuple[float, list[int]]]:
    """When half hours were asked for, in minutes past six, and which."""
    return [
        ((now - 1000.0) / 60.0, [epc for epc, _edt in frame.props])
        for now, frame in air.requests
        if frame.props[0].epc in (EA, EB)
    ]


def test_the_newest_half_hour_is_known_soon_after_the_join() -> None:
    air, _meter = live()
    air.run(30.0)
    six = datetime(2026, 11, 21, 6, 0)
    assert air.half_hours == [HalfHour(six, Decimal("1.2"), Decimal("2.4"), SlotSource.ASKED)]
    assert air.asked()[-1 - [*reversed(air.asked())].index([EA, EB])] == [EA, EB]
    assert air.asked().index([EA, EB]) > air.asked().index([0x98, 0x97])


def test_half_hours_that_are_not_announced_are_asked_for_five_minutes_later() -> None:
    air, _meter = live()
    air.run(2 * 3600.0)
    minutes = [minute for minute, _epcs in questions(air)]
    assert [round(minute) for minute in minutes] == [0, 35, 65, 95]
    assert all(
        0.0 <= minute - goal < 0.2 for minute, goal in zip(minutes[1:], (35, 65, 95), strict=True)
    )
    assert [slot.meter_time.isoformat()[11:16] for slot in air.half_hours] == [
        "06:00",
        "06:30",
        "07:00",
        "07:30",
    ]
    assert all(slot.source is SlotSource.ASKED for slot in air.half_hours)


def test_an_hour_between_polls_does_not_delay_them() -> None:
    air, _meter = live(3600.0)
    air.run(2 * 3600.0)
    assert [round(minute) for minute, _epcs in questions(air)] == [0, 35, 65, 95]


def test_half_hours_that_are_announced_are_not_asked_for() -> None:
    air, meter = live()
    air.run(1860.0)
    meter.announce()
    air.run(1740.0)
    assert [round(minute) for minute, _epcs in questions(air)] == [0]
    assert [slot.source for slot in air.half_hours] == [SlotSource.ASKED, SlotSource.ANNOUNCED]
    meter.announce()
    meter.announce()
    assert len(air.half_hours) == 3


def test_a_slot_is_not_told_twice() -> None:
    air, meter = live()
    air.run(60.0)
    meter.announce()
    assert len(air.half_hours) == 1
    air.meter.left(air.now, air.at)
    air.meter.joined(air.now)
    air.run(60.0)
    assert len(air.half_hours) == 1
    air.meter.left(air.now, air.at)
    air.run(1800.0)
    air.meter.joined(air.now)
    air.run(60.0)
    assert [slot.meter_time.minute for slot in air.half_hours] == [0, 30]


def test_a_direction_that_was_not_announced_is_asked_for() -> None:
    air, meter = live()
    air.run(1860.0)
    meter.refresh(Frame(0, SMART_METER, CONTROLLER, Esv.INF, ()))
    note = Property(EA, air.values[EA])
    air.hear(Frame(1, SMART_METER, CONTROLLER, Esv.INF, (note,)).encode())
    air.run(600.0)
    assert [round(minute) for minute, _epcs in questions(air)] == [0, 35]
    assert air.half_hours[-1].reverse_kwh is not None


def test_a_one_way_meter_is_asked_for_one_direction() -> None:
    values = serving(EA=DATE + "060000" + "00000000")
    air = joined(values=values)
    LiveMeter(air, two_way=False)
    air.run(3600.0)
    assert [epcs for _minute, epcs in questions(air)] == [[EA], [EA]]
    assert [slot.reverse_kwh for slot in air.half_hours] == [None, None]


def test_a_meter_that_refuses_them_is_asked_once() -> None:
    air = joined(values=serving(**{"9F": None}))
    air.run(4 * 3600.0)
    assert [epcs for _minute, epcs in questions(air)] == [[EA]]


def test_half_hours_that_are_lost_are_tried_again_a_few_times() -> None:
    air, _meter = live(lose=lambda frame, number: frame.props[0].epc in (EA, EB))
    air.run(1700.0)
    assert [epcs for _minute, epcs in questions(air)] == [[EA, EB], [EA], [EA]]
    minutes = [minute for minute, _epcs in questions(air)]
    assert all(later - earlier > 5.0 for earlier, later in pairwise(minutes))
    assert air.half_hours == []
    assert air.readings[-1].watts == 632


def test_a_clock_that_is_set_by_years_asks_once_more() -> None:
    air, _meter = live()
    air.run(600.0)
    air.ahead = timedelta(days=3650)
    air.run(600.0)
    assert len(questions(air)) == 2
    assert len(air.half_hours) == 1
