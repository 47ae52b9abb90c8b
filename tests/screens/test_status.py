"""The first and the last row: what stays when there is little room."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.glyphs import UNICODE
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.status import paint_status
from tests.screens.stage import STATES, Stage, presses


def status(stage: Stage, width: int) -> str:
    for update in stage.engine.script:
        stage.app.view.apply(update)
    canvas = Canvas(width, 1)
    scene = Scene(stage.app.view, stage.clock.monotonic(), stage.clock.now(), UNICODE)
    paint_status(canvas, scene, "1/2")
    return canvas.text()[0]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [20, 30, 40, 64, 80, 120, 200])
def test_items_are_whole_or_absent(state: str, width: int) -> None:
    """A narrower row is made of items of the widest one."""
    wide = [item.strip() for item in status(Stage(state), 200).split("  ") if item.strip()]
    row = status(Stage(state), width)
    assert cell_len(row) == width
    for item in (item.strip() for item in row.split("  ") if item.strip()):
        assert item in wide


def test_ready_row() -> None:
    assert status(Stage("ready", badge="DEMO"), 80) == (
        " semtui   READY   5A3C  ch39   DEMO   rtt 0.31s  ok 98%  data <5 s  csv on  1/2 "
    )


def test_backoff_row() -> None:
    row = status(Stage("backoff"), 80)
    assert "BACKOFF   02:00  join rejected  2 times  then: scan" in row


def test_scanning_row() -> None:
    assert "SCANNING   sweep 2 of 4  D=6  about 10 s left" in status(Stage("scanning"), 80)


def test_skipped_updates_are_said() -> None:
    stage = Stage("ready")
    stage.app.view.overflow = 12
    assert "12 updates skipped" in status(stage, 120)


def test_there_is_no_clock_and_nothing_moves_while_nothing_changes() -> None:
    """Half a minute of ticks paints not one cell as long as no age crosses a step."""
    from semtui.screens.widgets.painted import Painted

    stage = Stage("empty")

    async def act(pilot: Pilot[int]) -> None:
        def cells() -> int:
            return sum(widget.repainted_cells for widget in stage.app.screen.query(Painted))

        before = cells()
        for _second in range(30):
            stage.clock.advance(1)
            stage.app.repaint()
        assert cells() == before

    stage.play((80, 24), act)


def test_a_reading_paints_few_cells() -> None:
    from semtui.screens.widgets.painted import Painted
    from tests.screens.stage import Scenes

    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        before = sum(w.repainted_cells for w in stage.app.screen.query(Painted))
        stage.clock.advance(3)
        stage.hub.publish(Scenes(stage.clock).reading(815))
        stage.app.drain()
        await pilot.pause()
        painted = sum(w.repainted_cells for w in stage.app.screen.query(Painted)) - before
        assert 0 < painted < 80 * 24 / 4

    stage.play((80, 24), act)


def test_footer_shows_what_can_be_done_now() -> None:
    backoff = Stage("backoff").play((120, 36))[-1]
    assert "n Try now" in backoff
    assert "Try now" not in Stage("ready").play((120, 36))[-1]
    link = Stage("ready").play((120, 36), presses("2"))[-1]
    assert "1 Dashboard" in link
    assert "Zoom" not in link
    assert "2 Link" not in link


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (("2",), ("v View", "p Place")),
        (("6",), ("enter Start", "i Edit")),
        (("7",), ("i Send", "/ Filter")),
    ],
)
def test_a_screens_own_keys_go_before_those_of_the_others(
    keys: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    footer = Stage("ready").play((80, 24), presses(*keys))[-1]
    assert all(word in footer for word in (*shown, "? Help", "q Quit")), footer


def test_help_and_quit_stay_on_small_screens() -> None:
    for key in "1234567":
        footer = Stage("ready").play((40, 12), presses(key))[-1]
        assert "? Help" in footer, (key, footer)
        assert "q Quit" in footer, (key, footer)
