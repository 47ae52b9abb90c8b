"""What became of our datagrams on the air, and how much of the hour's send time they took.

The rules (ARIB STD-T108) allow 360 seconds on the air in an hour. The module
keeps the account that counts; this one is an estimate for people.
"""

from __future__ import annotations

from collections import deque

SECONDS_PER_BYTE = 8 / 100_000
"""At 100 kbit/s."""
OVERHEAD = 70
"""Bytes of preamble, MAC, 6LoWPAN, UDP and security around the data."""
WINDOW = 3600.0
_BUCKET = 60.0


class SendResults:
    """Counts of EVENT 21, and seconds on the air within the last hour."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self.failed = 0
        self.solicited = 0
        self._minutes: deque[tuple[float, float]] = deque()
        """Begin of a minute, and the seconds on the air in it."""
        self._sum = 0.0

    def begin(self, size: int, now: float) -> None:
        """A datagram with `size` bytes of data goes out."""
        self.air_seconds(now)
        seconds = (size + OVERHEAD) * SECONDS_PER_BYTE
        minute = now - now % _BUCKET
        self._sum += seconds
        if self._minutes and self._minutes[-1][0] == minute:
            seconds += self._minutes.pop()[1]
        self._minutes.append((minute, seconds))

    def took(self, param: str | None) -> None:
        """EVENT 21 came with this result."""
        match param:
            case "00":
                self.acknowledged += 1
            case "01":
                self.failed += 1
            case "02":
                self.solicited += 1

    def air_seconds(self, now: float) -> float:
        """Seconds on the air within the hour before `now`, to a tenth."""
        while self._minutes and self._minutes[0][0] + _BUCKET + WINDOW <= now:
            self._minutes.popleft()
            self._sum = sum(each for _minute, each in self._minutes)
        return round(self._sum, 1)
