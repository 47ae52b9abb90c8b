"""The link's last day in buckets: the worst state wins, and thousands of changes stay small."""

from __future__ import annotations

import random

from semtui.model import LinkState
from semtui.timeline import BUCKET, DAY, WORSE, Timeline

READY, BACKOFF, JOINING = LinkState.READY, LinkState.BACKOFF, LinkState.JOINING


def test_every_state_has_its_rank() -> None:
    assert sorted(WORSE, key=str) == sorted(LinkState, key=str)


def test_nothing_is_known_from_before_the_first_state() -> None:
    line = Timeline()
    assert line.between(0, 1000) is None
    line.add(6000, READY)
    assert line.between(0, 6000) is None
    assert line.between(6000, 7200) is READY


def test_a_state_lasts_until_the_next() -> None:
    line = Timeline()
    line.add(0, READY)
    line.add(36_000, BACKOFF)
    line.add(39_600, READY)
    assert line.between(1200, 2400) is READY
    assert line.between(36_000, 37_200) is BACKOFF
    assert line.between(38_400, 39_600) is BACKOFF
    assert line.between(40_800, 42_000) is READY


def test_a_moment_of_trouble_is_seen_in_its_cell_and_in_no_other() -> None:
    line = Timeline()
    line.add(0, READY)
    line.add(6010, BACKOFF)
    line.add(6012, READY)
    assert line.between(6000, 7200) is BACKOFF
    assert line.between(4800, 6000) is READY
    assert line.between(7200, 8400) is READY


def test_the_worst_of_a_bucket_wins() -> None:
    line = Timeline()
    for second, state in enumerate((JOINING, LinkState.FAILED, BACKOFF, READY)):
        line.add(600 + second, state)
    assert line.between(600, 660) is LinkState.FAILED


def test_the_present_state_reaches_to_now() -> None:
    line = Timeline()
    line.add(0, BACKOFF)
    assert line.between(80_000, 80_600) is BACKOFF


def test_two_days_of_flapping_take_a_day_of_buckets() -> None:
    chance = random.Random(1)
    line = Timeline()
    stamp = 0.0
    while stamp < 2 * DAY:
        line.add(stamp, chance.choice(WORSE))
        stamp += chance.uniform(1, 9)
    assert len(line.worst) <= DAY // BUCKET + 2
    assert min(line.worst) >= (stamp - DAY) // BUCKET - 2


def test_a_copy_stays_as_it_is() -> None:
    line = Timeline()
    line.add(0, READY)
    copy = line.copy()
    line.add(600, BACKOFF)
    assert copy.between(600, 1200) is READY
    assert line.between(600, 1200) is BACKOFF
