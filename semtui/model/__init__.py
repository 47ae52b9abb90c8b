"""The frozen values that cross walls: what the engine says to everybody else.

All of them are immutable, so the thread that made one may hand it to any
other without a lock. `stamp` fields are `Clock.monotonic()` seconds and serve
for ages and durations; `at` fields are aware wall-clock times and serve for
files and labels.
"""

from __future__ import annotations

from semtui.model.happenings import (
    Direction,
    Level,
    Notice,
    StorageStatus,
    WireLine,
)
from semtui.model.link import (
    Credentials,
    LinkCounts,
    LinkReason,
    LinkSnapshot,
    LinkState,
    ModuleFacts,
    NoiseScan,
    Pan,
    PanaProgress,
    ScanProgress,
    Step,
    StepKey,
    StepState,
    rssi_dbm,
)
from semtui.model.meter import (
    BackfillProgress,
    BackfillState,
    EnergyReading,
    HalfHour,
    HalfHours,
    MeterFacts,
    PropertyValue,
    Reading,
    ReadingStatus,
    SlotSource,
)
from semtui.model.wishes import (
    FetchHistory,
    Intent,
    ReadProperties,
    SendCommand,
    Wish,
)

Update = (
    LinkSnapshot
    | LinkCounts
    | ScanProgress
    | Reading
    | EnergyReading
    | HalfHour
    | HalfHours
    | BackfillProgress
    | MeterFacts
    | PropertyValue
    | NoiseScan
    | WireLine
    | Notice
    | StorageStatus
)
"""Everything the engine publishes."""

__all__ = [
    "BackfillProgress",
    "BackfillState",
    "Credentials",
    "Direction",
    "EnergyReading",
    "FetchHistory",
    "HalfHour",
    "HalfHours",
    "Intent",
    "Level",
    "LinkCounts",
    "LinkReason",
    "LinkSnapshot",
    "LinkState",
    "MeterFacts",
    "ModuleFacts",
    "NoiseScan",
    "Notice",
    "Pan",
    "PanaProgress",
    "PropertyValue",
    "ReadProperties",
    "Reading",
    "ReadingStatus",
    "ScanProgress",
    "SendCommand",
    "SlotSource",
    "Step",
    "StepKey",
    "StepState",
    "StorageStatus",
    "Update",
    "WireLine",
    "Wish",
    "rssi_dbm",
]
