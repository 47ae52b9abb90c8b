"""Plays a recording: its clock, and the engine that says again what was said.

The position in the recording follows a real clock at a chosen speed, and
stands while paused. The clock that the screens see is the one of the
recording, so that ages, countdowns and labels read as they did.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable
from datetime import datetime

from semtui.clock import Clock
from semtui.model import Update, Wish
from semtui.recording import Item, Recording

SLOWEST, FASTEST = 0.125, 1024.0
LONGEST_WAIT, SHORTEST_WAIT = 1.0, 0.001


class Player:
    """An engine that plays a recording; everything may be called from any thread."""

    def __init__(self, recording: Recording, real: Clock, speed: float = 1.0) -> None:
        """`real` paces it; `speed` is how many recorded seconds pass in one of its."""
        self.recording = recording
        self.clock = ReplayClock(self)
        self._real = real
        self._speed = min(FASTEST, max(SLOWEST, speed))
        self._stamps = [item.seconds for item in recording.items]
        self._lock = threading.RLock()
        self._wakeup = threading.Event()
        self._paused = False
        self._from = 0.0
        self._since = real.monotonic()
        self._said = 0
        """Items that were published, or jumped over."""

    @property
    def position(self) -> float:
        """Seconds since the recording's start."""
        with self._lock:
            passed = 0.0 if self._paused else self._real.monotonic() - self._since
            return min(self._from + passed * self._speed, self.recording.seconds)

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether it stands, as it does at its end."""
        return self._paused or self.position >= self.recording.seconds

    # Steering

    def pause(self) -> None:
        """Stand, or go on; from the end it goes on at the beginning after a `seek`."""
        with self._lock:
            self._anchor(self.position)
            self._paused = not self._paused
        self.wake()

    def set_speed(self, speed: float) -> None:
        """Play faster or slower, within what can be watched."""
        with self._lock:
            self._anchor(self.position)
            self._speed = min(FASTEST, max(SLOWEST, speed))
        self.wake()

    def seek(
        self, position: float, forget: Callable[[], object] = lambda: None
    ) -> tuple[Item, ...]:
        """Go to `position`; return all items before it, which are not published any more.

        `forget` drops what was published and not yet shown; nothing is published meanwhile.
        """
        with self._lock:
            forget()
            self._anchor(min(max(0.0, position), self.recording.seconds))
            self._said = bisect.bisect_right(self._stamps, self._from)
            past = self.recording.items[: self._said]
        self.wake()
        return past

    def step(self) -> float:
        """Stand, and return the position of the next item; the present one behind the last."""
        with self._lock:
            self._anchor(self.position)
            self._paused = True
            index = bisect.bisect_right(self._stamps, self._from)
            return self._stamps[index] if index < len(self._stamps) else self._from

    def _anchor(self, position: float) -> None:
        self._from, self._since = position, self._real.monotonic()

    # The engine

    def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
        """Publish each item at its time until `stop` is set."""
        while not stop.is_set():
            self._wakeup.clear()
            self._say(publish)
            self._real.wait(self._wakeup, self._until_next())

    def submit(self, intent: Wish) -> None:
        """There is no module to ask for anything."""

    def wake(self) -> None:
        """End the wait for the next item."""
        self._wakeup.set()

    def hurry(self) -> None:
        """There is no session to leave."""
        self.wake()

    def _say(self, publish: Callable[[Update], None]) -> None:
        """Publish what is due; a `seek` waits until that is done."""
        with self._lock:
            due = bisect.bisect_right(self._stamps, self.position)
            while self._said < due:
                publish(self.recording.items[self._said].update)
                self._said += 1

    def _until_next(self) -> float:
        with self._lock:
            if self._said >= len(self._stamps) or self.paused:
                return LONGEST_WAIT
            left = (self._stamps[self._said] - self.position) / self._speed
            return min(LONGEST_WAIT, max(SHORTEST_WAIT, left))


class ReplayClock:
    """The clocks of the recorded machine at the player's position."""

    def __init__(self, player: Player) -> None:
        self._player = player

    def monotonic(self) -> float:
        return self._player.recording.header.stamp + self._player.position

    def now(self) -> datetime:
        return self._player.recording.time.at(self._player.position)

    def wait(self, wakeup: threading.Event, seconds: float) -> None:
        wakeup.wait(seconds)
