"""When to poll outside the grid, because a request has brought nothing."""

from __future__ import annotations

import math

_EXTRA = 3
"""Tries that follow at once."""
_LONGEST_SILENCE = 60.0
"""Seconds between two polls of a silent meter, if the grid does not ask for one before."""


class Retries:
    """The extra polls of a meter that does not answer, so that it is soon known to be deaf."""

    def __init__(self) -> None:
        self.answered()

    def answered(self) -> None:
        """The meter has answered: there is nothing to try again."""
        self._tries = 0
        self.due = math.inf
        """Monotonic stamp of the next extra poll."""

    def begin(self) -> None:
        """A poll goes out."""
        self.due = math.inf

    def failed(self, now: float, sent: float, pause: float) -> None:
        """The request of `sent` is lost; or it could not be sent, and is tried anew after a
        `pause`: nobody was asked, and so no silence is known of."""
        self.due = now + pause
        if pause:
            return
        self._tries += 1
        if self._tries > _EXTRA:
            self.due = max(self.due, sent + _LONGEST_SILENCE)
