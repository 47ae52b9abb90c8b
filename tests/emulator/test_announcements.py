"""What the meter says unasked: the half-hour registers, a fault, its instance list.

ECHONET Lite Part 2, INF and INFC; interface specification of the controller and the meter.
"""

from __future__ import annotations

from semtui.emulator import EmulatorOptions, MeterStyle
from tests.emulator.host import Host
from tests.emulator.test_meter import joined, number


def announced(style: MeterStyle, seconds: float = 3600 + 200) -> list[bytes]:
    host = joined(style)
    return host.payloads(host.read(seconds))


def test_half_hour_announcements_come_within_minutes_and_count_on() -> None:
    host = joined(MeterStyle(announce_delay=(10.0, 120.0)))
    for minute in (30, 60, 90):
        printed = host.wait(b"ERXUDP", 3600)
        seconds = host.clock.monotonic() - minute * 60
        assert 10 <= seconds <= 121
        (payload,) = host.payloads(printed)
        assert payload[4:12].hex() == "02880105ff017302"
        assert payload[12:14].hex() == "ea0b"
        assert payload[25:27].hex() == "eb0b"
        assert payload[18:21] == bytes((6 + minute // 60, minute % 60, 0))
        assert len(payload) == 0x26
        host.read(300)


def test_announcement_styles() -> None:
    one = announced(MeterStyle())
    assert [len(payload) for payload in one] == [38, 38]
    assert number(one[1][2:4]) == number(one[0][2:4]) + 1
    fixed = announced(MeterStyle(announce_tid="fixed"))
    assert {payload[2:4] for payload in fixed} == {b"\x00\x01"}
    two = announced(MeterStyle(announce_frames=2))
    assert [payload[12] for payload in two] == [0xEA, 0xEB, 0xEA, 0xEB]
    assert two[0][2:4] == two[1][2:4] != two[2][2:4]
    assert announced(MeterStyle(announce="none")) == []
    alone = announced(MeterStyle(missing=frozenset({0xEB})))
    assert [payload[11] for payload in alone] == [1, 1]
    for announce in ("inf", "infc"):
        bare = MeterStyle(announce=announce, missing=frozenset({0xEA, 0xEB}))
        assert announced(bare) == []


def test_infc_is_repeated_until_it_is_confirmed() -> None:
    host = joined(MeterStyle(announce="infc"))
    payloads = host.payloads(host.read(1800 + 200))
    assert len(payloads) == 3
    assert len(set(payloads)) == 1
    assert payloads[0][10] == 0x74
    (first,) = host.payloads(host.wait(b"ERXUDP", 3600))
    confirmation = b"".join(
        (first[:4], bytes.fromhex("05FF01028801"), b"\x7a", bytes.fromhex("02EA00EB00"))
    )
    host.send(confirmation)
    assert host.meter.confirmed == 1
    assert host.payloads(host.read(120)) == []


def test_announcements_stop_with_the_session_and_come_again() -> None:
    host = joined()
    host.ask("SKTERM", 3)
    assert host.read(7200) == b""
    host.join()
    assert len(host.payloads(host.read(1800 + 200))) >= 1


def test_a_fault_is_announced_and_stops_the_half_hours() -> None:
    host = joined()
    host.meter.set_fault(True)
    (payload,) = host.payloads(host.read(1))
    assert payload[10:].hex() == "7301880141"
    assert host.value(0x88) == b"\x41"
    assert host.payloads(host.read(3600)) == []
    host.meter.set_fault(False)
    later = host.payloads(host.read(1800 + 200))
    assert [payload[12] for payload in later] == [0x88, 0xEA, 0xEA]


def test_d5_styles() -> None:
    silent = Host(EmulatorOptions(display="hex", meter=MeterStyle(hello=False)))
    silent.join(settle=False)
    assert silent.read(10) == b""
    running = Host(EmulatorOptions(display="hex", meter=MeterStyle(hello_tid="running")))
    running.join(settle=False)
    (payload,) = running.payloads(running.read(5))
    assert payload[2:4] != bytes(2)
    assert payload[10:].hex() == "7301d50401028801"
