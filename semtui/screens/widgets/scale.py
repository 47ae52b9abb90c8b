"""The chart's scale of power: limits that a person can read, and that seldom move."""

from __future__ import annotations

import math
from dataclasses import dataclass

SETTLE_SECONDS = 10.0
"""The scale shrinks at most this often."""

HEADROOM = 1.2
"""It shrinks only when this many times the highest value still fit the smaller one."""

LEAST_WATTS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """A scale from `-below * step` to `above * step` watts."""

    step: int
    """Watts from one label to the next: 1, 2 or 5 times a power of ten."""
    above: int
    below: int

    @property
    def upper(self) -> int:
        return self.step * self.above

    @property
    def lower(self) -> int:
        return -self.step * self.below


def limits_for(low: float, high: float, labels: int) -> Limits:
    """The tightest limits around `low` to `high` W with at most `labels` steps."""
    high, low = math.ceil(max(high, 0.0)), math.floor(min(low, 0.0))
    if high - low < LEAST_WATTS:
        if high >= -low:
            high = low + LEAST_WATTS
        else:
            low = high - LEAST_WATTS
    step = 10
    while True:
        above, below = math.ceil(high / step), math.ceil(-low / step)
        if above + below <= max(2, labels):
            return Limits(step, above, below)
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2


class Scale:
    """Limits with hysteresis: they grow at once, and shrink late and rarely."""

    def __init__(self) -> None:
        self._limits: Limits | None = None
        self._labels = 0
        self._changed = -math.inf

    def fit(self, low: float, high: float, labels: int, now: float) -> Limits:
        """The limits to draw with, for values from `low` to `high` W at monotonic `now`."""
        old = self._limits
        fits = old is not None and labels == self._labels
        if old is not None and fits and old.lower <= low and high <= old.upper:
            roomy = limits_for(low * HEADROOM, high * HEADROOM, labels)
            smaller = roomy.upper - roomy.lower < old.upper - old.lower
            if not smaller or now - self._changed < SETTLE_SECONDS:
                return old
        new = limits_for(low, high, labels)
        if new != old:
            self._changed = now
        self._limits, self._labels = new, labels
        return new
