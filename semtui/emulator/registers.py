"""The virtual registers of SKSTACK-IP (SKSREG): widths, ranges and what each power cycle keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, unique

from semtui.emulator.profiles import Profile
from semtui.emulator.refusal import Refusal, characters
from semtui.emulator.refusal import number as numeric

_NAME = re.compile(r"S([0-9A-Fa-f]{1,2})\Z")


@unique
class Access(Enum):
    """What a host may do with a register."""

    READ = "read"
    WRITE = "read and write"
    CLEAR = "read, and write 0"


@dataclass(slots=True)
class HanTables:
    """The lists of HAN devices and keys that some commands fill; lost like the registers."""

    devices: list[str] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Register:
    """One register: `width` in characters, numbers in hexadecimal."""

    width: int
    default: int | str
    low: int = 0
    high: int = 1
    access: Access = Access.WRITE
    saved: bool = False
    """SKSAVE keeps it."""
    dual: bool = False
    """Exists on dual-stack modules only."""


TABLE: dict[int, Register] = {
    0x01: Register(16, 0, access=Access.READ),
    0x02: Register(2, 0x21, 0x21, 0x3C, saved=True),
    0x03: Register(4, 0xFFFF, 0, 0xFFFF, saved=True),
    0x07: Register(8, 0, access=Access.READ),
    0x0A: Register(8, "CCDDEEFF"),
    0x0B: Register(16, " " * 16, dual=True),
    0x15: Register(1, 0),
    0x16: Register(8, 0x384, 0x3C, 0xFFFFFFFF),
    0x17: Register(1, 1),
    0x1C: Register(8, 0, 0, 0xFFFFFFFF, dual=True),
    0x1F: Register(16, 0, 0, 0xFFFFFFFFFFFFFFFF, dual=True),
    0xA0: Register(1, 1),
    0xA1: Register(1, 1),
    0xA2: Register(1, 0, dual=True),
    0xA9: Register(1, 1, dual=True),
    0xF0: Register(1, 0, dual=True),
    0xFB: Register(1, 0, access=Access.READ),
    0xFD: Register(16, 0, 0, 0, access=Access.CLEAR),
    0xFE: Register(1, 1),
    0xFF: Register(1, 0, saved=True),
}


class Registers:
    """The values, as the stack and the host see them."""

    def __init__(self, profile: Profile, mac: str) -> None:
        self._tolerated = set() if profile.dual else {0xA2}
        self._table = {
            number: register
            for number, register in TABLE.items()
            if (profile.dual or not register.dual) and (number != 0x01 or profile.own_mac_register)
        }
        self._mac = int(mac, 16)
        self._values: dict[int, int | str] = {}
        self.reset()

    def reset(self) -> None:
        """Give every register its default (SKRESET, power-up)."""
        self._values = {number: register.default for number, register in self._table.items()}
        if 0x01 in self._values:
            self._values[0x01] = self._mac

    def number(self, register: int) -> int:
        """The value of a numeric register; 0 where the module does not have it."""
        value = self._values.get(register, 0)
        assert isinstance(value, int)
        return value

    @property
    def pairing_id(self) -> str:
        """S0A: what an enhanced beacon request asks for."""
        return str(self._values[0x0A])

    def set_number(self, register: int, value: int) -> None:
        """Let the stack itself change a register."""
        self._values[register] = value

    def set_pairing_id(self, text: str) -> None:
        """Let SKSETRBID fill S0A."""
        self._values[0x0A] = text

    def read(self, name: str) -> str:
        """Return what ESREG prints; raises `Refusal` (ER06) for an unknown register."""
        number, register = self._find(name)
        value = self._values[number]
        return value if isinstance(value, str) else f"{value:0{register.width}X}"

    def write(self, name: str, text: str) -> int:
        """Set a register from a command and return its number; raises `Refusal` (ER06).

        Single stacks have no SA2, but clients write it to every module, and the
        answer is OK.
        """
        match = _NAME.match(name)
        if match and int(match[1], 16) in self._tolerated and text in ("0", "1"):
            return int(match[1], 16)
        number, register = self._find(name)
        if register.access is Access.READ:
            raise Refusal(6)
        if isinstance(register.default, str):
            self._values[number] = characters(text, register.width).ljust(register.width)
        else:
            self._values[number] = numeric(text, register.width, register.low, register.high)
        return number

    def savable(self) -> dict[int, int]:
        """The values that SKSAVE writes to flash."""
        return {
            number: self.number(number)
            for number, register in self._table.items()
            if register.saved
        }

    def load(self, saved: dict[int, int]) -> None:
        """Take over what `savable` gave."""
        self._values.update(saved)

    def _find(self, name: str) -> tuple[int, Register]:
        match = _NAME.match(name)
        register = self._table.get(int(match[1], 16)) if match else None
        if match is None or register is None:
            raise Refusal(6)
        return int(match[1], 16), register
