"""What the web view knows: the newest of everything, and what happened last, in its order.

Fed in the radio's thread, read in the server's. Feeding costs microseconds
and waits for nobody: a browser that has stopped reading costs the radio nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice

from semtui.clock import Clock
from semtui.config import Settings
from semtui.model import (
    EnergyReading,
    HalfHour,
    LinkCounts,
    LinkSnapshot,
    Notice,
    Reading,
    Update,
)
from semtui.polls import Polls, stale_seconds
from semtui.web.wording import event_of

KEPT = 1000
"""Events that are kept for a client that comes back: most of an hour of readings."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest of each kind; None until it has come."""

    link: LinkSnapshot | None = None
    counts: LinkCounts = field(default_factory=LinkCounts)
    good: Reading | None = None
    """The last poll with a power in it."""
    energy: EnergyReading | None = None
    half_hour: HalfHour | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is told to every client, once."""

    number: int
    """1 for the first of this process."""
    kind: str
    """"reading", "link", "energy", "half_hour" or "notice"."""
    data: str
    """JSON, in one line."""


class Live:
    """A subscriber of the hub for the readers in the server's thread."""

    def __init__(self, clock: Clock, settings: Settings, *, demo: bool = False) -> None:
        self.clock = clock
        self.settings = settings
        self.demo = demo
        self.polls = Polls()
        self.observe: Callable[[Reading], None] = lambda _reading: None
        """Called with each reading, for the metrics; must not wait."""
        self._lock = threading.Lock()
        self._newest = Newest()
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._number = 0
        self._wakers: tuple[Callable[[], None], ...] = ()

    @property
    def newest(self) -> Newest:
        """What is known now."""
        return self._newest

    @property
    def number(self) -> int:
        """The number of the last event; 0 before the first."""
        return self._number

    def age(self) -> float | None:
        """Seconds since the last poll that brought a power; None before the first."""
        good = self._newest.good
        return None if good is None else max(0.0, self.clock.monotonic() - good.stamp)

    def is_fresh(self) -> bool:
        """Whether there is a power that may be taken for the present."""
        age = self.age()
        return age is not None and age <= stale_seconds(self.settings.poll.interval)

    def handle(self, update: Update) -> None:
        """Take one update."""
        with self._lock:
            before = self._newest
            told = self._take(update, before)
            if told is None:
                return
            self._number += 1
            self._events.append(Event(self._number, *told))
            wakers = self._wakers
        for wake in wakers:
            wake()

    def since(self, number: int) -> tuple[list[Event], bool]:
        """The events behind `number`, and whether none between them has been forgotten."""
        with self._lock:
            missing = self._number - number
            if missing < 0:
                return [], False
            kept = list(islice(self._events, max(0, len(self._events) - missing), None))
            return kept, missing <= len(self._events)

    def call_on_event(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Have `wake` called, in the publishing thread, at each event; returns what ends that."""
        with self._lock:
            self._wakers = (*self._wakers, wake)

        def end() -> None:
            with self._lock:
                self._wakers = tuple(each for each in self._wakers if each is not wake)

        return end

    def recent_polls(self) -> Polls:
        """The polls of the last hour, as they are now."""
        with self._lock:
            return self.polls.copy()

    def _take(self, update: Update, before: Newest) -> tuple[str, str] | None:
        """Note an update; returns kind and data of the event that it is, if it is one."""
        match update:
            case Reading():
                self.polls.add(update)
                self.observe(update)
                if update.watts is not None:
                    self._newest = replace(before, good=update)
            case LinkSnapshot():
                self._newest = replace(before, link=update)
                same = before.link is not None and before.link.since == update.since
                if same and before.link is not None and before.link.state is update.state:
                    return None
            case LinkCounts():
                self._newest = replace(before, counts=update)
            case EnergyReading():
                self._newest = replace(before, energy=update)
            case HalfHour():
                self._newest = replace(before, half_hour=update)
            case Notice():
                pass
            case _:
                return None
        return event_of(update)
