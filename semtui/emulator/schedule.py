"""What will happen by itself, and when: the one clockwork of an emulated air."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Action = Callable[[], None]


class Schedule:
    """Actions in the order of their monotonic stamps; equal stamps keep their order.

    Nothing runs but inside `run_until`, so that the owner of the clock
    decides how time passes. `now` is the stamp of the action that runs.
    """

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self._heap: list[tuple[float, int, Action]] = []
        self._count = 0

    def after(self, seconds: float, action: Action) -> None:
        """Run `action` once, `seconds` (not negative) from `now`."""
        self._count += 1
        heapq.heappush(self._heap, (self.now + seconds, self._count, action))

    def run_until(self, now: float) -> None:
        """Run all that is due up to and including `now`."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            stamp, _, action = heapq.heappop(heap)
            if stamp > self.now:
                self.now = stamp
            action()
        if now > self.now:
            self.now = now

    def next_stamp(self) -> float | None:
        """The stamp of the next action, or None when nothing is left to do."""
        return self._heap[0][0] if self._heap else None
