"""Counts and figures of a run, made from its exchanges; bounded however long it goes on."""

from __future__ import annotations

from bisect import insort
from collections import deque
from dataclasses import dataclass

from semtui.radio.pingpong.values import Exchange, Outcome

STRIP = 200
"""So many of the last results are kept one by one."""
_STEP = 10_000
"""Round trips are kept to a tenth of a millisecond."""
BOUNDS = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0)
"""Where the columns of the histogram part, in seconds."""


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """Figures of the answered exchanges, in seconds."""

    least: float
    median: float
    p95: float
    most: float
    jitter: float | None
    """Mean difference between one round trip and the next; None before there are two."""


class Tally:
    """Takes exchanges and keeps what there is to say about them."""

    def __init__(self) -> None:
        self.answered = 0
        self.lost = 0
        """The unsent ones included; sent = answered + lost."""
        self.unsent = 0
        self.late = 0
        """Answers to Pings that had been counted as lost; they stay lost."""
        self.duplicate = 0
        self.foreign = 0
        self.payload = 0
        """Bytes of the Pings that were answered."""
        self.last: deque[Outcome] = deque(maxlen=STRIP)
        self._counts: dict[int, int] = {}
        self._steps: list[int] = []
        """The keys of `_counts` in their order."""
        self._before: float | None = None
        self._differences = 0.0
        self._pairs = 0
        self._first: float | None = None
        self._last = 0.0

    @property
    def sent(self) -> int:
        """Exchanges that have come to an end."""
        return self.answered + self.lost

    @property
    def seconds(self) -> float:
        """From the first Ping to the end of the last exchange."""
        return 0.0 if self._first is None else self._last - self._first

    def take(self, exchange: Exchange) -> None:
        """Count an exchange."""
        match exchange.outcome:
            case Outcome.ANSWERED:
                self.answered += 1
                self.payload += exchange.size
            case Outcome.LOST:
                self.lost += 1
            case Outcome.UNSENT:
                self.lost += 1
                self.unsent += 1
            case Outcome.LATE:
                self.late += 1
                self.last.append(exchange.outcome)
                return
            case Outcome.DUPLICATE:
                self.duplicate += 1
                return
            case Outcome.FOREIGN:
                self.foreign += 1
                return
        self.last.append(exchange.outcome)
        if self._first is None:
            self._first = exchange.ended - (exchange.round_trip or 0.0)
        self._last = exchange.ended
        if exchange.round_trip is not None:
            self._take_round_trip(exchange.round_trip)

    def round_trips(self) -> RoundTrips | None:
        """The figures; None before the first answer that took a measured time."""
        if not self._steps:
            return None
        total = sum(self._counts.values())
        return RoundTrips(
            least=self._steps[0] / _STEP,
            median=self._at(0.5, total),
            p95=self._at(0.95, total),
            most=self._steps[-1] / _STEP,
            jitter=self._differences / self._pairs if self._pairs else None,
        )

    def histogram(self) -> list[int]:
        """Answers by round trip: up to each of `BOUNDS`, and above the last."""
        columns = [0] * (len(BOUNDS) + 1)
        for step, count in self._counts.items():
            seconds = step / _STEP
            columns[sum(seconds > bound for bound in BOUNDS)] += count
        return columns

    def rate(self) -> float | None:
        """Answered exchanges a second; None before two have ended."""
        return self.answered / self.seconds if self.sent > 1 and self.seconds > 0 else None

    def throughput(self) -> float | None:
        """Bits of payload a second that went there and came back; None likewise."""
        return 8 * self.payload / self.seconds if self.sent > 1 and self.seconds > 0 else None

    def _at(self, share: float, total: int) -> float:
        """The round trip below or at which `share` of all lie."""
        wanted, seen = share * total, 0
        for step in self._steps:
            seen += self._counts[step]
            if seen >= wanted:
                return step / _STEP
        return self._steps[-1] / _STEP

    def _take_round_trip(self, seconds: float) -> None:
        step = round(seconds * _STEP)
        if step not in self._counts:
            self._counts[step] = 0
            insort(self._steps, step)
        self._counts[step] += 1
        if self._before is not None:
            self._differences += abs(seconds - self._before)
            self._pairs += 1
        self._before = seconds
