"""SKJOIN and PANA (ROHM BP35A1 command reference, SKJOIN; RFC 5191)."""

from __future__ import annotations

import re

import pytest

from semtui.emulator import EmulatorOptions
from semtui.emulator.pana import Avp, Flag, Kind, decode
from tests.emulator.host import Host

IP = r"FE80(?::[0-9A-F]{4}){7}"


def shape(printed: bytes) -> list[str]:
    """The lines of a join, each reduced to what matters."""
    found = []
    for line in printed.decode("latin-1").split("\r\n"):
        datagram = re.match(rf"ERXUDP {IP} \S+ 02CC 02CC \S+ 0 ([0-9A-F]{{4}}) ", line)
        if datagram:
            found.append(datagram[1])
        elif line.startswith("EVENT"):
            found.append(re.sub(f" {IP}", "", line))
        elif line:
            found.append(line.split(" ")[0])
    return found


REST = ["EVENT 21 00", "0068", "EVENT 21 00", "0054", "EVENT 21 00", "0058", "EVENT 21 00"]


def hex_host(**options: object) -> Host:
    return Host(EmulatorOptions(display="hex", **options))  # type: ignore[arg-type]


def try_join(host: Host, seconds: float = 120.0) -> tuple[list[str], float]:
    start = host.clock.monotonic()
    host.write(f"SKJOIN {host.meter.address}\r\n".encode())
    printed = host.wait(b"EVENT 24", seconds)
    return shape(printed), host.clock.monotonic() - start


def test_first_join_solicits_the_neighbour_and_exchanges_four_messages() -> None:
    assert shape(hex_host().join()) == [
        *("OK", "EVENT 21 02", "EVENT 02", "0028"),
        *REST,
        "EVENT 25",
    ]


def test_a_known_neighbour_is_not_solicited() -> None:
    host = hex_host()
    host.ask(f"SKADDNBR {host.meter.address} {host.meter.mac}")
    assert shape(host.join()) == ["OK", "EVENT 21 00", "0028", *REST, "EVENT 25"]


def test_a_join_takes_two_to_five_seconds() -> None:
    host = hex_host()
    for seed in range(5):
        host = hex_host(seed=seed)
        start = host.clock.monotonic()
        host.join(settle=False)
        assert 2.0 < host.clock.monotonic() - start < 5.5


def test_the_messages_have_the_headers_and_contents_of_a_meter() -> None:
    host = hex_host()
    messages = [decode(payload) for payload in host.payloads(host.join(settle=False))]
    assert [message.flags for message in messages if message] == [
        Flag.REQUEST | Flag.START,
        Flag.REQUEST,
        Flag.REQUEST,
        Flag.REQUEST | Flag.COMPLETE,
    ]
    one, two, three, four = (message for message in messages if message)
    assert {message.kind for message in (one, two, three, four)} == {Kind.AUTHENTICATION}
    assert len({message.session for message in (one, two, three, four)}) == 1
    assert [message.sequence - one.sequence for message in (one, two, three, four)] == [0, 1, 2, 3]
    assert one.attribute(Avp.PRF) == bytes([0, 0, 0, 5])
    assert one.attribute(Avp.INTEGRITY) == bytes([0, 0, 0, 12])
    challenge = two.attribute(Avp.EAP)
    assert challenge is not None
    assert len(challenge) == 0x38
    assert challenge[4:6] == b"\x2f\x00"
    assert challenge[22:] == b"SM" + host.emulator.options.route_b_id.encode()
    assert len(two.attribute(Avp.NONCE) or b"") == 16
    proof = three.attribute(Avp.EAP)
    assert proof is not None
    assert len(proof) == 0x3B
    assert proof[1] == challenge[1] + 1 & 0xFF
    assert proof[4:22] == b"\x2f\x80" + challenge[6:22]
    assert four.attribute(Avp.RESULT) == bytes(4)
    assert (four.attribute(Avp.EAP) or b"")[:1] == b"\x03"
    assert four.attribute(Avp.LIFETIME) == bytes.fromhex("00015180")
    assert len(four.attribute(Avp.AUTH) or b"") == 16


def test_session_ids_differ_by_seed_and_by_join() -> None:
    def ids(host: Host) -> int:
        message = decode(host.payloads(host.join(settle=False))[0])
        assert message is not None
        return message.session

    host = hex_host()
    first = ids(host)
    assert first != ids(host)
    assert first == ids(hex_host())
    assert first != ids(hex_host(seed=9))


