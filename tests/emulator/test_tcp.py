"""TCP between two boards (command reference 1.3.0: SKCONNECT, SKSEND, SKCLOSE, ETCP, ERXTCP)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from semtui.emulator import AirStyle, EmulatorOptions
from semtui.emulator.module import Module
from tests.emulator.host import Host


class Boards(Host):
    """A host on the first board, and a look at what the second one prints."""

    def __init__(self, options: EmulatorOptions | None = None) -> None:
        super().__init__(options or EmulatorOptions(display="hex"), modules=2)
        self.other: Module = self.emulator.modules[1]
        for command in ("SKSREG SFE 0", "SKSREG S3 8888"):
            self.tell(command)
            assert self.ask(command)[-1] == "OK"

    def tell(self, command: str) -> str:
        """Give the second board a command; what it prints within a second."""
        self.other.receive(command.encode() + b"\r\n", self.clock.monotonic())
        self.read(1.0)
        return self.heard()

    def heard(self) -> str:
        return self.other.take_output().decode("latin-1")

    def connect(self) -> None:
        self.write(f"SKCONNECT {self.other.address} 0E1A 0E1A\r\n".encode())
        assert "ETCP 01 01" in self.wait(b"ETCP", 20).decode()


@pytest.mark.parametrize("module", ["bp35c0", "bp35c2", "rs-wsuha", "rl7023-dss"])
def test_dual_stack_firmware_has_no_tcp(module: str) -> None:
    host = Host(EmulatorOptions(module=module))
    address = host.meter.address
    for command in (f"SKCONNECT {address} 0E1A 0E1A", "SKCLOSE 1", "SKTCPPORT 1 0E1A"):
        assert host.ask(command) == ["FAIL ER04"]


def test_a_port_on_which_nothing_listens_refuses_the_connection() -> None:
    boards = Boards()
    boards.write(f"SKCONNECT {boards.other.address} 0E1B 0E1A\r\n".encode())
    assert boards.wait(b"ETCP 03 00", 20).startswith(b"OK\r\n")


def test_data_goes_both_ways_and_the_sender_is_told_first() -> None:
    boards = Boards()
    boards.connect()
    own, theirs = boards.module.address, boards.other.address
    assert boards.heard() == f"ETCP 01 01 {own} 0E1A 0E1A\r\n"
    boards.write(b"SKSEND 1 0004 ping")
    assert boards.read(2).decode().split() == ["OK", "ETCP", "05", "01"]
    assert boards.heard() == f"ERXTCP {own} 0E1A 0E1A 0004 70696E67\r\n"
    boards.other.receive(b"SKSEND 1 0004 pong", boards.clock.monotonic())
    assert f"ERXTCP {theirs} 0E1A 0E1A 0004 706F6E67" in boards.read(2).decode()
    assert f"1 {theirs} 0E1A 0E1A" in boards.ask("SKTABLE F")


def test_closing_is_told_on_both_ends() -> None:
    boards = Boards()
    boards.connect()
    boards.heard()
    assert b"ETCP 03 01" in boards.say("SKCLOSE 1", 2)
    assert boards.heard() == "ETCP 03 01\r\n"
    assert boards.ask("SKCLOSE 1") == ["FAIL ER10"]
    boards.write(b"SKSEND 1 0004 ping")
    assert b"FAIL ER10" in boards.read(1)


def test_a_second_connection_on_the_same_ports_is_refused() -> None:
    boards = Boards()
    boards.connect()
    assert boards.ask(f"SKCONNECT {boards.other.address} 0E1A 0E1A") == ["FAIL ER10"]


def test_a_send_while_one_is_under_way_is_refused() -> None:
    boards = Boards()
    boards.connect()
    boards.write(b"SKSEND 1 0004 pingSKSEND 1 0004 ping")
    assert b"FAIL ER10" in boards.read(2)


def test_nobody_in_reach_ends_the_try_after_twelve_seconds() -> None:
    boards = Boards()
    boards.tell("SKSREG S3 7777")
    begun = boards.clock.monotonic()
    boards.write(f"SKCONNECT {boards.other.address} 0E1A 0E1A\r\n".encode())
    boards.wait(b"ETCP 03 00", 20)
    assert 11 < boards.clock.monotonic() - begun < 14


def test_what_is_lost_is_sent_again_and_in_the_end_given_up() -> None:
    options = EmulatorOptions(display="hex")
    boards = Boards(options)
    boards.connect()
    boards.emulator.air.path.style = AirStyle(loss=1.0)
    boards.write(b"SKSEND 1 0004 ping")
    begun = boards.clock.monotonic()
    boards.wait(b"ETCP 03 01", 60)
    assert 19 < boards.clock.monotonic() - begun < 30
    assert boards.emulator.air.path.lost > 2


def test_a_peer_that_was_reset_knows_the_connection_no_more() -> None:
    boards = Boards()
    boards.connect()
    boards.tell("SKRESET")
    boards.tell("SKSREG S3 8888")
    boards.write(b"SKSEND 1 0004 ping")
    assert b"ETCP 03 01" in boards.read(3)


def test_ports_are_listened_on_after_saving_and_a_power_cycle() -> None:
    boards = Boards()
    for command in ("SKTCPPORT 2 1234", "SKSREG SFF 1", "SKSAVE"):
        assert boards.ask(command) == ["OK"]
    assert boards.module.tcp.ports == [3610, 0, 0, 0]
    boards.module.power_off()
    boards.module.power_on()
    boards.read(4)
    assert boards.module.tcp.ports == [3610, 0x1234, 0, 0]


def test_a_ping_is_heard_and_answered() -> None:
    boards = Boards()
    assert (
        f"EPONG {boards.other.address}" in boards.say(f"SKPING {boards.other.address}", 2).decode()
    )
    assert boards.heard() == f"EVENT 05 {boards.module.address}\r\n"
    boards.tell("SKSREG SA1 0")
    assert b"EPONG" not in boards.say(f"SKPING {boards.other.address}", 2)


def test_distance_weakens_the_beacon_and_in_the_end_silences_it() -> None:
    levels = []
    for distance in (5.0, 50.0, 500.0, 900.0):
        air = replace(AirStyle(), distance=distance)
        boards = Boards(EmulatorOptions(display="hex", air=air))
        boards.tell("SKSREG S15 1")
        boards.write(b"SKSCAN 3 FFFFFFFF 3\r\n")
        printed = boards.wait(b"EVENT 22").decode()
        # The meter answers too; what the board says has its address before it.
        own = printed.partition(f"Addr:{boards.other.mac}\r\n  LQI:")[2]
        levels.append(int(own[:2], 16) if own else None)
    assert levels[0] is not None
    assert levels[1] is not None
    assert levels[0] > levels[1]
    assert levels[3] is None


def test_a_loud_channel_stands_out_of_the_noise() -> None:
    host = Host(EmulatorOptions(air=AirStyle(noise=((39, 0x80),)), channel=50))
    host.ask("SKSREG SFE 0")
    host.write(b"SKSCAN 0 FFFFFFFF 4\r\n")
    printed = host.wait(b"EEDSCAN") + host.read(0.1)
    words = printed.split(b"EEDSCAN\r\n")[1].split()
    levels = {int(c, 16): int(v, 16) for c, v in zip(words[::2], words[1::2], strict=True)}
    assert len(levels) == 28
    loud = sorted(levels, key=lambda channel: levels[channel])[-2:]
    assert set(loud) == {39, 50}
