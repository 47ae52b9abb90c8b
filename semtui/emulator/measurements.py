"""The properties of the meter (class 0288, Release F or R) as bytes, from the house behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from semtui.emulator.household import House
from semtui.emulator.memory import Memory, encode_date
from semtui.emulator.options import MeterStyle

NO_CURRENT = b"\x7f\xfe"
CURRENT_OVERFLOW, CURRENT_UNDERFLOW = 0x7FFF, -0x8000
"""What a phase of E8 says beyond its range of -3276.7 to 3276.5 A (ECHONET Lite Part 2)."""

_EPCS = (
    *(0x80, 0x81, 0x82, 0x88, 0x8A, 0x8D, 0x97, 0x98, 0x9D, 0x9E, 0x9F),
    *(0xD3, 0xD7, 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE7, 0xE8, 0xEA, 0xEB, 0xEC, 0xED),
)
_SINCE_R = (0xC0, 0xD0, 0xEE, 0xEF)
"""What came with Release R."""
_SETTABLE = (0x81, 0xE5, 0xED, 0xEF)
_ANNOUNCED = (0x80, 0x81, 0x88)


def property_map(codes: tuple[int, ...]) -> bytes:
    """A property map: a list below 16 entries, else a bitmap."""
    if len(codes) < 16:
        return bytes((len(codes), *codes))
    bits = bytearray(16)
    for code in codes:
        bits[code & 0x0F] |= 1 << (code >> 4) - 8
    return bytes((len(codes), *bits))


class Measurements:
    """Answers for one property at a time; `now` is the meter's own clock."""

    def __init__(
        self, house: House, style: MeterStyle, now: Callable[[], datetime], route_b_id: str
    ) -> None:
        """`route_b_id`: 32 hex digits, which a meter of Release R tells as its C0."""
        self.house = house
        self._style = style
        self._now = now
        self._place = b"\x00"
        self.memory = memory = Memory(house, style, now)
        self._missing = style.missing
        if style.release < "R":
            self._missing = style.missing | frozenset(_SINCE_R)
        self.overrides: dict[int, bytes] = {}
        """Values that are given instead of the meter's own, right or wrong."""
        self.fault = False
        """Property 88 reports a fault."""
        self._fixed: dict[int, bytes] = {
            0x80: b"\x30",
            0x82: b"\x00\x00" + style.release.encode() + b"\x00",
            0x8A: bytes.fromhex(style.maker),
            0x8D: style.serial.encode().ljust(12, b"\x00")[:12],
            0xC0: bytes.fromhex(route_b_id),
            0xD3: style.coefficient.to_bytes(4, "big"),
            0xD7: bytes([style.digits]),
            0xE1: bytes([style.unit_code]),
        }
        self._fixed[0x9D] = property_map(self._served(_ANNOUNCED))
        self._fixed[0x9E] = property_map(
            tuple(code for code in self._served(_SETTABLE) if code not in style.not_settable)
        )
        self._fixed[0x9F] = property_map(self._served(tuple(sorted(_EPCS + _SINCE_R))))
        self._live: dict[int, Callable[[], bytes]] = {
            0x81: lambda: self._place,
            0x88: lambda: b"\x41" if self.fault else b"\x42",
            0x97: lambda: bytes((self._now().hour, self._now().minute)),
            0x98: lambda: encode_date(self._now()),
            0xD0: self._minute,
            0xE0: lambda: memory.register(self._now(), reverse=False),
            0xE2: lambda: memory.history(reverse=False),
            0xE3: lambda: memory.register(self._now(), reverse=True),
            0xE4: lambda: memory.history(reverse=True),
            0xE5: memory.encode_day,
            0xE7: self._power,
            0xE8: self._currents,
            0xEA: lambda: self.half_hour(reverse=False),
            0xEB: lambda: self.half_hour(reverse=True),
            0xEC: lambda: memory.span(memory.half_hours),
            0xED: memory.half_hours.encode,
            0xEE: lambda: memory.span(memory.minutes),
            0xEF: memory.minutes.encode,
        }
        self._setters: dict[int, Callable[[bytes], bool]] = {
            0x81: self._set_place,
            0xE5: memory.select_day,
            0xED: memory.half_hours.select,
            0xEF: memory.minutes.select,
        }

    def get(self, epc: int) -> bytes | None:
        """The value of a property; None where this meter does not have it, or refuses it."""
        if epc in self._missing or epc in self._style.refused:
            return None
        if epc in self.overrides:
            return self.overrides[epc]
        fixed = self._fixed.get(epc)
        if fixed is not None:
            return fixed
        live = self._live.get(epc)
        return live() if live else None

    def set(self, epc: int, edt: bytes) -> bool:
        """Write a property; False where it cannot be written, or not with this value."""
        if epc in self._missing or epc in self._style.not_settable | self._style.refused_sets:
            return False
        setter = self._setters.get(epc)
        return setter is not None and setter(edt)

    def half_hour(self, *, reverse: bool) -> bytes:
        """EA or EB: the register at the last :00 or :30."""
        now = self._now()
        at = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        return _stamp(at) + self.memory.register(at, reverse=reverse)

    def exchange_for(self, serial: str) -> None:
        """Be another meter: another serial number, registers that begin low, no memory."""
        self.overrides[0x8D] = serial.encode().ljust(12, b"\x00")[:12]
        self.memory.begin_anew()

    def _served(self, codes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(code for code in codes if code not in self._missing)

    def _minute(self) -> bytes:
        """D0: both registers at the last full minute."""
        at = self._now().replace(second=0, microsecond=0)
        register = self.memory.register
        return _stamp(at) + register(at, reverse=False) + register(at, reverse=True)

    def _set_place(self, edt: bytes) -> bool:
        if len(edt) not in (1, 17):
            return False
        self._place = edt
        return True

    def _power(self) -> bytes:
        return self.house.power(self._now()).to_bytes(4, "big", signed=True)

    def _currents(self) -> bytes:
        r, t = self.house.amps(self._now())
        return _current(r) + (NO_CURRENT if self._style.two_wire else _current(t))


def _current(ampere: Decimal) -> bytes:
    tenths = int(ampere * 10)
    if tenths > 0x7FFD:
        tenths = CURRENT_OVERFLOW
    elif tenths < -0x7FFF:
        tenths = CURRENT_UNDERFLOW
    return tenths.to_bytes(2, "big", signed=True)


def _stamp(at: datetime) -> bytes:
    return encode_date(at) + bytes((at.hour, at.minute, at.second))
