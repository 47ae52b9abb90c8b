"""What an object says about itself: state, place, version, maker, serial number, clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

from semtui.echonet.scale import EnergyScale
from semtui.echonet.values import (
    Json,
    PropertyError,
    decode_date,
    encode_date,
    hex_text,
    require_length,
)

MAKERS: dict[str, str] = {
    "000006": "Mitsubishi Electric",
    "000009": "NEC",
    "00000B": "Panasonic",
    "000012": "Oi Electric",
    "000016": "Toshiba",
    "00002E": "Shikoku Instrumentation",
    "000035": "Toshiba Toko Meter Systems",
    "000041": "Enegate",
    "000048": "Oki Electric Industry",
    "000052": "Osaki Electric",
    "000085": "Takaoka Toko",
    "00008C": "Kyuden Technosystems",
    "0000C2": "Tohoku Electric Meter Industry",
    "0000CB": "Fuji Electric",
    "0000D8": "Osaki Datatech",
}
"""Makers of meters and of their radio parts, by the code in 8A (ECHONET's register of codes)."""


def maker_name(code: str) -> str | None:
    """The maker with this code of six hex digits; None when it is not in `MAKERS`."""
    return MAKERS.get(code)


@dataclass(frozen=True, slots=True)
class Flag:
    """A property of one byte with two values: 80 (on, off) and 88 (fault, none)."""

    name: str
    """"on" or "fault"."""
    value: bool
    code: int

    def encode(self) -> bytes:
        return bytes((self.code,))

    def to_json(self, scale: EnergyScale) -> Json:
        return {self.name: self.value}


@dataclass(frozen=True, slots=True)
class Place:
    """81: where the object is installed; 00 is "not set"."""

    data: bytes

    def encode(self) -> bytes:
        return self.data

    def to_json(self, scale: EnergyScale) -> Json:
        return {"code": hex_text(self.data)}


@dataclass(frozen=True, slots=True)
class Release:
    """82 of a device: the release of the Appendix that it follows."""

    letter: str
    revision: int

    def encode(self) -> bytes:
        # Release A alone is written in lower case.
        letter = "a" if self.letter == "A" else self.letter
        return bytes((0, 0, ord(letter), self.revision))

    def to_json(self, scale: EnergyScale) -> Json:
        return {"release": self.letter, "revision": self.revision}


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """82 of the node profile: the version of the protocol and the formats it takes."""

    major: int
    minor: int
    formats: int
    """Bit 0: format 1; bit 1: format 2."""

    def encode(self) -> bytes:
        return bytes((self.major, self.minor, self.formats, 0))

    def to_json(self, scale: EnergyScale) -> Json:
        return {
            "version": f"{self.major}.{self.minor}",
            "format1": bool(self.formats & 1),
            "format2": bool(self.formats & 2),
        }


@dataclass(frozen=True, slots=True)
class Code:
    """A number that means something to its owner alone: 8A, 89, 8B, BF."""

    name: str
    data: bytes

    def encode(self) -> bytes:
        return self.data

    def to_json(self, scale: EnergyScale) -> Json:
        return {self.name: hex_text(self.data)}


@dataclass(frozen=True, slots=True)
class Label:
    """Twelve ASCII characters, padding taken off: 8C (product), 8D (serial number)."""

    name: str
    text: str

    def encode(self) -> bytes:
        return self.text.encode("ascii").ljust(12, b"\0")

    def to_json(self, scale: EnergyScale) -> Json:
        return {self.name: self.text}


@dataclass(frozen=True, slots=True)
class UniqueId:
    """83: a maker's code and thirteen bytes that no other device of that maker has."""

    maker: str
    unique: bytes

    def encode(self) -> bytes:
        return b"\xfe" + bytes.fromhex(self.maker) + self.unique

    def to_json(self, scale: EnergyScale) -> Json:
        return {"maker": self.maker, "unique": hex_text(self.unique)}


@dataclass(frozen=True, slots=True)
class RouteBId:
    """C0: the route-B id in sixteen bytes. Half of the credentials: never logged or shown."""

    maker: str
    free: bytes = field(repr=False)

    def encode(self) -> bytes:
        return b"\0" + bytes.fromhex(self.maker) + self.free

    def to_json(self, scale: EnergyScale) -> Json:
        return {"maker": self.maker, "free": hex_text(self.free)}


@dataclass(frozen=True, slots=True)
class ClockTime:
    """97: hour and minute of the meter's clock (JST)."""

    time: time

    def encode(self) -> bytes:
        return bytes((self.time.hour, self.time.minute))

    def to_json(self, scale: EnergyScale) -> Json:
        return {"time": self.time.isoformat(timespec="minutes")}


@dataclass(frozen=True, slots=True)
class Day:
    """98 (the meter's date, JST) and 8E (date of production)."""

    date: date

    def encode(self) -> bytes:
        return encode_date(self.date)

    def to_json(self, scale: EnergyScale) -> Json:
        return {"date": self.date.isoformat()}


def decode_operation(edt: bytes) -> Flag:
    """80: 30 on, 31 off."""
    return _flag("on", edt, {0x30: True, 0x31: False})


def decode_fault(edt: bytes) -> Flag:
    """88: 41 fault, 42 none."""
    return _flag("fault", edt, {0x41: True, 0x42: False})


def decode_place(edt: bytes) -> Place:
    """81: one byte, or 01 and sixteen more; 02 to 07 are reserved."""
    if edt[:1] == b"\x01":
        if len(edt) != 17:
            raise PropertyError("length", "01 announces 17 bytes")
        return Place(edt)
    require_length(edt, 1)
    if 0x02 <= edt[0] <= 0x07:
        raise PropertyError("reserved", f"{edt[0]:02X}")
    return Place(edt)


def decode_release(edt: bytes) -> Release:
    """82 of a device: 00 00, an ASCII letter, a revision."""
    require_length(edt, 4)
    if edt[0] or edt[1]:
        raise PropertyError("reserved", "first two bytes are 00")
    letter = chr(edt[2])
    if letter == "a":
        letter = "A"
    if not "A" <= letter <= "Z":
        raise PropertyError("release_letter")
    return Release(letter, edt[3])


def decode_protocol_version(edt: bytes) -> ProtocolVersion:
    """82 of the node profile: binary major and minor, a bitmap of formats, 00."""
    require_length(edt, 4)
    if edt[3]:
        raise PropertyError("reserved", "last byte is 00")
    return ProtocolVersion(edt[0], edt[1], edt[2])


def decode_code(name: str, size: int, edt: bytes) -> Code:
    """`size` bytes kept as they are, under `name`."""
    require_length(edt, size)
    return Code(name, edt)


def decode_label(name: str, edt: bytes) -> Label:
    """Twelve printable ASCII characters, padded with NUL or spaces."""
    require_length(edt, 12)
    text = edt.rstrip(b"\0 ")
    if any(not 0x20 <= byte <= 0x7E for byte in text):
        raise PropertyError("ascii", hex_text(text))
    return Label(name, text.decode("ascii"))


def decode_unique_id(edt: bytes) -> UniqueId:
    """83 in the form FE, maker, thirteen bytes."""
    require_length(edt, 17)
    if edt[0] != 0xFE:
        raise PropertyError("reserved", f"first byte {edt[0]:02X}, not FE")
    return UniqueId(hex_text(edt[1:4]), edt[4:])


def decode_route_b_id(edt: bytes) -> RouteBId:
    """C0: 00, maker, twelve bytes."""
    require_length(edt, 16)
    if edt[0]:
        raise PropertyError("reserved", "first byte is 00 in Japan")
    return RouteBId(hex_text(edt[1:4]), edt[4:])


def decode_clock_time(edt: bytes) -> ClockTime:
    """97: 00:00 to 23:59."""
    require_length(edt, 2)
    if edt[0] > 23 or edt[1] > 59:
        raise PropertyError("datetime")
    return ClockTime(time(edt[0], edt[1]))


def decode_day(edt: bytes) -> Day:
    """98, 8E: a date of the calendar."""
    require_length(edt, 4)
    return Day(decode_date(edt))


def _flag(name: str, edt: bytes, values: dict[int, bool]) -> Flag:
    require_length(edt, 1)
    if edt[0] not in values:
        raise PropertyError("enum", f"{edt[0]:02X}")
    return Flag(name, values[edt[0]], edt[0])
