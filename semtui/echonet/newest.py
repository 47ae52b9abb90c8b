"""When to ask for the newest half-hour registers, because the meter has not announced them.

Meters announce EA and EB within five minutes after each half hour, to nobody
while no session stands, and not again when the datagram is lost. A get brings
the newest half hour only.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from semtui.clock import JST

_HALF_HOUR = timedelta(minutes=30)
_GRACE = timedelta(minutes=5)
"""How long after its time a half hour may still be announced."""
_TRIES = 3
_PAUSE_AFTER_LOSS = 300.0


class NewestSlot:
    """Follows our clock from half hour to half hour, and says when one is overdue."""

    def __init__(self) -> None:
        self.slot: datetime | None = None
        """The half hour that ended last by our clock (JST, naive); None before any time came."""
        self.due = math.inf
        """Monotonic stamp at which the newest half hour has to be asked for."""
        self._now = 0.0
        self._wall = datetime.min
        self.new_session()

    def new_session(self) -> None:
        """Want the newest half hour at once: nobody heard what was announced before."""
        self._patient = False
        """Whether to leave the meter its time to announce."""
        self._settled: datetime | None = None
        self._tries = 0
        self._not_before = -math.inf
        self._reckon()

    def observe(self, now: float, at: datetime) -> None:
        """Our clock shows `at`."""
        self._now = now
        self._wall = at.astimezone(JST).replace(tzinfo=None)
        minute = self._wall.minute // 30 * 30
        self.slot = self._wall.replace(minute=minute, second=0, microsecond=0)
        self._reckon()

    def settle(self) -> None:
        """`slot` is known, or has been asked for."""
        if self._patient and self._settled == self.slot:
            return
        self._patient = True
        self._settled = self.slot
        self._reckon()

    def answered(self) -> None:
        """The registers came, or were refused."""
        self._tries = 0

    def failed(self) -> None:
        """The question brought nothing; after some tries `slot` is left as a gap."""
        self._tries += 1
        if self._tries < _TRIES:
            self._settled = None
        else:
            self._tries = 0
        self._not_before = self._now + _PAUSE_AFTER_LOSS
        self._reckon()

    def _reckon(self) -> None:
        if self.slot is None:
            return
        overdue = self.slot + _GRACE if self._patient else self._wall
        if self._settled == self.slot:
            overdue = self.slot + _HALF_HOUR + _GRACE
        wait = max(overdue - self._wall, timedelta(0)) / timedelta(seconds=1)
        self.due = max(self._now + wait, self._not_before)
