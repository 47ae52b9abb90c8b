"""The commands (ROHM BP35A1 command reference, SK commands) and their refusals (FAIL codes)."""

from __future__ import annotations

import pytest

from semtui.emulator import EmulatorOptions, ShellStyle
from tests.emulator.host import Host

IP = "FE80:0000:0000:0000:021D:1290:0003:C890"
MAC = "001D129012345678"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("SKNOSUCH", 4),
        ("SKCONNECT " + IP, 5),
        ("SKCONNECT " + IP + " 0E1A 0000", 6),
        ("SKCLOSE 1", 10),
        ("SKCLOSE 7", 6),
        ("SKTCPPORT 1 E1A", 6),
        ("SKVER 1", 5),
        ("SKSREG", 5),
        ("SKSREG S2 21 1", 5),
        ("SKSETPWD 0123456789AB", 5),
        ("SKSETRBID", 5),
        ("SKSCAN 2 FFFFFFFF", 5),
        ("SKSCAN 9 FFFFFFFF", 5),
        ("SKSCAN 1 FFFFFFFF 6", 6),
        ("SKSCAN 2 FFFFFFFF F", 6),
        ("SKSCAN 2 FFFFFFFFF 6", 6),
        ("SKSCAN 2 XYZ 6", 6),
        ("SKJOIN", 5),
        ("SKJOIN FE80::021D:1290:3:C890", 6),
        ("SKLL64 " + MAC + "00", 6),
        ("SKADDNBR " + IP, 5),
        ("SKADDNBR " + IP + " 12x", 6),
        ("SKADDNBR " + IP + " " + MAC + "0", 6),
        ("SKSECENABLE 1 " + IP + " -1", 6),
        ("SKSETPWD 0 A", 6),
        ("SKSETPWD 21 A", 6),
        ("SKSETPWD 2 ABC", 6),
        ("SKSETPWD C 0123456789A\x81", 6),
        ("SKSETPWD C 0123456789A\xa0", 6),
        ("SKSETPWD C \xff", 6),
        ("SKSETRBID 0123456789ABCDEF0123456789ABCDEG", 6),
        ("SKSETRBID \xdf\xff\xb5", 6),
        ("SKSREG SA Ping\xa0ong", 6),
        ("SKSETRBID " + "0" * 33, 6),
        ("SKSETPSK 11 " + "0" * 32, 6),
        ("SKSETPSK 10 " + "0" * 31, 6),
        ("SKUDPPORT 7 0E1A", 6),
        ("SKUDPPORT 3 FFFF", 6),
        ("SKUDPPORT 3 E1A", 6),
        ("SKTABLE 3", 6),
        ("SKTABLE", 5),
        ("SKREJOIN", 10),
        ("SKTERM", 10),
        ("SKLOAD", 10),
        ("SKRMDEV " + IP, 10),
        ("SKRMKEY 1", 10),
        ("SKSETKEY 1 " + "0" * 33, 6),
        ("SKSECENABLE 1 " + IP + " " + MAC, 10),
        ("SKSECENABLE 2 " + IP + " " + MAC, 6),
        ("SKRFLO 02", 6),
        ("WOPT", 5),
        ("WOPT 02", 6),
        ("WUART 07", 6),
        ("ROPT 1", 5),
    ],
)
def test_refusals_check_the_arity_before_the_range(command: str, code: int) -> None:
    assert Host().ask(command) == [f"FAIL ER{code:02d}"]


def test_skll64_flips_a_bit_and_gives_no_ok() -> None:
    host = Host()
    for mac, address in (
        ("001C6400030C12A4", "FE80:0000:0000:0000:021C:6400:030C:12A4"),
        ("001C640003DD6393", "FE80:0000:0000:0000:021C:6400:03DD:6393"),
        ("C0F945004058B5FB", "FE80:0000:0000:0000:C2F9:4500:4058:B5FB"),
    ):
        assert host.say(f"SKLL64 {mac}") == f"SKLL64 {mac}\r\n{address}\r\n".encode()


def test_missing_digits_of_a_mac_are_zeros() -> None:
    host = Host()
    assert host.ask("SKLL64 1c") == ["FE80:0000:0000:0000:0200:0000:0000:001C"]
    assert host.ask(f"SKADDNBR {IP} 1234") == ["OK"]
    assert host.ask("SKTABLE 2")[1] == f"{IP} 0000000000001234 FFFF"


def test_sktable_lists_addresses_neighbours_and_ports_in_decimal() -> None:
    host = Host()
    assert host.ask("SKTABLE 1") == ["EADDR", host.module.address, "OK"]
    assert host.say("SKTABLE 2") == b"SKTABLE 2\r\nENEIGHBOR\r\nOK\r\n"
    assert host.say("SKTABLE E") == (
        b"SKTABLE E\r\nEPORT\r\n3610\r\n716\r\n0\r\n0\r\n0\r\n0\r\n\r\n"
        b"3610\r\n0\r\n0\r\n0\r\nOK\r\n"
    )
    assert host.ask("SKTABLE F")[0] == "EHANDLE"
    assert len(host.ask("SKTABLE F")) == 8


