"""The link's state machine, the test playing the module."""

from __future__ import annotations

import pytest

from semtui.model import LinkReason, LinkSnapshot, LinkState, StepKey, StepState
from semtui.radio import commands
from semtui.radio.effects import (
    ClosePort,
    OpenPort,
    Proven,
    Received,
    ResetLine,
    Said,
    SendOutcome,
    Sent,
    SweepChanged,
    Write,
)
from semtui.radio.policy import LinkPolicy
from tests.radio.bench import (
    MAC,
    METER,
    NOON,
    OWN,
    PAN,
    PASSWORD,
    ROUTE_B_ID,
    Bench,
    beacon,
    bench,
)

REQUEST = bytes.fromhex("1081123405FF010288016201E700")
HEADER = f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400036E8CF5 1 "


def snapshot(it: Bench) -> LinkSnapshot:
    return it.link.snapshot(NOON)


def test_the_way_from_a_port_to_ready_on_a_single_stack() -> None:
    it = bench()
    assert it.identify() == ["SKTERM"]
    assert it.says("FAIL ER10") == ["SKRESET"]
    assert it.says("OK") == ["SKSREG SFE 0"]
    assert it.says("OK") == ["SKSETPWD ****"]
    assert it.says("OK") == ["SKSETRBID ****"]
    assert it.says("OK") == ["SKSREG SFB"]
    assert it.says("ESREG 0", "OK") == ["SKSCAN 2 FFFFFFFF 5"]
    assert it.scan() == ["SKLL64 001C6400036E8CF5"]
    assert it.says(METER) == ["SKSREG S2 39"]
    assert it.says("OK") == ["SKSREG S3 8CF5"]
    assert it.says("OK") == ["SKJOIN FE80:..:8CF5"]
    assert it.says("OK", f"EVENT 25 {METER}") == []
    assert it.link.state is LinkState.READY
    (proven,) = it.of(Proven)
    assert isinstance(proven, Proven)
    assert (proven.pan.channel, proven.pan.pan_id, proven.address) == (57, 0x8CF5, METER)


def test_a_dual_stack_is_told_by_skinfo_and_gets_its_side() -> None:
    it = bench()
    it.identify(dual=True)
    assert it.configure(dual=True) == ["SKSCAN 2 FFFFFFFF 5 0"]
    assert "SKSREG SA2 1" in [write.shown for write in it.of(Write) if isinstance(write, Write)]
    it.scan()
    it.says(METER)
    it.join()
    it.link.send(REQUEST, it.now)
    (line,) = it.written()
    assert line == "SKSENDTO 1 FE80:..:8CF5 0E1A 1 0 000E 1081123405FF010288016201E700"


def test_a_stick_without_product_commands_is_hex() -> None:
    it = bench()
    it.identify(display=None)
    module = snapshot(it).module
    assert module is not None
    assert not module.binary_display
    assert module.product == "RL7023 Stick-D/IPS"


def test_binary_display_is_read_as_it_is_and_nothing_writes_flash() -> None:
    it = bench()
    it.identify(display="00")
    it.configure()
    module = snapshot(it).module
    assert module is not None
    assert module.binary_display
    for write in it.of(Write):
        assert isinstance(write, Write)
        assert not write.data.startswith((b"WOPT", b"WUART", b"SKSAVE", b"SKERASE"))


def test_secrets_are_written_but_never_shown() -> None:
    it = bench()
    it.identify()
    it.configure()
    writes = [write for write in it.of(Write) if isinstance(write, Write)]
    assert any(ROUTE_B_ID.encode() in write.data for write in writes)
    assert not any(secret in write.shown for write in writes for secret in (ROUTE_B_ID, PASSWORD))
    assert ROUTE_B_ID not in repr(it.link.credentials)


def test_an_old_session_is_ended_first() -> None:
    it = bench()
    it.identify()
    assert it.says("OK") == []
    assert it.says(f"EVENT 27 {METER}") == ["SKRESET"]


def test_a_half_line_left_by_another_program_is_ended() -> None:
    it = bench()
    it.link.start(0.0)
    it.written()
    it.says("FAIL ER04")
    assert it.passes(0.1) == ["SKVER"]


