"""Time as a thing that is passed in.

Two kinds of time are told apart everywhere: `monotonic()` seconds measure how
long something took and never jump; `now()` is the wall clock with its offset
from UTC, which on a Raspberry Pi may step by years when the network comes up.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

JST = timezone(timedelta(hours=9), "JST")
"""Japan Standard Time, the only time a meter knows; it has no summer time."""


class Clock(Protocol):
    """What the engine and the screens ask for the time."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never steps."""
        ...

    def now(self) -> datetime:
        """The wall clock, aware of its offset; may step."""
        ...

    def wait(self, wakeup: threading.Event, seconds: float) -> None:
        """Let `seconds` pass, or less when `wakeup` is set meanwhile."""
        ...


_SLEEPLESS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""The clock that goes on while the machine is suspended, where there is one: a reading from
before is old then."""


class SystemClock:
    """The machine's clocks, in its own time zone."""

    def monotonic(self) -> float:
        return time.clock_gettime(_SLEEPLESS)

    def now(self) -> datetime:
        return datetime.now().astimezone()

    def wait(self, wakeup: threading.Event, seconds: float) -> None:
        wakeup.wait(seconds)


class VirtualClock:
    """A clock that moves only when told to, for tests and simulated days."""

    def __init__(self, start: datetime = datetime(2026, 11, 21, 6, 0, tzinfo=JST)) -> None:
        """`start` is the wall clock at monotonic second 0; it must be aware."""
        if start.tzinfo is None:
            raise ValueError("a virtual clock starts at an aware datetime")
        self._wall_at_zero = start
        self._seconds = 0.0
        self._wall = start

    def monotonic(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return self._wall

    def wait(self, wakeup: threading.Event, seconds: float) -> None:
        if not wakeup.is_set():
            self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let `seconds` (not negative) pass on both clocks."""
        if seconds < 0:
            raise ValueError("time does not run backwards; use step_wall")
        self._seconds += seconds
        self._wall = self._wall_at_zero + timedelta(seconds=self._seconds)

    def step_wall(self, delta: timedelta) -> None:
        """Step the wall clock alone, as NTP or a user would."""
        self._wall_at_zero += delta
        self._wall = self._wall_at_zero + timedelta(seconds=self._seconds)
