"""How fast requests may follow each other: bursts are free, the long run is not.

Wi-SUN modules and meters share a narrow channel, on which each sender has a
limited share of the hour.
"""

from __future__ import annotations

import math

_BURST = 20
_PER_MINUTE = 53.0
_STEP = 60.0 / _PER_MINUTE


class Pace:
    """Lets at most 550 requests pass in any ten minutes.

    Twenty may go out at once (a bucket of tokens); after that 53 a minute.
    """

    def __init__(self) -> None:
        self._full = -math.inf
        """Monotonic stamp at which the whole burst is free again."""

    @property
    def ready(self) -> float:
        """The monotonic stamp from which on a request may go out."""
        return self._full - (_BURST - 1) * _STEP

    def take(self, now: float) -> None:
        """A request goes out."""
        self._full = max(self._full, now) + _STEP
