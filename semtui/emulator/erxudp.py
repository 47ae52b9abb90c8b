"""ERXUDP: how a module shows a datagram that came from the air."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from semtui.emulator.air import ALL_NODES, ECHONET_PORT, Datagram, link_local
from semtui.emulator.answers import INF, INSTANCE_LIST
from semtui.emulator.frames import NODE, pack

if TYPE_CHECKING:
    from semtui.emulator.module import Module


def line(module: Module, datagram: Datagram) -> bytes:
    """The line, with its payload as hex digits or as it is, by the module's display."""
    lqi = side = ""
    if module.profile.dual:
        side = " 0"
        if module.registers.number(0xA2):
            level = datagram.strength + module.random.randrange(-3, 4)
            lqi = f" {max(0, min(255, level)):02X}"
    payload = datagram.payload
    head = (
        f"ERXUDP {datagram.source} {datagram.destination} {datagram.source_port:04X} "
        f"{datagram.destination_port:04X} {datagram.source_mac}{lqi} "
        f"{int(datagram.key is not None)}{side} {len(payload):04X} "
    )
    body = payload if module.flash.binary_display else payload.hex().upper().encode()
    return head.encode() + body + b"\r\n"


def write(module: Module, datagram: Datagram) -> None:
    """Print the line, or what the faults of the serial line leave of it."""
    whole, faults = line(module, datagram), module.faults
    middle = len(whole) - len(b"\r\n") - len(datagram.payload) // 2
    if faults.cut is not None:
        cut, faults.cut = faults.cut, None
        module.write(whole[:middle])
        cut()
    elif faults.take("torn_payloads"):
        module.write(whole[: middle - 3] + whole[middle:])
    else:
        module.write(whole)


def interrupted(module: Module, data: bytes) -> Iterator[bytes]:
    """Hand on what the host writes; print datagrams where the faults of the line put them."""
    if b"\r" in data and module.faults.take("udp_first"):
        module.write(_announcement(module))
    if module.echo and module.faults.take("half_echoes"):
        half = len(data) // 2
        yield data[:half]
        module.write(_announcement(module))
        data = data[half:]
    yield data


def _announcement(module: Module) -> bytes:
    """The line of a node's list of instances, which needs no request."""
    mac = "001C640003018CF5"
    frame = pack(0, NODE, NODE, INF, [(0xD5, INSTANCE_LIST)])
    return line(
        module,
        Datagram(link_local(mac), mac, ALL_NODES, ECHONET_PORT, ECHONET_PORT, frame, key=1),
    )
