"""Lists of what a node has: property maps (9D, 9E, 9F), instances and classes (D3 to D7).

D3, D5, D6 and D7 mean this on the node profile alone; on the meter the same
codes are a coefficient and a number of digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from semtui.echonet.scale import EnergyScale
from semtui.echonet.values import Json, PropertyError, require_length

_BITMAP_FROM = 16
"""The first count that is sent as a bitmap (Part 2, annex 1)."""
_MAX_INSTANCES = 84
_MAX_CLASSES = 8


@dataclass(frozen=True, slots=True)
class PropertyMap:
    """9D, 9E, 9F: property codes in ascending order."""

    epcs: tuple[int, ...]

    @property
    def form(self) -> str:
        """ "list" or "bitmap"; the count alone decides."""
        return "list" if len(self.epcs) < _BITMAP_FROM else "bitmap"

    def encode(self) -> bytes:
        return encode_map(self.epcs)

    def to_json(self, scale: EnergyScale) -> Json:
        return {
            "count": len(self.epcs),
            "form": self.form,
            "epcs": [f"{epc:02X}" for epc in self.epcs],
        }


@dataclass(frozen=True, slots=True)
class InstanceList:
    """D5, D6 of the node profile: the objects of a node."""

    eojs: tuple[int, ...]

    def encode(self) -> bytes:
        return bytes((len(self.eojs),)) + b"".join(eoj.to_bytes(3, "big") for eoj in self.eojs)

    def to_json(self, scale: EnergyScale) -> Json:
        return {"count": len(self.eojs), "eojs": [f"{eoj:06X}" for eoj in self.eojs]}


@dataclass(frozen=True, slots=True)
class ClassList:
    """D7 of the node profile: the classes of a node's objects."""

    classes: tuple[int, ...]

    def encode(self) -> bytes:
        return bytes((len(self.classes),)) + b"".join(c.to_bytes(2, "big") for c in self.classes)

    def to_json(self, scale: EnergyScale) -> Json:
        return {"count": len(self.classes), "classes": [f"{code:04X}" for code in self.classes]}


@dataclass(frozen=True, slots=True)
class Count:
    """D3 and D4 of the node profile: how many instances or classes there are."""

    of: str
    """"instances" (without the profile, 3 bytes) or "classes" (with it, 2 bytes)."""
    number: int

    def encode(self) -> bytes:
        return self.number.to_bytes(3 if self.of == "instances" else 2, "big")

    def to_json(self, scale: EnergyScale) -> Json:
        return {self.of: self.number}


def decode_map(edt: bytes) -> PropertyMap:
    """Either form of a property map."""
    if not edt:
        raise PropertyError("length", "empty")
    count = edt[0]
    if count < _BITMAP_FROM:
        return PropertyMap(_listed(edt, count))
    if len(edt) != 17:
        raise PropertyError("length", f"bitmap needs 17 bytes, got {len(edt)}")
    epcs = sorted(
        (8 + bit) << 4 | low
        for low, column in enumerate(edt[1:])
        for bit in range(8)
        if column >> bit & 1
    )
    if len(epcs) != count:
        raise PropertyError("map_count_mismatch", f"count {count}, {len(epcs)} bits set")
    return PropertyMap(tuple(epcs))


def encode_map(epcs: Iterable[int]) -> bytes:
    """A property map in the form that its count asks for."""
    ordered = sorted(set(epcs))
    if len(ordered) < _BITMAP_FROM:
        return bytes((len(ordered), *ordered))
    columns = bytearray(16)
    for epc in ordered:
        columns[epc & 0x0F] |= 1 << ((epc >> 4) - 8)
    return bytes((len(ordered),)) + bytes(columns)


def decode_instances(edt: bytes) -> InstanceList:
    """D5, D6: a count and three bytes an object."""
    _require_entries(edt, 3, _MAX_INSTANCES, "instances")
    return InstanceList(tuple(int.from_bytes(edt[i : i + 3], "big") for i in range(1, len(edt), 3)))


def decode_classes(edt: bytes) -> ClassList:
    """D7 of the node profile: a count and two bytes a class."""
    _require_entries(edt, 2, _MAX_CLASSES, "classes")
    return ClassList(tuple(int.from_bytes(edt[i : i + 2], "big") for i in range(1, len(edt), 2)))


def decode_instance_count(edt: bytes) -> Count:
    """D3 of the node profile."""
    require_length(edt, 3)
    return Count("instances", int.from_bytes(edt, "big"))


def decode_class_count(edt: bytes) -> Count:
    """D4 of the node profile."""
    require_length(edt, 2)
    return Count("classes", int.from_bytes(edt, "big"))


def _listed(edt: bytes, count: int) -> tuple[int, ...]:
    if len(edt) != count + 1:
        raise PropertyError("length", f"list of {count} needs {count + 1} bytes, got {len(edt)}")
    epcs = sorted(edt[1:])
    for epc, following in pairwise(epcs):
        if epc == following:
            raise PropertyError("map_duplicate", f"{epc:02X}")
    if epcs and epcs[0] < 0x80:
        raise PropertyError("map_epc_range", f"{epcs[0]:02X}")
    return tuple(epcs)


def _require_entries(edt: bytes, size: int, most: int, noun: str) -> None:
    if not edt:
        raise PropertyError("length", "empty")
    need = 1 + size * edt[0]
    if len(edt) != need:
        raise PropertyError("length", f"{edt[0]} {noun} need {need} bytes")
    if edt[0] > most:
        raise PropertyError("count_range", f"{edt[0]} not in 0..{most}")
