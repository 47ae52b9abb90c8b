"""What a meter's registers say about energy: differences, and when there is none to be had.

Pure arithmetic on rows of the table `slots`. A difference is taken between two
registers of one meter alone. A register that begins anew after its last digit
counts on; one that drops otherwise, or leaps, says nothing.
"""

from __future__ import annotations

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


Point = tuple[int, int, int]
"""One register of one meter: time, meter, units. A plain tuple, as SQLite gives it: a year has
17,520 of them."""


def points(rows: Iterable[SlotRow], *, reverse: bool = False) -> list[Point]:
    """Return the registers of one direction that are known, in the order of `rows`."""
    if reverse:
        return [(row[0], row[1], row[3]) for row in rows if row[3] is not None]
    return [(row[0], row[1], row[2]) for row in rows if row[2] is not None]


def difference(older: Point, newer: Point, moduli: Mapping[int, int | None]) -> int | None:
    """Return the units between two registers; None where they say nothing.

    `moduli`: meter -> where its register begins anew; None where not known.
    """
    begin, meter, before = older
    end, other, after = newer
    if meter != other:
        return None
    units = after - before
    if units < 0:
        modulus = moduli.get(meter) or 0
        units += modulus
        if units > modulus // 2:
            # Nobody draws so much in a gap: another meter, which does not tell its number.
            return None
    return units if 0 <= units <= MOST_A_SLOT * (end - begin) // SLOT_MINUTES else None


Stretch = tuple[int, int, int]
"""What was counted from one register to the next that is known: start, end, 0.0001 kWh."""


def stretches(known: Sequence[Point], moduli: Mapping[int, int | None]) -> list[Stretch]:
    """Return what was counted between neighbours, where they say something.

    A gap makes one long stretch, for the register has gone on counting.
    """
    return [
        (older[0], newer[0], units)
        for older, newer in itertools.pairwise(known)
        if (units := difference(older, newer, moduli)) is not None
    ]


def by_slot(counted: Iterable[Stretch]) -> dict[int, int]:
    """Return slot time -> units, for each stretch of a single half hour."""
    return {start: units for start, end, units in counted if end - start == SLOT_MINUTES}


def total(counted: Sequence[Stretch]) -> int | None:
    """Return the units of all stretches; None without one.

    What another meter counted between is not known, and not in it.
    """
    return sum(units for _start, _end, units in counted) if counted else None


def by_day(counted: Iterable[Stretch], begin: int, minutes: int) -> dict[int, tuple[int, int]]:
    """Return day -> units and how many half hours are known on their own.

    Days are numbered from `begin` on, and have so many minutes. A stretch over a midnight
    belongs to neither day.
    """
    days: dict[int, tuple[int, int]] = {}
    for start, end, units in counted:
        day = (start - begin) // minutes
        if end <= begin + (day + 1) * minutes:
            before, known = days.get(day, (0, 0))
            days[day] = before + units, known + (end - start == SLOT_MINUTES)
    return days
