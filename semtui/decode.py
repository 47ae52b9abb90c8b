"""What `semtui decode frame` and `decode property` say, as JSON.

An energy is a count until the meter's unit is known. Where no unit is given,
`kwh` is therefore null and the status "no_unit": no unit is ever guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from semtui.echonet.frame import Frame, FrameError, Property, decode_frame
from semtui.echonet.properties import decode_property
from semtui.echonet.scale import MAX_COEFFICIENT, UNITS, EnergyScale, decimal_text
from semtui.echonet.values import Json, PropertyError, hex_text
from semtui.errors import InputError
from semtui.i18n import _

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*\Z")


class DecodeError(InputError):
    """Input that cannot be decoded; `code` and `reason` go into the JSON of the error."""

    def __init__(self, code: str, reason: str = "", hint: str = "") -> None:
        super().__init__(_("This cannot be decoded: {code}").format(code=code), reason, hint)
        self.code = code
        self.reason = reason

    def to_json(self) -> Json:
        """The object that the command prints before it ends with exit code 1."""
        return {"error": {"code": self.code, "detail": self.reason}}


def decode_frame_json(hex_text: str) -> Json:
    """The fields of a frame given as hex digits; raises `DecodeError`.

    White space between the digits is ignored. Codes beside those of `FrameError`: hex.
    """
    data = _bytes(hex_text)
    try:
        return frame_json(decode_frame(data))
    except FrameError as error:
        raise DecodeError(error.code, error.detail) from None


def decode_property_json(
    epc: str,
    edt: str,
    *,
    eoj: str = "028801",
    coefficient: int = 1,
    unit: str | None = None,
) -> Json:
    """The value of a property given as hex digits; raises `DecodeError`.

    `unit` is kWh a count, as a decimal. Codes beside those of `PropertyError`:
    hex, epc, eoj, coefficient, unit.
    """
    code = _bytes(epc)
    if len(code) != 1:
        raise DecodeError("epc", _("a property code is two hex digits"))
    thing = _bytes(eoj)
    if len(thing) != 3:
        raise DecodeError("eoj", _("an object is six hex digits, for example 028801"))
    scale = _scale(coefficient, unit)
    try:
        value = decode_property(int.from_bytes(thing, "big"), code[0], _bytes(edt))
    except PropertyError as error:
        raise DecodeError(error.code, error.detail) from None
    return value.to_json(scale)


def frame_json(frame: Frame) -> Json:
    """The fields of a frame; the SetGet family has `set` and `get` in place of `props`."""
    shape: Json = {
        "tid": frame.tid,
        "seoj": f"{frame.seoj:06X}",
        "deoj": f"{frame.deoj:06X}",
        "esv": f"{frame.esv:02X}",
        "esv_name": frame.esv.label,
    }
    if frame.two_lists:
        shape["set"] = _entries(frame.props)
        shape["get"] = _entries(frame.gets)
    else:
        shape["props"] = _entries(frame.props)
    return shape


def _entries(props: tuple[Property, ...]) -> list[Json]:
    return [{"epc": f"{epc:02X}", "pdc": len(edt), "edt": hex_text(edt)} for epc, edt in props]


def _bytes(text: str) -> bytes:
    """Bytes from hex digits; white space may stand anywhere between them."""
    digits = "".join(text.split())
    if not _HEX.match(digits):
        raise DecodeError("hex", _("only pairs of hex digits can be read"))
    return bytes.fromhex(digits)


def _scale(coefficient: int, unit: str | None) -> EnergyScale:
    if not 0 <= coefficient <= MAX_COEFFICIENT:
        raise DecodeError("coefficient", _("a coefficient is a whole number from 0 to 999999"))
    if unit is None:
        return EnergyScale(coefficient)
    units = ", ".join(decimal_text(known) for known in UNITS.values())
    reason = _("a unit is one of {units} kWh").format(units=units)
    try:
        kwh = Decimal(unit)
    except InvalidOperation:
        kwh = Decimal()
    if not kwh.is_finite() or kwh not in UNITS.values():
        raise DecodeError("unit", reason)
    return EnergyScale(coefficient, kwh)
