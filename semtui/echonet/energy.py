"""The cumulative registers (E0, E3), stamped ones (EA, EB, D0), and what scales them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from semtui.echonet.scale import MAX_COEFFICIENT, UNITS, EnergyScale, decimal_text
from semtui.echonet.values import (
    Json,
    PropertyError,
    ValueStatus,
    decode_moment,
    encode_moment,
    require_length,
)

NO_ENERGY = 0xFFFFFFFE
"""The code for "no data"; energies have no codes for overflow."""
MAX_COUNTS = 99_999_999
MAX_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Register:
    """A cumulative register: `raw` counts as sent."""

    raw: int

    @property
    def status(self) -> ValueStatus:
        """OK, NO_DATA, or OUT_OF_RANGE for a number no register can show."""
        if self.raw <= MAX_COUNTS:
            return ValueStatus.OK
        return ValueStatus.NO_DATA if self.raw == NO_ENERGY else ValueStatus.OUT_OF_RANGE

    def kwh(self, scale: EnergyScale) -> Decimal | None:
        """The register in kWh; None without a value or without a unit."""
        return scale.kwh(self.raw) if self.raw <= MAX_COUNTS else None

    def encode(self) -> bytes:
        return self.raw.to_bytes(4, "big")

    def to_json(self, scale: EnergyScale) -> Json:
        kwh = self.kwh(scale)
        if kwh is not None:
            return {"raw": self.raw, "kwh": decimal_text(kwh)}
        status = "no_unit" if self.status is ValueStatus.OK else self.status.value
        return {"raw": self.raw, "kwh": None, "status": status}


@dataclass(frozen=True, slots=True)
class StampedRegister:
    """EA, EB: a register as it stood at an instant of the meter's clock (JST, naive)."""

    at: datetime
    energy: Register

    def encode(self) -> bytes:
        return encode_moment(self.at, seconds=True) + self.energy.encode()

    def to_json(self, scale: EnergyScale) -> Json:
        return {"at": self.at.isoformat(), "energy": self.energy.to_json(scale)}


@dataclass(frozen=True, slots=True)
class MinuteRegisters:
    """D0: both registers as they stood at the last full minute."""

    at: datetime
    normal: Register
    reverse: Register

    def encode(self) -> bytes:
        moment = encode_moment(self.at, seconds=True)
        return moment + self.normal.encode() + self.reverse.encode()

    def to_json(self, scale: EnergyScale) -> Json:
        return {
            "at": self.at.isoformat(),
            "normal": self.normal.to_json(scale),
            "reverse": self.reverse.to_json(scale),
        }


@dataclass(frozen=True, slots=True)
class Coefficient:
    """D3: the factor of all registers; meters without one count as 1."""

    factor: int

    def encode(self) -> bytes:
        return self.factor.to_bytes(4, "big")

    def to_json(self, scale: EnergyScale) -> Json:
        return {"coefficient": self.factor}


@dataclass(frozen=True, slots=True)
class Digits:
    """D7: how many decimal digits the registers have before they start again at 0."""

    count: int

    def encode(self) -> bytes:
        return bytes((self.count,))

    def to_json(self, scale: EnergyScale) -> Json:
        return {"digits": self.count, "rollover_raw": 10**self.count}


@dataclass(frozen=True, slots=True)
class EnergyUnit:
    """E1: kWh a count, one of `UNITS`."""

    code: int

    @property
    def kwh(self) -> Decimal:
        return UNITS[self.code]

    def encode(self) -> bytes:
        return bytes((self.code,))

    def to_json(self, scale: EnergyScale) -> Json:
        return {"unit": decimal_text(self.kwh)}


def decode_register(edt: bytes) -> Register:
    """E0, E3: an unsigned 32-bit count."""
    require_length(edt, 4)
    return Register(int.from_bytes(edt, "big"))


def decode_stamped_register(edt: bytes) -> StampedRegister:
    """EA, EB: seven bytes of time, four of register."""
    require_length(edt, 11)
    return StampedRegister(decode_moment(edt[:7]), decode_register(edt[7:]))


def decode_minute_registers(edt: bytes) -> MinuteRegisters:
    """D0: seven bytes of time and both registers."""
    require_length(edt, 15)
    return MinuteRegisters(
        decode_moment(edt[:7]), decode_register(edt[7:11]), decode_register(edt[11:])
    )


def decode_coefficient(edt: bytes) -> Coefficient:
    """D3 of the meter: 0 to 999,999."""
    require_length(edt, 4)
    factor = int.from_bytes(edt, "big")
    if factor > MAX_COEFFICIENT:
        raise PropertyError("range", str(factor))
    return Coefficient(factor)


def decode_digits(edt: bytes) -> Digits:
    """D7 of the meter: 1 to 8."""
    require_length(edt, 1)
    if not 1 <= edt[0] <= MAX_DIGITS:
        raise PropertyError("range")
    return Digits(edt[0])


def decode_unit(edt: bytes) -> EnergyUnit:
    """E1: a code of `UNITS`."""
    require_length(edt, 1)
    if edt[0] not in UNITS:
        raise PropertyError("enum", f"{edt[0]:02X}")
    return EnergyUnit(edt[0])


def encode_register(counts: int | None) -> bytes:
    """The EDT of E0 or E3; None is "no data"."""
    return Register(NO_ENERGY if counts is None else counts).encode()


def encode_stamped_register(at: datetime, counts: int | None) -> bytes:
    """The EDT of EA or EB; None is "no data"."""
    return encode_moment(at, seconds=True) + encode_register(counts)


def encode_unit(unit: Decimal) -> bytes:
    """The EDT of E1 for `unit` kWh a count; ValueError for one that has no code."""
    for code, kwh in UNITS.items():
        if kwh == unit:
            return bytes((code,))
    raise ValueError(f"no code for a unit of {unit} kWh")