def test_einfo_and_eaddr_can_end_with_a_space() -> None:
    host = Host(EmulatorOptions(shell=ShellStyle(trailing_space=True)))
    assert b" FFFE \r\n" in host.say("SKINFO")
    assert f"{host.module.address} \r\n".encode() in host.say("SKTABLE 1")


def test_the_neighbour_cache_has_eight_entries() -> None:
    host = Host()
    addresses = [f"FE80:0000:0000:0000:0000:0000:0000:{n:04X}" for n in range(9)]
    for address in addresses:
        assert host.ask(f"SKADDNBR {address} {MAC}") == ["OK"]
    assert host.ask("SKTABLE 2") == [
        "ENEIGHBOR",
        *(f"{address} {MAC} FFFF" for address in addresses[1:]),
        "OK",
    ]
    host.ask("SKRESET")
    assert host.ask("SKTABLE 2") == ["ENEIGHBOR", "OK"]


def test_setrbid_fills_the_pairing_id_and_short_values_are_accepted() -> None:
    host = Host()
    assert host.ask("SKSREG S0A") == ["ESREG CCDDEEFF", "OK"]
    assert host.ask("SKSETRBID 0123456789ABCDEF0123456789abcdef") == ["OK"]
    assert host.ask("SKSREG SA") == ["ESREG 89ABCDEF", "OK"]
    assert host.ask("SKSETRBID 0123") == ["OK"]
    assert host.ask("SKSETPWD c 0123") == ["OK"]
    assert host.ask(f"SKSETPSK 10 {'0' * 32}") == ["OK"]


def test_settings_that_live_in_flash_survive_reset_and_power_cycle() -> None:
    host = Host()
    host.write(b"WOPT 01\r")
    host.read(0.1)
    host.write(b"WUART 90\r")
    assert host.read(0.1).endswith(b"OK\r")
    assert host.module.flash.writes == 2
    for again in ("reset", "power"):
        if again == "reset":
            assert host.ask("SKRESET") == ["OK"]
        else:
            host.module.power_off()
            host.module.power_on()
            assert host.read(4) == b""
        assert host.ask("ROPT") == ["OK 01"]
        assert host.ask("RUART") == ["OK 90"]
    host.write(b"WOPT 00\r")
    host.read(0.1)
    assert host.ask("ROPT") == ["OK 00"]
    assert host.module.flash.writes == 3


def test_registers_password_and_id_do_not_survive_a_reset() -> None:
    host = Host()
    host.join(echo=True)
    assert host.ask("SKRESET") == ["OK"]
    assert host.ask("SKSREG S2") == ["ESREG 21", "OK"]
    assert host.ask("SKTERM") == ["FAIL ER10"]
    host.tune()
    host.write(f"SKJOIN {host.meter.address}\r\n".encode())
    assert b"02CC" in host.wait(b"EVENT 24")


def test_sksave_counts_and_is_loaded_at_power_up_only_with_sff() -> None:
    host = Host()
    host.ask("SKSREG S2 2A")
    host.ask("SKSREG S17 0")
    host.ask("SKUDPPORT 3 1234")
    assert host.ask("SKSAVE") == ["OK"]
    assert host.module.flash.writes == 1
    host.ask("SKRESET")
    assert host.ask("SKSREG S2") == ["ESREG 21", "OK"]
    assert host.ask("SKLOAD") == ["OK"]
    assert host.ask("SKSREG S2") == ["ESREG 2A", "OK"]
    host.module.reboot()
    assert host.ask("SKSREG S2") == ["ESREG 21", "OK"]
    host.ask("SKSREG S3 8888")
    host.ask("SKSREG SFF 1")
    host.ask("SKUDPPORT 3 1234")
    host.ask("SKSAVE")
    host.module.reboot()
    assert host.ask("SKSREG S3") == ["ESREG 8888", "OK"]
    assert host.ask("SKSREG S17") == ["ESREG 1", "OK"]
    assert "4660" in host.ask("SKTABLE E")
    assert host.ask("SKERASE") == ["OK"]
    assert host.ask("SKLOAD") == ["FAIL ER10"]
    host.module.reboot()
    assert host.ask("SKSREG S3") == ["ESREG FFFF", "OK"]


