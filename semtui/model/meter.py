"""What the meter says: power, energy, half hours, and what it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, unique


@unique
class ReadingStatus(Enum):
    """What became of a poll; the last column of the CSV."""

    OK = "ok"
    PARTIAL = "partial"
    """Some of what was asked came, some was refused or left out."""
    NO_DATA = "no_data"
    """The meter answered that it has no value."""
    REFUSED = "refused"
    MALFORMED = "malformed"
    """The answer's length or content is not what the property allows."""
    TIMEOUT = "timeout"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Reading:
    """One poll of the instantaneous values (E7, E8); missing values are None, never 0."""

    at: datetime
    """When the answer came, or when the poll was given up."""
    stamp: float
    watts: int | None
    """W; negative while exporting."""
    r_ampere: Decimal | None
    t_ampere: Decimal | None
    """A; None on single-phase two-wire meters."""
    round_trip: float | None
    """Seconds from the request's first byte to the answer's last."""
    status: ReadingStatus


@dataclass(frozen=True, slots=True)
class EnergyReading:
    """The cumulative registers now (E0, E3), in kWh; None where there is no value."""

    at: datetime
    stamp: float
    normal_kwh: Decimal | None
    """Import."""
    reverse_kwh: Decimal | None
    """Export."""
    reason: str = ""
    """Why a value is missing, when one is."""


@unique
class SlotSource(Enum):
    """How a half-hour register came to be known."""

    ANNOUNCED = "announced"
    """The meter sent it by itself (EA, EB)."""
    ASKED = "asked"
    """It was asked for, because no announcement was heard (EA, EB)."""
    BACKFILLED = "backfilled"
    """It came out of the meter's memory (E2, E4, EC)."""
    DERIVED = "derived"
    """It was worked out from other values."""


@dataclass(frozen=True, slots=True)
class HalfHour:
    """A half-hour register, by the meter's own clock (JST, naive)."""

    meter_time: datetime
    normal_kwh: Decimal | None
    """Import; the register as it stood at `meter_time`."""
    reverse_kwh: Decimal | None
    """Export."""
    source: SlotSource


@dataclass(frozen=True, slots=True)
class HalfHours:
    """Several half-hour registers at once, out of the meter's memory."""

    rows: tuple[HalfHour, ...]
    """By their time, the oldest first; those without data are left out."""


@unique
class BackfillState(Enum):
    """How far the reading of the meter's memory is."""

    RUNNING = "running"
    PAUSED = "paused"
    """The link is down; it goes on by itself."""
    DONE = "done"
    REFUSED = "refused"
    """The meter does not tell its history."""


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """How the reading of the meter's memory goes on."""

    at: datetime
    state: BackfillState
    wanted: int
    """Days that were asked for in this round."""
    done: int
    """Days of them that are settled: told, empty, or refused."""
    day: date | None = None
    """The day that was settled last."""
    depth: int | None = None
    """Days back at which the meter's memory ends; None while it is not known."""
    detail: str = ""
    """Why it stopped, in a sentence, when it did."""


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """What the meter says about itself; each is None until known, or where refused."""

    maker: str | None = None
    """Six hex digits (8A)."""
    maker_name: str | None = None
    """Whose code that is; None for makers not known to us."""
    serial: str | None = None
    release: str | None = None
    """Appendix release letter (82)."""
    fault: bool | None = None
    coefficient: int | None = None
    """D3; 1 where the meter does not serve it."""
    coefficient_assumed: bool = False
    unit_kwh: Decimal | None = None
    """E1: kWh a count."""
    digits: int | None = None
    """D7: effective digits of the registers."""
    get_map: tuple[int, ...] = ()
    set_map: tuple[int, ...] = ()
    inf_map: tuple[int, ...] = ()
    clock_offset: float | None = None
    """Meter's clock minus ours in seconds, to a minute's resolution (97, 98)."""


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A property of the meter as it came last: told, announced, refused or not answered."""

    epc: int
    raw: bytes | None = field(repr=False)
    """The EDT as it came, the route-B id (C0) starred out; None where nothing came."""
    at: datetime
    stamp: float
    refused: bool = False
    """Whether the meter named the property without a value."""
    announced: bool = False
    """Whether the meter sent it by itself."""
    round_trip: float | None = None
    """Seconds that the answer took; None without a question or an answer."""
