"""The ladder of recovery: which step comes when, as the policy says."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from semtui.config import Settings, check_setting
from semtui.radio import faults
from semtui.radio.backoff import Backoff
from semtui.radio.faults import Retry
from semtui.radio.policy import LinkPolicy

LADDERS = st.lists(st.sampled_from(Retry), min_size=1, max_size=12).filter(
    lambda steps: steps[-1] is not Retry.SESSION
)


def against_silence(backoff: Backoff, tries: int) -> list[Retry]:
    """The steps that are taken while nothing comes, each from a session that stands."""
    steps = []
    for _try in range(tries):
        if backoff.may_renew_session():
            steps.append(Retry.SESSION)
        else:
            backoff.renew(faults.meter_silent, 5)
            steps.append(backoff.retry)
    return steps


@given(LADDERS)
def test_a_ladder_is_climbed_as_it_is_written_and_its_last_step_repeats(steps: list[Retry]) -> None:
    backoff = Backoff(LinkPolicy(deaf_steps=tuple(steps)), random.Random(1))
    assert against_silence(backoff, len(steps) + 3) == [*steps, *steps[-1:] * 3]
    backoff.forget()
    assert against_silence(backoff, len(steps)) == steps


@given(LADDERS)
def test_where_the_session_cannot_be_renewed_its_steps_are_left_out(steps: list[Retry]) -> None:
    backoff = Backoff(LinkPolicy(deaf_steps=tuple(steps)), random.Random(1))
    taken = []
    for _try in range(len(steps)):
        backoff.renew(faults.send_failed, 20)
        taken.append(backoff.retry)
    others = [step for step in steps if step is not Retry.SESSION]
    assert taken == [*others, *steps[-1:] * (len(steps) - len(others))]


def test_only_the_first_step_beyond_the_session_is_taken_at_once() -> None:
    steps = (Retry.SESSION, Retry.JOIN, Retry.JOIN, Retry.OPEN)
    backoff = Backoff(LinkPolicy(deaf_steps=steps), random.Random(1))
    at_once = []
    for _try in range(4):
        if not backoff.may_renew_session():
            backoff.renew(faults.meter_silent, 5)
            assert backoff.fault is not None
            at_once.append(backoff.fault.at_once)
    assert at_once == [True, False, False]


def test_failures_in_a_row_are_met_by_the_steps_that_are_set() -> None:
    policy = LinkPolicy(failing_after=2, failing_steps=(Retry.OPEN, Retry.JOIN))
    backoff = Backoff(policy, random.Random(1))
    steps = []
    for _failure in range(6):
        backoff.fault = faults.no_pan(4)
        backoff.begin(0.0)
        steps.append(backoff.retry)
    join, scan, reopen = Retry.JOIN, Retry.SCAN, Retry.OPEN
    assert steps == [scan, scan, reopen, join, reopen, join]


def test_the_settings_name_the_steps_as_the_link_does_and_begin_with_the_same() -> None:
    link, policy = Settings().link, LinkPolicy()
    assert tuple(map(Retry, link.deaf_steps)) == policy.deaf_steps
    assert tuple(map(Retry, link.failing_steps)) == policy.failing_steps
    assert link.failing_after == policy.failing_after
    every = [step.value for step in Retry]
    assert check_setting("link.deaf_steps", [*every, "open"]) == (*every, "open")
