"""A property's value in words: in short for a row, in full for who looks closer.

Energies are told in kWh where the meter's unit and coefficient are known, and
as bare counts where they are not. The route-B id is not told at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache

from semtui.echonet.energy import (
    Coefficient,
    Digits,
    EnergyUnit,
    MinuteRegisters,
    Register,
    StampedRegister,
)
from semtui.echonet.history import DayHistory, DaySelector, SpanHistory, SpanSelector
from semtui.echonet.identity import (
    Code,
    Flag,
    Label,
    Place,
    Release,
    RouteBId,
    UniqueId,
    maker_name,
)
from semtui.echonet.maps import PropertyMap
from semtui.echonet.power import Currents, Power
from semtui.echonet.properties import decode_property, find_property
from semtui.echonet.scale import EnergyScale, decimal_text
from semtui.echonet.told import ROUTE_B_ID
from semtui.echonet.values import PropertyError, Value, ValueStatus, hex_text
from semtui.i18n import _, ngettext
from semtui.model import MeterFacts

_LISTED = 4
"""Items of a list that are told in short; how many more there are is said."""
_RAW_BYTES = 8
"""Bytes of an unknown property that are told in short."""

_ROOMS = (
    _("place"),
    _("living room"),
    _("dining room"),
    _("kitchen"),
    _("bathroom"),
    _("lavatory"),
    _("washroom"),
    _("passage"),
    _("room"),
    _("stairs"),
    _("front door"),
    _("storeroom"),
    _("garden"),
    _("garage"),
    _("balcony"),
    _("elsewhere"),
)
"""The kinds of places, by bits 6 to 3 of property 81; kind 0 is reserved."""

Field = tuple[str, str]
"""A part of a value: what it is, and its words."""

_STATUS_WORDS = {
    ValueStatus.NO_DATA: _("no data"),
    ValueStatus.OVERFLOW: _("overflow"),
    ValueStatus.UNDERFLOW: _("underflow"),
    ValueStatus.OUT_OF_RANGE: _("out of range"),
}


@lru_cache(maxsize=256)
def in_short(eoj: int, epc: int, edt: bytes, scale: EnergyScale) -> str:
    """The value in a few words; never raises, whatever the bytes are."""
    if epc == ROUTE_B_ID:
        return _("hidden")
    if find_property(eoj, epc) is None:
        return hex_text(edt[:_RAW_BYTES]) + ("..." if len(edt) > _RAW_BYTES else "")
    try:
        value = decode_property(eoj, epc, edt)
    except PropertyError as error:
        return _("malformed ({code})").format(code=error.code)
    return _short(value, scale)


def in_full(eoj: int, epc: int, edt: bytes, scale: EnergyScale) -> list[Field]:
    """The value part by part; why it cannot be read where it cannot. Never raises."""
    if epc == ROUTE_B_ID:
        return [(_("value"), _("hidden: it is half of your credentials"))]
    if find_property(eoj, epc) is None:
        return [(_("value"), _("not known: a maker's own code, or one of a later release"))]
    try:
        value = decode_property(eoj, epc, edt)
    except PropertyError as error:
        return [(_("malformed"), str(error))]
    return list(_full(value, scale))


def _short(value: Value, scale: EnergyScale) -> str:
    match value:
        case Power():
            return power_text(value)
        case Currents():
            phases = (("R", value.r_ampere), ("T", value.t_ampere))
            return " ".join(f"{name} {_('--') if a is None else a} A" for name, a in phases)
        case Register():
            return register_text(value, scale)
        case StampedRegister():
            return _("{energy} at {at}").format(
                energy=register_text(value.energy, scale), at=f"{value.at:%H:%M}"
            )
        case MinuteRegisters():
            both = f"{register_text(value.normal, scale)} / {register_text(value.reverse, scale)}"
            return _("{energy} at {at}").format(energy=both, at=f"{value.at:%H:%M}")
        case EnergyUnit():
            return _("{n} kWh").format(n=decimal_text(value.kwh))
        case Digits():
            return ngettext("{n} digit", "{n} digits", value.count).format(n=value.count)
        case Coefficient():
            return str(value.factor)
        case Flag():
            return _flag_text(value)
        case Code() if value.name == "maker":
            code = hex_text(value.data)
            return maker_name(code) or code
        case Label() if value.name == "serial":
            return masked_end(value.text)
        case Place():
            return place_text(value.data)
        case UniqueId():
            return maker_name(value.maker) or value.maker
        case Release():
            return _("release {letter}").format(letter=value.letter)
        case PropertyMap():
            return _map_text(value)
        case DaySelector():
            return day_text(value.day)
        case DayHistory():
            known = sum(slot.status is ValueStatus.OK for slot in value.slots)
            return _("{day}: {known} of {all} half hours").format(
                day=day_text(value.day), known=known, all=len(value.slots)
            )
        case SpanSelector():
            return _span_text(value.start, value.count)
        case SpanHistory():
            return _span_text(value.start, len(value.rows))
    return _plain(value.to_json(scale))


def _full(value: Value, scale: EnergyScale) -> Iterator[Field]:
    match value:
        case Power():
            yield _("power"), power_text(value)
            if value.watts is not None:
                yield _("direction"), _("export") if value.watts < 0 else _("import")
        case Currents():
            for name, ampere, status in (
                (_("R phase"), value.r_ampere, value.r_status),
                (_("T phase"), value.t_ampere, value.t_status),
            ):
                yield name, _STATUS_WORDS[status] if ampere is None else f"{ampere} A"
        case Register():
            yield from _register_fields(value, scale)
        case StampedRegister():
            yield _("as of"), str(value.at)
            yield from _register_fields(value.energy, scale)
        case MinuteRegisters():
            yield _("as of"), str(value.at)
            yield _("import"), register_text(value.normal, scale)
            yield _("export"), register_text(value.reverse, scale)
        case Digits():
            yield _("digits"), str(value.count)
            yield _("starts again"), _rollover_text(value, scale)
        case Release():
            yield _("release"), value.letter
            yield _("revision"), str(value.revision)
        case UniqueId():
            yield _("maker"), maker_name(value.maker) or value.maker
            yield _("the rest"), _("hidden: it tells whose meter it is")
        case Code() if value.name == "maker":
            code = hex_text(value.data)
            yield _("code"), code
            yield _("maker"), maker_name(code) or _("not on our list")
        case PropertyMap():
            yield _("codes"), " ".join(f"{epc:02X}" for epc in value.epcs) or _("none")
            yield _("count"), str(len(value.epcs))
            yield _("form"), _("list") if value.form == "list" else _("bitmap")
        case DayHistory():
            yield _("day"), day_text(value.day)
            for index, slot in enumerate(value.slots):
                start = datetime.combine(datetime.min, time()) + timedelta(minutes=30 * index)
                yield f"{start:%H:%M}", register_text(slot, scale)
        case SpanHistory():
            yield _("rows"), _span_text(value.start, len(value.rows))
            for moment, (normal, reverse) in zip(value.times(), value.rows, strict=True):
                name = _("time unknown") if moment is None else f"{moment:%m-%d %H:%M}"
                both = f"{register_text(normal, scale)} / {register_text(reverse, scale)}"
                yield name, both
        case SpanSelector():
            yield _("newest row"), _("not set") if value.start is None else str(value.start)
            yield _("rows"), str(value.count)
        case RouteBId():
            yield _("value"), _("hidden")
        case Label() if value.name == "serial":
            yield _("serial number"), masked_end(value.text)
        case _:
            yield _("value"), _short(value, scale)


def access_words(meter: MeterFacts | None, epc: int) -> str:
    """Which of the meter's maps list a property: G get, S set, I announced, "-" not there."""
    facts = meter or MeterFacts()
    maps = (("G", facts.get_map), ("S", facts.set_map), ("I", facts.inf_map))
    return "".join(letter if epc in codes else "-" for letter, codes in maps)