def test_a_silent_port_is_named_and_opened_anew_later() -> None:
    it = bench()
    it.link.start(0.0)
    shown = it.passes(20)
    assert "<1233 x CR>" in shown
    assert it.link.state is LinkState.BACKOFF
    said = snapshot(it)
    assert said.reason is LinkReason.MODULE_SILENT
    assert "/dev/ttyTEST" in said.title
    assert said.hint
    it.passes(40)
    assert len(it.of(OpenPort)) == 2
    assert len(it.of(ClosePort)) == 1


def test_the_binary_firmware_is_refused_by_name() -> None:
    it = bench()
    it.link.start(0.0)
    it.passes(6)
    it.link.receive(bytes.fromhex("D0F9EE"), it.now, NOON)
    it.link.receive(bytes.fromhex("5D206B0008"), it.now, NOON)
    it.passes(20)
    assert it.link.state is LinkState.FAILED
    assert "BP35C0-J11" in snapshot(it).title
    it.link.retry_now(it.now)
    assert it.link.state is LinkState.PROBING


def test_something_else_on_the_port_is_refused() -> None:
    it = bench()
    it.link.start(0.0)
    for _try in range(4):
        it.passes(2)
        it.says("FAIL ER04")
    assert it.link.state is LinkState.BACKOFF
    assert snapshot(it).reason is LinkReason.MODULE_REFUSED


def test_the_reset_line_is_pulled_and_waited_for() -> None:
    it = bench(reset_wired=True)
    it.link.start(0.0)
    assert it.passes(3.0) == []
    assert it.passes(0.2) == ["SKVER"]
    assert it.of(ResetLine) == [ResetLine(True), ResetLine(False)]


def _nothing_found(it: Bench) -> list[str]:
    """A sweep ends without a beacon; returns what is written after a late one could have come."""
    it.says(f"EVENT 22 {OWN}")
    return it.passes(0.5)


def test_a_beacon_behind_the_end_of_its_sweep_counts() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.says("OK", f"EVENT 22 {OWN}")
    assert it.says(*beacon()) == []
    assert it.passes(0.5) == ["SKLL64 001C6400036E8CF5"]


def test_sweeps_grow_until_the_meter_answers() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.says("OK")
    assert _nothing_found(it) == ["SKSCAN 2 FFFFFFFF 6"]
    it.says("OK")
    assert _nothing_found(it) == ["SKSCAN 2 FFFFFFFF 7"]
    assert it.scan() == ["SKLL64 001C6400036E8CF5"]


def test_no_meter_in_reach_backs_off_and_scans_again() -> None:
    it = bench(LinkPolicy(scan_durations=(5, 6)))
    it.identify()
    it.configure()
    for _sweep in range(2):
        it.says("OK")
        _nothing_found(it)
    said = snapshot(it)
    assert (said.state, said.reason) == (LinkState.BACKOFF, LinkReason.NO_PAN)
    assert "2 sweeps" in said.title
    assert it.waits() == ["SKSCAN 2 FFFFFFFF 5"]


def test_a_sweep_longer_than_the_firmware_allows_ends_the_search() -> None:
    it = bench(LinkPolicy(scan_durations=(5, 11)))
    it.identify()
    it.configure()
    it.says("OK")
    _nothing_found(it)
    it.says("FAIL ER06")
    assert snapshot(it).reason is LinkReason.NO_PAN


def test_the_pan_is_chosen_by_pairing_id_then_by_lqi() -> None:
    it = bench()
    it.identify()
    it.configure()
    others = [
        *beacon("1111", "001C640000000001", "F0", "00000000"),
        *beacon("2222", "001C640000000002", "40"),
        *beacon("3333", "001C640000000003", "60"),
        *beacon("3333", "001C640000000003", "50"),
    ]
    it.says("OK", f"EVENT 20 {OWN}", *others)
    it.says(f"EVENT 22 {OWN}")
    sweep = it.of(SweepChanged)[-1]
    assert isinstance(sweep, SweepChanged)
    assert [(pan.pan_id, pan.lqi, pan.seen) for pan in sweep.progress.pans] == [
        (0x1111, 0xF0, 1),
        (0x2222, 0x40, 1),
        (0x3333, 0x60, 2),
    ]
    assert it.link.chosen_pan.pan_id == 0x3333


