"""The properties of the meter (class 0288, Release F) as bytes, from the house behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from semtui.clock import JST
from semtui.emulator.household import House
from semtui.emulator.options import MeterStyle

NO_ENERGY = b"\xff\xff\xff\xfe"
NO_CURRENT = b"\x7f\xfe"
CURRENT_OVERFLOW, CURRENT_UNDERFLOW = 0x7FFF, -0x8000
"""What a phase of E8 says beyond its range of -3276.7 to 3276.5 A (ECHONET Lite Part 2)."""
HALF_HOUR = timedelta(minutes=30)
FACTORY_KWH = 0.5
"""What a new meter's registers show: a little, from its test in the factory."""

_EPCS = (
    *(0x80, 0x81, 0x82, 0x88, 0x8A, 0x8D, 0x97, 0x98, 0x9D, 0x9E, 0x9F),
    *(0xD3, 0xD7, 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE7, 0xE8, 0xEA, 0xEB, 0xEC, 0xED),
)
_SETTABLE = (0x81, 0xE5, 0xED)
_ANNOUNCED = (0x80, 0x81, 0x88)
_UNITS = {0: 1.0, 1: 10.0, 2: 100.0, 3: 1000.0, 4: 10000.0, 10: 0.1, 11: 0.01, 12: 1e-3, 13: 1e-4}
"""Counts in a kWh, by the code of E1."""
_NO_SELECTION = b"\xff" * 6 + b"\x01"
_OLDEST_DAY = 99


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

    def __init__(self, house: House, style: MeterStyle, now: Callable[[], datetime]) -> None:
        self.house = house
        self._style = style
        self._now = now
        self._place = b"\x00"
        self._day: int | None = style.selected_day
        self._selection: tuple[datetime, int] | None = None
        self._installed: datetime | None = None
        """When this meter took the place of another, whose registers it does not go on with."""
        self.overrides: dict[int, bytes] = {}
        """Values that are given instead of the meter's own, right or wrong."""
        self.fault = False
        """Property 88 reports a fault."""
        self._fixed: dict[int, bytes] = {
            0x80: b"\x30",
            0x82: b"\x00\x00" + style.release.encode() + b"\x00",
            0x8A: bytes.fromhex(style.maker),
            0x8D: style.serial.encode().ljust(12, b"\x00")[:12],
            0xD3: style.coefficient.to_bytes(4, "big"),
            0xD7: bytes([style.digits]),
            0xE1: bytes([style.unit_code]),
        }
        self._fixed[0x9D] = property_map(self._served(_ANNOUNCED))
        self._fixed[0x9E] = property_map(self._served(_SETTABLE))
        self._fixed[0x9F] = property_map(self._served(_EPCS))
        self._live: dict[int, Callable[[], bytes]] = {
            0x81: lambda: self._place,
            0x88: lambda: b"\x41" if self.fault else b"\x42",
            0x97: lambda: bytes((self._now().hour, self._now().minute)),
            0x98: lambda: _date(self._now()),
            0xE0: lambda: self._register(self._now(), reverse=False),
            0xE2: lambda: self._history(reverse=False),
            0xE3: lambda: self._register(self._now(), reverse=True),
            0xE4: lambda: self._history(reverse=True),
            0xE5: lambda: b"\xff" if self._day is None else bytes([self._day]),
            0xE7: self._power,
            0xE8: self._currents,
            0xEA: lambda: self.half_hour(reverse=False),
            0xEB: lambda: self.half_hour(reverse=True),
            0xEC: self._recent,
            0xED: self._selector,
        }

    def get(self, epc: int) -> bytes | None:
        """The value of a property; None where this meter does not have it."""
        if epc in self._style.missing:
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
        if epc in self._style.missing:
            return False
        if epc == 0xE5 and len(edt) == 1 and edt[0] <= _OLDEST_DAY:
            self._day = edt[0]
            return True
        if epc == 0x81 and len(edt) in (1, 17):
            self._place = edt
            return True
        if epc == 0xED and len(edt) == 7:
            return self._select(edt)
        return False

    def half_hour(self, *, reverse: bool) -> bytes:
        """EA or EB: the register at the last :00 or :30."""
        now = self._now()
        at = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        return _date(at) + bytes((at.hour, at.minute, 0)) + self._register(at, reverse=reverse)

    def exchange_for(self, serial: str) -> None:
        """Be another meter: another serial number, registers that begin low, no memory."""
        self.overrides[0x8D] = serial.encode().ljust(12, b"\x00")[:12]
        self._installed = self._now()

    def _served(self, codes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(code for code in codes if code not in self._style.missing)

    def _register(self, at: datetime, *, reverse: bool) -> bytes:
        style = self._style
        if reverse and style.reverse == "no data":
            return NO_ENERGY
        installed = self._installed
        if installed is not None and at < installed:
            return NO_ENERGY
        kwh = self._energy(at, reverse=reverse)
        if installed is not None:
            kwh += FACTORY_KWH - self._energy(installed, reverse=reverse)
        counts = int(kwh * _UNITS[style.unit_code] / style.coefficient)
        return int(counts % 10**style.digits).to_bytes(4, "big")

    def _energy(self, at: datetime, *, reverse: bool) -> float:
        energy = self.house.energy(at)
        return energy.reverse if reverse else energy.normal

    def _history(self, *, reverse: bool) -> bytes:
        if self._day is None:
            return b"\x00\xff" + NO_ENERGY * 48
        now = self._now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight - timedelta(days=self._day)
        slots = [
            self._register(at, reverse=reverse) if at <= now else NO_ENERGY
            for at in (start + slot * HALF_HOUR for slot in range(48))
        ]
        return self._day.to_bytes(2, "big") + b"".join(slots)

    def _power(self) -> bytes:
        return self.house.power(self._now()).to_bytes(4, "big", signed=True)

    def _currents(self) -> bytes:
        r, t = self.house.amps(self._now())
        return _current(r) + (NO_CURRENT if self._style.two_wire else _current(t))

    def _select(self, edt: bytes) -> bool:
        try:
            at = datetime(
                int.from_bytes(edt[:2], "big"), edt[2], edt[3], edt[4], edt[5], tzinfo=JST
            )
            # Each of the half hours that EC goes back to must have a date.
            at - edt[6] * HALF_HOUR
        except (ValueError, OverflowError):
            return False
        if edt[5] not in (0, 30) or not 1 <= edt[6] <= 12:
            return False
        self._selection = (at, edt[6])
        return True

    def _selector(self) -> bytes:
        if self._selection is None:
            return _NO_SELECTION
        at, count = self._selection
        return _date(at) + bytes((at.hour, at.minute, count))

    def _recent(self) -> bytes:
        """EC: half hours from the selected one backwards, newest first."""
        if self._selection is None:
            return _NO_SELECTION + 2 * NO_ENERGY
        newest, count = self._selection
        now = self._now()
        rows = [
            self._register(at, reverse=False) + self._register(at, reverse=True)
            if at <= now
            else 2 * NO_ENERGY
            for at in (newest - index * HALF_HOUR for index in range(count))
        ]
        return self._selector() + b"".join(rows)


def _current(ampere: Decimal) -> bytes:
    tenths = int(ampere * 10)
    if tenths > 0x7FFD:
        tenths = CURRENT_OVERFLOW
    elif tenths < -0x7FFF:
        tenths = CURRENT_UNDERFLOW
    return tenths.to_bytes(2, "big", signed=True)


def _date(at: datetime) -> bytes:
    return at.year.to_bytes(2, "big") + bytes((at.month, at.day))
