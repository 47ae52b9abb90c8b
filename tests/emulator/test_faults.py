"""Bad days: everything that was seen to go wrong in the field can be made to happen."""

from __future__ import annotations

import pytest

from semtui.emulator import EmulatorOptions, MeterStyle
from semtui.errors import PortError, PortReason
from tests.emulator.host import Host, frame

GET = frame(0x62, (0xE7, b""))
QUIET = MeterStyle(announce="none", hello=False)


def joined(**options: object) -> Host:
    host = Host(EmulatorOptions(display="hex", meter=QUIET, **options))  # type: ignore[arg-type]
    host.join()
    return host


def sent(host: Host) -> bytes:
    return f"\r\nEVENT 21 {host.meter.address} 00\r\nOK\r\n".encode()


def test_answers_can_be_dropped() -> None:
    host = joined()
    host.meter.faults.drop_answers = 2
    assert [host.send(GET, 3) == sent(host) for _ in range(3)] == [True, True, False]


def test_an_answer_can_come_after_the_next_request() -> None:
    host = joined()
    host.meter.faults.delay_answers = 1
    host.meter.faults.delay = 10.0
    first = host.send(frame(0x62, (0xE7, b""), tid=1), 5)
    second = host.send(frame(0x62, (0xE8, b""), tid=2), 10)
    assert first == sent(host)
    assert [payload[2:4] for payload in host.payloads(second)] == [b"\x00\x02", b"\x00\x01"]


def test_an_answer_can_come_twice() -> None:
    host = joined()
    host.meter.faults.duplicate_answers = 1
    payloads = host.payloads(host.send(GET, 3))
    assert [payload[2:4].hex() for payload in payloads] == ["5253", "5253"]
    assert len(host.payloads(host.send(GET, 3))) == 1


def test_an_announcement_with_the_requests_tid_can_come_before_the_answer() -> None:
    host = Host(EmulatorOptions(display="hex"))
    host.join()
    host.meter.faults.announce_before_answers = 1
    payloads = host.payloads(host.send(GET, 3))
    assert [payload[2:4].hex() for payload in payloads] == ["5253", "5253"]
    assert [payload[10] for payload in payloads] == [0x73, 0x72]


def test_joined_but_deaf() -> None:
    host = joined()
    host.meter.faults.deaf = True
    for _ in range(5):
        assert host.send(GET, 30) == sent(host)
    host.meter.faults.deaf = False
    assert host.value(0xE7)


def test_a_send_can_fail() -> None:
    host = joined()
    host.module.transmitter.failures = 1
    assert host.send(GET, 3) == f"\r\nEVENT 21 {host.meter.address} 01\r\nOK\r\n".encode()
    assert host.value(0xE7)


def test_a_join_can_be_rejected_or_ignored() -> None:
    host = Host(EmulatorOptions())
    host.meter.faults.reject_joins = 1
    host.credentials()
    host.tune()
    for ignored in (False, True):
        host.meter.faults.ignore_joins = ignored
        host.write(f"SKJOIN {host.meter.address}\r\n".encode())
        assert (b"02CC" in host.wait(b"EVENT 24")) != ignored
    host.meter.faults.ignore_joins = False
    host.write(f"SKJOIN {host.meter.address}\r\n".encode())
    host.wait(b"EVENT 25")


def test_a_silent_reboot_brings_the_echo_back_and_loses_the_session() -> None:
    host = joined()
    host.module.reboot()
    assert host.read(10) == b""
    assert host.say("SKTERM") == b"SKTERM\r\nFAIL ER10\r\n"
    host.write(host.send_command(GET))
    assert host.read(3).endswith(f"EVENT 21 {host.meter.address} 01\r\nOK\r\n".encode())


def test_a_reboot_in_the_middle_of_a_command_never_answers_it() -> None:
    host = joined()
    host.write(host.send_command(GET))
    host.read(0.05)
    host.module.reboot()
    assert host.read(10) == b""


