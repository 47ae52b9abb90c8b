"""The table of properties: what each code means on each class, and how its data is read.

The same code may mean different things on different classes, so a property is
always looked up by both: D3 is the meter's coefficient, but the number of
instances on a node profile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from semtui.echonet import energy, history, identity, maps, power
from semtui.echonet.frame import NODE_PROFILE_CLASS, SMART_METER_CLASS, class_of
from semtui.echonet.values import PropertyError, Value


@dataclass(frozen=True, slots=True)
class PropertySpec:
    """A property's name and its decoder, which raises `PropertyError` for data it must not have."""

    name: str
    decode: Callable[[bytes], Value]


_SUPERCLASS: dict[int, PropertySpec] = {
    0x80: PropertySpec("operation status", identity.decode_operation),
    0x81: PropertySpec("installation place", identity.decode_place),
    0x82: PropertySpec("standard version", identity.decode_release),
    0x83: PropertySpec("unique identification", identity.decode_unique_id),
    0x88: PropertySpec("fault status", identity.decode_fault),
    0x89: PropertySpec("fault code", partial(identity.decode_code, "fault_code", 2)),
    0x8A: PropertySpec("maker", partial(identity.decode_code, "maker", 3)),
    0x8B: PropertySpec("plant", partial(identity.decode_code, "plant", 3)),
    0x8C: PropertySpec("product", partial(identity.decode_label, "product")),
    0x8D: PropertySpec("serial number", partial(identity.decode_label, "serial")),
    0x8E: PropertySpec("production date", identity.decode_day),
    0x97: PropertySpec("clock time", identity.decode_clock_time),
    0x98: PropertySpec("clock date", identity.decode_day),
    0x9D: PropertySpec("announcement map", maps.decode_map),
    0x9E: PropertySpec("set map", maps.decode_map),
    0x9F: PropertySpec("get map", maps.decode_map),
}

_SMART_METER: dict[int, PropertySpec] = {
    0xC0: PropertySpec("route-B id", identity.decode_route_b_id),
    0xD0: PropertySpec("1-minute energies", energy.decode_minute_registers),
    0xD3: PropertySpec("coefficient", energy.decode_coefficient),
    0xD7: PropertySpec("effective digits", energy.decode_digits),
    0xE0: PropertySpec("energy, normal direction", energy.decode_register),
    0xE1: PropertySpec("unit of energies", energy.decode_unit),
    0xE2: PropertySpec("history 1, normal direction", history.decode_day_history),
    0xE3: PropertySpec("energy, reverse direction", energy.decode_register),
    0xE4: PropertySpec("history 1, reverse direction", history.decode_day_history),
    0xE5: PropertySpec("day of history 1", history.decode_day_selector),
    0xE7: PropertySpec("instantaneous power", power.decode_power),
    0xE8: PropertySpec("instantaneous currents", power.decode_currents),
    0xEA: PropertySpec("half-hour energy, normal direction", energy.decode_stamped_register),
    0xEB: PropertySpec("half-hour energy, reverse direction", energy.decode_stamped_register),
    0xEC: PropertySpec("history 2", partial(history.decode_span_history, kind=history.HALF_HOURS)),
    0xED: PropertySpec(
        "span of history 2", partial(history.decode_span_selector, kind=history.HALF_HOURS)
    ),
    0xEE: PropertySpec("history 3", partial(history.decode_span_history, kind=history.MINUTES)),
    0xEF: PropertySpec(
        "span of history 3", partial(history.decode_span_selector, kind=history.MINUTES)
    ),
}

_NODE_PROFILE: dict[int, PropertySpec] = {
    0x82: PropertySpec("protocol version", identity.decode_protocol_version),
    0xBF: PropertySpec("individual id", partial(identity.decode_code, "id", 2)),
    0xD3: PropertySpec("number of instances", maps.decode_instance_count),
    0xD4: PropertySpec("number of classes", maps.decode_class_count),
    0xD5: PropertySpec("instance list, announced", maps.decode_instances),
    0xD6: PropertySpec("instance list", maps.decode_instances),
    0xD7: PropertySpec("class list", maps.decode_classes),
}

PROPERTIES: dict[tuple[int, int], PropertySpec] = {
    **{(SMART_METER_CLASS, epc): spec for epc, spec in (_SUPERCLASS | _SMART_METER).items()},
    **{(NODE_PROFILE_CLASS, epc): spec for epc, spec in (_SUPERCLASS | _NODE_PROFILE).items()},
}
"""By class and code; `find_property` adds what all other classes have in common."""


def find_property(eoj: int, epc: int) -> PropertySpec | None:
    """What `epc` is on the class of `eoj`; None for a code the class does not define.

    Codes F0 to FF are the makers' own and never known. Of classes other than
    the meter and the node profile only the superclass's codes are.
    """
    spec = PROPERTIES.get((class_of(eoj), epc))
    if spec is None and class_of(eoj) not in (SMART_METER_CLASS, NODE_PROFILE_CLASS):
        return _SUPERCLASS.get(epc)
    return spec


def decode_property(eoj: int, epc: int, edt: bytes) -> Value:
    """Read a property's data; raises `PropertyError`, and nothing else, for bad data."""
    spec = find_property(eoj, epc)
    if spec is None:
        raise PropertyError("unknown_epc", f"{epc:02X}")
    return spec.decode(edt)
