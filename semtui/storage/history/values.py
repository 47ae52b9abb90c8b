"""What the history is asked for and answers, as frozen values, and how they stand in the file.

Power is keyed by UTC, in milliseconds. The meter's half hours are keyed by the
meter's own clock (JST, naive), in minutes, and its registers are whole units of
0.0001 kWh, the finest that a meter can have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple

from semtui.model import Level, ReadingStatus, SlotSource

STATUS_NUMBERS = {
    ReadingStatus.OK: 0,
    ReadingStatus.PARTIAL: 1,
    ReadingStatus.NO_DATA: 2,
    ReadingStatus.REFUSED: 3,
    ReadingStatus.MALFORMED: 4,
    ReadingStatus.TIMEOUT: 5,
    ReadingStatus.NOT_SENT: 6,
}
"""How a status stands in the file: never renumbered, only added to."""
STATUSES = {number: status for status, number in STATUS_NUMBERS.items()}

SOURCE_NUMBERS = {
    SlotSource.ANNOUNCED: 1,
    SlotSource.ASKED: 2,
    SlotSource.BACKFILLED: 3,
    SlotSource.DERIVED: 4,
}
"""How a source stands in the file: never renumbered, only added to."""
SOURCES = {number: source for source, number in SOURCE_NUMBERS.items()}

LEVEL_NUMBERS = {Level.INFO: 0, Level.WARNING: 1, Level.ERROR: 2}
LEVELS = {number: level for level, number in LEVEL_NUMBERS.items()}

FILE_NAME = "history.sqlite3"
"""Of the history, in the folder of the CSV files. It stands here and not with the tables, so that
who only names it does not load SQLite, which takes a while on a small machine."""
FAR_FUTURE_MS = 1 << 43
"""UTC milliseconds, in the year 2248: a clock that says so is wrong, and its times would soon be
more than a date can be."""
UNITS_A_KWH = 10_000
SLOT_MINUTES = 30
SLOTS_A_DAY = 48

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_METER_EPOCH = datetime(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)


def to_ms(moment: datetime) -> int:
    """Return UTC milliseconds since 1970 of an aware time, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(ms: int, zone: tzinfo | None = UTC) -> datetime:
    """Return the aware time of UTC milliseconds since 1970."""
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone)


def to_minutes(meter_time: datetime) -> int:
    """Return minutes since 1970 by the meter's own clock, rounded down."""
    return (meter_time - _METER_EPOCH) // _MINUTE


def from_minutes(minutes: int) -> datetime:
    """Return the meter's own time (naive) of minutes since 1970."""
    return _METER_EPOCH + timedelta(minutes=minutes)


def to_units(kwh: Decimal) -> int:
    """Return a register in units of 0.0001 kWh."""
    return int(kwh * UNITS_A_KWH)


def from_units(units: int) -> Decimal:
    """Return kWh of units of 0.0001 kWh, exactly."""
    return Decimal(units).scaleb(-4)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first sample to the last; both aware, in UTC."""

    first: datetime
    last: datetime


class Sample(NamedTuple):
    """One poll, as it stands in the file: cheap enough to be streamed by the million."""

    ms: int
    """UTC milliseconds since 1970. Of two polls of the same millisecond, as after a step back
    of the clock, the later one stands at the next that is free."""
    watts: int | None
    """W; negative while exporting."""
    r_tenths: int | None
    t_tenths: int | None
    """Tenths of an ampere."""
    round_trip_ms: int | None
    status_number: int

    @property
    def at(self) -> datetime:
        """When it was taken, in UTC."""
        return from_ms(self.ms)

    @property
    def r_ampere(self) -> Decimal | None:
        return None if self.r_tenths is None else Decimal(self.r_tenths).scaleb(-1)

    @property
    def t_ampere(self) -> Decimal | None:
        return None if self.t_tenths is None else Decimal(self.t_tenths).scaleb(-1)

    @property
    def round_trip(self) -> float | None:
        """Seconds."""
        return None if self.round_trip_ms is None else self.round_trip_ms / 1000

    @property
    def status(self) -> ReadingStatus:
        return STATUSES[self.status_number]


@dataclass(frozen=True, slots=True)
class PowerBucket:
    """The power within one column of a chart, in W; there is at least one value in it."""

    start: datetime
    """Aware, in the zone that was asked in."""
    total: int
    """Sum of all values."""
    count: int
    low: int
    high: int

    @property
    def mean(self) -> float:
        return self.total / self.count


@dataclass(frozen=True, slots=True)
class Slot:
    """A half hour of the meter; None is what is not known."""

    start: datetime
    """By the meter's clock (JST, naive)."""
    normal: Decimal | None = None
    """Import: the register at `start`, in kWh."""
    reverse: Decimal | None = None
    """Export."""
    normal_kwh: Decimal | None = None
    """What was drawn within the half hour; None unless the registers of both ends are known and
    belong to one meter."""
    reverse_kwh: Decimal | None = None
    source: SlotSource | None = None
    """How `normal` came to be known."""
    reverse_source: SlotSource | None = None


@dataclass(frozen=True, slots=True)
class EnergySum:
    """The energy of a range by the registers, in kWh; None where no two registers are known."""

    normal_kwh: Decimal | None
    """Import; over a gap it is exact too, as long as one meter counted on both sides of it."""
    reverse_kwh: Decimal | None
    known: int
    """Half hours whose import is known on its own."""
    total: int
    """Half hours of the range."""
    first_normal: Decimal | None
    """The register at the very start of the range."""
    last_normal: Decimal | None
    """The register at the very end of the range."""
    first_reverse: Decimal | None
    last_reverse: Decimal | None

    @property
    def whole(self) -> bool:
        """Whether the import is that of the whole range, and not of a part of it."""
        return None not in (self.normal_kwh, self.first_normal, self.last_normal)


@dataclass(frozen=True, slots=True)
class DayEnergy:
    """The energy of one day by the meter's calendar, in kWh."""

    day: date
    normal_kwh: Decimal | None
    reverse_kwh: Decimal | None
    known: int
    """Half hours whose import is known."""
    total: int = SLOTS_A_DAY


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to remember from run to run (table `meta`)."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Event:
    """A notice, or a change of the link's state, as it was kept."""

    at: datetime
    level: Level
    title: str
    detail: str
