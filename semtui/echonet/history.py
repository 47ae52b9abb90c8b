"""What the meter remembers: days of half hours (E2, E4), spans (EC, EE), and their selectors.

The two families run in opposite directions: a day's slots come oldest first,
a span's rows newest first. A register at 14:30 minus that at 14:00 is the
energy of the half hour between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from semtui.echonet.energy import NO_ENERGY, Register
from semtui.echonet.scale import EnergyScale, decimal_text
from semtui.echonet.values import (
    Json,
    PropertyError,
    ValueStatus,
    decode_moment,
    encode_moment,
    require_length,
)

SLOTS = 48
MAX_DAY = 99
_DAY_UNSET = 0xFF
_UNSET_MOMENT = b"\xff" * 6
_HEAD = 7
"""Moment and count, in selectors and at the head of spans."""
_ROW = 8


@dataclass(frozen=True, slots=True)
class SpanKind:
    """The step of a span's rows and how many it may have."""

    minutes: int
    max_count: int


HALF_HOURS = SpanKind(minutes=30, max_count=12)
"""EC, ED."""
MINUTES = SpanKind(minutes=1, max_count=10)
"""EE, EF."""


@dataclass(frozen=True, slots=True)
class DaySelector:
    """E5: which day E2 and E4 answer for, in days back; None while it was never set."""

    day: int | None

    def encode(self) -> bytes:
        return bytes((_DAY_UNSET if self.day is None else self.day,))

    def to_json(self, scale: EnergyScale) -> Json:
        return {"day": None, "status": "unset"} if self.day is None else {"day": self.day}


@dataclass(frozen=True, slots=True)
class DayHistory:
    """E2, E4: 48 registers of one day, 00:00 first.

    Without a `day` the numbers belong to no known date and must not be filed.
    """

    day: int | None
    """Days back by the meter's own date."""
    slots: tuple[Register, ...]

    def encode(self) -> bytes:
        day = _DAY_UNSET if self.day is None else self.day
        return day.to_bytes(2, "big") + b"".join(slot.encode() for slot in self.slots)

    def to_json(self, scale: EnergyScale) -> Json:
        kwh = [slot.kwh(scale) for slot in self.slots]
        shape: Json = {
            "day": self.day,
            "order": "oldest_first",
            "first_slot": "00:00",
            "step_min": 30,
            "raw": [None if slot.raw == NO_ENERGY else slot.raw for slot in self.slots],
            "kwh": [None if value is None else decimal_text(value) for value in kwh],
            "missing": sum(slot.status is not ValueStatus.OK for slot in self.slots),
        }
        if self.day is None:
            shape["status"] = "unset"
        elif scale.unit is None:
            shape["status"] = "no_unit"
        return shape


@dataclass(frozen=True, slots=True)
class SpanSelector:
    """ED, EF: the newest moment and the number of rows; no moment while it was never set."""

    start: datetime | None
    count: int

    def encode(self) -> bytes:
        moment = _UNSET_MOMENT if self.start is None else encode_moment(self.start, seconds=False)
        return moment + bytes((self.count,))

    def to_json(self, scale: EnergyScale) -> Json:
        shape: Json = {"from": _minute_text(self.start), "count": self.count}
        if self.start is None:
            shape["status"] = "unset"
        return shape


@dataclass(frozen=True, slots=True)
class SpanHistory:
    """EC, EE: rows of both registers from a moment backwards."""

    start: datetime | None
    rows: tuple[tuple[Register, Register], ...]
    """Normal and reverse direction, newest first."""
    kind: SpanKind

    def times(self) -> Iterator[datetime | None]:
        """The moment of each row; None while the selector was never set."""
        for index in range(len(self.rows)):
            if self.start is None:
                yield None
            else:
                yield self.start - timedelta(minutes=index * self.kind.minutes)

    def encode(self) -> bytes:
        head = SpanSelector(self.start, len(self.rows)).encode()
        return head + b"".join(fwd.encode() + rev.encode() for fwd, rev in self.rows)

    def to_json(self, scale: EnergyScale) -> Json:
        shape: Json = {
            "from": _minute_text(self.start),
            "count": len(self.rows),
            "order": "newest_first",
            "rows": [
                {
                    "t": _minute_text(moment),
                    "normal": normal.to_json(scale),
                    "reverse": reverse.to_json(scale),
                }
                for moment, (normal, reverse) in zip(self.times(), self.rows, strict=True)
            ],
        }
        if self.start is None:
            shape["status"] = "unset"
        return shape


