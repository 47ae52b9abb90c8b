"""Frames that get lost between a module and the meters: one draw a frame, whatever is in it.

A share of 0.3 means that three of ten frames never reach whom they are for, after all that the
MAC layer has tried: beacons, PANA, ECHONET Lite and echo requests alike, in both directions. The
way between two boards has losses of its own (`path`).
"""

from __future__ import annotations

import random
from enum import Enum, unique

from semtui.emulator.faults import MeterFaults

_UNACKNOWLEDGED_SHARE = 0.5
"""Of the frames that get lost: those that no node acknowledged in any of the MAC's tries, so that
EVENT 21 says 01. The rest were acknowledged and went astray behind the radio; collectors know
both, and count none of them, so that a half is a guess."""


@unique
class Fate(Enum):
    """What becomes of a frame."""

    ARRIVED = "arrived"
    UNACKNOWLEDGED = "unacknowledged"
    """Nobody got it, and the sender knows."""
    SWALLOWED = "swallowed"
    """It was acknowledged, and still did not arrive."""


class Losses:
    """Draws the fate of each frame from the seed; without losses nothing is drawn."""

    def __init__(self, seed: int, faults: MeterFaults) -> None:
        """`faults.loss` is the share that gets lost; it may change at any time."""
        self._random = random.Random(f"{seed}/loss")
        self._faults = faults

    def fate(self) -> Fate:
        """What becomes of the next frame."""
        share = self._faults.loss
        if share <= 0.0:
            return Fate.ARRIVED
        drawn = self._random.random()
        if drawn >= share:
            return Fate.ARRIVED
        lost_unseen = drawn >= share * _UNACKNOWLEDGED_SHARE
        return Fate.SWALLOWED if lost_unseen else Fate.UNACKNOWLEDGED

    def arrives(self) -> bool:
        """Whether the next frame arrives, where nobody hears of its acknowledgement."""
        return self.fate() is Fate.ARRIVED
