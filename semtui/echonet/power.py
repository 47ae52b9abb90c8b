"""The instantaneous values: power in W (E7) and the two phase currents (E8)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from semtui.echonet.scale import EnergyScale, decimal_text
from semtui.echonet.values import Json, ValueStatus, require_length

_S32 = {
    0x7FFFFFFE: ValueStatus.NO_DATA,
    0x7FFFFFFF: ValueStatus.OVERFLOW,
    -0x80000000: ValueStatus.UNDERFLOW,
}
_S16 = {
    0x7FFE: ValueStatus.NO_DATA,
    0x7FFF: ValueStatus.OVERFLOW,
    -0x8000: ValueStatus.UNDERFLOW,
}
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Power:
    """E7; `raw` is the signed number as sent, negative while exporting."""

    raw: int

    @property
    def status(self) -> ValueStatus:
        """Whether `raw` is a measurement or one of the three codes."""
        return _S32.get(self.raw, ValueStatus.OK)

    @property
    def watts(self) -> int | None:
        """W; None where the status is not OK."""
        return None if self.raw in _S32 else self.raw

    def encode(self) -> bytes:
        return self.raw.to_bytes(4, "big", signed=True)

    def to_json(self, scale: EnergyScale) -> Json:
        if self.status is ValueStatus.OK:
            return {"watts": self.raw}
        return {"watts": None, "status": self.status.value}


@dataclass(frozen=True, slots=True)
class Currents:
    """E8; the signed tenths of an ampere as sent. Single-phase two-wire has no T phase."""

    r_raw: int
    t_raw: int

    @property
    def r_status(self) -> ValueStatus:
        return _S16.get(self.r_raw, ValueStatus.OK)

    @property
    def t_status(self) -> ValueStatus:
        return _S16.get(self.t_raw, ValueStatus.OK)

    @property
    def r_ampere(self) -> Decimal | None:
        """A in the R phase, to a tenth."""
        return None if self.r_raw in _S16 else self.r_raw * _TENTH

    @property
    def t_ampere(self) -> Decimal | None:
        """A in the T phase, to a tenth."""
        return None if self.t_raw in _S16 else self.t_raw * _TENTH

    def encode(self) -> bytes:
        return self.r_raw.to_bytes(2, "big", signed=True) + self.t_raw.to_bytes(
            2, "big", signed=True
        )

    def to_json(self, scale: EnergyScale) -> Json:
        shape: Json = {}
        phases = (
            ("r", self.r_ampere, self.r_status),
            ("t", self.t_ampere, self.t_status),
        )
        for phase, ampere, status in phases:
            shape[phase] = None if ampere is None else decimal_text(ampere)
            if status is not ValueStatus.OK:
                shape[f"{phase}_status"] = status.value
        return shape


def decode_power(edt: bytes) -> Power:
    """E7: a signed 32-bit number of watts."""
    require_length(edt, 4)
    return Power(int.from_bytes(edt, "big", signed=True))


def decode_currents(edt: bytes) -> Currents:
    """E8: two signed 16-bit numbers of tenths of an ampere, R then T."""
    require_length(edt, 4)
    return Currents(
        int.from_bytes(edt[:2], "big", signed=True), int.from_bytes(edt[2:], "big", signed=True)
    )


def encode_power(watts: int | None) -> bytes:
    """The EDT of E7; None is "no data"."""
    return Power(0x7FFFFFFE if watts is None else watts).encode()


def encode_currents(r_ampere: Decimal | None, t_ampere: Decimal | None) -> bytes:
    """The EDT of E8, rounded to tenths of an ampere; None is "no data" for its phase."""
    return Currents(_tenths(r_ampere), _tenths(t_ampere)).encode()


def _tenths(ampere: Decimal | None) -> int:
    return 0x7FFE if ampere is None else round(ampere * 10)