@pytest.mark.parametrize(
    ("field", "torn"),
    [
        (f"Addr:{MAC}", f"Addr:{MAC[:9]}\xd0{MAC[10:]}"),
        (f"Addr:{MAC}", f"Addr:{MAC[1:]}"),
        ("Channel:39", "Channel:A9"),
        ("Channel:39", "Channel:9"),
        ("Pan ID:8CF5", "Pan ID:8CF57"),
        ("Pan ID:8CF5", "Pan ID:8C\xf55"),
    ],
)
def test_a_beacon_that_was_torn_on_the_line_is_not_joined(field: str, torn: str) -> None:
    it = bench()
    it.identify()
    it.configure()
    it.says("OK", *(line.replace(field, torn) for line in beacon()), f"EVENT 22 {OWN}")
    assert it.waits() == ["SKSCAN 2 FFFFFFFF 6"], "the next sweep hears it again"
    it.scan()
    it.says(METER)
    it.join()


def test_the_cached_pan_is_joined_without_a_scan() -> None:
    it = bench(cached=(PAN, METER))
    it.identify()
    assert it.configure() == ["SKSREG S2 39"]
    it.join()
    assert snapshot(it).from_cache
    states = {step.key: step.state for step in snapshot(it).steps}
    assert states[StepKey.SCAN] is StepState.SKIPPED


def test_a_failed_cached_join_falls_back_to_a_scan() -> None:
    it = bench(cached=(PAN, METER))
    it.identify()
    it.configure()
    it.says("OK")
    it.says("OK")
    it.says("OK")
    assert it.says(f"EVENT 24 {METER}") == ["SKSCAN 2 FFFFFFFF 5"]
    assert not snapshot(it).from_cache


def test_the_cache_can_be_switched_off() -> None:
    it = bench(LinkPolicy(cached_join=False), cached=(PAN, METER))
    it.identify()
    assert it.configure() == ["SKSCAN 2 FFFFFFFF 5"]


def joining(it: Bench) -> None:
    it.identify()
    it.configure()
    it.scan()
    it.says(METER)
    it.says("OK")
    it.says("OK")
    it.says("OK")


def pana(size: int) -> str:
    return f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400036E8CF5 0 {size:04X} " + "00" * size


def test_a_join_refused_after_pana_messages_speaks_of_credentials() -> None:
    it = bench()
    joining(it)
    it.says(pana(0x28), f"EVENT 21 {METER} 00", pana(0x68))
    it.says(f"EVENT 24 {METER}")
    said = snapshot(it)
    assert (said.state, said.reason) == (LinkState.BACKOFF, LinkReason.JOIN_REJECTED)
    assert said.pana is not None
    assert said.pana.messages == (0x28, 0x68)


RESULT = bytes.fromhex("0000001CA00000020000000100000002 0007000000040000")
"""The last message of an authentication: header, and attribute 7 but for its value."""


