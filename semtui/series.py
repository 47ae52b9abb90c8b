"""The chart's memory: power in buckets of time, at several sizes, kept as readings come.

A bucket covers `[k x size, (k + 1) x size)` seconds of the wall clock, so a
column that is drawn once never changes when the next one begins, and a chart
is drawn from a few hundred buckets however long the program has run. Where
nothing was measured there is no bucket: a gap, never a zero.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

SIZES = (1, 2, 4, 8, 15, 30, 60, 150, 300, 900)
"""Seconds a bucket, from the finest zoom to the coarsest."""

STEP_SECONDS = 2.0
"""The wall clock has stepped when it and the monotonic clock part by more than this."""


@dataclass(slots=True)
class Bucket:
    """What was measured in one stretch of time, in watts."""

    total: float
    count: int
    """Readings in it; 0 where the value before is held over a short pause between readings."""
    low: float
    high: float

    @property
    def mean(self) -> float:
        """Mean of the readings, or the value that is held."""
        return self.total / max(1, self.count)

    def add(self, value: float) -> None:
        """Take one more reading."""
        if self.count == 0:
            self.total, self.low, self.high = 0.0, value, value
        self.total += value
        self.count += 1
        self.low = min(self.low, value)
        self.high = max(self.high, value)


class Level:
    """The buckets of one size; the newest `capacity` of them."""

    def __init__(self, size: int, capacity: int) -> None:
        self.size = size
        self.start = 0
        """Index of the oldest bucket."""
        self.buckets: deque[Bucket | None] = deque(maxlen=capacity)

    @property
    def end(self) -> int:
        """Index behind the newest bucket."""
        return self.start + len(self.buckets)

    def _append(self, bucket: Bucket | None) -> None:
        if len(self.buckets) == self.buckets.maxlen:
            self.start += 1
        self.buckets.append(bucket)

    def add(self, moment: float, value: float, held: float | None) -> None:
        """Put `value` at `moment`; fill the buckets skipped since the last with `held`."""
        index = int(moment // self.size)
        capacity = self.buckets.maxlen or 0
        if not self.buckets or index - self.end >= capacity or index < self.start:
            self.buckets.clear()
            self.start = index
        while self.end < index:
            self._append(None if held is None else Bucket(held, 0, held, held))
        if index == self.end:
            self._append(Bucket(0.0, 0, value, value))
        bucket = self.buckets[index - self.start]
        if bucket is None:
            bucket = self.buckets[index - self.start] = Bucket(0.0, 0, value, value)
        bucket.add(value)

    def shift(self, seconds: float) -> None:
        """Follow a step of the wall clock, to the nearest bucket."""
        self.start += round(seconds / self.size)

    def window(self, end: int, count: int) -> list[Bucket | None]:
        """The `count` buckets before index `end`; None where there is nothing."""
        first = end - count
        out: list[Bucket | None] = [None] * count
        for index in range(max(first, self.start), min(end, self.end)):
            out[index - first] = self.buckets[index - self.start]
        return out

    def copy(self) -> Level:
        """A copy that later readings leave alone."""
        twin = Level(self.size, self.buckets.maxlen or 0)
        twin.start = self.start
        twin.buckets.extend(
            None if b is None else Bucket(b.total, b.count, b.low, b.high) for b in self.buckets
        )
        return twin


class PowerSeries:
    """Readings of power in buckets of every size of `SIZES`; bounded in memory."""

    def __init__(self, hold: float = 10.0, capacity: int = 640) -> None:
        """`hold`: pauses between two readings up to these seconds are no gap."""
        self.hold = hold
        self.capacity = capacity
        self._levels = {size: Level(size, capacity) for size in SIZES}
        self._offset: float | None = None
        self._last: tuple[float, float] | None = None

    def add(self, at: datetime, stamp: float, watts: float | None) -> None:
        """Take a reading made `at` (wall clock) and `stamp` (monotonic); None is a gap."""
        moment = at.timestamp()
        offset = moment - stamp
        if self._offset is None:
            self._offset = offset
        elif abs(offset - self._offset) > STEP_SECONDS:
            for level in self._levels.values():
                level.shift(offset - self._offset)
            self._offset = offset
        if watts is None:
            self._last = None
            return
        held = None
        if self._last is not None and 0 <= stamp - self._last[0] <= self.hold:
            held = self._last[1]
        for level in self._levels.values():
            level.add(moment, float(watts), held)
        self._last = (stamp, float(watts))

    def window(self, size: int, end: int, count: int) -> list[Bucket | None]:
        """The `count` buckets of `size` seconds before index `end` (wall seconds // size)."""
        return self._levels[size].window(end, count)

    def copy(self) -> PowerSeries:
        """A copy that later readings leave alone: the picture that is held."""
        twin = PowerSeries(self.hold, self.capacity)
        twin._levels = {size: level.copy() for size, level in self._levels.items()}
        twin._offset = self._offset
        twin._last = self._last
        return twin