def test_a_reset_loads_what_was_saved_with_sff_and_leaves_the_ports_alone() -> None:
    host = Host()
    for command in ("SKSREG S2 2A", "SKSREG SFF 1", "SKUDPPORT 3 1234", "SKSAVE"):
        assert host.ask(command) == ["OK"]
    host.ask("SKSREG S2 2B")
    host.ask("SKSREG S17 0")
    assert host.ask("SKRESET") == ["OK"]
    assert host.ask("SKSREG S2") == ["ESREG 2A", "OK"]
    assert host.ask("SKSREG S17") == ["ESREG 1", "OK"]
    assert "4660" not in host.ask("SKTABLE E")
    host.module.reboot()
    assert "4660" in host.ask("SKTABLE E")
    assert host.ask("SKRESET") == ["OK"]
    assert "4660" in host.ask("SKTABLE E")


def test_wopt_stores_the_savable_registers_too() -> None:
    host = Host()
    host.ask("SKSREG S3 1234")
    host.say("WOPT 01")
    host.ask("SKRESET")
    assert host.ask("SKLOAD") == ["OK"]
    assert host.ask("SKSREG S3") == ["ESREG 1234", "OK"]


def test_skdsleep_is_silent_until_the_wake_up_pin() -> None:
    host = Host()
    host.join()
    assert host.ask("SKDSLEEP") == ["OK"]
    host.meter.announce()
    assert host.say("SKVER", 2) == b""
    host.module.wakeup_pin(True, host.clock.monotonic())
    assert host.read(0.1) == b"EVENT C0\r\n"
    assert host.ask("SKVER") == ["EVER 1.2.10", "OK"]


def test_what_follows_skdsleep_at_once_is_slept_over() -> None:
    host = Host()
    host.ask("SKSREG SFE 0")
    host.write(b"SKDSLEEP\r\nSKSREG S2 2A\r\nSKRESET\r\nSKIN")
    assert host.read(2) == b"OK\r\n"
    assert host.say("SKVER") == b""
    host.module.wakeup_pin(True, host.clock.monotonic())
    assert host.read(2) == b"EVENT C0\r\n"
    assert host.ask("SKSREG S2") == ["ESREG 21", "OK"]
    assert host.ask("SKSREG SFE") == ["ESREG 0", "OK"]


def test_the_reset_pin_silences_the_module_until_three_seconds_after_its_release() -> None:
    host = Host()
    host.join()
    host.module.reset_pin(True, host.clock.monotonic())
    assert host.say("SKVER", 1) == b""
    host.module.reset_pin(False, host.clock.monotonic())
    assert host.say("SKVER", 2.9) == b""
    assert host.read(0.2) == b""
    assert host.say("SKTERM") == b"SKTERM\r\nFAIL ER10\r\n"


def test_device_and_key_tables_fill_up() -> None:
    host = Host()
    assert host.ask(f"SKREGDEV {IP}") == ["OK"]
    assert host.ask(f"SKSECENABLE 1 {IP} {MAC}") == ["OK"]
    for number in range(15):
        assert host.ask(f"SKREGDEV FE80:0000:0000:0000:0000:0000:0000:{number:04X}") == ["OK"]
    assert host.ask("SKREGDEV FE80:0000:0000:0000:0000:0000:0000:FFFF") == ["FAIL ER10"]
    assert host.ask(f"SKRMDEV {IP}") == ["OK"]
    for number in range(4):
        assert host.ask(f"SKSETKEY {number} 0123456789ABCDEF") == ["OK"]
    assert host.ask("SKSETKEY 4 00") == ["FAIL ER10"]
    assert host.ask("SKRMKEY 3") == ["OK"]


def test_skping_is_answered_by_a_station_in_reach() -> None:
    host = Host()
    host.join()
    assert host.ask(f"SKPING {host.meter.address}", 1) == ["OK", f"EPONG {host.meter.address}"]
    host.meter.in_reach = False
    assert host.ask(f"SKPING {host.meter.address}", 5) == ["OK"]


def test_skping_takes_a_side_on_dual_stack_only() -> None:
    dual = Host(EmulatorOptions(module="bp35c2"))
    dual.join()
    address = dual.meter.address
    assert dual.ask(f"SKPING 0 {address}", 1) == ["OK", f"EPONG {address}"]
    assert dual.ask(f"SKPING 2 {address}", 1) == ["FAIL ER06"]
    single = Host()
    single.join()
    assert single.ask(f"SKPING 0 {single.meter.address}", 1) == ["FAIL ER05"]


def test_skping_is_refused_while_joining() -> None:
    host = Host()
    host.tune()
    host.ask(f"SKJOIN {host.meter.address}")
    assert "FAIL ER10" in host.ask(f"SKPING {host.meter.address}")


def test_skrflo_and_skstart() -> None:
    host = Host()
    assert host.ask("SKRFLO 01") == ["OK"]
    assert host.ask("SKSTART") == ["OK"]
    assert host.ask("SKSREG S15") == ["ESREG 1", "OK"]