def test_the_instance_list_is_multicast_within_three_seconds_and_encrypted() -> None:
    host = hex_host()
    host.join(settle=False)
    start = host.clock.monotonic()
    line = host.wait(b"ERXUDP").decode()
    assert host.clock.monotonic() - start < 3.1
    assert re.match(
        rf"ERXUDP {IP} FF02:0000:0000:0000:0000:0000:0000:0001 0E1A 0E1A {host.meter.mac} 1 0012 "
        "108100000EF0010EF0017301D50401028801\r\n",
        line,
    )
    assert host.read(10) == b""


def test_after_the_join_the_meter_is_a_known_neighbour() -> None:
    host = hex_host()
    host.join()
    assert host.ask("SKTABLE 2") == [
        "ENEIGHBOR",
        f"{host.meter.address} {host.meter.mac} FFFF",
        "OK",
    ]
    printed = host.send(bytes(14))
    assert printed == f"\r\nEVENT 21 {host.meter.address} 00\r\nOK\r\n".encode()


@pytest.mark.parametrize("wrong", ["channel", "pan", "address", "absent"])
def test_where_nobody_is_the_join_fails_after_forty_seconds_without_pana(wrong: str) -> None:
    host = hex_host(in_reach=wrong != "absent", channel=40)
    host.ask("SKSREG SFE 0")
    host.credentials()
    host.tune()
    if wrong == "channel":
        host.ask("SKSREG S2 3C")
    if wrong == "pan":
        host.ask("SKSREG S3 FFFE")
    if wrong == "address":
        host.write(b"SKJOIN FE80:0000:0000:0000:021C:6400:0000:0001\r\n")
        lines, seconds = shape(host.wait(b"EVENT 24")), 39.0
    else:
        lines, seconds = try_join(host)
    assert lines == ["OK", *["EVENT 21 02"] * 6, "EVENT 24"]
    assert 38 <= seconds <= 41


def test_an_occupied_meter_is_a_neighbour_but_says_nothing() -> None:
    host = hex_host(occupied=True)
    host.ask("SKSREG SFE 0")
    host.credentials()
    host.tune()
    lines, seconds = try_join(host)
    assert lines == ["OK", "EVENT 21 02", "EVENT 02", *["EVENT 21 00"] * 5, "EVENT 24"]
    assert 38 <= seconds <= 41
    host.meter.authenticator.occupied = False
    host.write(f"SKJOIN {host.meter.address}\r\n".encode())
    host.wait(b"EVENT 25")


@pytest.mark.parametrize("wrong", ["password", "id", "nothing set"])
def test_wrong_credentials_show_some_pana_and_fail_early(wrong: str) -> None:
    host = hex_host()
    host.ask("SKSREG SFE 0")
    if wrong != "nothing set":
        host.credentials()
    if wrong == "password":
        host.ask("SKSETPWD C BA9876543210")
    if wrong == "id":
        host.ask("SKSETRBID 000000000000000000000000CCDDEEFF")
    host.tune()
    lines, seconds = try_join(host)
    assert lines == [
        *("OK", "EVENT 21 02", "EVENT 02", "0028", "EVENT 21 00", "0068", "EVENT 21 00"),
        *("0028", "EVENT 21 00", "EVENT 24"),
    ]
    assert seconds < 5


def test_a_new_join_from_the_same_module_works_at_once() -> None:
    host = hex_host()
    host.join()
    host.module.reboot()
    assert shape(host.join())[-1] == "EVENT 25"
    assert host.meter.authenticator.joins == 2


def test_a_second_module_is_refused_while_the_session_lives() -> None:
    host = Host(EmulatorOptions(display="hex"), modules=2)
    host.join()
    other = host.emulator.modules[1]
    for line in (
        f"SKSETPWD C {host.emulator.options.password}",
        f"SKSETRBID {host.emulator.options.route_b_id}",
        f"SKSREG S2 {host.meter.channel:X}",
        f"SKSREG S3 {host.meter.pan_id:X}",
        f"SKJOIN {host.meter.address}",
    ):
        other.receive(line.encode() + b"\r", host.clock.monotonic())
        host.read(0.1)
    host.read(60)
    printed = other.take_output()
    assert b"EVENT 24" in printed
    assert b"02CC" not in printed
    host.ask("SKTERM", 3)
    other.receive(f"SKJOIN {host.meter.address}\r".encode(), host.clock.monotonic())
    host.read(10)
    assert b"EVENT 25" in other.take_output()


def test_nothing_is_sent_for_the_host_while_joining() -> None:
    host = hex_host()
    host.ask("SKSREG SFE 0")
    host.credentials()
    host.tune()
    host.ask(f"SKJOIN {host.meter.address}")
    host.write(host.send_command(bytes(14), security=0))
    assert f"EVENT 21 {host.meter.address} 01\r\nOK\r\n".encode() in host.read(1)
    assert host.module.forbidden_sends == 1
