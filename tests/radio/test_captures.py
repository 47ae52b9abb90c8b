"""Real modules' output: the same events whole, byte by byte, and in random pieces."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from semtui.radio.events import Unknown
from tests.radio.samples import CAPTURES, capture, in_chunks, read_all

EDITED = {"uart-overrun": 1}
"""Lines that the capture's owner shortened until they are none any more."""


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_capture_reads_as_recorded(path: Path) -> None:
    events = read_all([capture(path)])
    shown = [f"{type(event).__name__} {event.shown}" for event in events]
    assert shown == path.with_suffix(".events").read_text().splitlines()
    unknown = [event for event in events if isinstance(event, Unknown)]
    assert len(unknown) == EDITED.get(path.stem, 0)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_capture_reads_the_same_in_any_pieces(path: Path) -> None:
    data = capture(path)
    whole = read_all([data])
    assert read_all([data[place : place + 1] for place in range(len(data))]) == whole
    for seed in range(20):
        assert read_all(in_chunks(data, random.Random(seed))) == whole


def test_there_are_captures() -> None:
    assert len(CAPTURES) == 16
