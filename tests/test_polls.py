"""The hour of polls: what is kept, what is lost, and that it stays small."""

from __future__ import annotations

from semtui.clock import VirtualClock
from semtui.model import ReadingStatus
from semtui.polls import HOUR, MOST, Poll, Polls, loss
from tests.screens.stage import Scenes

LOST = (ReadingStatus.TIMEOUT, ReadingStatus.NOT_SENT)


def polled(*statuses: ReadingStatus, every: float = 3.0) -> Polls:
    clock = VirtualClock()
    clock.advance(100_000)
    polls = Polls()
    for status in statuses:
        clock.advance(every)
        watts = 800 if status is ReadingStatus.OK else None
        polls.add(Scenes(clock).reading(watts, status=status))
    return polls


def test_only_what_brought_no_answer_is_lost() -> None:
    polls = polled(*ReadingStatus)
    lost = [status for status, poll in zip(ReadingStatus, polls.kept, strict=True) if poll.lost]
    assert lost == list(LOST)
    assert loss(list(polls.kept)) == 2 / len(ReadingStatus)
    assert all(poll.seconds is None for poll in polls.kept if poll.lost)


def test_the_last_answer_is_remembered_through_losses() -> None:
    polls = polled(ReadingStatus.OK, *[ReadingStatus.TIMEOUT] * 1500)
    assert polls.answered is not None
    assert polls.answered.seconds == 0.31
    assert loss(list(polls.kept)) == 1.0


def test_an_hour_is_kept_and_no_more() -> None:
    polls = polled(*[ReadingStatus.OK] * 2000)
    assert polls.kept[-1].stamp - polls.kept[0].stamp == HOUR
    fast = polled(*[ReadingStatus.OK] * (MOST + 50), every=0.1)
    assert len(fast.kept) == MOST


def test_newest_and_within() -> None:
    polls = polled(*[ReadingStatus.OK] * 9, ReadingStatus.TIMEOUT)
    now = polls.kept[-1].stamp
    assert polls.newest(2) == list(polls.kept)[-2:]
    assert polls.newest(99) == list(polls.kept)
    assert len(polls.within(6.0, now)) == 3


def test_no_polls_have_no_loss() -> None:
    assert loss([]) is None
    assert loss([Poll(1.0, 0.3, False)]) == 0.0


def test_a_copy_stays_as_it_is() -> None:
    polls = polled(ReadingStatus.OK)
    copy = polls.copy()
    polls.kept.append(Poll(1.0, None, True))
    assert len(copy.kept) == 1
