"""The legal limit of time on the air (ARIB STD-T108), as the module enforces it."""

from __future__ import annotations

from collections import deque

_OVERHEAD_BYTES = 70
"""Preamble, MAC, 6LoWPAN, UDP and security around a payload."""
_SECONDS_PER_BYTE = 8 / 100_000


def seconds_on_air(payload: int) -> float:
    """How long a frame with `payload` bytes occupies the air at 100 kbit/s."""
    return (payload + _OVERHEAD_BYTES) * _SECONDS_PER_BYTE


class Airtime:
    """Adds up what was sent within a sliding window, all in seconds."""

    def __init__(self, budget: float, window: float) -> None:
        self.budget = budget
        self.window = window
        self.total = 0.0
        """All since the counter (register SFD) was cleared."""
        self._sent: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def add(self, now: float, seconds: float) -> bool:
        """Count a transmission; True when the budget is used up by it."""
        self._forget(now)
        self._sent.append((now, seconds))
        self._sum += seconds
        self.total += seconds
        return self._sum >= self.budget

    def release_stamp(self, now: float) -> float:
        """When enough of what was sent will have left the window."""
        self._forget(now)
        left = self._sum
        for stamp, seconds in self._sent:
            if left < self.budget:
                break
            left -= seconds
            now = max(now, stamp + self.window)
        return now

    def clear(self) -> None:
        """Forget everything (power cycle)."""
        self._sent.clear()
        self._sum = 0.0
        self.total = 0.0

    def _forget(self, now: float) -> None:
        sent = self._sent
        while sent and sent[0][0] + self.window <= now:
            self._sum -= sent.popleft()[1]
