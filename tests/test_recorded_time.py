"""A recording of a machine whose clock was set meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST, VirtualClock
from semtui.model import Direction, Level, Notice, Reading, ReadingStatus, WireLine
from semtui.recorded_time import STEP, RecordedTime
from semtui.recording import Header, Source, parse_recording, write_header, write_item
from semtui.replay import Player

START = datetime(2026, 11, 21, 18, 0, tzinfo=JST)
HOUR = timedelta(hours=1)


def reading(at: datetime) -> Reading:
    return Reading(at, 0.0, 812, Decimal("7.1"), None, 0.31, ReadingStatus.OK)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_clock_that_is_set_is_followed_by_lines_and_by_the_replay() -> None:
    header = Header(Source.MODULE, START, 100.0, 3.0, 40, True)
    line = WireLine(START, Direction.SENT, "SKVER", b"SKVER\r\n")
    recording = parse_recording(
        write_header(header)
        + write_item(0.0, reading(START - HOUR))
        + write_item(10.0, reading(START + seconds(10)))
        + write_item(11.0, line)
        + write_item(20.0, reading(START + HOUR + seconds(20)))
        + write_item(21.0, line)
        + write_item(30.0, Notice(START + HOUR + seconds(30), Level.INFO, "on it goes"))
    )
    lines = [item.update.at for item in recording.items if isinstance(item.update, WireLine)]
    assert lines == [START + seconds(11), START + HOUR + seconds(21)]
    player = Player(recording, VirtualClock())
    for position, shift in ((0.0, 0.0), (19.9, 0.0), (20.0, 1.0), (30.0, 1.0), (5.0, 0.0)):
        player.seek(position)
        assert player.clock.now() == START + seconds(position) + shift * HOUR


@pytest.mark.parametrize("drift", [0.0, 4.0, -4.0])
def test_what_is_said_a_little_late_is_no_step(drift: float) -> None:
    time = RecordedTime(START)
    time.hear(50.0, reading(START + seconds(50.0 + drift)))
    assert time.at(60.0) == START + seconds(60)


@given(st.lists(st.integers(-86_400, 86_400), min_size=1, max_size=6))
def test_any_steps_are_followed_one_after_the_other(shifts: list[int]) -> None:
    time = RecordedTime(START)
    for number, shift in enumerate(shifts, 1):
        time.hear(100.0 * number, reading(START + seconds(100.0 * number + shift)))
    for number, shift in enumerate(shifts, 1):
        told = time.at(100.0 * number + 50.0) - START - seconds(100.0 * number + 50.0)
        assert abs(told - seconds(shift)) <= STEP
