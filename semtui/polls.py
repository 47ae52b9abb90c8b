"""The polls of the last hour: how long each took, and which brought no answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from semtui.model import Reading, ReadingStatus

HOUR = 3600.0
MOST = 7200
"""Polls kept at the most: two a second for an hour."""


def stale_seconds(interval: float) -> float:
    """The age from which a reading is stale: three polls, `interval` seconds apart, were missed."""
    return max(10.0, 3 * interval + 1)


@dataclass(frozen=True, slots=True)
class Poll:
    """What became of one poll."""

    stamp: float
    """Monotonic seconds at which it ended."""
    seconds: float | None
    """Its round trip; None when it was lost, or when nobody measured it."""
    lost: bool
    """Whether no answer came, or the request never went out."""


@dataclass(slots=True)
class Polls:
    """The polls of the last hour, the newest last."""

    kept: deque[Poll] = field(default_factory=lambda: deque(maxlen=MOST))
    answered: Poll | None = None
    """The last one that was answered, however long ago."""

    def add(self, reading: Reading) -> None:
        """Take a poll, and forget those that are older than an hour."""
        lost = reading.status in (ReadingStatus.TIMEOUT, ReadingStatus.NOT_SENT)
        poll = Poll(reading.stamp, None if lost else reading.round_trip, lost)
        if not lost:
            self.answered = poll
        self.kept.append(poll)
        while self.kept[0].stamp < reading.stamp - HOUR:
            self.kept.popleft()

    def newest(self, count: int) -> list[Poll]:
        """The last `count` polls at the most, the newest last."""
        return list(islice(reversed(self.kept), count))[::-1]

    def within(self, seconds: float, now: float) -> list[Poll]:
        """The polls that ended within the last `seconds` before `now`."""
        return [poll for poll in self.kept if poll.stamp >= now - seconds]

    def copy(self) -> Polls:
        """The same polls, which later ones leave alone."""
        return Polls(self.kept.copy(), self.answered)


def loss(polls: Sequence[Poll]) -> float | None:
    """The share of `polls` that was lost, 0 to 1; None of none."""
    return sum(poll.lost for poll in polls) / len(polls) if polls else None
