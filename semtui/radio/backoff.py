"""The wait between two tries: how long, why, and what the next try begins with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from semtui.model import LinkReason
from semtui.radio.faults import Fault, Retry
from semtui.radio.policy import LinkPolicy


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
        self._untried = list(policy.deaf_steps)
        """What is left against a silence, the next step first; the last one is never used up."""
        self._first_step_is_due = True

    def may_renew_session(self) -> bool:
        """Whether renewing the session is the next step against a silence; uses it up."""
        if self._untried[0] is not Retry.SESSION:
            return False
        self._untried.pop(0)
        return True

    @property
    def retry(self) -> Retry:
        """What the next try begins with."""
        return self.fault.retry if self.fault else Retry.PROBE

    def renew(self, fault: Callable[[int, Retry, bool], Fault], count: int) -> None:
        """Nothing comes over the link, `count` times in a row: the next step is due."""
        step = next(each for each in self._untried if each is not Retry.SESSION)
        if step in self._untried[:-1]:
            self._untried.remove(step)
        self.fault = fault(count, step, self._first_step_is_due)
        self._first_step_is_due = False

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
            turn = self.failures - self._policy.failing_after
            if turn >= 0 and self.fault.retry in (Retry.SCAN, Retry.JOIN):
                stronger = self._policy.failing_steps[turn % len(self._policy.failing_steps)]
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
        self.failures = 0
        self._untried = list(self._policy.deaf_steps)
        self._first_step_is_due = True
