"""The virtual registers (ROHM BP35A1 command reference, virtual registers, SKSREG)."""

from __future__ import annotations

import pytest

from semtui.emulator import EmulatorOptions
from tests.emulator.host import Host


def host_of(name: str = "bp35a1") -> Host:
    return Host(EmulatorOptions(module=name))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("S02", "21"),
        ("S03", "FFFF"),
        ("S07", "00000000"),
        ("S0A", "CCDDEEFF"),
        ("S15", "0"),
        ("S16", "00000384"),
        ("S17", "1"),
        ("SA0", "1"),
        ("SA1", "1"),
        ("SFB", "0"),
        ("SFD", "0000000000000000"),
        ("SFE", "1"),
        ("SFF", "0"),
    ],
)
def test_defaults_are_printed_at_the_register_width(name: str, value: str) -> None:
    assert host_of().ask(f"SKSREG {name}") == [f"ESREG {value}", "OK"]


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("S2", "3C", "3C"),
        ("S02", "21", "21"),
        ("S3", "8cf5", "8CF5"),
        ("S3", "0", "0000"),
        ("SA", "PingPong", "PingPong"),
        ("SA", "AB", "AB      "),
        ("S15", "1", "1"),
        ("S16", "3C", "0000003C"),
        ("S17", "0", "0"),
        ("SA0", "0", "0"),
        ("SA1", "0", "0"),
        ("SFD", "0", "0000000000000000"),
        ("SFF", "1", "1"),
    ],
)
def test_writes_within_range(name: str, written: str, read: str) -> None:
    host = host_of()
    assert host.ask(f"SKSREG {name} {written}") == ["OK"]
    assert f"ESREG {read}\r\n".encode() in host.say(f"SKSREG {name}")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("S2", "20"),
        ("S2", "3D"),
        ("S2", "021"),
        ("S3", "10000"),
        ("SA", "PingPongs"),
        ("S15", "2"),
        ("S16", "3B"),
        ("S07", "0"),
        ("SFB", "0"),
        ("SFD", "1"),
        ("SFE", "2"),
        ("SFE", "x"),
        ("S1", "0"),
        ("S99", "0"),
        ("X2", "0"),
        ("SA9", "1"),
        ("S0B", "0"),
    ],
)
def test_writes_out_of_range_or_to_read_only_registers_are_er06(name: str, written: str) -> None:
    assert host_of().ask(f"SKSREG {name} {written}") == ["FAIL ER06"]


def test_the_own_mac_register_exists_where_the_firmware_has_it() -> None:
    assert host_of().ask("SKSREG S01") == ["FAIL ER06"]
    for name in ("rl7023-ips", "bp35c2"):
        host = host_of(name)
        assert host.ask("SKSREG S1") == [f"ESREG {host.module.mac}", "OK"]
        assert host.ask(f"SKSREG S1 {host.module.mac}") == ["FAIL ER06"]


def test_dual_stacks_have_more_registers() -> None:
    host = host_of("bp35c2")
    for name, value in (("SA2", "1"), ("SA9", "0"), ("S0B", "X" * 16), ("S1C", "00000E10")):
        assert host.ask(f"SKSREG {name} {value}") == ["OK"]
        assert host.ask(f"SKSREG {name}") == [f"ESREG {value}", "OK"]
    assert host.ask("SKSREG SF0 1") == ["OK"]
    assert host.ask("SKINFO")[0].endswith(" FFFF 1")


def test_skinfo_follows_channel_and_pan() -> None:
    host = host_of()
    host.ask("SKSREG S2 39")
    host.ask("SKSREG S3 8CF5")
    assert host.ask("SKINFO")[0].endswith(" 39 8CF5 FFFE")


def test_the_frame_counter_and_the_send_time_grow() -> None:
    host = host_of()
    host.join()
    sent = [int(host.ask(f"SKSREG {name}")[0][6:], 16) for name in ("S07", "SFD")]
    host.get(0xE7)
    later = [int(host.ask(f"SKSREG {name}")[0][6:], 16) for name in ("S07", "SFD")]
    assert sent[0] > 0
    assert later[0] == sent[0] + 1
    assert sent[1] < later[1] < sent[1] + 20
    assert host.ask("SKSREG SFD 0") == ["OK"]
    host.get(0xE7)
    assert 0 < int(host.ask("SKSREG SFD")[0][6:], 16) < 20
