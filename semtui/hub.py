"""The fan-out of what the engine says, and the box from which a screen takes it.

`Hub.publish` runs in the engine's thread and calls the subscribers in the
order in which they subscribed: the log file first, so that no screen shows a
reading that is not on its way to the disk.

`Mailbox` stands between that thread and a slow reader. It is bounded, and it
asks for one wake-up at a time: a terminal that has stalled for an hour costs
a few hundred kilobytes and no reading in the log.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from semtui.model import Update

Subscriber = Callable[[Update], None]


class Hub:
    """Hands every update to every subscriber, in the publishing thread."""

    def __init__(self) -> None:
        self._subscribers: tuple[Subscriber, ...] = ()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Add a subscriber behind those that are there; call it before the engine runs."""
        self._subscribers = (*self._subscribers, subscriber)

    def publish(self, update: Update) -> None:
        """Call each subscriber with `update`."""
        for subscriber in self._subscribers:
            subscriber(update)


@dataclass(slots=True)
class Mail:
    """What was taken out of a mailbox at once."""

    updates: list[Update] = field(default_factory=list)
    """In the order in which they were published."""
    overflow: int = 0
    """How many older ones had to be dropped since the last time."""


class Mailbox:
    """A bounded box with at most one outstanding wake-up; safe between two threads."""

    def __init__(self, wake: Callable[[], None], capacity: int = 2000) -> None:
        """`wake` is called in the publishing thread when the box stops being empty."""
        self._wake = wake
        self._lock = threading.Lock()
        self._updates: deque[Update] = deque(maxlen=capacity)
        self._overflow = 0
        self._awake = False

    def put(self, update: Update) -> None:
        """Store `update`, dropping the oldest when the box is full; wake the reader once."""
        with self._lock:
            if len(self._updates) == self._updates.maxlen:
                self._overflow += 1
            self._updates.append(update)
            wake, self._awake = not self._awake, True
        if wake:
            self._wake()

    def take(self) -> Mail:
        """Empty the box; the next `put` wakes again."""
        with self._lock:
            mail = Mail(list(self._updates), self._overflow)
            self._updates.clear()
            self._overflow = 0
            self._awake = False
        return mail
