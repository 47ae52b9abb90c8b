"""What the engine translates: settings into plans for link and meter, their counts into one value.

Radio and ECHONET know neither the settings nor each other.
"""

from __future__ import annotations

from semtui.config import LinkSettings, PollSettings
from semtui.echonet.meter import Meter, ReadingPlan
from semtui.model import LinkCounts
from semtui.radio.faults import Retry
from semtui.radio.link import Link
from semtui.radio.policy import LinkPolicy


def link_policy(link: LinkSettings) -> LinkPolicy:
    """How patient the link is to be."""
    return LinkPolicy(
        cached_join=link.cached_join,
        scan_durations=link.scan_durations,
        backoff=link.backoff,
        backoff_jitter=link.backoff_jitter,
        reopen_seconds=link.reopen_seconds,
        deaf_steps=tuple(map(Retry, link.deaf_steps)),
        failing_after=link.failing_after,
        failing_steps=tuple(map(Retry, link.failing_steps)),
        join_tries=link.join_tries,
        terminate_seconds=link.terminate_seconds,
    )


def reading_plan(poll: PollSettings) -> ReadingPlan:
    """What is read, how often, and how long an answer is waited for."""
    return ReadingPlan(
        interval=poll.interval,
        energy_interval=poll.energy_interval,
        answer_timeout=poll.answer_timeout,
        answer_timeout_multi=poll.answer_timeout_multi,
    )


def counts_of(link: Link, meter: Meter, now: float) -> LinkCounts:
    """What was sent, what became of it, and how much of the hour's send time it took."""
    counts, sends = meter.counts, link.sends
    return LinkCounts(
        sent=counts.sent,
        answered=counts.answered,
        lost=counts.lost,
        not_sent=counts.not_sent,
        joins=link.joins,
        scans=link.scans,
        retries=counts.retries,
        late=counts.late,
        acknowledged=sends.acknowledged,
        failed=sends.failed,
        solicited=sends.solicited,
        air_seconds=sends.air_seconds(now),
    )
