"""The fan-out of what the engine says, and the box from which a screen takes it.

`Hub.publish` calls the subscribers in the order in which they subscribed: the
log file first, so that no screen shows a reading that is not on its way to the
disk. It runs in the engine's thread; the web view and the recorder publish
notices from theirs, so that a subscriber has to bear two threads at once.

`Mailbox` stands between that thread and a slow reader. It is bounded, and it
asks for one wake-up at a time: a terminal that has stalled for hours costs
about a megabyte, no reading in the log, and no reading on the chart either.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from semtui.model import HalfHour, Notice, PropertyValue, Reading, Update, WireLine

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


@dataclass(frozen=True, slots=True)
class Mail:
    """What was taken out of a mailbox at once."""

    updates: list[Update]
    """In the order in which they were published."""
    overflow: int
    """How many readings and other happenings had to be dropped since the last time.
    They are in the log all the same."""


_CAPACITY: dict[type, int] = {
    Reading: 5000,
    WireLine: 300,
    Notice: 500,
    HalfHour: 200,
    PropertyValue: 1,
}
"""How many of a kind are kept for a reader that does not come: hours of readings, the tail of
the wire."""
_STATES = 20
"""The same for the kinds that say how things stand: there only the newest count."""
_COUNTED = (Reading, Notice, HalfHour)


class Mailbox:
    """A bounded box with at most one outstanding wake-up; safe between two threads.

    Each kind of update has a place of its own, so that a flood of one does
    not push out the last word of another.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        """`wake` is called in the publishing thread when the box stops being empty."""
        self._wake = wake
        self._lock = threading.Lock()
        self._places: dict[tuple[type, int], deque[tuple[int, Update]]] = {}
        """By kind; a property has a place for each code, so that those which are read again
        and again push out no other."""
        self._number = 0
        self._overflow = 0
        self._awake = False

    def put(self, update: Update) -> None:
        """Store `update`, dropping the oldest of its kind when there are too many; wake once.

        A line on the wire wakes nobody: there are several to a reading, and a screen that
        paints each of them at once costs as many times the bytes.
        """
        kind = type(update)
        with self._lock:
            key = kind, update.epc if isinstance(update, PropertyValue) else 0
            place = self._places.get(key)
            if place is None:
                place = self._places[key] = deque(maxlen=_CAPACITY.get(kind, _STATES))
            if kind in _COUNTED and len(place) == place.maxlen:
                self._overflow += 1
            self._number += 1
            place.append((self._number, update))
            wake = kind is not WireLine and not self._awake
            self._awake = self._awake or wake
        if wake:
            self._wake()

    def take(self) -> Mail:
        """Empty the box; the next `put` wakes again."""
        with self._lock:
            numbered = [item for place in self._places.values() for item in place]
            for place in self._places.values():
                place.clear()
            overflow, self._overflow = self._overflow, 0
            self._awake = False
        numbered.sort(key=lambda item: item[0])
        return Mail([update for _number, update in numbered], overflow)
