"""Properties that somebody wants to see: when they are asked for, and what is told of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.echonet.asked import HISTORIES, Asked
from semtui.echonet.frame import CONTROLLER, SMART_METER, Esv, Frame, Property
from semtui.model import PropertyValue
from tests.echonet.fakemeter import Air, joined, serving

ID = "00000016" + "41" * 12


def values(air: Air) -> dict[int, PropertyValue]:
    """What came last for each property."""
    return {update.epc: update for update in air.updates if isinstance(update, PropertyValue)}


def settled(**changes: str | None) -> Air:
    """A session that has asked for all it wants by itself."""
    air = joined(values=serving(**changes))
    air.run(60.0)
    air.requests.clear()
    return air


def test_all_that_comes_is_told_whatever_it_was_asked_for() -> None:
    air = settled(D3=None)
    came = values(air)
    assert {0xE7, 0xE8, 0xE0, 0xE3, 0x8D, 0x9F, 0xE1} <= set(came)
    assert came[0xE7].raw == bytes.fromhex("00000278")
    assert came[0xE7].round_trip == pytest.approx(0.8)
    assert not any(value.refused for value in came.values())


def test_what_somebody_wants_to_see_is_asked_in_gaps_a_few_at_a_time() -> None:
    air = settled(**{"81": "61", "E5": "00"})
    air.meter.read([0x80, 0x81, 0x82, 0x8A, 0xE5])
    air.run(12.0)
    assert air.beside() == [[0x80, 0x81, 0x82, 0x8A], [0xE5]]
    gaps = [now for now, frame in air.requests if frame.props[0].epc in (0x80, 0xE5)]
    assert gaps[1] - gaps[0] >= 3.0
    assert values(air)[0x81].raw == b"\x61"


def test_a_refused_property_is_told_as_that() -> None:
    air = settled()
    air.meter.read([0x83, 0x80])
    air.run(6.0)
    came = values(air)
    assert (came[0x83].raw, came[0x83].refused) == (None, True)
    assert came[0x80].raw == b"\x30"


@pytest.mark.parametrize("epc", sorted(HISTORIES))
def test_a_history_is_asked_for_alone(epc: int) -> None:
    air = settled(**{f"{epc:02X}": "00FF" + "FF" * 192})
    air.meter.read([0x80, epc, 0x82])
    air.run(12.0)
    assert air.beside() == [[0x80, 0x82], [epc]]


def test_the_route_b_id_is_never_asked_for_and_starred_where_it_comes() -> None:
    air = settled(C0=ID)
    air.meter.read([0xC0])
    air.run(12.0)
    assert air.beside() == []
    inf = Frame(1, SMART_METER, CONTROLLER, Esv.INF, (Property(0xC0, bytes.fromhex(ID)),))
    air.hear(inf.encode())
    assert values(air)[0xC0].raw == b"*" * 16
    assert "AAAA" not in repr(air.updates)


def test_what_an_answer_leaves_out_is_asked_for_alone() -> None:
    air = settled()
    air.most = 2
    air.meter.read([0x80, 0x82, 0x88, 0x8A])
    air.run(15.0)
    assert air.beside() == [[0x80, 0x82, 0x88, 0x8A], [0x88], [0x8A]]


def test_a_lost_property_is_asked_for_once_more_and_then_given_up() -> None:
    air = settled(**{"81": "61"})
    air.lose = lambda frame, number: frame.props[0].epc == 0x81
    air.meter.read([0x81])
    air.run(200.0)
    assert air.beside() == [[0x81], [0x81]]
    last = values(air)[0x81]
    assert (last.raw, last.refused, last.round_trip) == (None, False, None)


def test_what_comes_anyway_is_not_asked_for_twice() -> None:
    air = joined()
    air.meter.read([0x9F, 0xE1, 0x8D])
    air.run(60.0)
    epcs = [epc for asked in air.asked() for epc in asked]
    assert [epcs.count(epc) for epc in (0x9F, 0xE1, 0x8D)] == [1, 1, 1]


def test_a_wish_outlives_the_session() -> None:
    air = settled(**{"81": "61"})
    air.meter.left(air.now, air.at)
    air.meter.read([0x81])
    air.meter.joined(air.now)
    air.run(60.0)
    assert values(air)[0x81].raw == b"\x61"


def test_an_announcement_is_told_as_one() -> None:
    air = settled()
    air.hear(Frame(1, SMART_METER, CONTROLLER, Esv.INF, (Property(0x88, b"\x42"),)).encode())
    assert values(air)[0x88].announced


@given(
    st.lists(st.integers(0x80, 0xFF), max_size=40),
    st.lists(st.sampled_from(["answered", "cut", "lost"]), min_size=1),
)
def test_every_wish_comes_to_an_end(epcs: list[int], fates: list[str]) -> None:
    asked = Asked()
    asked.want(epcs)
    steps = 0
    while question := asked.question():
        assert len(set(question)) == len(question) <= 4
        assert len(question) == 1 or not set(question) & HISTORIES
        assert 0xC0 not in question
        match fates[steps % len(fates)]:
            case "answered":
                asked.answered(question, ())
            case "cut":
                asked.answered(question, question[1:] or question)
            case _:
                asked.lost(question, float(steps))
        steps += 1
        assert steps <= 3 * len(set(epcs)) + 3