def power_text(value: Power) -> str:
    """Watts, or why there are none."""
    return f"{value.raw} W" if value.watts is not None else _STATUS_WORDS[value.status]


def register_text(value: Register, scale: EnergyScale) -> str:
    """A register in kWh; in counts without a unit; or why it has no value."""
    if value.status is not ValueStatus.OK:
        return _STATUS_WORDS[value.status]
    kwh = value.kwh(scale)
    if kwh is None:
        return _("{count} counts").format(count=value.raw)
    return _("{n} kWh").format(n=f"{kwh:f}")


def day_text(day: int | None) -> str:
    """Which day a history is for, by the meter's own date."""
    if day is None:
        return _("not set")
    if day == 0:
        return _("today")
    return ngettext("{n} day back", "{n} days back", day).format(n=day)


def place_text(code: bytes) -> str:
    """Where the meter hangs (81): kind and number of the room, or why that is not told."""
    if len(code) > 1:
        return _("by a code of 16 bytes")
    byte = code[0]
    if byte == 0x00:
        return _("not set")
    if byte == 0xFF:
        return _("not fixed")
    if byte >= 0x80:
        return _("by a free code, {code:02X}").format(code=byte)
    return f"{_ROOMS[byte >> 3]} {byte & 0x07}"


def masked_end(text: str, keep: int = 4) -> str:
    """The end of an identifier behind stars."""
    return "*" * max(0, len(text) - keep) + text[-keep:]


