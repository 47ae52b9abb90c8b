"""Two boards on one air, without a meter's help: beacons and plain datagrams."""

from __future__ import annotations

from semtui.emulator import EmulatorOptions
from tests.emulator.host import Host


def test_a_coordinator_is_found_by_its_pairing_id_and_exchanges_plain_datagrams() -> None:
    host = Host(EmulatorOptions(display="hex"), modules=2)
    coordinator = host.emulator.modules[1]

    def tell(command: str) -> bytes:
        coordinator.receive(command.encode() + b"\r\n", host.clock.monotonic())
        host.read(0.1)
        return coordinator.take_output()

    for command in ("SKSREG SFE 0", "SKSREG SA PingPong", "SKSREG S2 3B", "SKSREG S3 8888"):
        assert tell(command).endswith(b"OK\r\n")
    host.ask("SKSREG SFE 0")
    host.ask("SKSREG SA PingPong")
    host.write(b"SKSCAN 2 FFFFFFFF 3\r\n")
    assert b"EPANDESC" not in host.wait(b"EVENT 22")
    tell("SKSREG S15 1")
    host.write(b"SKSCAN 2 FFFFFFFF 3\r\n")
    heard = host.wait(b"EVENT 22")
    assert b"  Channel:3B\r\n" in heard
    assert b"  Pan ID:8888\r\n" in heard
    assert b"  PairID:PingPong\r\n" in heard
    host.ask("SKSREG S2 3B")
    host.ask("SKSREG S3 8888")
    host.write(f"SKSENDTO 1 {coordinator.address} 0E1A 0 0004 ".encode() + b"ping\r\n")
    assert host.read(2).endswith(f"EVENT 21 {coordinator.address} 00\r\nOK\r\n".encode())
    own, other = host.module, coordinator.address
    expected = f"ERXUDP {own.address} {other} 0E1A 0E1A {own.mac} 0 0004 70696E67\r\n"
    assert coordinator.take_output() == expected.encode()
    answer = f"SKSENDTO 1 {host.module.address} 0E1A 0 0004 ".encode() + b"pong"
    coordinator.receive(answer, host.clock.monotonic())
    assert b"706F6E67\r\n" in host.read(2)


def test_boards_on_different_pans_do_not_hear_each_other() -> None:
    host = Host(modules=2)
    coordinator = host.emulator.modules[1]
    host.ask("SKSREG S3 8888")
    host.write(f"SKSENDTO 1 {coordinator.address} 0E1A 0 0004 ping".encode())
    assert host.read(3).endswith(f"EVENT 21 {coordinator.address} 01\r\nOK\r\n".encode())
    assert coordinator.take_output() == b""