def decode_day_selector(edt: bytes) -> DaySelector:
    """E5: 0 to 99, or FF."""
    require_length(edt, 1)
    return DaySelector(_day(edt[0]))


def decode_day_history(edt: bytes) -> DayHistory:
    """E2, E4: a 16-bit day (0 to 99, or 00FF) and 48 registers."""
    require_length(edt, 2 + 4 * SLOTS)
    day = _day(int.from_bytes(edt[:2], "big"))
    slots = tuple(
        Register(int.from_bytes(edt[i : i + 4], "big")) for i in range(2, 2 + 4 * SLOTS, 4)
    )
    return DayHistory(day, slots)


def decode_span_selector(edt: bytes, kind: SpanKind) -> SpanSelector:
    """ED, EF: a moment and a count that `kind` allows."""
    require_length(edt, _HEAD)
    start = _span_start(edt, kind)
    count = edt[6]
    if not 1 <= count <= kind.max_count:
        raise PropertyError("count_range", str(count))
    return SpanSelector(start, count)


def decode_span_history(edt: bytes, kind: SpanKind) -> SpanHistory:
    """EC, EE: the selector's moment and count, then as many pairs of registers."""
    if len(edt) < _HEAD:
        raise PropertyError("length", f"want at least {_HEAD}, got {len(edt)}")
    count = edt[6]
    need = _HEAD + _ROW * count
    if len(edt) != need:
        raise PropertyError("length", f"count {count} needs {need} bytes, got {len(edt)}")
    if not 1 <= count <= kind.max_count:
        raise PropertyError("count_range", f"{count} not in 1..{kind.max_count}")
    start = _span_start(edt, kind)
    if start is not None and start - datetime.min < timedelta(minutes=(count - 1) * kind.minutes):
        raise PropertyError("datetime", "rows reach back beyond year 1")
    counts = [int.from_bytes(edt[i : i + 4], "big") for i in range(_HEAD, need, 4)]
    rows = tuple(
        (Register(normal), Register(reverse))
        for normal, reverse in zip(counts[::2], counts[1::2], strict=True)
    )
    return SpanHistory(start, rows, kind)


def encode_day_history(day: int | None, counts: Sequence[int | None]) -> bytes:
    """The EDT of E2 or E4 from 48 counts, 00:00 first; None is "no data" for its slot."""
    if len(counts) != SLOTS:
        raise ValueError(f"a day has {SLOTS} slots, not {len(counts)}")
    slots = tuple(Register(NO_ENERGY if count is None else count) for count in counts)
    return DayHistory(day, slots).encode()


def encode_span_history(
    start: datetime | None, rows: Sequence[tuple[int | None, int | None]]
) -> bytes:
    """The EDT of EC or EE from pairs of counts, newest first; None is "no data"."""
    registers = tuple(
        (
            Register(NO_ENERGY if normal is None else normal),
            Register(NO_ENERGY if reverse is None else reverse),
        )
        for normal, reverse in rows
    )
    # The step does not show in the bytes, so either kind will do.
    return SpanHistory(start, registers, HALF_HOURS).encode()


def _day(number: int) -> int | None:
    if number == _DAY_UNSET:
        return None
    if number > MAX_DAY:
        raise PropertyError("day_range", str(number))
    return number


def _span_start(edt: bytes, kind: SpanKind) -> datetime | None:
    """The moment of the newest row; None for the initial value, which is all ones."""
    if edt[:6] == _UNSET_MOMENT:
        return None
    start = decode_moment(edt[:6])
    if start.minute % kind.minutes:
        raise PropertyError("minute", "must be 0 or 30")
    return start


def _minute_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")
