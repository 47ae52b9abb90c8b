"""The last day of the link, a minute a bucket: the worst state that was seen in each.

A link that flaps a thousand times an hour takes no more room here than one
that stands still.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from semtui.model import LinkState

BUCKET = 60
"""Seconds of a bucket."""

DAY = 24 * 3600
_BUCKETS = DAY // BUCKET

WORSE = (
    LinkState.READY,
    LinkState.REAUTHENTICATING,
    LinkState.TERMINATING,
    LinkState.PROBING,
    LinkState.CONFIGURING,
    LinkState.RESOLVING,
    LinkState.JOINING,
    LinkState.SCANNING,
    LinkState.CLOSED,
    LinkState.BACKOFF,
    LinkState.FAILED,
)
"""The states from the best to the worst."""

_RANK = {state: rank for rank, state in enumerate(WORSE)}


def _worse(one: LinkState | None, other: LinkState | None) -> LinkState | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=_RANK.__getitem__)


@dataclass(slots=True)
class Timeline:
    """The states of the last 24 hours; times are monotonic seconds."""

    state: LinkState | None = None
    """The present one; None before the first."""
    since: float = 0.0
    worst: dict[int, LinkState] = field(default_factory=dict)
    """The worst state by bucket number, up to `since`."""

    def add(self, stamp: float, state: LinkState) -> None:
        """Note that `state` was entered at `stamp`."""
        if state is self.state:
            return
        if self.state is not None:
            stamp = max(stamp, self.since)
            last = int(stamp // BUCKET)
            for bucket in range(max(int(self.since // BUCKET), last - _BUCKETS), last + 1):
                self._mark(bucket, self.state)
            self._forget(last)
        self._mark(int(stamp // BUCKET), state)
        self.state, self.since = state, stamp

    def _mark(self, bucket: int, state: LinkState) -> None:
        worst = _worse(self.worst.get(bucket), state)
        assert worst is not None
        self.worst[bucket] = worst

    def _forget(self, last: int) -> None:
        if len(self.worst) > _BUCKETS + 1:
            self.worst = {n: state for n, state in self.worst.items() if n >= last - _BUCKETS}

    def between(self, begin: float, end: float) -> LinkState | None:
        """The worst state from `begin` up to `end`; None where none is known.

        A bucket belongs to the stretch in which it begins. `begin` is not after now.
        """
        found: LinkState | None = None
        if self.state is not None and self.since < end:
            found = self.state
        for bucket in range(-int(-begin // BUCKET), -int(-end // BUCKET)):
            found = _worse(found, self.worst.get(bucket))
        return found

    def copy(self) -> Timeline:
        """The same past, which later states leave alone."""
        return Timeline(self.state, self.since, dict(self.worst))
