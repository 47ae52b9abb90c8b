"""SKSCAN (ROHM BP35A1 command reference, SKSCAN, EPANDESC, EEDSCAN)."""

from __future__ import annotations

import re

import pytest

from semtui.emulator import EmulatorOptions, ForeignPan
from tests.emulator.host import Host

OTHER = ForeignPan(33, 0x1234, "001C640000001234", 0x55, "01234567")
TWIN = ForeignPan(60, 0x4321, "001C640000004321", 0x66, "CCDDEEFF")


def scan(host: Host, mode: int = 2, duration: str = "6", mask: str = "FFFFFFFF") -> bytes:
    if mode == 2:
        host.credentials()
    host.write(host.scan_command(mode, duration, mask).encode() + b"\r\n")
    return host.wait(b"EVENT 22", 300)


def test_a_beacon_is_described_line_by_line() -> None:
    host = Host()
    meter = host.meter
    assert (
        scan(host)
        == (
            f"SKSCAN 2 FFFFFFFF 6\r\nOK\r\n"
            f"EVENT 20 {host.module.address}\r\n"
            f"EPANDESC\r\n"
            f"  Channel:{meter.channel:02X}\r\n"
            f"  Channel Page:09\r\n"
            f"  Pan ID:{meter.pan_id:04X}\r\n"
            f"  Addr:{meter.mac}\r\n"
            f"  LQI:{meter.lqi:02X}\r\n"
            f"  PairID:CCDDEEFF\r\n"
            f"EVENT 22 {host.module.address}\r\n"
        ).encode()
    )


@pytest.mark.parametrize(
    ("duration", "formula"), [("3", 2.4), ("4", 4.6), ("6", 17.5), ("8", 69.1)]
)
def test_a_sweep_takes_what_the_formula_says(duration: str, formula: float) -> None:
    host = Host()
    host.credentials()
    start = host.clock.monotonic()
    scan(host, duration=duration)
    assert formula - 0.1 < host.clock.monotonic() - start < formula + 1.5


def test_speed_divides_the_sweep() -> None:
    host = Host(EmulatorOptions(speed=20))
    start = host.clock.monotonic()
    scan(host)
    assert host.clock.monotonic() - start < 1.2


def test_the_beacon_comes_while_its_channel_is_swept() -> None:
    host = Host(EmulatorOptions(channel=57))
    host.credentials()
    start = host.clock.monotonic()
    host.write(b"SKSCAN 2 FFFFFFFF 6\r\n")
    host.wait(b"EVENT 20")
    step = 0.0096 * 65
    assert 24 * step <= host.clock.monotonic() - start <= 25 * step + 0.1


def test_the_mask_selects_channels_from_33() -> None:
    host = Host(EmulatorOptions(channel=40))
    assert b"EPANDESC" in scan(host, mask="00000080")
    start = host.clock.monotonic()
    assert b"EPANDESC" not in scan(host, mask="FFFFFF7F")
    assert b"EPANDESC" in scan(host, mask="80")
    assert host.clock.monotonic() - start < 20


def test_mode_2_hears_only_the_own_pairing_id() -> None:
    host = Host(EmulatorOptions(foreign_pans=(OTHER,)))
    assert re.findall(rb"Pan ID:(....)", scan(host)) == [f"{host.meter.pan_id:04X}".encode()]
    host.ask("SKSREG SA 01234567")
    host.write(b"SKSCAN 2 FFFFFFFF 4\r\n")
    heard = host.wait(b"EVENT 22")
    assert re.findall(rb"PairID:(.*)\r", heard) == [b"01234567"]


def test_mode_3_hears_everybody_and_shows_no_pairing_id() -> None:
    host = Host(EmulatorOptions(foreign_pans=(OTHER,)))
    heard = scan(host, mode=3)
    assert heard.count(b"EPANDESC") == 2
    assert b"PairID" not in heard


def test_several_pans_with_the_same_pairing_id_in_channel_order() -> None:
    host = Host(EmulatorOptions(foreign_pans=(TWIN,), channel=40))
    assert re.findall(rb"Channel:(..)", scan(host)) == [b"28", b"3C"]


