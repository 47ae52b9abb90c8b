"""A history of some weeks by a small rule: the same each time, and good to look at.

The older days are known by the meter's memory alone, as after the first
evening; since then there are readings, too. `python -m tests.screens.pastyears
FOLDER [DAYS]` writes one that ends now.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from semtui.clock import JST
from semtui.model import SlotSource
from semtui.storage.history.schema import open_for_writing
from semtui.storage.history.values import FILE_NAME, SOURCE_NUMBERS, to_minutes, to_ms

_MINUTE = timedelta(minutes=1)
_HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)

Watts = Callable[[datetime], int]


def _noise(seed: int) -> float:
    """From 0 to 1, by chance but always the same."""
    return ((seed * 2654435761 ^ 0x5BD1E995) >> 5) % 1000 / 1000


def _bump(hour: float, at: float, width: float) -> float:
    return math.exp(-(((hour - at) / width) ** 2))


def household(at: datetime) -> int:
    """What a house draws at a meter's time: nights, meals, a weekend, a colder autumn."""
    hour, day = at.hour + at.minute / 60, at.toordinal()
    weekend = at.weekday() >= 5
    mood = 0.7 + 0.6 * _noise(day)
    cold = 0.5 - 0.5 * math.cos(2 * math.pi * (at.timetuple().tm_yday - 200) / 365)
    watts = 150 + 60 * (at.minute // 12 % 2)
    watts += 900 * mood * _bump(hour, 8.5 if weekend else 7.0, 0.8)
    watts += 1500 * mood * _bump(hour, 19.2, 1.6) * (0.6 + 0.8 * cold)
    watts += 500 * mood * _bump(hour, 12.5, 2.0) * (1.3 if weekend else 0.3)
    watts += 700 * cold * (_bump(hour, 6.0, 1.2) + _bump(hour, 22.0, 1.5))
    if _noise(day * 1440 + at.hour * 60 + at.minute) > 0.994:
        watts += 900
    return round(watts * (0.9 + 0.2 * _noise(day * 97 + at.hour * 60 + at.minute)))


def with_sun(at: datetime) -> int:
    """The same house with panels on its roof."""
    hour = at.hour + at.minute / 60
    sun = 2600 * (0.3 + 0.7 * _noise(at.toordinal() * 7)) * _bump(hour, 12.0, 2.4)
    return household(at) - round(sun)


def no_hole(_at: datetime) -> bool:
    return False


def usual_holes(at: datetime) -> bool:
    """Two half hours of one day, and a morning of another, when the link was down."""
    back = (datetime(2026, 11, 22) - at).days
    return (back == 3 and 9 <= at.hour < 10) or (back == 8 and 5 <= at.hour < 9)


def build(
    folder: Path,
    now: datetime,
    *,
    days: int = 60,
    live: int = 20,
    watts: Watts = household,
    hole: Callable[[datetime], bool] = usual_holes,
    unit: int = 100,
    first_register: int = 184_213_000,
    modulus: int | None = 999_999 * 100 + 100,
) -> Path:
    """Write the history of `days` up to `now` (aware); of the last `live` there are readings.

    `unit` is what a count of the register is worth, in 0.0001 kWh.
    """
    path = folder / FILE_NAME
    present = now.astimezone(JST).replace(tzinfo=None)
    start = datetime.combine(present.date(), datetime.min.time()) - days * _DAY
    begin = present - live * _DAY
    minutes: list[tuple[int, int, int, int, int]] = []
    slots: list[tuple[int, int, int | None, int, int, int]] = []
    imported, exported, at = float(first_register), 0.0, start
    while at <= present:
        if at.minute % 30 == 0 and not hole(at):
            source = SlotSource.ANNOUNCED if at >= begin else SlotSource.BACKFILLED
            if source is SlotSource.ANNOUNCED and _noise(to_minutes(at)) > 0.93:
                source = SlotSource.ASKED
            number = SOURCE_NUMBERS[source]
            counts = [int(value) // unit * unit for value in (imported, exported)]
            normal = counts[0] if modulus is None else counts[0] % modulus
            slots.append((to_minutes(at), 1, normal, counts[1], number, number))
        now_watts = watts(at)
        if at >= begin and not hole(at):
            low, high = round(now_watts * 0.9) - 10, round(now_watts * 1.15) + 25
            second = to_ms(at.replace(tzinfo=JST)) // 1000
            minutes.append((second, 20 * now_watts, 20, low, high))
        imported += max(0, now_watts) / 6
        exported += max(0, -now_watts) / 6
        at += _MINUTE
    with closing(open_for_writing(path)) as db:
        db.execute("BEGIN")
        db.executemany("INSERT INTO minutes VALUES (?, ?, ?, ?, ?)", minutes)
        db.executemany("INSERT INTO power_half_hours VALUES (?, ?, ?, ?, ?)", _rolled(minutes))
        db.executemany(
            "INSERT INTO samples VALUES (?, ?, NULL, NULL, 310, 0)",
            [(1000 * second, total // count) for second, total, count, _low, _high in minutes],
        )
        db.execute("INSERT INTO meters VALUES (1, 'a', ?, NULL, NULL)", (modulus,))
        db.executemany("INSERT INTO slots VALUES (?, ?, ?, ?, ?, ?)", slots)
        db.execute("COMMIT")
    return path


def _rolled(
    minutes: Iterable[tuple[int, int, int, int, int]],
) -> list[tuple[int, int, int, int, int]]:
    out: dict[int, tuple[int, int, int, int, int]] = {}
    for second, total, count, low, high in minutes:
        start = second // 1800 * 1800
        _s, before, counted, least, most = out.get(start, (start, 0, 0, low, high))
        out[start] = (start, before + total, counted + count, min(least, low), max(most, high))
    return list(out.values())


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    build(folder, datetime.now(JST), days=many, hole=no_hole)
