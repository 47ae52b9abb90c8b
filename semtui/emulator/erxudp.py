"""ERXUDP: how a module shows a datagram that came from the air."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semtui.emulator.air import Datagram

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