@pytest.mark.parametrize("mode", [2, 3])
def test_the_meter_is_not_on_the_han_side(mode: int) -> None:
    host = Host(EmulatorOptions(module="bp35c2", foreign_pans=(TWIN,)))
    host.credentials()
    command = f"SKSCAN {mode} FFFFFFFF 4"
    host.write(f"{command} 1\r\n".encode())
    printed = host.wait(b"EVENT 22")
    assert printed == (f"{command} 1\r\nOK\r\nEVENT 22 {host.module.address} 1\r\n".encode())
    host.write(f"{command} 0\r\n".encode())
    assert host.wait(b"EVENT 22").count(b"EPANDESC") == 2


def test_the_same_pan_can_be_heard_twice() -> None:
    host = Host(EmulatorOptions(beacons=2, lqi=0x9B))
    heard = scan(host)
    assert re.findall(rb"Addr:(.*)\r", heard) == [host.meter.mac.encode()] * 2
    assert sorted(re.findall(rb"LQI:(..)", heard)) == [b"9B", b"9C"]


def test_nothing_found_is_ok_and_event_22() -> None:
    host = Host(EmulatorOptions(in_reach=False))
    assert scan(host) == (
        f"SKSCAN 2 FFFFFFFF 6\r\nOK\r\nEVENT 22 {host.module.address}\r\n".encode()
    )


def test_a_sweep_can_be_too_short_for_the_meter() -> None:
    host = Host(EmulatorOptions(beacon_from_duration=5))
    assert b"EPANDESC" not in scan(host, duration="4")
    assert b"EPANDESC" in scan(host, duration="5")


def test_without_the_route_b_id_the_meter_is_not_found() -> None:
    host = Host(EmulatorOptions(route_b_id="0123456789ABCDEF0123456789ABCDEF"))
    host.write(b"SKSCAN 2 FFFFFFFF 4\r\n")
    assert b"EPANDESC" not in host.wait(b"EVENT 22")


def test_a_beacon_can_be_printed_after_the_end() -> None:
    host = Host(EmulatorOptions(late_beacon=True))
    assert b"EPANDESC" not in scan(host)
    assert b"EPANDESC" in host.read(1)


def test_commands_are_accepted_during_a_scan_and_a_new_scan_replaces_it() -> None:
    host = Host()
    host.credentials()
    assert host.ask("SKSCAN 2 FFFFFFFF 6") == ["OK"]
    assert host.ask("SKSREG S2") == ["ESREG 21", "OK"]
    assert host.ask("SKSCAN 2 FFFFFFFF 4") == ["OK"]
    heard = host.wait(b"EVENT 22") + host.read(30)
    assert heard.count(b"EVENT 22") == 1
    assert heard.count(b"EPANDESC") == 1


def test_a_reset_ends_a_scan_without_event() -> None:
    host = Host()
    host.ask("SKSCAN 2 FFFFFFFF 6")
    host.ask("SKRESET")
    assert host.read(60) == b""


@pytest.mark.parametrize("name", ["bp35a1", "bp35c2"])
def test_energy_scan_reports_each_channel(name: str) -> None:
    host = Host(EmulatorOptions(module=name))
    start = host.clock.monotonic()
    host.write(host.scan_command(0, "4").encode() + b"\r\n")
    printed = host.wait(b"EEDSCAN") + host.read(0.1)
    assert 10 < host.clock.monotonic() - start < 14
    event, head, data, *rest = printed.split(b"OK\r\n")[1].split(b"\r\n")
    assert event == f"EVENT 1F {host.module.address}".encode() + (b" 0" if host.dual else b"")
    assert head == b"EEDSCAN"
    assert rest == ([b""] if host.dual else [b"", b""])
    tokens = data.split(b" ")
    if host.dual:
        assert tokens.pop(0) == b"0"
    assert [int(token, 16) for token in tokens[::2]] == list(range(33, 61))
    assert len(tokens) == 56


def test_energy_scan_respects_the_mask() -> None:
    host = Host()
    host.write(b"SKSCAN 0 00000005 4\r\n")
    printed = host.wait(b"EEDSCAN") + host.read(0.1)
    assert re.search(rb"\r\n21 .. 23 ..\r\n", printed)
