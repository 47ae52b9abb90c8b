"""ECHONET Lite frames as a meter packs and reads them (format 1)."""

from __future__ import annotations

from dataclasses import dataclass

METER = 0x028801
METER_ALL = 0x028800
NODE = 0x0EF001
NODE_ALL = 0x0EF000
CONTROLLER = 0x05FF01
SET_GET = 0x6E
"""The one request with two lists of properties: what to set, then what to get."""

Properties = list[tuple[int, bytes]]
"""EPC and EDT, in the frame's order."""


@dataclass(frozen=True, slots=True)
class Request:
    """A frame that came from a controller."""

    tid: int
    source: int
    destination: int
    service: int
    properties: Properties
    """Those of both lists where there are two."""


def pack(tid: int, source: int, destination: int, service: int, properties: Properties) -> bytes:
    """The bytes of a frame; EOJs as 24-bit numbers."""
    body = b"".join(bytes((epc, len(edt))) + edt for epc, edt in properties)
    head = (0x1081 << 16 | tid) << 48 | source << 24 | destination
    return head.to_bytes(10, "big") + bytes((service, len(properties))) + body


def unpack(data: bytes) -> Request | None:
    """Read a frame; None for what a meter would pass over in silence."""
    if len(data) < 14 or data[:2] != b"\x10\x81":
        return None
    properties: Properties = []
    position = 11
    for _list in range(2 if data[10] == SET_GET else 1):
        if position >= len(data):
            return None
        count, position = data[position], position + 1
        for _property in range(count):
            if position + 2 > len(data):
                return None
            end = position + 2 + data[position + 1]
            if end > len(data):
                return None
            properties.append((data[position], data[position + 2 : end]))
            position = end
    if position != len(data) or not properties:
        return None
    return Request(
        int.from_bytes(data[2:4], "big"),
        int.from_bytes(data[4:7], "big"),
        int.from_bytes(data[7:10], "big"),
        data[10],
        properties,
    )
