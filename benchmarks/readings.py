"""Readings of the emulated household, without a radio in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from semtui.emulator.household import Household
from semtui.model import Reading, ReadingStatus

INTERVAL = 3.0
"""Seconds from a reading to the next."""


def household_readings(begin: datetime, stamp: float, count: int) -> Iterator[Reading]:
    """Yield `count` readings, one each three seconds from `begin` (monotonic `stamp`) on."""
    house = Household()
    for index in range(count):
        seconds = INTERVAL * index
        at = begin + timedelta(seconds=seconds)
        r, t = house.amps(at)
        yield Reading(at, stamp + seconds, house.power(at), r, t, 0.4, ReadingStatus.OK)