@pytest.mark.parametrize(
    ("code", "refused"), [("00000000", False), ("00000001", True), ("00000002", True)]
)
def test_a_plain_no_is_a_result_other_than_success(code: str, refused: bool) -> None:
    it = bench()
    joining(it)
    data = RESULT.hex().upper() + code
    it.says(f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400036E8CF5 0 {len(data) // 2:04X} {data}")
    it.passes(1.0)
    it.says(f"EVENT 24 {METER}")
    pana = snapshot(it).pana
    assert pana is not None
    assert (pana.refused, pana.fell_silent, pana.finished) == (refused, False, it.now)
    assert ("refused the join" in snapshot(it).title) is refused


@pytest.mark.parametrize("seconds", [3.5, 38.0, 59.0])
def test_a_join_that_ends_by_a_silence_speaks_of_no_wrong_password(seconds: float) -> None:
    it = bench()
    joining(it)
    it.says(pana(0x28), f"EVENT 21 {METER} 00", pana(0x68), pana(0x54))
    it.passes(seconds)
    it.says(pana(0x54), f"EVENT 24 {METER}")
    said = snapshot(it)
    assert said.reason is LinkReason.JOIN_BROKEN_OFF
    assert said.pana is not None
    assert said.pana.messages == (0x28, 0x68, 0x54)
    assert "letter" not in said.title + said.detail + said.hint
    assert "wrong" not in said.title + said.detail + said.hint


def test_pana_messages_of_others_are_not_the_meters() -> None:
    it = bench()
    joining(it)
    it.says(pana(0x28).replace(METER, METER[:-4] + "0000"))
    it.says(f"EVENT 24 {METER}")
    assert snapshot(it).reason is LinkReason.JOIN_UNANSWERED


def test_a_message_that_the_meter_sends_again_counts_once() -> None:
    it = bench()
    joining(it)
    it.says(pana(0x28), f"EVENT 21 {METER} 01", pana(0x28), pana(0x68), pana(0x68))
    it.says(f"EVENT 24 {METER}")
    exchange = snapshot(it).pana
    assert exchange is not None
    assert exchange.messages == (0x28, 0x68)


def test_a_join_without_any_answer_never_speaks_of_a_wrong_password() -> None:
    it = bench()
    joining(it)
    it.says(f"EVENT 21 {METER} 01", f"EVENT 24 {METER}")
    said = snapshot(it)
    assert said.reason is LinkReason.JOIN_UNANSWERED
    assert "password" not in said.title + said.detail + said.hint


def test_a_join_that_nobody_ends_is_given_up_after_a_minute() -> None:
    it = bench()
    joining(it)
    it.passes(59)
    assert it.link.state is LinkState.JOINING
    it.passes(2)
    assert it.link.state is LinkState.BACKOFF


def test_events_of_others_do_not_end_our_join() -> None:
    it = bench()
    joining(it)
    it.says(f"EVENT 24 {OWN}", f"EVENT 25 {OWN}")
    assert it.link.state is LinkState.JOINING


def test_three_failed_joins_lead_to_a_new_scan() -> None:
    it = bench()
    joining(it)
    for _failure in range(2):
        it.says(f"EVENT 24 {METER}")
        assert it.waits() == ["SKSREG S2 39"]
        it.says("OK")
        it.says("OK")
        it.says("OK")
    it.says(f"EVENT 24 {METER}")
    assert it.waits() == ["SKSCAN 2 FFFFFFFF 5"]


def test_the_lifetime_is_read_from_the_last_pana_message() -> None:
    header, result, success = (
        "00000058A0000002AA4C03C00CE613DB",
        "00070000000400000000 0000",
        "03210004",
    )
    message = (
        f"{header}{result}0002000000040000{success}0004000000040000{8 * '0'}"
        f"0008000000040000 00000E10 0001000000100000{32 * '0'}"
    ).replace(" ", "")
    it = bench()
    joining(it)
    it.says(
        f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400036E8CF5 0 {len(message) // 2:04X} {message}",
        f"EVENT 25 {METER}",
    )
    said = snapshot(it)
    assert said.lifetime == 3600
    assert said.session_since is not None
    assert said.reauth_at == pytest.approx(said.session_since + 0.8 * 3600)


def test_no_send_between_event_29_and_25() -> None:
    it = bench().ready()
    assert it.link.can_send
    it.says(f"EVENT 29 {METER}")
    assert it.link.state is LinkState.REAUTHENTICATING
    assert not it.link.can_send
    with pytest.raises(ValueError, match="reauthenticating"):
        it.link.send(REQUEST, it.now)
    it.passes(42)
    it.says(f"EVENT 25 {METER}")
    assert it.link.can_send


@pytest.mark.parametrize("ending", ["EVENT 24", "EVENT 26", "EVENT 27", "EVENT 28"])
def test_an_ended_session_is_joined_again_at_once(ending: str) -> None:
    it = bench().ready()
    assert it.says(f"{ending} {METER}") == ["SKSREG S2 39"]
    assert it.link.state is LinkState.JOINING
    it.join()


@pytest.mark.parametrize("ending", ["EVENT 24", "EVENT 26", None])
def test_a_failed_renewal_is_followed_by_a_join(ending: str | None) -> None:
    it = bench().ready()
    it.says(f"EVENT 29 {METER}")
    written = it.passes(61) if ending is None else it.says(f"{ending} {METER}")
    assert written[:1] == ["SKSREG S2 39"]


def test_sending_waits_for_the_modules_word() -> None:
    it = bench().ready()
    it.link.send(REQUEST, it.now)
    assert it.written() == ["SKSENDTO 1 FE80:..:8CF5 0E1A 1 000E 1081123405FF010288016201E700"]
    assert not it.link.can_send
    (write,) = [w for w in it.of(Write) if isinstance(w, Write) and b"SKSENDTO" in w.data]
    assert isinstance(write, Write)
    assert write.data == f"SKSENDTO 1 {METER} 0E1A 1 000E ".encode() + REQUEST
    it.says("", f"EVENT 21 {METER} 00", "OK")
    assert it.of(Sent) == [Sent(SendOutcome.SENT)]
    assert it.link.can_send


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ([f"EVENT 21 {METER} 01", "OK"], SendOutcome.NOT_SENT),
        (
            [f"EVENT 21 {METER} 02", f"EVENT 02 {METER}", f"EVENT 21 {METER} 00", "OK"],
            SendOutcome.SENT,
        ),
        ([f"EVENT 21 {METER} 02", "OK"], SendOutcome.SENT),
        (["FAIL ER10"], SendOutcome.NOT_SENT),
    ],
)
def test_what_becomes_of_a_datagram(lines: list[str], outcome: SendOutcome) -> None:
    it = bench().ready()
    it.link.send(REQUEST, it.now)
    it.says(*lines)
    assert it.of(Sent) == [Sent(outcome)]


def test_the_result_of_a_send_may_come_behind_its_ok() -> None:
    it = bench().ready()
    it.link.send(REQUEST, it.now)
    it.says("OK")
    assert not it.link.can_send
    it.says(f"EVENT 21 {OWN} 01")
    assert it.of(Sent) == []
    it.says(f"EVENT 21 {METER} 01")
    assert it.of(Sent) == [Sent(SendOutcome.NOT_SENT)]


def test_a_send_without_a_result_is_unknown_after_a_second() -> None:
    it = bench().ready()
    it.link.send(REQUEST, it.now)
    it.says("OK")
    it.passes(1.0)
    assert it.of(Sent) == [Sent(SendOutcome.UNKNOWN)]
    assert it.link.state is LinkState.READY


def test_a_module_that_hangs_on_a_send_is_asked_anew() -> None:
    it = bench().ready()
    it.link.send(REQUEST, it.now)
    it.written()
    it.passes(10)
    assert it.of(Sent) == [Sent(SendOutcome.UNKNOWN)]
    assert it.link.state is LinkState.READY
    it.passes(2 * commands.info().timeout)
    assert it.link.state is LinkState.PROBING


def test_an_echo_after_echo_off_means_that_the_module_has_restarted() -> None:
    it = bench().ready()
    it.link.send(REQUEST, it.now)
    it.says(f"SKSENDTO 1 {METER} 0E1A 1 000E ")
    assert it.link.state is LinkState.PROBING
    assert any("restarted" in said.title for said in it.of(Said) if isinstance(said, Said))
    it.passes(10.1)
    it.written()
    it.says("EVER 1.2.10", "OK")
    it.says(f"EINFO {OWN} 001D12900003C890 21 FFFF FFFE", "OK")
    it.says("EAPPVER rev26e", "OK")
    it.says("OK 01")
    assert it.configure() == ["SKSREG S2 39"]


def test_a_restart_while_scanning_is_noticed_too() -> None:
    it = bench()
    it.identify()
    assert it.configure() == ["SKSCAN 2 FFFFFFFF 5"]
    it.says("SKSCAN 2 FFFFFFFF 5")
    assert it.link.state is LinkState.PROBING


def test_a_module_that_keeps_restarting_is_waited_for() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.says("SKSCAN 2 FFFFFFFF 5")
    it.passes(3.1)
    it.says("EVER 1.2.10", "OK")
    it.says(f"EINFO {OWN} 001D12900003C890 21 FFFF FFFE", "OK")
    it.says("EAPPVER rev26e", "OK")
    it.says("OK 01")
    it.configure()
    it.says("SKSCAN 2 FFFFFFFF 5")
    assert it.link.state is LinkState.BACKOFF
    assert "restarting" in snapshot(it).title


def test_event_25_before_the_ok_of_skjoin_counts() -> None:
    it = bench()
    it.identify()
    it.configure()
    it.scan()
    it.says(METER)
    it.says("OK")
    it.says("OK")
    it.says(f"EVENT 25 {METER}", "OK")
    assert it.link.state is LinkState.READY


def test_a_live_link_quality_is_told_but_not_at_each_datagram() -> None:
    it = bench().ready()
    snapshot(it)
    head = f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400036E8CF5"
    it.says(f"{head} 7A 1 0 0002 1081")
    assert it.link.changed
    assert snapshot(it).live_lqi == 0x7A
    it.says(f"{head} 7B 1 0 0002 1081")
    assert not it.link.changed
    it.passes(5)
    it.says(f"{head} 7C 1 0 0002 1081")
    assert it.link.changed


def test_datagrams_of_the_meter_reach_the_owner_and_those_of_others_do_not() -> None:
    it = bench().ready()
    it.says(HEADER + "0002 1081")
    it.says(f"ERXUDP {OWN} {OWN} 0E1A 0E1A 001C6400036E8CF5 1 0002 1082")
    it.says(f"ERXUDP {METER} {OWN} 0E1A 1234 001C6400036E8CF5 1 0002 1083")
    it.says(f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400036E8CF5 0 0002 1084")
    assert it.of(Received) == [Received(b"\x10\x81")]


def test_the_send_time_limit_holds_everything_until_it_is_lifted() -> None:
    it = bench().ready()
    it.says(f"EVENT 32 {OWN}")
    assert not it.link.can_send
    assert snapshot(it).arib_limited
    assert it.passes(61) == ["SKSREG SFB"]
    it.says("ESREG 1", "OK")
    assert not it.link.can_send
    assert it.passes(61) == ["SKSREG SFB"]
    it.says("ESREG 0", "OK")
    assert it.link.can_send
    it.says(f"EVENT 32 {OWN}")
    it.says(f"EVENT 33 {OWN}")
    assert it.link.can_send


def test_a_module_that_hangs_under_the_limit_is_noticed() -> None:
    it = bench().ready()
    it.says(f"EVENT 32 {OWN}")
    it.passes(66.5)
    assert it.link.state is LinkState.PROBING


def test_a_module_that_cannot_tell_is_believed_after_an_hour() -> None:
    it = bench().ready()
    it.says(f"EVENT 32 {OWN}")
    for _minute in range(60):
        assert not it.link.can_send
        assert it.waits() == ["SKSREG SFB"]
        it.says("FAIL ER06")
    assert it.link.can_send


def test_a_limit_that_holds_from_before_is_found_at_the_start() -> None:
    it = bench()
    it.identify()
    it.says("FAIL ER10")
    for _command in range(4):
        it.says("OK")
    it.says("ESREG 1", "OK")
    assert snapshot(it).arib_limited


def test_a_deaf_meter_is_met_with_the_mildest_step_first() -> None:
    it = bench().ready()
    it.link.meter_silent(5, it.now)
    assert it.passes(0)[:1] == ["SKREJOIN"]
    assert it.link.state is LinkState.REAUTHENTICATING
    it.says("OK", f"EVENT 25 {METER}")
    assert it.link.state is LinkState.READY
    it.link.meter_silent(5, it.now)
    assert it.passes(0)[:1] == ["SKSREG S2 39"]
    it.join()
    it.link.meter_silent(5, it.now)
    said = snapshot(it)
    assert (said.state, said.reason) == (LinkState.BACKOFF, LinkReason.METER_SILENT)
    assert it.waits() == ["SKTERM"]
    assert it.says("OK", f"EVENT 27 {METER}") == ["SKSCAN 2 FFFFFFFF 5"]
    it.scan()
    it.says(METER)
    it.join()
    it.link.meter_silent(5, it.now)
    assert it.waits() == ["SKTERM"]
    it.configure()
    it.join()
    it.link.meter_silent(5, it.now)
    assert it.waits() == ["SKVER"]
    it.says("EVER 1.2.10", "OK")
    it.says(f"EINFO {OWN} 001D12900003C890 21 FFFF FFFE", "OK")
    it.says("EAPPVER rev26e", "OK")
    it.says("OK 01")
    it.configure()
    it.join()
    it.link.meter_silent(5, it.now)
    it.waits()
    assert len(it.of(OpenPort)) == 2
    it = bench().ready()
    it.link.meter_silent(5, it.now)
    it.passes(0)
    it.join()
    it.link.meter_answered()
    it.link.meter_silent(5, it.now)
    assert it.passes(0)[:1] == ["SKREJOIN"]


@pytest.mark.parametrize("answer", ["FAIL ER10", f"OK|EVENT 24 {METER}"])
def test_a_renewal_that_is_refused_is_followed_by_a_join(answer: str) -> None:
    it = bench().ready()
    it.link.meter_silent(5, it.now)
    it.passes(0)
    assert it.says(*answer.split("|")) == ["SKSREG S2 39"]
    assert it.link.state is LinkState.JOINING


def test_stopping_ends_the_session_and_closes_the_port() -> None:
    it = bench().ready()
    it.link.stop(it.now)
    assert it.written() == ["SKTERM"]
    it.says(f"EVENT 21 {METER} 00", "OK", f"EVENT 27 {METER}")
    assert it.link.state is LinkState.CLOSED
    assert it.of(ClosePort) == [ClosePort()]


def test_stopping_waits_at_most_five_seconds() -> None:
    it = bench().ready()
    it.link.stop(it.now)
    it.passes(4.9)
    assert it.link.state is LinkState.TERMINATING
    it.passes(0.2)
    assert it.link.state is LinkState.CLOSED


def test_stopping_while_a_command_is_in_flight_waits_for_the_slot() -> None:
    it = bench().ready()
    it.link.send(REQUEST, it.now)
    it.written()
    it.link.stop(it.now)
    assert it.written() == []
    assert it.says(f"EVENT 21 {METER} 00", "OK") == ["SKTERM"]


def test_stopping_in_a_hurry_leaves_the_session() -> None:
    it = bench().ready()
    it.link.stop(it.now, hurry=True)
    assert it.link.state is LinkState.CLOSED
    assert snapshot(it).session_held


def test_a_session_that_was_left_behind_is_ended_when_stopping() -> None:
    it = bench()
    joining(it)
    it.link.stop(it.now)
    assert it.written() == ["SKTERM"]
    it.says("FAIL ER10")
    assert it.link.state is LinkState.CLOSED
    assert not snapshot(it).session_held


def test_a_stop_before_the_port_is_open_opens_none() -> None:
    it = bench()
    it.link.start(0.0)
    it.link.stop(0.0)
    it.collect()
    assert it.link.state is LinkState.CLOSED
    assert it.of(OpenPort) == []


@pytest.mark.parametrize("stage", ["closed", "probing", "scanning", "backoff", "failed"])
def test_stopping_without_a_session_is_immediate(stage: str) -> None:
    it = bench(LinkPolicy(scan_durations=(5,)))
    if stage != "closed":
        it.link.start(0.0)
        it.collect()
    if stage in ("scanning", "backoff"):
        it = bench(LinkPolicy(scan_durations=(5,)))
        it.identify()
        it.configure()
        it.says("OK")
    if stage == "backoff":
        _nothing_found(it)
    if stage == "failed":
        it.link.receive(bytes.fromhex("D0F9EE5D"), it.now, NOON)
        it.passes(1)
    it.link.stop(it.now)
    it.collect()
    assert it.link.state is LinkState.CLOSED


def test_a_lost_port_is_opened_again_after_its_time() -> None:
    it = bench().ready()
    it.link.port_lost("The port has gone.", "It was pulled out.", "Plug it in.", it.now)
    said = snapshot(it)
    assert (said.state, said.reason) == (LinkState.BACKOFF, LinkReason.PORT)
    assert said.title == "The port has gone."
    assert said.session_since is None
    assert it.waits() == ["SKVER"]
    assert it.now < 10


def test_a_port_that_has_gone_is_looked_for_every_few_seconds() -> None:
    it = bench()
    it.link.start(0.0)
    it.link.take_effects()
    for failure in range(1, 5):
        it.link.port_lost("gone", "", "", it.now)
        retry_at = snapshot(it).retry_at
        assert retry_at is not None
        assert 4.5 <= retry_at - it.now <= 5.5
        it.now = retry_at
        it.link.tick(it.now)
        assert it.link.take_effects() == [OpenPort()], failure


def test_waits_grow_with_failures_and_carry_jitter() -> None:
    it = bench(LinkPolicy(scan_durations=(5,)))
    it.identify()
    it.configure()
    waits, steps = [], []
    for _failure in range(7):
        it.says("OK")
        _nothing_found(it)
        said = snapshot(it)
        assert said.retry_at is not None
        waits.append(said.retry_at - it.now)
        steps.append(said.retry_with)
        written = it.waits()
        while written != ["SKSCAN 2 FFFFFFFF 5"]:
            written = _set_up(it, written)
    for wait, base in zip(waits, (30, 120, 300, 600, 600, 600, 600), strict=True):
        assert 0.9 * base <= wait <= 1.1 * base
    assert len(set(waits)) == len(waits)
    assert steps[:4] == ["scan"] * 4
    assert steps[4:] == ["reset the module", "ask the module", "open the port"]


def _set_up(it: Bench, written: list[str]) -> list[str]:
    """Answer as a healthy module does on the way to a scan."""
    if written[-1:] == ["SKTERM"]:
        return it.configure()
    it.passes(0.1)
    it.says("EVER 1.2.10", "OK")
    it.says(f"EINFO {OWN} 001D12900003C890 21 FFFF FFFE", "OK")
    it.says("EAPPVER rev26e", "OK")
    return it.says("OK 01")


def test_a_person_may_cut_a_wait_short_rescan_and_rejoin() -> None:
    it = bench().ready()
    it.link.rescan(it.now)
    assert it.written() == ["SKTERM"]
    assert it.says("OK", f"EVENT 27 {METER}") == ["SKSCAN 2 FFFFFFFF 5"]
    it.scan()
    it.says(METER)
    it.join()
    it.link.rejoin(it.now)
    assert it.written() == ["SKSREG S2 39"]
    it.says("OK")
    it.says("OK")
    it.says("OK")
    it.says(f"EVENT 24 {METER}")
    assert it.link.state is LinkState.BACKOFF
    it.link.retry_now(it.now)
    assert it.written() == ["SKSREG S2 39"]


@pytest.mark.parametrize("stage", ["scan", "join"])
def test_scan_and_join_wait_for_the_end_of_the_send_time_limit(stage: str) -> None:
    it = bench(cached=(PAN, METER) if stage == "join" else None)
    it.identify()
    it.says("FAIL ER10")
    for _command in range(4):
        it.says("OK")
    written = it.says("ESREG 1", "OK")
    if stage == "join":
        it.says("OK")
        written = it.says("OK")
    assert written == []
    assert it.passes(61) == ["SKSREG SFB"]
    assert it.says("ESREG 1", "OK") == []
    (begun,) = it.says(f"EVENT 33 {OWN}")
    assert begun.startswith("SKSCAN" if stage == "scan" else "SKJOIN")


def test_a_module_that_hangs_before_it_may_join_is_noticed() -> None:
    it = bench(cached=(PAN, METER))
    it.identify()
    it.says("FAIL ER10")
    for _command in range(4):
        it.says("OK")
    for line in ("ESREG 1", "OK", "OK", "OK"):
        it.says(line)
    it.passes(67)
    assert it.link.state is LinkState.BACKOFF
    assert it.of(OpenPort)
