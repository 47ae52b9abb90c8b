"""What lies between two boards on one air: distance, loss, delay, frames that arrive twice.

The seed decides which frames are lost, and what was lost is counted, so that
a radio test can be held against the truth. The way to the meter has faults
of its own (`faults.MeterFaults`) and is not touched by this.
"""

from __future__ import annotations

import math
import random

from semtui.emulator.options import AirStyle

_STRENGTH_AT_ONE_METRE = -19.0
"""dBm: 20 mW, and 32 dB of free space at 925 MHz."""
_LOSS_PER_DECADE = 30.0
"""dB for ten times the distance, inside a house."""
_WEAK, _DEAF = 0x30, 0x10
"""LQI below which frames begin to get lost, and at which all are."""


class Path:
    """The way between any two boards of an air."""

    def __init__(self, style: AirStyle, seed: int) -> None:
        self._random = random.Random(f"{seed}/path")
        self.style = style
        """Change it at any time: a wall goes up, somebody walks away."""
        self.offered = 0
        """Frames that a board sent to another one that listens."""
        self.lost = 0
        """Those of them that did not arrive; counted exactly."""

    @property
    def lqi(self) -> int:
        """The link quality at which one board receives the other."""
        decibels = _LOSS_PER_DECADE * math.log10(max(self.style.distance, 1.0))
        level = (_STRENGTH_AT_ONE_METRE - decibels + 104.27) / 0.275
        return max(1, min(0xFF, round(level)))

    @property
    def in_reach(self) -> bool:
        """Whether anything arrives at all at this distance."""
        return self._loss_by_distance() < 1.0

    def arrives(self) -> bool:
        """Whether the next frame gets through; counts it."""
        self.offered += 1
        through = (1.0 - self.style.loss) * (1.0 - self._loss_by_distance())
        if through < 1.0 and self._random.random() >= through:
            self.lost += 1
            return False
        return True

    def delay(self) -> float:
        """Seconds for which the next frame is under way, beyond its time on the air."""
        low, high = self.style.latency
        return low + (high - low) * self._random.random() if high else 0.0

    def copies(self) -> int:
        """How often the next datagram is handed to its addressee."""
        share = self.style.duplicate
        return 2 if share and self._random.random() < share else 1

    def _loss_by_distance(self) -> float:
        return max(0.0, min(1.0, (_WEAK - self.lqi) / (_WEAK - _DEAF)))
