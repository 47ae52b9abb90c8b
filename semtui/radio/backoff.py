"""The wait between two tries: how long, why, and what the next try begins with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from semtui.model import LinkReason
from semtui.radio.faults import Fault, Retry
from semtui.radio.policy import LinkPolicy

RENEWALS = (Retry.JOIN, Retry.SCAN, Retry.RESET, Retry.PROBE, Retry.OPEN)
"""What is tried in turn to renew a link over which nothing comes, the mildest first; before all
of them the session is renewed."""

STRONGER = (Retry.RESET, Retry.PROBE, Retry.OPEN)
"""What takes turns when search and join go on failing: they cost seconds, and help where the
module itself has hung."""
PATIENCE = 4
"""Failures in a row before that."""


class Backoff:
    """Counts failures in a row and tells when to try again."""

    def __init__(self, policy: LinkPolicy, source: random.Random) -> None:
        self._policy = policy
        self._random = source
        self.fault: Fault | None = None
        """The last failure."""
        self.failures = 0
        """Failures in a row that were waited for."""
        self.retry_at: float | None = None
        """Monotonic stamp of the next try; None while nothing is waited for."""
        self._renewals = 0
        self._session_renewed = False

    def may_renew_session(self) -> bool:
        """Whether renewing the session has not been tried yet against a silence; says so once."""
        tried, self._session_renewed = self._session_renewed, True
        return not tried

    @property
    def retry(self) -> Retry:
        """What the next try begins with."""
        return self.fault.retry if self.fault else Retry.PROBE

    def renew(self, fault: Callable[[int, Retry, bool], Fault], count: int) -> None:
        """Nothing comes over the link, `count` times in a row: the next step is due."""
        step = RENEWALS[min(self._renewals, len(RENEWALS) - 1)]
        self.fault = fault(count, step, self._renewals == 0)
        self._renewals += 1

    def begin(self, now: float) -> None:
        """Wait as long as the last failure deserves."""
        self.retry_at = now
        if self.fault is None or self.fault.at_once:
            return
        if self.fault.reason is LinkReason.PORT:
            wait = self._policy.reopen_seconds
        else:
            waits = self._policy.backoff
            wait = waits[min(self.failures, len(waits) - 1)]
            if self.failures >= PATIENCE and self.fault.retry in (Retry.SCAN, Retry.JOIN):
                stronger = STRONGER[(self.failures - PATIENCE) % len(STRONGER)]
                self.fault = replace(self.fault, retry=stronger)
            self.failures += 1
        jitter = self._policy.backoff_jitter
        self.retry_at += wait * self._random.uniform(1 - jitter, 1 + jitter)

    def is_over(self, now: float) -> bool:
        """Whether the next try is due."""
        return self.retry_at is not None and now >= self.retry_at

    def end(self) -> None:
        """Nothing is waited for any more."""
        self.retry_at = None

    def forget(self) -> None:
        """All is well: the next failure is the first again."""
        self.failures = self._renewals = 0
        self._session_renewed = False
