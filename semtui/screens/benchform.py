"""The set-up of the ping-pong screen: its fields, their usual values, and what may be typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import TypeVar

from semtui.errors import ConfigError
from semtui.i18n import _
from semtui.radio.pingpong.plan import (
    DEFAULT_PAIRING_ID,
    SWEEP_SIZES,
    BenchPlan,
    Role,
    Transport,
    check_pairing_id,
    check_size,
)
from semtui.radio.pingpong.text import LONGEST, SHORTEST


@unique
class Field(Enum):
    """The fields, from top to bottom."""

    ROLE = "role"
    PORT = "port"
    PAIRING_ID = "pair id"
    TRANSPORT = "transport"
    SIZE = "payload"
    COUNT = "count"
    GAP = "gap"


T = TypeVar("T")
FIELDS = tuple(Field)
_SIZES = (SHORTEST, 64, 256, 512, 1024, LONGEST)
_COUNTS = (10, 100, 500, 1000, None)
_GAPS = (0.0, 0.05, 0.1, 0.5, 1.0, 5.0)
_NO_END = "-"


@dataclass
class BenchForm:
    """What is set, and the field that the cursor is on."""

    port: str
    role: Role = Role.DEVICE
    pairing_id: str = DEFAULT_PAIRING_ID
    transport: Transport = Transport.UDP
    size: int = SHORTEST
    sweep: bool = False
    count: int | None = 100
    gap: float = 0.0
    at: int = 0

    @property
    def field(self) -> Field:
        """The field that the cursor is on."""
        return FIELDS[self.at]

    def plan(self) -> BenchPlan:
        """Return the run that is set; raises ConfigError."""
        return BenchPlan(
            role=self.role,
            transport=self.transport,
            pairing_id=self.pairing_id,
            count=self.count,
            sizes=SWEEP_SIZES if self.sweep else (self.size,),
            gap=self.gap,
        )

    def move(self, rows: int) -> None:
        """Go to another field."""
        self.at = (self.at + rows) % len(FIELDS)

    def change(self, steps: int) -> None:
        """Take the next usual value of the field, or the one before."""
        match self.field:
            case Field.ROLE:
                self.role = self.role.other
            case Field.TRANSPORT:
                self.transport = _next(tuple(Transport), self.transport, steps)
            case Field.SIZE:
                self.sweep = False
                self.size = _next(_SIZES, self.size, steps)
            case Field.COUNT:
                self.count = _next(_COUNTS, self.count, steps)
            case Field.GAP:
                self.gap = _next(_GAPS, self.gap, steps)

    def text(self, field: Field) -> str:
        """Return a field's value as it is typed."""
        match field:
            case Field.ROLE:
                return self.role.value
            case Field.PORT:
                return self.port
            case Field.PAIRING_ID:
                return self.pairing_id
            case Field.TRANSPORT:
                return self.transport.value
            case Field.SIZE:
                return str(self.size)
            case Field.COUNT:
                return _NO_END if self.count is None else str(self.count)
        return f"{self.gap:g}"

    def type(self, text: str) -> None:
        """Take what was typed for the field; raises ConfigError for what cannot be."""
        match self.field:
            case Field.PORT:
                self.port = text.strip()
            case Field.PAIRING_ID:
                check_pairing_id(text)
                self.pairing_id = text
            case Field.SIZE:
                size = int(_number(text))
                check_size(size)
                self.size, self.sweep = size, False
            case Field.COUNT:
                self.count = None if text.strip() in ("", _NO_END) else max(1, int(_number(text)))
            case Field.GAP:
                gap = _number(text)
                BenchPlan(gap=gap)
                self.gap = gap
            case Field.ROLE | Field.TRANSPORT:
                self.change(1)


def _next(values: tuple[T, ...], value: T, steps: int) -> T:
    at = values.index(value) + steps if value in values else 0
    return values[at % len(values)]


def _number(text: str) -> float:
    try:
        number = float(text)
        int(number)
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            _("{text} is not a number.").format(text=repr(text)),
            _("This field takes plain figures."),
            _("Type it again, or choose a value with left and right."),
        ) from error
    return number
