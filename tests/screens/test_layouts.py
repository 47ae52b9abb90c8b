"""Every state on every screen at every size: whole rows, the facts where they fit, no cut words."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from semtui.model import LinkReason
from semtui.screens.wording import CAUSES, STATES
from tests.screens.stage import SIZES, Stage, presses, screen_text
from tests.screens.stage import STATES as SCENES

SCREENS = {
    "dashboard": "1",
    "link": "2",
    "history": "3",
    "energy": "4",
    "meter": "5",
    "console": "7",
}
BELOW_THE_BOARD = {"console": 2}
"""Rows below the board; one where nothing is said."""


@pytest.mark.parametrize("state", SCENES)
def test_rows_fill_the_screen_and_ascii_is_ascii(state: str) -> None:
    stage = Stage(state)

    async def act(pilot: Pilot[int]) -> None:
        for ascii in (False, True):
            for size in SIZES:
                await pilot.resize_terminal(*size)
                for key in SCREENS.values():
                    await pilot.press(key)
                    await pilot.pause()
                    lines = screen_text(stage.app)
                    assert len(lines) == size[1]
                    assert {cell_len(line) for line in lines} == {size[0]}
                    assert not ascii or "".join(lines).isascii()
            await pilot.press("a")

    stage.play((80, 24), act)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("empty", "STARTING"),
        ("scanning", "SCANNING"),
        ("joining", "JOINING"),
        ("backoff", "BACKOFF"),
        ("ready", "READY"),
    ],
)
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_the_state_is_spelled_out_in_row_one(state: str, word: str, size: tuple[int, int]) -> None:
    stage = Stage(state)
    assert word in stage.play(size)[0]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_frames_are_closed(size: tuple[int, int]) -> None:
    """Each row of the board begins and ends with a border."""
    for name, key in SCREENS.items():
        lines = Stage("ready").play(size, presses(key))[1 : -BELOW_THE_BOARD.get(name, 1)]
        assert lines[0][0] + lines[0][-1] == "╭╮"
        assert lines[-1][0] + lines[-1][-1] == "╰╯"
        assert {line[0] + line[-1] for line in lines[1:-1]} <= {"││", "├┤", "│┤"}


def test_causes_fit_a_row_of_the_smaller_screen() -> None:
    """A numbered cause has 73 cells at 80 columns; cut advice is no advice."""
    assert set(CAUSES) == set(LinkReason)
    for causes in CAUSES.values():
        assert 2 <= len(causes) <= 3
        assert all(cell_len(cause) <= 73 for cause in causes)


def test_each_state_has_a_word_of_its_own() -> None:
    assert len({word.word for word in STATES.values()}) == len(STATES)


def test_resizing_keeps_the_facts() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        for size in ((120, 36), (20, 5), (64, 20), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()

    lines = stage.play((80, 24), act)
    assert len(lines) == 24
    assert "room left 13.2 A" in "\n".join(lines)
    assert lines == Stage("ready").play((80, 24))


@pytest.mark.parametrize("width", range(20, 131, 7))
@pytest.mark.parametrize("height", [5, 9, 13, 18, 22, 29, 33])
@pytest.mark.parametrize("state", ["backoff", "watched"])
def test_any_size_is_painted(width: int, height: int, state: str) -> None:
    """Sizes between the main ones leave no ragged row either."""
    from semtui.screens.console import ConsoleScreen
    from semtui.screens.dashboard import DashboardScreen
    from semtui.screens.link import LinkScreen
    from semtui.screens.meter import MeterScreen
    from semtui.screens.placement import PlacementScreen
    from semtui.screens.widgets.canvas import Canvas
    from semtui.screens.widgets.glyphs import UNICODE
    from semtui.screens.widgets.scene import Scene

    stage = Stage(state)
    for update in stage.engine.script:
        stage.app.view.apply(update)
    scene = Scene(stage.app.view, stage.clock.monotonic(), stage.clock.now(), UNICODE)
    for screen in (
        DashboardScreen(),
        LinkScreen(),
        ConsoleScreen(),
        MeterScreen(),
        PlacementScreen(),
    ):
        canvas = Canvas(width, height)
        screen.draw(canvas, scene)
        assert {cell_len(row) for row in canvas.text()} == {width}
