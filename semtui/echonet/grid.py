"""Moments that keep their distance for ever: base + k x interval."""

from __future__ import annotations

import math


class Grid:
    """The moments of a grid, of which none is visited twice.

    Without an interval (less than a millisecond) every moment is one.
    """

    def __init__(self, interval: float) -> None:
        self._interval = interval if interval >= 0.001 else 0.0
        self._base = 0.0
        self._step = 0
        self.due = math.inf

    def start(self, now: float) -> None:
        """Lay the grid so that its first moment is `now`."""
        self._base, self._step, self.due = now, 0, now

    def leave(self, now: float) -> None:
        """Go to the first moment after `now`."""
        self._seek(now)
        if self.due <= now and self._interval:
            self._step += 1
            self.due = self._base + self._step * self._interval

    def skip(self, now: float) -> None:
        """Drop the moments that have passed; one that is just `now` stays."""
        if self.due < now:
            self._seek(now)

    def put(self, moment: float) -> None:
        """Make `moment` the next one, on the grid or not; those after it are on it again."""
        self.due = moment

    def stop(self) -> None:
        """No moment any more."""
        self.due = math.inf

    def _seek(self, now: float) -> None:
        if not self._interval:
            self.due = now
            return
        # Multiplied, not added up, so that a year of polls does not drift.
        self._step = max(self._step, int((now - self._base) / self._interval))
        self.due = self._base + self._step * self._interval
        while self.due < now:
            self._step += 1
            self.due = self._base + self._step * self._interval
