"""Conversations: every vector by name, and the rules they do not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.echonet.exchange import Answer, Exchange, Outcome
from semtui.echonet.frame import (
    CONTROLLER,
    NODE_PROFILE,
    SMART_METER,
    Esv,
    Frame,
    Property,
    decode_frame,
)
from tests.vectors import Vector, load


def exchange(first_tid: int = 0x0100) -> Exchange:
    return Exchange(first_tid, 20.0, 60.0)


def answered(talk: Exchange, hex_text: str, now: float = 1.0) -> Answer:
    answer = talk.receive(bytes.fromhex(hex_text), now).answer
    assert answer is not None
    return answer


def reply(tid: int, *props: Property, esv: Esv = Esv.GET_RES, seoj: int = SMART_METER) -> bytes:
    return Frame(tid, seoj, CONTROLLER, esv, props).encode()


@pytest.mark.parametrize("vector", load("exchanges"), ids=str)
def test_conversation_ends_as_listed(vector: Vector) -> None:
    line = vector.values
    talk = exchange()
    if line["request"] is not None:
        request = bytes.fromhex(line["request"])
        assert talk.begin(decode_frame(request), 0.0) == request
    answers, notified, sent = [], [], []
    for payload in line["rx"]:
        incoming = talk.receive(bytes.fromhex(payload), 1.0)
        answers += [incoming.answer] if incoming.answer else []
        notified += [[f"{n.epc:02X}", n.edt.hex().upper()] for n in incoming.notifications]
        sent += [frame.hex().upper() for frame in incoming.replies]
    if (late := talk.expire(60.0)) is not None:
        answers.append(late)
    assert len(answers) == (line["outcome"] != "idle")
    assert [answer.outcome.value for answer in answers] == (
        [] if line["outcome"] == "idle" else [line["outcome"]]
    )
    values = {f"{epc:02X}": edt.hex().upper() for a in answers for epc, edt in a.values.items()}
    assert values == line["values"]
    assert [f"{epc:02X}" for a in answers for epc in a.refused] == line["refused"]
    assert notified == line["notify"]
    assert sent == line["tx"]


def test_a_short_refusal_with_good_values_is_partial() -> None:
    talk = exchange(0x0023)
    asked = [0x80, 0xE0, 0xE3, 0xE7, 0xE8, 0xD3, 0xD7]
    talk.ask([Property(epc) for epc in asked], 0.0)
    answer = answered(
        talk,
        "1081002302880105FF015206800130E0040000123CE304000020DDE70400000001E804000AFFEC"
        "D30400000001",
    )
    assert answer.outcome is Outcome.PARTIAL
    assert set(answer.values) == set(asked) - {0xD7}
    assert answer.refused == ()
    assert answer.unanswered == (0xD7,)
    assert answer.round_trip == 1.0


def test_tids_run_on_and_go_round_without_the_meters_own() -> None:
    talk = exchange(0xFFFE)
    assert [talk.take_tid() for _ in range(4)] == [0xFFFE, 0xFFFF, 0x0003, 0x0004]
    for forbidden in (0, 1, 2, 0x10000):
        assert exchange(forbidden).take_tid() == 0x0003


def test_a_retry_has_a_new_tid_and_the_late_answer_does_not_count() -> None:
    talk = exchange()
    first = decode_frame(talk.ask([Property(0xE7)], 0.0))
    late = talk.expire(20.0)
    assert late is not None
    assert late.outcome is Outcome.TIMEOUT
    assert late.unanswered == (0xE7,)
    second = decode_frame(talk.ask([Property(0xE7)], 20.0))
    assert second.tid != first.tid
    assert talk.receive(reply(first.tid, Property(0xE7, bytes(4))), 21.0).answer is None
    assert talk.receive(reply(second.tid, Property(0xE7, bytes(4))), 21.0).answer is not None


@pytest.mark.parametrize(
    ("epcs", "wait"),
    [((0xE7,), 20.0), ((0xE7, 0xE8), 60.0), ((0xE2,), 60.0), ((0xEC,), 60.0), ((0xEA,), 20.0)],
)
def test_the_answer_time_goes_by_what_is_asked(epcs: tuple[int, ...], wait: float) -> None:
    talk = exchange()
    talk.ask([Property(epc) for epc in epcs], 5.0)
    assert talk.outstanding is not None
    assert talk.outstanding.deadline == 5.0 + wait
    assert talk.expire(4.9 + wait) is None
    assert talk.expire(5.0 + wait) is not None


def test_only_one_request_may_wait() -> None:
    talk = exchange()
    talk.ask([Property(0xE7)], 0.0)
    with pytest.raises(ValueError, match="outstanding"):
        talk.ask([Property(0xE8)], 0.0)
    assert talk.give_up() is not None
    assert talk.give_up() is None
    with pytest.raises(ValueError, match="at least one"):
        talk.ask([], 0.0)
    with pytest.raises(ValueError, match="no request"):
        talk.ask([Property(0xE7)], 0.0, esv=Esv.GET_RES)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (reply(0x0101, Property(0xE7, bytes(4))), "TID"),
        (reply(0x0100, Property(0xE7, bytes(4)), esv=Esv.SET_RES), "service"),
        (reply(0x0100, Property(0xE7, bytes(4)), seoj=0x028802), "another instance"),
        (reply(0x0100, Property(0xE7, bytes(4)), seoj=0x028800), "no instance"),
        (reply(0x0100, Property(0xE7, bytes(4)), seoj=0x013001), "another class"),
        (reply(0x0100, Property(0xE8, bytes(4))), "another property"),
        (reply(0x0100, Property(0xE7, bytes(4)), Property(0xE8, bytes(4))), "one too many"),
        (
            Frame(
                0x0100, SMART_METER, NODE_PROFILE, Esv.GET_RES, (Property(0xE7, bytes(4)),)
            ).encode(),
            "not to the one who asked",
        ),
    ],
)
def test_what_does_not_fit_in_one_respect_is_no_answer(frame: bytes, why: str) -> None:
    talk = exchange()
    talk.ask([Property(0xE7)], 0.0)
    assert talk.receive(frame, 1.0).answer is None, why
    assert talk.outstanding is not None


def test_a_refused_setting_comes_back_with_its_value() -> None:
    talk = exchange(0x0005)
    talk.ask([Property(0xE5, b"\x64")], 0.0, esv=Esv.SETC)
    answer = answered(talk, "1081000502880105FF015101E50164")
    assert answer.outcome is Outcome.REFUSED
    assert answer.refused == (0xE5,)
    assert answer.values == {}


def test_a_setting_may_be_accepted_in_part() -> None:
    talk = exchange(0x0005)
    talk.ask([Property(0xE5, b"\x01"), Property(0x81, b"\x02")], 0.0, esv=Esv.SETC)
    answer = answered(talk, "1081000502880105FF015102E500810102")
    assert answer.outcome is Outcome.PARTIAL
    assert answer.refused == (0x81,)


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_leave_at_most_one_answer(payload: bytes, framed: bool) -> None:
    talk = exchange()
    talk.ask([Property(0xE7), Property(0xE8)], 0.0)
    if framed:
        payload = bytes.fromhex("1081010002880105FF01") + payload
    first = talk.receive(payload, 1.0)
    second = talk.receive(payload, 1.0)
    assert second.answer is None or first.answer is None
    assert (talk.outstanding is None) == (first.answer is not None)


@given(st.lists(st.sampled_from([0xE0, 0xE3, 0xE7, 0xE8]), min_size=1, unique=True), st.data())
def test_every_property_asked_for_is_accounted_for(epcs: list[int], data: st.DataObject) -> None:
    talk = exchange()
    talk.ask([Property(epc) for epc in epcs], 0.0)
    named = data.draw(st.lists(st.sampled_from(epcs), min_size=1, unique=True))
    entries = tuple(Property(epc, data.draw(st.binary(max_size=4))) for epc in named)
    incoming = talk.receive(reply(0x0100, *entries, esv=Esv.GET_SNA), 1.0)
    assert incoming.answer is not None
    sorted_out = [*incoming.answer.values, *incoming.answer.refused, *incoming.answer.unanswered]
    assert sorted(sorted_out) == sorted(epcs)
