"""How much noise there is on each channel: what an energy scan (SKSCAN 0) hears."""

from __future__ import annotations

import random

_QUIET = range(0x02, 0x0B)
_CARRIER = 0x60
"""How much louder a channel is on which somebody is heard at work."""
_FLICKER = 4


class Noise:
    """A floor for each channel by the seed, and whoever is loud on one."""

    def __init__(self, seed: int, loud: dict[int, int]) -> None:
        """`loud` gives the level, as LQI, of channels on which there is something."""
        self._random = random.Random(f"{seed}/noise")
        self._floor = {channel: self._random.choice(_QUIET) for channel in range(33, 61)}
        self.loud = dict(loud)
        """Change it at any time."""

    def level(self, channel: int, *, busy: bool) -> int:
        """The LQI that is heard on a channel now; `busy` while a station is at work on it."""
        floor = self.loud.get(channel, self._floor[channel])
        heard = floor + self._random.randrange(_FLICKER) + (_CARRIER if busy else 0)
        return min(0xFF, heard)
