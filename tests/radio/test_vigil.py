"""A module that restarts while an answer is awaited: asked when the answer is late."""

from __future__ import annotations

import pytest

from semtui.model import LinkState
from semtui.radio.effects import Received
from semtui.radio.vigil import LATE_SECONDS
from tests.radio.bench import METER, OWN, OWN_MAC, Bench, bench

ASK = b"\x10\x81\x00\x01\x05\xff\x01\x02\x88\x01\x62\x01\xe7\x00"
ANSWER = f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400036E8CF5 1 0002 1081"


def asked() -> Bench:
    """A link whose request is on the air, and was acknowledged there."""
    it = bench().ready()
    it.link.send(ASK, it.now)
    it.says(f"EVENT 21 {METER} 00", "OK")
    return it


def test_a_late_answer_has_the_module_asked_once_and_is_still_taken() -> None:
    it = asked()
    assert it.passes(LATE_SECONDS - 0.1) == []
    assert it.passes(0.2) == ["SKINFO"]
    it.says(ANSWER)
    it.says(f"EINFO {OWN} {OWN_MAC} 39 8CF5 FFFE", "OK")
    assert len(it.of(Received)) == 1
    assert it.link.state is LinkState.READY
    assert it.link.can_send
    assert it.passes(60) == []


def test_an_answer_in_time_has_nobody_asked() -> None:
    it = asked()
    it.passes(LATE_SECONDS - 0.1)
    it.says(ANSWER)
    assert it.passes(60) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["SKINFO", f"EINFO {OWN} {OWN_MAC} 21 FFFF FFFE", "OK"],
        [f"EINFO {OWN} {OWN_MAC} 21 FFFF FFFE", "OK"],
    ],
    ids=["it echoes", "its echo is off in flash"],
)
def test_a_module_that_has_restarted_is_set_up_again(lines: list[str]) -> None:
    it = asked()
    it.passes(LATE_SECONDS)
    it.written()
    if it.says(*lines) == ["SKINFO"]:
        # A digit of the PAN may have been lost on the line, so it is asked once more.
        it.says(*lines)
    assert it.link.state is LinkState.PROBING


def test_a_module_that_hangs_is_found_out_too() -> None:
    it = asked()
    it.passes(LATE_SECONDS)
    it.passes(6)
    assert it.link.state is LinkState.PROBING


@pytest.mark.parametrize(
    "first",
    [
        [f"EINFO {OWN} {OWN_MAC} 39 8C5 FFFE", "OK"],
        [f"EINFO {OWN} {OWN_MAC} 39 8CF5"],
        ["OK"],
        ["FAIL ER04"],
    ],
    ids=["a digit is lost", "a word and the OK are lost", "EINFO is lost", "the question is"],
)
def test_a_byte_lost_in_question_or_answer_costs_no_session(first: list[str]) -> None:
    it = asked()
    it.passes(LATE_SECONDS)
    assert (it.says(*first) or it.passes(3)) == ["SKINFO"]
    it.says(f"EINFO {OWN} {OWN_MAC} 39 8CF5 FFFE", "OK")
    it.passes(10)
    assert it.link.state is LinkState.READY
    assert it.link.can_send


def test_an_answer_without_its_ok_is_one() -> None:
    it = asked()
    it.passes(LATE_SECONDS)
    it.says(f"EINFO {OWN} {OWN_MAC} 39 8CF5 FFFE")
    assert it.passes(10) == []
    assert it.link.state is LinkState.READY


def test_a_question_that_finds_the_slot_taken_is_asked_behind_it() -> None:
    it = bench().ready()
    it.link.send(ASK, it.now)
    it.written()
    assert it.passes(LATE_SECONDS + 1) == []
    it.says(f"EVENT 21 {METER} 00", "OK")
    assert it.passes(0) == ["SKINFO"]


def test_a_module_that_refuses_a_datagram_is_asked_at_once() -> None:
    it = bench().ready()
    it.link.send(ASK, it.now)
    it.says("FAIL ER10")
    assert it.passes(0) == ["SKINFO"]


def test_nothing_is_asked_once_the_session_is_over() -> None:
    it = asked()
    it.says(f"EVENT 27 {METER}")
    it.written()
    it.passes(2)
    assert "SKINFO" not in it.passes(LATE_SECONDS)
