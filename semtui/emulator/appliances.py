"""What runs in the emulated house on one day: steps of power, phase by phase.

Everything follows from the seed and the day, so that any moment of any day
can be asked for without going through those before it.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

DAY = 86400
MINUTE = 60
HOUR = 3600

R, T, BOTH = (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)
"""The share of each phase; 200 V appliances load both."""


@dataclass(slots=True)
class Load:
    """Changes of power over a day: seconds since midnight, and watts on each phase."""

    changes: list[tuple[float, float, float]] = field(default_factory=list)

    def run(self, start: float, seconds: float, watts: float, phases: tuple[float, float]) -> None:
        """Add an appliance that takes `watts` from `start` on; cut at the day's ends."""
        end = min(start + seconds, DAY)
        start = max(start, 0.0)
        if end > start:
            r, t = watts * phases[0], watts * phases[1]
            self.changes.append((start, r, t))
            self.changes.append((end, -r, -t))


def household_load(draw: random.Random, weekend: bool) -> Load:
    """All but the air conditioner."""
    load = Load()
    load.run(0, DAY, draw.uniform(60, 80), R)
    load.run(0, DAY, draw.uniform(50, 70), T)
    _fridge(load, draw)
    _morning(load, draw, weekend)
    _daytime(load, draw, weekend)
    _evening(load, draw)
    return load


def air_conditioner(draw: random.Random) -> Load:
    """A typical day of the inverter air conditioner; the weather scales it."""
    load = Load()
    begin = draw.uniform(13.5, 16.0) * HOUR
    end = draw.uniform(22.5, 23.7) * HOUR
    load.run(begin, 15 * MINUTE, 500, BOTH)
    _inverter(load, draw, begin + 15 * MINUTE, end)
    dawn = draw.uniform(5.9, 6.4) * HOUR
    load.run(dawn, 12 * MINUTE, 350, BOTH)
    _inverter(load, draw, dawn + 12 * MINUTE, draw.uniform(8.0, 9.0) * HOUR)
    return load


def sun(draw: random.Random, day_of_year: int) -> Load:
    """What panels of a 4 kW peak give on one day (watts given, on both phases)."""
    load = Load()
    season = math.cos((day_of_year - 172) * 2 * math.pi / 365.25)
    half = (6.0 + 1.2 * season) * HOUR
    peak = (2600 + 700 * season) * draw.uniform(0.6, 1.0)
    cloudiness = draw.uniform(0.0, 0.7)
    cloud = 1.0
    moment = 11.8 * HOUR - half
    while moment < 11.8 * HOUR + half:
        step = draw.uniform(60, 240)
        height = math.cos((moment + step / 2 - 11.8 * HOUR) / half * math.pi / 2)
        cloud += (draw.uniform(1.0 - cloudiness, 1.0) - cloud) * 0.4
        load.run(moment, step, peak * max(0.0, height) ** 1.3 * cloud, BOTH)
        moment += step
    return load


def _fridge(load: Load, draw: random.Random) -> None:
    moment = -draw.uniform(0, 40) * MINUTE
    while moment < DAY:
        on = draw.uniform(13, 19) * MINUTE
        load.run(moment, 20, 60, T)
        load.run(moment, on, draw.uniform(85, 100), T)
        moment += on + draw.uniform(20, 27) * MINUTE


def _morning(load: Load, draw: random.Random, weekend: bool) -> None:
    wake = draw.uniform(6.0, 6.4) * HOUR + (HOUR if weekend else 0)
    _rice_cooker(load, draw, 6 * HOUR + draw.uniform(-5, 5) * MINUTE)
    load.run(wake, draw.uniform(1.6, 2.2) * HOUR, draw.uniform(60, 110), R)
    for _ in range(draw.randint(2, 3)):
        start = wake + draw.uniform(0.1, 1.6) * HOUR
        load.run(start, draw.uniform(2.5, 4.5) * MINUTE, draw.uniform(1180, 1260), R)
    load.run(wake + draw.uniform(15, 40) * MINUTE, 3.5 * MINUTE, 980, T)
    load.run(wake + draw.uniform(50, 80) * MINUTE, 5 * MINUTE, 1150, T)


def _daytime(load: Load, draw: random.Random, weekend: bool) -> None:
    if draw.random() < 0.75:
        _washing_machine(load, draw, draw.uniform(8.6, 10.2) * HOUR)
    if draw.random() < (0.7 if weekend else 0.4):
        load.run(draw.uniform(10.0, 11.5) * HOUR, draw.uniform(10, 20) * MINUTE, 850, R)
    start = draw.uniform(11.8, 12.8) * HOUR
    load.run(start, draw.uniform(3, 6) * MINUTE, 1000, T)
    load.run(start + 4 * MINUTE, 3 * MINUTE, 1220, R)
    if weekend:
        load.run(draw.uniform(13, 14) * HOUR, 2.5 * HOUR, 130, T)


def _evening(load: Load, draw: random.Random) -> None:
    _rice_cooker(load, draw, 18 * HOUR + draw.uniform(-5, 5) * MINUTE)
    start = draw.uniform(17.7, 18.5) * HOUR
    while start < 19.3 * HOUR:
        on = draw.uniform(1, 5) * MINUTE
        load.run(start, on, draw.choice((700, 1000, 1400)), BOTH)
        start += on + draw.uniform(0.5, 4) * MINUTE
    night = draw.uniform(22.8, 23.8) * HOUR
    dusk = draw.uniform(16.8, 17.6) * HOUR
    load.run(dusk, night - dusk, draw.uniform(120, 170), R)
    viewing = draw.uniform(18.8, 19.4) * HOUR
    load.run(viewing, night - viewing - 20 * MINUTE, draw.uniform(95, 130), T)
    load.run(draw.uniform(20.8, 22.0) * HOUR, draw.uniform(5, 9) * MINUTE, 1150, T)
    load.run(draw.uniform(19.5, 21.5) * HOUR, 3 * MINUTE, 1230, R)


def _rice_cooker(load: Load, draw: random.Random, start: float) -> None:
    load.run(start, 8 * MINUTE, 350, R)
    load.run(start + 8 * MINUTE, 11 * MINUTE, 1050, R)
    for minute in range(19, 38, 2):
        load.run(start + minute * MINUTE, draw.uniform(30, 70), 900, R)


def _washing_machine(load: Load, draw: random.Random, start: float) -> None:
    moment = start
    while moment < start + 32 * MINUTE:
        load.run(moment, draw.uniform(12, 18), draw.uniform(220, 320), R)
        moment += draw.uniform(20, 30)
    load.run(start + 33 * MINUTE, 6 * MINUTE, draw.uniform(350, 420), R)


def _inverter(load: Load, draw: random.Random, start: float, end: float) -> None:
    level = 330.0
    moment = start
    while moment < end:
        step = draw.uniform(25, 90)
        level += (draw.uniform(160, 430) - level) * 0.25
        load.run(moment, min(step, end - moment), level, BOTH)
        moment += step
