"""The emulated house: its power at any moment, and energy registers that agree with it.

Power is a step function, so energy is exact. Registers at midnight follow a
formula in the day's number alone; each day's plan is fitted to the difference
between its two midnights (the weather decides how much the air conditioner
runs), which makes any date reachable without adding up all days before it.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from semtui.emulator import appliances
from semtui.emulator.appliances import DAY, Load

JST_OFFSET = 9 * 3600
_VOLTS = 100.0
_JOULES_PER_KWH = 3_600_000.0
_EPOCH_DAY = 18_993
"""2022-01-01: the day the meter was fitted, with its registers near 0."""
_RIPPLE = 5
"""Watts by which the power flickers from second to second, around its step."""
_DAYS_KEPT = 128


@dataclass(frozen=True, slots=True)
class Energy:
    """What has gone through the meter since it was fitted, in kWh."""

    normal: float
    """From the grid."""
    reverse: float
    """To the grid."""


class House(Protocol):
    """What a meter measures."""

    def power(self, at: datetime) -> int:
        """Watts at an aware moment; negative while exporting."""
        ...

    def amps(self, at: datetime) -> tuple[Decimal, Decimal]:
        """Currents of R and T in steps of 0.1 A."""
        ...

    def energy(self, at: datetime) -> Energy:
        """The energies up to that moment."""
        ...


@dataclass(frozen=True, slots=True)
class _Day:
    """One day as steps: when each begins, its watts, and the joules before it."""

    starts: list[float]
    r: list[float]
    t: list[float]
    normal: list[float]
    reverse: list[float]
    opening: Energy
    closing: Energy
    """The registers at its two midnights."""


class Household:
    """A house with a family, and with solar panels if wanted; the same for the same seed."""

    def __init__(self, seed: int = 0, *, solar: bool = False) -> None:
        self._seed = seed
        self._solar = solar
        self._days: OrderedDict[int, _Day] = OrderedDict()
        self._salt = random.Random(f"{seed}/ripple").getrandbits(32) | 1

    def power(self, at: datetime) -> int:
        plan, step, _second = self._moment(at)
        ripple = (int(at.timestamp() + JST_OFFSET) * 2654435761 ^ self._salt) >> 7
        watts = plan.r[step] + plan.t[step] + ripple % (2 * _RIPPLE + 1) - _RIPPLE
        return round(watts)

    def amps(self, at: datetime) -> tuple[Decimal, Decimal]:
        plan, step, _second = self._moment(at)
        return _tenths(plan.r[step]), _tenths(plan.t[step])

    def energy(self, at: datetime) -> Energy:
        plan, step, second = self._moment(at)
        joules = (plan.r[step] + plan.t[step]) * (second - plan.starts[step])
        normal = plan.normal[step] + max(joules, 0.0)
        reverse = plan.reverse[step] + max(-joules, 0.0)
        opening, closing = plan.opening, plan.closing
        return Energy(
            min(opening.normal + normal / _JOULES_PER_KWH, closing.normal),
            min(opening.reverse + reverse / _JOULES_PER_KWH, closing.reverse),
        )

    def _moment(self, at: datetime) -> tuple[_Day, int, float]:
        """The day of a moment, the step it falls into, and its second of the day."""
        day, second = divmod(at.timestamp() + JST_OFFSET, DAY)
        plan = self._day(int(day))
        return plan, bisect_right(plan.starts, second) - 1, second

    def _normal_at(self, day: int) -> float:
        """The import register at a midnight: a steady use, the seasons, and the weather."""
        days = day - _EPOCH_DAY
        mean, swing = (8.0, 2.0) if self._solar else (11.5, 2.2)
        return mean * days + _season(days, swing, 24) + self._weather(day, "normal", 0.9)

    def _reverse_at(self, day: int) -> float:
        if not self._solar:
            return 0.0
        days = day - _EPOCH_DAY
        return 6.5 * days + _season(days, -2.0, 10) + self._weather(day, "reverse", 1.2)

    def _weather(self, day: int, what: str, kwh: float) -> float:
        return random.Random(f"{self._seed}/{what}/{day}").uniform(0, kwh)

    def _day(self, day: int) -> _Day:
        plan = self._days.get(day)
        if plan is None:
            plan = self._days[day] = self._plan(day)
            if len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        return plan

    def _plan(self, day: int) -> _Day:
        draw = random.Random(f"{self._seed}/day/{day}")
        fixed = appliances.household_load(draw, weekend=(day + 3) % 7 >= 5)
        flexible = appliances.air_conditioner(draw)
        opening = Energy(self._normal_at(day), self._reverse_at(day))
        closing = Energy(self._normal_at(day + 1), self._reverse_at(day + 1))
        if self._solar:
            panels = appliances.sun(draw, (day - _EPOCH_DAY) % 365)
            load = _sum(_sum(fixed, flexible, 0.8), panels, -1.0)
        else:
            joules = (closing.normal - opening.normal) * _JOULES_PER_KWH
            share = max(0.0, (joules - _joules(fixed)) / _joules(flexible))
            load = _sum(fixed, flexible, share)
        return _steps(load, opening, closing)


class SteadyHouse:
    """A house that always takes the same power, for tests of what is shown."""

    def __init__(self, watts: int, amps: tuple[Decimal, Decimal] | None = None) -> None:
        self._watts = watts
        self._amps = amps

    def power(self, at: datetime) -> int:
        return self._watts

    def amps(self, at: datetime) -> tuple[Decimal, Decimal]:
        if self._amps is not None:
            return self._amps
        half = _tenths(self._watts / 2)
        return half, half

    def energy(self, at: datetime) -> Energy:
        seconds = at.timestamp() + JST_OFFSET - _EPOCH_DAY * DAY
        kwh = max(0.0, seconds) * abs(self._watts) / _JOULES_PER_KWH
        return Energy(kwh, 0.0) if self._watts >= 0 else Energy(0.0, kwh)


class MeasuredHouse:
    """A house whose currents are given and whose power is its own."""

    def __init__(self, house: House, amps: tuple[Decimal, Decimal]) -> None:
        self._house = house
        self._amps = amps

    def power(self, at: datetime) -> int:
        return self._house.power(at)

    def amps(self, at: datetime) -> tuple[Decimal, Decimal]:
        return self._amps

    def energy(self, at: datetime) -> Energy:
        return self._house.energy(at)


def _season(days: float, swing: float, peak: float) -> float:
    """The integral of a yearly wave of `swing` kWh a day that peaks on a day of the year."""
    year = 365.25 / (2 * math.pi)
    return swing * year * math.sin((days - peak) / year)


def _tenths(watts: float) -> Decimal:
    return Decimal(round(watts / _VOLTS * 10)) / 10


def _joules(load: Load) -> float:
    return sum((r + t) * (DAY - moment) for moment, r, t in load.changes)


def _sum(one: Load, other: Load, share: float) -> Load:
    scaled = [(moment, r * share, t * share) for moment, r, t in other.changes]
    return Load(one.changes + scaled)


def _steps(load: Load, opening: Energy, closing: Energy) -> _Day:
    """Turn changes into steps whose sums are the joules that the registers demand."""
    starts, r_steps, t_steps = [0.0], [0.0], [0.0]
    r = t = 0.0
    for moment, r_change, t_change in sorted(load.changes):
        r += r_change
        t += t_change
        if moment >= DAY:
            break
        if moment > starts[-1]:
            starts.append(moment)
            r_steps.append(r)
            t_steps.append(t)
        else:
            r_steps[-1], t_steps[-1] = r, t
    ends = [*starts[1:], float(DAY)]
    joules = [
        (one + other) * (end - start)
        for one, other, start, end in zip(r_steps, t_steps, starts, ends, strict=True)
    ]
    taken = sum(value for value in joules if value > 0)
    given = -sum(value for value in joules if value < 0)
    normal = (closing.normal - opening.normal) * _JOULES_PER_KWH
    reverse = (closing.reverse - opening.reverse) * _JOULES_PER_KWH
    scale_normal = normal / taken if taken else 0.0
    scale_reverse = reverse / given if given else 0.0
    normals, reverses = [0.0], [0.0]
    for index, value in enumerate(joules):
        scale = scale_normal if value >= 0 else scale_reverse
        r_steps[index] *= scale
        t_steps[index] *= scale
        normals.append(normals[-1] + max(value, 0.0) * scale)
        reverses.append(reverses[-1] - min(value, 0.0) * scale)
    return _Day(starts, r_steps, t_steps, normals, reverses, opening, closing)
