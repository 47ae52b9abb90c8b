"""What all property values have in common: their errors, their states, their times."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum, unique
from typing import Any, Protocol

from semtui.echonet.scale import EnergyScale

Json = dict[str, Any]
"""A value in the shape that `semtui decode property` prints."""


class PropertyError(Exception):
    """Data that a property does not allow: `code` says which rule it breaks, `detail` how.

    Codes: length, datetime, enum, range, day_range, count_range, minute,
    map_count_mismatch, map_duplicate, map_epc_range, ascii, reserved,
    release_letter, unknown_epc.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@unique
class ValueStatus(Enum):
    """Whether a well-formed measurement carries a number, and if not, why."""

    OK = "ok"
    NO_DATA = "no_data"
    """The meter says that it has none."""
    OVERFLOW = "overflow"
    UNDERFLOW = "underflow"
    OUT_OF_RANGE = "out_of_range"
    """A number that the property cannot have."""


class Value(Protocol):
    """A decoded property."""

    def encode(self) -> bytes:
        """The EDT it was, or would be, read from."""
        ...

    def to_json(self, scale: EnergyScale) -> Json:
        """Its shape in JSON; `scale` turns counts into kWh and matters to energies alone."""
        ...


def require_length(edt: bytes, size: int) -> None:
    """Raise `PropertyError` unless `edt` has exactly `size` bytes.

    A longer one is as wrong as a shorter one: both would read as plausible numbers.
    """
    if len(edt) != size:
        raise PropertyError("length", f"want {size}, got {len(edt)}")


def hex_text(data: bytes) -> str:
    """Upper-case hex digits, two a byte."""
    return data.hex().upper()


def decode_date(data: bytes) -> date:
    """YYYY MM DD in four bytes, checked against the calendar."""
    return decode_moment(data + b"\0\0").date()


def decode_moment(data: bytes) -> datetime:
    """YYYY MM DD hh mm, and ss where there are seven bytes; the meter's own time, naive."""
    year = data[0] << 8 | data[1]
    if not 1 <= year <= 9999:
        raise PropertyError("datetime", f"year {year}")
    month, day, hour, minute = data[2], data[3], data[4], data[5]
    second = data[6] if len(data) > 6 else 0
    if not 1 <= month <= 12:
        raise PropertyError("datetime", "month must be in 1..12")
    if hour > 23:
        raise PropertyError("datetime", "hour must be in 0..23")
    if minute > 59:
        raise PropertyError("datetime", "minute must be in 0..59")
    if second > 59:
        raise PropertyError("datetime", "second must be in 0..59")
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise PropertyError("datetime", "day is out of range for month") from None


def encode_date(day: date) -> bytes:
    """The four bytes of a date."""
    return bytes((day.year >> 8, day.year & 0xFF, day.month, day.day))


def encode_moment(moment: datetime, *, seconds: bool) -> bytes:
    """The six bytes of a moment, or seven with its seconds."""
    out = encode_date(moment) + bytes((moment.hour, moment.minute))
    return out + bytes((moment.second,)) if seconds else out
