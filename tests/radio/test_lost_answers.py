"""An OK that is lost or damaged on the line costs no session where its effect is to be seen."""

from __future__ import annotations

import pytest

from semtui.model import LinkState
from semtui.radio.effects import SendOutcome, Sent
from semtui.radio.faults import Retry
from semtui.radio.policy import LinkPolicy
from semtui.radio.slot import RESULT_WAIT
from tests.radio.bench import METER, OWN, PAN, Bench, beacon, bench

REQUEST = bytes.fromhex("1081525305FF010288016201E700")
PANA = f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400036E8CF5 0 0002 0000"


def sending(it: Bench) -> Bench:
    it.link.send(REQUEST, it.now)
    it.written()
    return it


@pytest.mark.parametrize(
    ("result", "outcome"), [("00", SendOutcome.SENT), ("01", SendOutcome.NOT_SENT)]
)
def test_a_send_whose_ok_is_lost_ends_by_its_result(result: str, outcome: SendOutcome) -> None:
    it = sending(bench().ready())
    it.says(f"EVENT 21 {METER} {result}")
    it.passes(RESULT_WAIT)
    assert it.of(Sent) == [Sent(outcome)]
    assert it.link.can_send


def test_a_neighbour_that_is_looked_for_is_no_result_yet() -> None:
    it = sending(bench().ready())
    it.says(f"EVENT 21 {METER} 02")
    it.passes(2 * RESULT_WAIT)
    assert not it.of(Sent)
    it.says(f"EVENT 21 {METER} 00")
    it.passes(RESULT_WAIT)
    assert it.of(Sent) == [Sent(SendOutcome.SENT)]


def test_a_send_of_which_nothing_is_heard_costs_a_question_and_no_session() -> None:
    it = sending(bench().ready())
    assert it.passes(10) == ["SKINFO"]
    it.says(f"EINFO {OWN} 001D12900003C890 39 8CF5 FFFE", "OK")
    assert it.link.state is LinkState.READY
    assert it.link.can_send


def test_a_set_up_without_one_of_its_oks_goes_on() -> None:
    it = bench()
    it.identify()
    it.says("FAIL ER10")
    assert it.passes(3) == ["SKRESET"]
    assert it.says("OK") == ["SKSREG SFE 0"]


def test_a_scan_and_a_join_without_an_ok_are_told_by_their_events() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.passes(4)
    it.says(f"EVENT 20 {OWN}", *beacon(), f"EVENT 22 {OWN}")
    it.says(METER)
    it.says("OK")
    it.says("OK")
    it.says(f"EVENT 21 {METER} 00", PANA)
    it.passes(4)
    assert it.link.state is LinkState.JOINING
    it.says(f"EVENT 25 {METER}")
    assert it.link.state is LinkState.READY
    assert it.link.joins == 1


def test_a_join_that_is_over_before_its_ok_is_missed_counts() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.scan()
    it.says(METER)
    it.says("OK")
    it.says("OK")
    it.says(f"EVENT 25 {METER}")
    it.passes(4)
    assert it.link.state is LinkState.READY


def test_a_join_that_shows_nothing_at_all_is_given_up() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.scan()
    it.says(METER)
    it.says("OK")
    it.says("OK")
    it.passes(4)
    assert it.link.state is LinkState.BACKOFF


def test_a_limit_that_is_read_without_its_ok_costs_no_session() -> None:
    it = bench().ready()
    it.says(f"EVENT 32 {OWN}")
    assert it.passes(61) == ["SKSREG SFB"]
    it.says("ESREG 1")
    assert it.passes(3) == ["SKSREG SFB"]
    it.says("ESREG 0", "OK")
    assert it.link.can_send


def test_a_sweep_that_heard_the_meter_needs_no_event_22() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.says("OK", f"EVENT 20 {OWN}", *beacon())
    assert it.passes(30)[:1] == [f"SKLL64 {PAN.mac}"]


def test_the_echo_behind_a_reset_is_no_restart() -> None:
    """SKRESET switches it on, and switching it off may take a second try."""
    it = bench(LinkPolicy(deaf_steps=(Retry.RESET,))).ready()
    it.link.meter_silent(5, it.now)
    assert it.passes(0) == ["SKTERM"]
    assert it.says("OK", f"EVENT 27 {METER}") == ["SKRESET"]
    assert it.says("OK") == ["SKSREG SFE 0"]
    it.says("SKSREG SFE 0")
    assert it.passes(3) == ["SKSREG SFE 0"]
    it.says("SKSREG SFE 0", "OK")
    assert it.link.state is LinkState.CONFIGURING