def test_a_hung_module_is_silent() -> None:
    host = joined()
    host.write(host.send_command(GET))
    assert host.read(0.05) == b"\r\n"
    host.module.silent = True
    assert host.read(10) == b""
    assert host.say("SKVER", 10) == b""
    host.module.silent = False
    assert host.ask("SKVER") == ["EVER 1.2.10", "OK"]


def test_noise_on_the_line() -> None:
    host = joined()
    host.module.garble(b"\xff\x00\x81rubbish")
    host.module.garble(b"\r\n")
    assert host.read(1) == b"\xff\x00\x81rubbish\r\n"


def test_an_event_can_stand_behind_a_half_echo() -> None:
    host = Host()
    host.write(b"SKSEND")
    host.module.print_event("05", host.meter.address)
    assert host.read(0.1) == f"SKSENDEVENT 05 {host.meter.address}\r\n".encode()


def test_output_can_be_cut_at_any_byte() -> None:
    host = Host()
    host.port.split([3, 1, 200])
    host.write(b"SKVER\r\n")
    host.clock.advance(1)
    pieces = [host.port.read(0) for _ in range(3)]
    assert pieces == [b"SKV", b"E", b"R\r\nEVER 1.2.10\r\nOK\r\n"]


def test_the_port_can_vanish_in_the_middle_of_a_datagram_and_come_back() -> None:
    host = joined()
    host.write(host.send_command(GET))
    host.wait(b"OK")
    host.port.split([40])
    assert len(host.port.read(3)) == 40
    host.port.vanish()
    with pytest.raises(PortError) as lost:
        host.port.read(1)
    assert lost.value.reason is PortReason.LOST
    with pytest.raises(PortError):
        host.write(b"SKVER\r\n")
    with pytest.raises(PortError) as missing:
        host.port.reopen()
    assert missing.value.reason is PortReason.NOT_FOUND
    host.port.return_()
    with pytest.raises(PortError):
        host.port.read(0)
    assert host.port.reopen() is host.port
    host.read(3)
    assert host.say("SKTERM") == b"SKTERM\r\nFAIL ER10\r\n"


@pytest.mark.parametrize("service", [0x71, 0x72, 0x73, 0x74, 0x52, 0x7A])
def test_what_is_no_request_neither_counts_nor_uses_up_a_fault(service: int) -> None:
    host = joined()
    faults = host.meter.faults
    faults.drop_answers = faults.delay_answers = faults.duplicate_answers = 1
    faults.announce_before_answers = 1
    host.send(frame(service, (0xE7, b"\0\0\0\0")), 5)
    assert host.meter.requests == 0
    assert (faults.drop_answers, faults.delay_answers, faults.duplicate_answers) == (1, 1, 1)
    assert faults.announce_before_answers == 1
    host.send(GET, 5)
    assert host.meter.requests == 1
    assert faults.drop_answers == 0


def test_a_deaf_meter_confirms_nothing() -> None:
    host = joined()
    host.meter.faults.deaf = True
    assert host.payloads(host.send(frame(0x74, (0x80, b"\x30")), 5)) == []


def test_a_share_of_the_frames_can_get_lost_each_way() -> None:
    host = joined()
    host.meter.faults.loss = 0.3
    answered = sum(b"ERXUDP" in host.send(GET, 3) for _ in range(100))
    assert 35 <= answered <= 63


def test_any_property_can_be_given_a_wrong_value() -> None:
    host = joined()
    host.meter.measurements.overrides[0xE7] = b"\x7f\xff\xff\xfe"
    host.meter.measurements.overrides[0xE0] = b"\x01"
    assert host.value(0xE7).hex() == "7ffffffe"
    assert host.value(0xE0) == b"\x01"
    host.meter.measurements.overrides.clear()
    assert len(host.value(0xE0)) == 4


def test_a_meter_can_be_deaf_right_after_the_join() -> None:
    style = MeterStyle(announce="none", hello=False, deaf_seconds=4.0)
    host = Host(EmulatorOptions(display="hex", meter=style))
    host.join(settle=False)
    assert host.send(GET, 5) == sent(host)
    assert host.value(0xE7)
