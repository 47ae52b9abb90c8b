"""What is asked for a piece of the meter's memory, and what is believed of the answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.echonet.energy import NO_ENERGY, Register
from semtui.echonet.exchange import Answer, Exchange
from semtui.echonet.fetch import DayFetch, Ending, Fetch, SpanFetch, Told, days_back, half_hours
from semtui.echonet.frame import Esv, Frame, Property, decode_frame
from semtui.echonet.history import encode_day_history, encode_span_history
from semtui.echonet.scale import EnergyScale

NOON = datetime(2026, 11, 21, 12, 0)
DAY = date(2026, 11, 19)
SCALE = EnergyScale(1, Decimal("0.1"))
COUNTS = list(range(100, 148))


def answer(fetch: Fetch, edt: bytes | None, clock: datetime = NOON) -> Property:
    """Ask the next question and answer it with `edt`; None refuses. Returns what was asked."""
    question = fetch.question(clock)
    exchange = Exchange(0x100, 20.0, 60.0)
    esv = Esv.SETC if question.edt else Esv.GET
    request = decode_frame(exchange.ask([question], 0.0, esv=esv))
    if edt is None:
        reply, data = (Esv.SETC_SNA if question.edt else Esv.GET_SNA), question.edt
    else:
        reply, data = (Esv.SET_RES, b"") if question.edt else (Esv.GET_RES, edt)
    entries = (Property(question.epc, data),)
    frame = Frame(request.tid, request.deoj, request.seoj, reply, entries)
    taken: Answer | None = exchange.receive(frame.encode(), 1.0).answer
    assert taken is not None
    fetch.take(taken, clock)
    return question


def day(number: int | None, counts: list[int] | None = None) -> bytes:
    return encode_day_history(number, counts or COUNTS)


def test_a_day_is_chosen_then_told_in_both_directions_one_by_one() -> None:
    fetch = DayFetch(DAY, reverse=True)
    assert answer(fetch, b"") == (0xE5, b"\x02")
    assert answer(fetch, day(2)) == (0xE2, b"")
    assert fetch.ending is None
    assert answer(fetch, day(2, [7] * 48)) == (0xE4, b"")
    assert fetch.ending is Ending.TOLD
    told = fetch.told()
    assert told[0] == (datetime(2026, 11, 19), Register(100), Register(7))
    assert told[47][0] == datetime(2026, 11, 19, 23, 30)


@pytest.mark.parametrize("other", [0, 1, 3, 99, None])
def test_another_day_than_the_chosen_one_is_not_taken(other: int | None) -> None:
    fetch = DayFetch(DAY, reverse=False)
    for _try in range(3):
        assert fetch.ending is None
        assert answer(fetch, b"").epc == 0xE5
        assert answer(fetch, day(other)).epc == 0xE2
        assert fetch.ending is not None or fetch.pause > 0
    assert fetch.ending is Ending.OTHERS
    assert fetch.told() == []


def test_a_choice_from_before_midnight_is_made_anew() -> None:
    fetch = DayFetch(DAY, reverse=True)
    late, early = datetime(2026, 11, 21, 23, 50), datetime(2026, 11, 22, 0, 5)
    answer(fetch, b"", late)
    answer(fetch, day(2), late)
    assert answer(fetch, b"", early) == (0xE5, b"\x03")
    assert answer(fetch, day(3), early) == (0xE4, b"")
    assert fetch.ending is Ending.TOLD


def test_an_answer_near_midnight_may_be_of_either_day_and_is_asked_for_again() -> None:
    fetch = DayFetch(DAY, reverse=False)
    answer(fetch, b"", datetime(2026, 11, 21, 23, 50))
    answer(fetch, day(2), datetime(2026, 11, 21, 23, 58, 30))
    assert fetch.ending is None
    assert fetch.question(datetime(2026, 11, 22, 0, 3)) == (0xE5, b"\x03")


@pytest.mark.parametrize("edt", [b"\0\2" + bytes(191), b"\1\2" + bytes(192), b"\2"])
def test_a_history_that_cannot_be_read_is_a_refusal_that_says_why(edt: bytes) -> None:
    fetch = DayFetch(DAY, reverse=False)
    answer(fetch, b"")
    answer(fetch, edt)
    assert fetch.ending is Ending.REFUSED
    assert "cannot be read" in fetch.reason


def test_the_last_hours_come_newest_first_and_are_told_oldest_first() -> None:
    newest = datetime(2026, 11, 21, 0, 30)
    fetch = SpanFetch(newest, 3)
    assert answer(fetch, b"") == (0xED, bytes.fromhex("07EA0B15001E03"))
    answer(fetch, encode_span_history(newest, [(12, 3), (None, None), (10, 2)]))
    assert fetch.ending is Ending.TOLD
    assert [at for at, _normal, _reverse in fetch.told()] == [
        datetime(2026, 11, 20, 23, 30),
        datetime(2026, 11, 21, 0, 0),
        newest,
    ]
    assert len(half_hours(fetch.told(), SCALE, NOON)) == 2


def test_other_hours_than_the_chosen_ones_are_not_taken() -> None:
    fetch = SpanFetch(NOON, 2)
    for _try in range(3):
        assert answer(fetch, b"").epc == 0xED
        answer(fetch, encode_span_history(NOON, [(5, 5)]))
    assert fetch.ending is Ending.OTHERS


def told(normal: list[int], reverse: list[int] | None = None) -> list[Told]:
    others = [None] * len(normal) if reverse is None else [Register(raw) for raw in reverse]
    begin = datetime(2026, 11, 19)
    return [
        (begin + slot * timedelta(minutes=30), Register(raw), other)
        for slot, (raw, other) in enumerate(zip(normal, others, strict=True))
    ]


def test_zeros_that_no_register_can_show_are_gaps() -> None:
    rows = half_hours(told([0, 7, 0, 9, 9], [0, 0, 0, 3, 0]), SCALE, NOON)
    assert [(row.normal_kwh, row.reverse_kwh) for row in rows] == [
        (Decimal("0.7"), Decimal(0)),
        (Decimal("0.9"), Decimal("0.3")),
        (Decimal("0.9"), None),
    ]


def test_half_hours_that_have_not_come_yet_are_not_told() -> None:
    rows = half_hours(told([5] * 48), SCALE, datetime(2026, 11, 19, 1, 59))
    assert [row.meter_time.time().isoformat() for row in rows][-1] == "02:00:00"
    assert len(rows) == 5


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 99_999_999, 100_000_000, NO_ENERGY, 0xFFFFFFFF]),
            st.sampled_from([0, 1, 99_999_999, NO_ENERGY]),
        ),
        min_size=48,
        max_size=48,
    )
)
def test_no_row_is_without_a_value_and_no_value_is_out_of_range(
    counts: list[tuple[int, int]],
) -> None:
    normal, reverse = (list(side) for side in zip(*counts, strict=True))
    for row in half_hours(told(normal, reverse), SCALE, NOON):
        values = [value for value in (row.normal_kwh, row.reverse_kwh) if value is not None]
        assert values
        assert all(0 <= value < 10**8 for value in values)
        assert row.normal_kwh != 0


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_end_it_or_are_asked_for_again(edt: bytes, span: bool) -> None:
    fetch: Fetch = SpanFetch(NOON, 3) if span else DayFetch(DAY, reverse=False)
    answer(fetch, b"")
    answer(fetch, edt)
    assert fetch.ending in (None, Ending.REFUSED, Ending.TOLD)
    assert (fetch.ending is Ending.TOLD) == bool(fetch.told())


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 99))
def test_a_day_is_as_far_back_as_the_calendar_says(today: date, back: int) -> None:
    wanted = today - timedelta(days=back)
    assert days_back(wanted, today) == back
    question = DayFetch(wanted, reverse=False).question(
        datetime(today.year, today.month, today.day, 12)
    )
    assert question == (0xE5, bytes([back]))
    assert days_back(today + timedelta(days=1), today) is None
    assert days_back(today - timedelta(days=100), today) is None
