"""What the meter says about itself, its clock, and why an energy has no value."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from semtui.clock import JST
from semtui.echonet.facts import FactBook
from semtui.echonet.frame import (
    CONTROLLER,
    SMART_METER,
    Esv,
    Frame,
    Property,
)
from semtui.model import Level, MeterFacts
from tests.echonet.fakemeter import PLAN, joined, serving


def announcement(*props: Property, esv: Esv = Esv.INF, tid: int = 1) -> bytes:
    return Frame(tid, SMART_METER, CONTROLLER, esv, props).encode()


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


def test_a_midnight_between_date_and_time_is_no_offset() -> None:
    book = FactBook()
    evening = datetime(2026, 11, 21, 23, 59, 59, tzinfo=JST)
    book.learn(0x98, bytes.fromhex("07EA0B15"), evening)
    book.learn(0x97, bytes.fromhex("0000"), evening + timedelta(seconds=5))
    assert book.facts.clock_offset == 0.0
    book.learn(0x97, bytes.fromhex("0003"), evening + timedelta(minutes=2, seconds=5))
    assert book.facts.clock_offset == 60.0


@pytest.mark.parametrize(
    ("ours", "date", "time", "offset"),
    [
        ("2026-11-22T00:00:01", "07EA0B15", "0000", 0.0),
        ("2026-11-21T23:59:30", "07EA0B15", "0000", 60.0),
        ("2026-11-21T23:59:59", "07EA0B16", "173B", 0.0),
        ("2026-11-21T22:00:00", "07EA0B15", "0000", 7200.0),
        ("2026-11-21T12:00:00", "07EA0B16", "0C00", 86400.0),
        ("2026-11-21T23:59:30", "07EB0B15", "173B", 365 * 86400.0),
    ],
)
def test_an_offset_of_a_day_is_none_around_midnight(
    ours: str, date: str, time: str, offset: float
) -> None:
    at = datetime.fromisoformat(ours).replace(tzinfo=JST)
    book = FactBook()
    book.learn(0x98, bytes.fromhex(date), at)
    book.learn(0x97, bytes.fromhex(time), at)
    assert book.facts.clock_offset == offset


def test_a_date_of_before_our_clock_was_set_says_nothing() -> None:
    book = FactBook()
    book.learn(0x98, bytes.fromhex("07EA0B15"), datetime(1970, 1, 1, tzinfo=JST))
    book.learn(0x97, bytes.fromhex("0600"), datetime(2026, 11, 21, 6, 0, tzinfo=JST))
    assert book.facts.clock_offset is None


def test_the_clocks_are_compared_once_a_day() -> None:
    air = joined(replace(PLAN, interval=600.0, energy_interval=3600.0))
    air.run(3 * 86400.0 - 3600.0)
    moments = [now - 1000.0 for now, frame in air.requests if frame.props[0].epc == 0x98]
    assert len(moments) == 3
    assert [later - earlier for earlier, later in pairwise(moments)] == pytest.approx(
        [86400.0, 86400.0], abs=700.0
    )


def test_the_clocks_are_compared_again_when_ours_was_set() -> None:
    air = joined(values=serving(**{"97": "0602"}))
    air.run(60.0)
    assert air.facts.clock_offset == 120.0
    air.requests.clear()
    air.values[0x97] = bytes.fromhex("0501")
    air.meter.clock_stepped()
    air.run(30.0)
    assert air.beside() == [[0x98, 0x97]]
    assert air.facts.clock_offset == -3600.0


def test_a_meter_without_clock_is_not_asked_for_it() -> None:
    air = joined(values=serving(**{"97": None, "98": None}))
    air.run(60.0)
    count = len(air.beside())
    air.meter.clock_stepped()
    air.run(60.0)
    assert len(air.beside()) == count
    assert air.facts.clock_offset is None


def test_a_meters_minute_that_ends_on_the_way_is_no_offset() -> None:
    air = joined(replace(PLAN, interval=60.0))
    while air.run_until_request().props[0].epc != 0x98:
        pass
    moment = datetime(2026, 11, 21, 6, 1, 0, 300_000, tzinfo=JST)
    received = air.meter.receive(air.answer(air.requests[-1][1]), air.now + 0.8, moment)
    (facts,) = (update for update in received.updates if isinstance(update, MeterFacts))
    assert facts.clock_offset == 0.0


def test_a_fault_is_told_once_and_its_end_too() -> None:
    air = joined(values=serving(**{"88": "41"}))
    air.run(30.0)
    assert [notice.level for notice in air.notices] == [Level.ERROR]
    air.hear(announcement(Property(0x88, b"\x41")))
    air.hear(announcement(Property(0x88, b"\x42")))
    assert [notice.level for notice in air.notices] == [Level.ERROR, Level.INFO]
    assert air.facts.fault is False


def test_a_coefficient_that_is_missing_is_named_as_that() -> None:
    air = joined(lose=lambda frame, number: 0xD3 in [epc for epc, _edt in frame.props])
    air.run(1800.0)
    assert air.facts.unit_kwh == Decimal("0.1")
    assert air.energies[-1].normal_kwh is None
    assert "coefficient is not known yet" in air.energies[-1].reason
