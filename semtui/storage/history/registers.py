"""What a meter's registers say about energy: differences, and when there is none to be had.

Pure arithmetic on rows of the table `slots`. A difference is taken between two
registers of one meter alone. A register that begins anew after its last digit
counts on; one that drops otherwise, or leaps, says nothing.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from semtui.storage.history.values import SLOT_MINUTES, UNITS_A_KWH

MOST_A_SLOT = 100 * UNITS_A_KWH
"""100 kWh in half an hour are 200 kW: four times the largest contract that has such a meter."""


class SlotRow(NamedTuple):
    """A row of the table `slots`."""

    time: int
    meter: int
    normal: int | None
    reverse: int | None
    normal_source: int | None
    reverse_source: int | None


class Point(NamedTuple):
    """One register of one meter."""

    time: int
    meter: int
    units: int


def points(rows: Iterable[SlotRow], *, reverse: bool = False) -> list[Point]:
    """Return the registers of one direction that are known, in the order of `rows`."""
    if reverse:
        return [Point(row[0], row[1], row[3]) for row in rows if row[3] is not None]
    return [Point(row[0], row[1], row[2]) for row in rows if row[2] is not None]


def difference(older: Point, newer: Point, moduli: Mapping[int, int | None]) -> int | None:
    """Return the units between two registers; None where they say nothing.

    `moduli`: meter -> where its register begins anew; None where not known.
    """
    if older.meter != newer.meter:
        return None
    units = newer.units - older.units
    modulus = moduli.get(older.meter)
    if units < 0 and modulus is not None:
        units += modulus
    most = MOST_A_SLOT * (newer.time - older.time) // SLOT_MINUTES
    return units if 0 <= units <= most else None


def by_slot(known: Sequence[Point], moduli: Mapping[int, int | None]) -> dict[int, int]:
    """Return slot time -> units, for each slot whose two ends are known and say something."""
    found: dict[int, int] = {}
    for older, newer in itertools.pairwise(known):
        if newer.time - older.time == SLOT_MINUTES:
            units = difference(older, newer, moduli)
            if units is not None:
                found[older.time] = units
    return found


def total(known: Sequence[Point], moduli: Mapping[int, int | None]) -> int | None:
    """Return the units from the first register to the last; None without two that say something.

    Gaps are bridged, for the register has gone on counting. What another
    meter counted between is not known, and not in it.
    """
    differences = [
        units
        for older, newer in itertools.pairwise(known)
        if (units := difference(older, newer, moduli)) is not None
    ]
    return sum(differences) if differences else None


def between(known: Sequence[Point], first: int, last: int) -> Sequence[Point]:
    """Return the registers from slot time `first` to `last`, with both."""
    low = bisect.bisect_left(known, first, key=lambda point: point.time)
    return known[low : bisect.bisect_right(known, last, lo=low, key=lambda point: point.time)]