def _register_fields(value: Register, scale: EnergyScale) -> Iterator[Field]:
    yield _("energy"), register_text(value, scale)
    if value.status is not ValueStatus.OK:
        return
    yield _("counts"), str(value.raw)
    if scale.unit is not None:
        each = decimal_text(scale.coefficient * scale.unit)
        text = _("{n} kWh (coefficient {coefficient} x unit {unit})")
        unit = decimal_text(scale.unit)
        yield _("a count"), text.format(n=each, coefficient=scale.coefficient, unit=unit)


def _rollover_text(value: Digits, scale: EnergyScale) -> str:
    counts = 10**value.count
    kwh = scale.kwh(counts)
    text = _("behind {count} counts").format(count=counts - 1)
    if kwh is None:
        return text
    return _("{text}, each {n} kWh").format(text=text, n=decimal_text(kwh))


def _flag_text(value: Flag) -> str:
    if value.name == "fault":
        return _("fault") if value.value else _("no fault")
    return _("on") if value.value else _("off")


def _map_text(value: PropertyMap) -> str:
    count = len(value.epcs)
    codes = " ".join(f"{epc:02X}" for epc in value.epcs[:_LISTED])
    more = f" +{count - _LISTED}" if count > _LISTED else ""
    return _("{count}: {codes}").format(count=count, codes=codes + more) if count else _("none")


def _span_text(start: datetime | None, count: int) -> str:
    if start is None:
        return _("not set")
    rows = ngettext("{n} row", "{n} rows", count).format(n=count)
    return _("{rows} back from {at}").format(rows=rows, at=f"{start:%Y-%m-%d %H:%M}")


def _plain(value: object) -> str:
    """A decoded value of any other shape, by the names of its parts."""
    if isinstance(value, dict):
        if len(value) == 1:
            return _plain(next(iter(value.values())))
        known = ((key, item) for key, item in value.items() if item is not None)
        return " ".join(f"{key.replace('_', ' ')} {_plain(item)}" for key, item in known)
    if isinstance(value, list):
        more = f" +{len(value) - _LISTED}" if len(value) > _LISTED else ""
        return " ".join(_plain(item) for item in value[:_LISTED]) + more
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("--") if value is None else str(value)
