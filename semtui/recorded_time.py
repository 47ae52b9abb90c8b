"""The wall clock of a recorded machine, by the seconds since the recording began.

A Pi without a clock of its own is set when the network comes up, in the middle
of a session. The monotonic seconds of a recording know nothing of that; the
values in it do, which carry the time of day at which they were said.
"""

from __future__ import annotations

import bisect
from datetime import datetime, timedelta

from semtui.model import LinkSnapshot, Notice, Reading, Update

STEP = timedelta(seconds=5)
"""The clock must part from the seconds by more than this to count as set anew."""


class RecordedTime:
    """Learns of steps from the values, in their order, and tells the time of any second."""

    def __init__(self, started: datetime) -> None:
        """`started` is the time of day at second 0."""
        self._started = started
        self._seconds = [0.0]
        self._shifts = [timedelta()]

    def hear(self, seconds: float, update: Update) -> None:
        """Take a value that was said `seconds` after the start."""
        # What was known before is written again at second 0, with the time at which it was said.
        if seconds > 0 and isinstance(update, LinkSnapshot | Notice | Reading):
            shift = update.at - (self._started + timedelta(seconds=seconds))
            if abs(shift - self._shifts[-1]) > STEP:
                self._seconds.append(seconds)
                self._shifts.append(shift)

    def at(self, seconds: float) -> datetime:
        """Return the time of day at a second."""
        step = bisect.bisect_right(self._seconds, seconds) - 1
        return self._started + timedelta(seconds=seconds) + self._shifts[max(0, step)]
