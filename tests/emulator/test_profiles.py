"""The kinds of module and how each differs on the line (vendors' manuals and field logs)."""

from __future__ import annotations

import pytest

from semtui.emulator import EmulatorOptions, ShellStyle, build
from semtui.emulator.profiles import PROFILES
from semtui.errors import ConfigError
from tests.emulator.host import DUAL, SINGLE, Host, frame

ALL = SINGLE + DUAL
PRODUCT = {
    "bp35a1": True,
    "wsr35a1": True,
    "rl7023-ips": False,
    "bp35c0": True,
    "bp35c2": True,
    "rs-wsuha": True,
    "rl7023-dss": False,
}


def host_of(name: str, **shell: bool) -> Host:
    return Host(EmulatorOptions(module=name, shell=ShellStyle(**shell)))


def test_every_profile_is_tested() -> None:
    assert set(ALL) == set(PRODUCT) == set(PROFILES) - {"bp35c0-j11"}


@pytest.mark.parametrize("name", ALL)
def test_skinfo_tells_the_edition(name: str) -> None:
    host = host_of(name)
    text = host.say("SKINFO").split(b"\r\n")[1].decode()
    space = " " if name == "rl7023-ips" else ""
    side = "0" if name in DUAL else "FFFE"
    assert text == f"EINFO {host.module.address} {host.module.mac} 21 FFFF {side}{space}"


@pytest.mark.parametrize("name", ALL)
def test_skscan_arity_depends_on_the_edition(name: str) -> None:
    host = host_of(name)
    three, four = host.ask("SKSCAN 2 FFFFFFFF 6"), host.ask("SKSCAN 2 FFFFFFFF 6 0")
    assert (three, four) == ((["FAIL ER05"], ["OK"]) if name in DUAL else (["OK"], ["FAIL ER05"]))


@pytest.mark.parametrize("name", ALL)
def test_product_commands_and_the_factory_display(name: str) -> None:
    host = host_of(name)
    if not PRODUCT[name]:
        assert host.say("ROPT") == b"ROPT\r\nFAIL ER04\r\n"
        assert host.ask("WOPT 01") == host.ask("SKAPPVER") == ["FAIL ER04"]
        assert host.module.flash.writes == 0
        return
    host.write(b"ROPT\r")
    assert host.read(2) == b"ROPT\r\nOK 00\r"
    host.write(b"WOPT 01\r")
    assert host.read(2) == b"WOPT 01\r\nOK\r"
    assert host.say("ROPT") == b"ROPT\r\nOK 01\r"
    flow_control = b"80" if name == "rs-wsuha" else b"00"
    assert host.say("RUART") == b"RUART\r\nOK " + flow_control + b"\r"
    assert host.module.flash.writes == 1


def test_the_failure_of_an_unknown_product_command_can_end_with_cr_alone() -> None:
    host = host_of("rl7023-ips", short_failure=True)
    assert host.say("ROPT") == b"ROPT\r\nFAIL ER04\r"
    assert host.say("NONSENSE") == b"NONSENSE\r\nFAIL ER04\r\n"


@pytest.mark.parametrize("name", ALL)
def test_versions(name: str) -> None:
    host = host_of(name)
    assert host.ask("SKVER") == [f"EVER {host.module.profile.version}", "OK"]
    assert host.module.profile.version.startswith("1.5." if name in DUAL else "1.2.")
    if PRODUCT[name]:
        expected = "rev26e" if name in SINGLE else "rev15"
        assert host.ask("SKAPPVER") == [f"EAPPVER {expected}", "OK"]


@pytest.mark.parametrize("name", ALL)
def test_events_beacons_and_datagrams_carry_the_side_on_dual_stacks(name: str) -> None:
    host = host_of(name)
    host.credentials()
    host.write(host.scan_command(duration="3").encode() + b"\r\n")
    scanned = host.wait(b"EVENT 22").decode()
    tail = " 0" if name in DUAL else ""
    own = host.module.address
    assert f"EVENT 20 {own}{tail}\r\n" in scanned
    assert f"EVENT 22 {own}{tail}\r\n" in scanned
    assert ("  Side:0\r\n  PairID:" in scanned) == (name in DUAL)
    assert scanned.rindex("PairID") > scanned.rindex("LQI")
    joined = host.join().decode("latin-1")
    assert f"EVENT 21 {host.meter.address}{tail} 00\r\n" in joined
    assert f"EVENT 25 {host.meter.address}{tail}\r\n" in joined
    printed = host.send(frame(0x62, (0xE7, b"")))
    words = printed[printed.index(b"ERXUDP") :].split(b" ")
    assert words[6] == b"1"
    assert words[7 if name in SINGLE else 8] == b"0012"
    if name in DUAL:
        assert words[7] == b"0"
        assert host.ask("SKSREG SA2 1") == ["OK"]
        printed = host.send(frame(0x62, (0xE7, b"")))
        words = printed[printed.index(b"ERXUDP") :].split(b" ")
        assert abs(int(words[6], 16) - host.meter.lqi) <= 3
        assert words[7:10] == [b"1", b"0", b"0012"]


@pytest.mark.parametrize("name", SINGLE)
def test_single_stacks_accept_sa2_and_change_nothing(name: str) -> None:
    host = host_of(name)
    assert host.ask("SKSREG SA2 1") == ["OK"]
    assert host.ask("SKSREG SA2") == host.ask("SKSREG SA2 2") == ["FAIL ER06"]
    assert host.ask("SKSREG SA9 1") == ["FAIL ER06"]
    host.join()
    printed = host.send(frame(0x62, (0xE7, b"")))
    assert printed[printed.index(b"ERXUDP") :].split(b" ")[6:8] == [b"1", b"0012"]


@pytest.mark.parametrize("name", ["bp35c0", "bp35c2", "rs-wsuha"])
def test_bp35c_refuses_long_scans(name: str) -> None:
    host = host_of(name)
    assert host.ask("SKSCAN 2 FFFFFFFF B 0") == ["FAIL ER06"]
    assert host.ask("SKSCAN 2 FFFFFFFF 11 0") == ["FAIL ER06"]
    assert host.ask("SKSCAN 2 FFFFFFFF A 0") == ["OK"]


def test_j11_firmware_answers_nothing_to_ascii() -> None:
    host = host_of("bp35c0-j11")
    assert host.say("SKVER", 5) == b""
    host.write(b"ROPT\r")
    assert host.read(5) == b""


def test_an_unknown_module_is_refused_with_the_list() -> None:
    with pytest.raises(ConfigError) as caught:
        build(EmulatorOptions(module="bp99"), Host().clock)
    assert all(name in str(caught.value) for name in PROFILES)


def test_a_stick_without_binary_display_refuses_it() -> None:
    with pytest.raises(ConfigError):
        Host(EmulatorOptions(module="rl7023-dss", display="binary"))


def test_the_seed_decides_addresses() -> None:
    one, same, other = (Host(EmulatorOptions(seed=seed)).module.mac for seed in (1, 1, 2))
    assert one == same != other
    assert len({host_of(name).module.mac[:8] for name in ("bp35a1", "bp35c2")}) == 2
