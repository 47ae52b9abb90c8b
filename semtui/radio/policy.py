"""How patient the link is, as data."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.radio.faults import Retry


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """Waits and tries; times in seconds."""

    cached_join: bool = True
    """Join with the PAN of an earlier run before scanning."""
    scan_durations: tuple[int, ...] = (5, 6, 7, 8)
    """SKSCAN duration factors, in the order in which they are tried."""
    backoff: tuple[float, ...] = (30.0, 120.0, 300.0, 600.0)
    """Waits after the first, second ... failure in a row; the last one repeats."""
    backoff_jitter: float = 0.1
    """The share by which each wait is made longer or shorter."""
    reopen_seconds: float = 5.0
    """The wait before a port that has gone is looked for again; it disturbs nobody."""
    deaf_steps: tuple[Retry, ...] = (
        Retry.SESSION,
        Retry.JOIN,
        Retry.SCAN,
        Retry.RESET,
        Retry.PROBE,
        Retry.OPEN,
    )
    """What renews a link over which nothing comes, each once and in turn, the mildest first; the
    last one repeats, and so is not the session's renewal."""
    failing_after: int = 4
    """Failures in a row before a search or join gives way to stronger steps."""
    failing_steps: tuple[Retry, ...] = (Retry.RESET, Retry.PROBE, Retry.OPEN)
    """These take turns then: they cost seconds, and help where the module itself has hung."""
    join_tries: int = 3
    """Failed joins with a PAN before a new scan."""
    terminate_seconds: float = 5.0
    """How long stopping waits for the session to be ended."""
    limit_poll_seconds: float = 60.0
    """How often the module is asked whether its send-time limit still holds."""
