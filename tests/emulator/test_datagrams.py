"""SKSENDTO and ERXUDP (ROHM BP35A1 command reference, SKSENDTO, ERXUDP, EVENT 21)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.emulator import EmulatorOptions, MeterStyle, ShellStyle
from tests.emulator.host import DUAL, SINGLE, Host, frame

GET = frame(0x62, (0xE7, b""))
STRANGER = "FE80:0000:0000:0000:021D:1290:0003:C890"


def joined(**options: object) -> Host:
    host = Host(EmulatorOptions(**options))  # type: ignore[arg-type]
    host.join()
    return host


@pytest.mark.parametrize("name", SINGLE + DUAL)
def test_a_request_shows_the_echoed_header_event_21_ok_and_the_answer(name: str) -> None:
    host = joined(module=name, watts=228)
    host.ask("SKSREG SFE 1")
    command = host.send_command(GET)
    header = command[: -len(GET)]
    assert header.endswith(b"000E ")
    printed = host.send(GET)
    side = b" 0" if host.dual else b""
    meter = host.meter.address.encode()
    expected = header + b"\r\nEVENT 21 " + meter + side + b" 00\r\nOK\r\nERXUDP " + meter
    assert printed.startswith(expected)
    assert host.payloads(printed) == [bytes.fromhex("1081525302880105FF017201E704000000E4")]


def test_the_radio_takes_130_to_350_ms_and_the_meter_200_to_600() -> None:
    host = joined()
    for _ in range(20):
        start = host.clock.monotonic()
        host.write(host.send_command(GET))
        host.wait(b"OK")
        sent = host.clock.monotonic()
        host.wait(b"ERXUDP")
        assert 0.13 <= sent - start <= 0.351
        assert 0.2 <= host.clock.monotonic() - sent <= 0.601


def test_data_is_taken_by_count_whatever_it_holds() -> None:
    host = joined()
    host.ask("SKSREG SFE 1")
    payload = b"\r\n\x00\x08\x7f SKVER\r\nSKRESET\r\n"
    printed = host.send(payload)
    assert printed == (
        host.send_command(payload)[: -len(payload)]
        + f"\r\nEVENT 21 {host.meter.address} 00\r\nOK\r\n".encode()
    )


def test_missing_bytes_are_waited_for_and_eat_what_follows() -> None:
    host = joined()
    host.write(host.send_command(GET)[:-5])
    assert host.read(100) == b""
    assert host.say("SKVER", 1) == f"\r\nEVENT 21 {host.meter.address} 00\r\nOK\r\n".encode()
    assert host.ask("SKVER") == ["EVER 1.2.10", "OK"]


def test_a_crlf_after_the_data_is_an_empty_command() -> None:
    host = joined()
    host.write(host.send_command(GET) + b"\r\n")
    assert host.wait(b"ERXUDP").startswith(
        f"\r\nEVENT 21 {host.meter.address} 00\r\nOK\r\nERXUDP".encode()
    )
    host.ask("SKSREG SFE 1")
    host.write(host.send_command(GET) + b"\r\n")
    assert b"OK\r\n\r\nERXUDP" in host.wait(b"ERXUDP")


def test_the_empty_line_after_the_data_can_be_missing_with_echo_off() -> None:
    host = joined(shell=ShellStyle(data_newline=False))
    assert host.send(GET).startswith(b"EVENT 21")
    host.ask("SKSREG SFE 1")
    assert b"000E \r\nEVENT 21" in host.send(GET)


def test_ok_can_come_before_event_21() -> None:
    host = joined(shell=ShellStyle(ok_before_event=True))
    assert host.send(GET).startswith(
        f"\r\nOK\r\nEVENT 21 {host.meter.address} 00\r\nERXUDP".encode()
    )


@pytest.mark.parametrize(
    "header",
    [
        "7 {meter} 0E1A 1 000E",
        "0 {meter} 0E1A 1 000E",
        "1 FE80::1 0E1A 1 000E",
        "1 {meter} E1A 1 000E",
        "1 {meter} 00E1A 1 000E",
        "1 {meter} 0E1A 3 000E",
        "1 {meter} 0E1A 1 0000",
        "1 {meter} 0E1A 1 04D1",
        "1 {meter} 0E1A 1 0000E",
        "1 {meter} 0E1A 1 0 000E",
    ],
)
def test_a_wrong_header_is_er06_at_once_and_the_data_becomes_noise(header: str) -> None:
    host = joined()
    host.write(f"SKSENDTO {header.format(meter=host.meter.address)} ".encode())
    assert host.read(0.1) == b"FAIL ER06\r\n"
    host.write(GET + b"\r\n")
    assert host.read(0.1) == b"FAIL ER04\r\n"


def test_the_single_stack_form_is_refused_by_a_dual_stack() -> None:
    host = joined(module="bp35c2")
    host.write(f"SKSENDTO 1 {host.meter.address} 0E1A 1 000E \r\n".encode())
    assert host.read(0.1) == b"FAIL ER05\r\n"


@pytest.mark.parametrize("length", [1, 0x4D0])
def test_the_length_limits(length: int) -> None:
    host = joined()
    assert host.send(bytes(length)).endswith(b"00\r\nOK\r\n")


def test_short_length_fields_are_padded() -> None:
    host = joined()
    host.write(f"SKSENDTO 1 {host.meter.address} 0E1A 1 E ".encode() + GET)
    host.wait(b"ERXUDP")


def test_an_unused_handle_is_er10() -> None:
    host = joined()
    host.write(host.send_command(GET, handle="3"))
    assert host.read(1) == b"\r\nFAIL ER10\r\n"


def test_security_1_without_a_session_is_not_sent() -> None:
    host = Host(EmulatorOptions())
    host.ask("SKSREG SFE 0")
    host.tune()
    host.write(host.send_command(GET))
    assert host.read(1) == f"\r\nEVENT 21 {host.meter.address} 01\r\nOK\r\n".encode()
    assert host.module.frames_sent == 0


@pytest.mark.parametrize("security", [0, 2])
def test_plain_text_reaches_the_meter_and_is_not_answered(security: int) -> None:
    host = Host(EmulatorOptions())
    host.ask("SKSREG SFE 0")
    host.tune()
    host.write(host.send_command(GET, security=security))
    printed = host.read(5)
    address = host.meter.address
    assert (
        printed
        == (
            f"\r\nEVENT 21 {address} 02\r\nEVENT 02 {address}\r\nEVENT 21 {address} 00\r\nOK\r\n"
        ).encode()
    )
    assert host.meter.requests == 0


def test_security_2_is_encrypted_within_a_session_and_0_is_not() -> None:
    host = joined()
    for security, answers in ((2, 1), (0, 0)):
        host.write(host.send_command(GET, security=security))
        assert host.read(3).count(b"ERXUDP") == answers


def test_an_absent_neighbour_is_event_21_with_01() -> None:
    host = joined()
    host.write(host.send_command(GET, security=0, to=STRANGER))
    assert host.read(3) == (
        f"\r\nEVENT 21 {STRANGER} 02\r\nEVENT 21 {STRANGER} 01\r\nOK\r\n".encode()
    )
    host.meter.in_reach = False
    assert host.send(GET) == f"\r\nEVENT 21 {host.meter.address} 01\r\nOK\r\n".encode()


def test_a_multicast_needs_no_neighbour() -> None:
    host = joined()
    everybody = "FF02:0000:0000:0000:0000:0000:0000:0001"
    hello = bytes.fromhex("108100010EF0010EF0017301D5040105FF01")
    host.write(host.send_command(hello, to=everybody))
    assert host.read(1) == f"\r\nEVENT 21 {everybody} 00\r\nOK\r\n".encode()


@pytest.mark.parametrize("display", ["hex", "binary"])
@pytest.mark.parametrize("name", ["bp35a1", "bp35c2"])
def test_payloads_with_line_ends_spaces_and_zeros_in_both_displays(display: str, name: str) -> None:
    host = joined(
        module=name,
        display=display,
        watts=0x0D0A2000,
        amps=(Decimal("333.8"), Decimal("819.2")),
    )
    printed = host.send(frame(0x62, (0xE7, b""), (0xE8, b"")))
    raw = bytes.fromhex("1081525302880105FF017202E7040D0A2000E8040D0A2000")
    assert host.payloads(printed) == [raw]
    shown = raw if display == "binary" else raw.hex().upper().encode()
    assert printed.endswith(b" 0018 " + shown + b"\r\n")


def test_wopt_switches_the_display_at_once() -> None:
    host = joined(watts=1)
    assert b"\x10\x81\x52\x53" in host.send(GET)
    host.say("WOPT 01")
    assert b"10815253" in host.send(GET)
    assert host.module.flash.writes == 1


def test_datagrams_to_ports_that_do_not_listen_are_not_shown() -> None:
    host = Host(EmulatorOptions(), modules=2)
    other = host.emulator.modules[1]
    host.ask("SKSREG SFE 0")
    side_channel = f"SKSENDTO 1 {other.address} 1234 0 0004 ".encode()
    host.write(side_channel + b"test")
    assert host.read(2).endswith(b" 00\r\nOK\r\n")
    assert other.take_output() == b""


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=200))
def test_no_payload_upsets_the_meter(payload: bytes) -> None:
    host = Host(EmulatorOptions(display="hex", meter=MeterStyle(hello=False, announce="none")))
    host.join()
    assert host.send(payload).startswith(f"\r\nEVENT 21 {host.meter.address} 00\r\nOK\r\n".encode())
    assert host.value(0x80) == b"\x30"
