"""The link screen's page about a session that stands: answers, last day, noise."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from semtui.model import Intent, LinkCounts, LinkReason, LinkState, NoiseScan
from semtui.screens.widgets.noise import LISTEN_SECONDS
from tests.screens.stage import MODULE, Stage, presses

MAIN = ((80, 24), (120, 36))


def shown(stage: Stage, size: tuple[int, int], *keys: str) -> str:
    return "\n".join(stage.play(size, presses("2", *keys)))


@pytest.mark.parametrize("size", MAIN, ids=lambda s: f"{s[0]}x{s[1]}")
def test_a_session_that_stands_shows_how_well_it_works(size: tuple[int, int]) -> None:
    text = shown(Stage("watched"), size)
    for fact in (
        "last 0.31   p50 0.31   p95 0.35 s",
        "bars to 2 s, x lost",
        "loss 1 h 3.6 %   run 1.9 %",
        "retries 4   late 2",
        "EVENT 21   00 211   01 5   02 1",
        "LQI 9B  -61.6 dBm   on 21 Nov 09:46",
        "session of 6h12m",
        "in 12h59m, 22:46",
        "348 of 360 s left",
        "R ready",
        "B backoff",
        "N renewing",
        "· not running",
        "own channel 39 -94 dBm",
        "ED scan of 09:44, 2 min ago",
        "^39",
        "> SKVER",
    ):
        assert fact in text, fact


def test_the_row_of_round_trips_has_the_newest_at_its_end_and_a_sign_for_losses() -> None:
    lines = Stage("watched").play((80, 24), presses("2"))
    row = lines[3][2:43]
    assert row.endswith("▂▂▂x▂█▂▂x▂▂"), row
    ascii_row = Stage("watched", ascii=True).play((80, 24), presses("2"))[3][2:43]
    assert ascii_row.endswith("___x_#__x__"), ascii_row


def test_the_last_day_is_lettered_at_its_hours() -> None:
    lines = Stage("watched").play((80, 24), presses("2"))
    cells = lines[10][2:74]
    hours = lines[11][2:74]
    assert len(cells) == 72
    assert cells.count("·") == 11
    assert cells[11] == "S"
    # The clock says 09:46; cells of 20 minutes end with the one from 09:40.
    assert cells.index("B") == 71 - 36
    assert cells.count("B") == 4
    assert cells.count("N") == 1
    assert hours.index("08") == 71 - 5
    assert cells.endswith("RRRR")


def test_many_changes_within_a_minute_leave_the_worst() -> None:
    stage = Stage("watched")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        for k in range(3000):
            state = LinkState.READY if k % 2 else LinkState.BACKOFF
            since = stage.scenes.now + 1 + k / 100
            link = dataclasses.replace(stage.scenes.ready_link(), state=state, since=since)
            stage.app.view.apply(link)
        stage.clock.advance(31)
        stage.app.repaint()

    lines = stage.play((80, 24), act)
    assert lines[10][2:74].endswith("RRB")


def test_a_link_that_fails_turns_the_page_by_itself() -> None:
    stage = Stage("watched")
    pages: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        for link in (
            stage.scenes.link(LinkState.BACKOFF, reason=LinkReason.METER_SILENT, title="silent"),
            stage.scenes.ready_link(),
        ):
            stage.app.view.apply(link)
            stage.app.repaint()
            pages.append("\n".join(stage.app.screen.lines))

    stage.play((80, 24), act)
    assert "What this usually means" in pages[0]
    assert "Last 24 hours" in pages[1]


def test_v_turns_the_page_and_back() -> None:
    assert "Steps" in shown(Stage("watched"), (80, 24), "v")
    assert "Last 24 hours" in shown(Stage("watched"), (80, 24), "v", "v")
    assert "Last 24 hours" in shown(Stage("backoff"), (80, 24), "v")
    assert "PANA authentication" in shown(Stage("scanning"), (40, 12))


def test_a_page_chosen_for_a_good_link_does_not_hide_a_failure() -> None:
    stage = Stage("watched")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2", "v")
        link = stage.scenes.link(LinkState.BACKOFF, reason=LinkReason.PORT, title="gone")
        stage.app.view.apply(link)
        stage.app.repaint()

    assert "What this usually means" in "\n".join(stage.play((80, 24), act))


def test_the_limit_takes_the_place_of_the_noise() -> None:
    text = shown(Stage("limited"), (80, 24))
    assert "used up; waits" in text
    assert "until the hour has room again" in " ".join(text.replace("│", " ").split())


def test_little_air_time_left() -> None:
    stage = Stage("ready")
    stage.engine.script.append(LinkCounts(air_seconds=371.0))
    assert "0 of 360 s left" in shown(stage, (80, 24))


def test_live_quality_is_shown_where_the_module_tells_it() -> None:
    stage = Stage()
    stage.engine.script = [stage.scenes.ready_link(live_lqi=0x78)]
    text = shown(stage, (80, 24))
    assert "LQI now 78  -71.3 dBm" in text
    assert "scan said" not in text


def test_noise_is_asked_for_and_awaited() -> None:
    stage = Stage("ready")
    texts: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        texts.append("\n".join(stage.app.screen.lines))
        await pilot.press("e")
        texts.append("\n".join(stage.app.screen.lines))
        stage.clock.advance(LISTEN_SECONDS + 1)
        stage.app.repaint()
        texts.append("\n".join(stage.app.screen.lines))
        await pilot.press("e")
        at, now = stage.clock.now(), stage.clock.monotonic()
        stage.app.view.apply(NoiseScan(at, now, ((33, 10), (39, 40), (60, 200))))
        stage.app.repaint()
        texts.append("\n".join(stage.app.screen.lines))

    stage.play((80, 24), act)
    assert "Readings pause for some seconds" in texts[0]
    assert "Listening on channels 33 to 60" in texts[1]
    assert "Listening on channels" not in texts[2]
    assert "quietest 33 -102 dBm   loudest 60 -49 dBm" in texts[3]
    assert "under 1 min ago" in texts[3]
    assert stage.engine.intents == [Intent.NOISE_SCAN, Intent.NOISE_SCAN]


def test_an_old_scan_says_its_day() -> None:
    stage = Stage("watched")
    noise = NoiseScan(stage.scenes.at - timedelta(days=2), stage.scenes.now - 172_800, ((39, 9),))
    stage.engine.script.append(noise)
    assert f"ED scan of {noise.at:%d %b} 09:46, 2d00h ago" in shown(stage, (120, 36))


@pytest.mark.parametrize("keys", [("1", "e"), ("2", "question_mark", "e")])
def test_noise_is_not_asked_for_elsewhere(keys: tuple[str, ...]) -> None:
    stage = Stage("ready")
    stage.play((80, 24), presses(*keys))
    assert stage.engine.intents == []


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
def test_noise_is_asked_for_and_shown_while_a_wait_counts_down(size: tuple[int, int]) -> None:
    stage = Stage("backoff")
    texts: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2", "e")
        texts.append("\n".join(stage.app.screen.lines))
        at, now = stage.clock.now(), stage.clock.monotonic()
        stage.app.view.apply(NoiseScan(at, now, ((33, 10), (39, 40), (60, 200))))
        stage.app.repaint()
        texts.append("\n".join(stage.app.screen.lines))

    stage.play(size, act)
    assert stage.engine.intents == [Intent.NOISE_SCAN]
    assert "Listening on" in texts[0]
    assert "own channel 39 -93 dBm" in texts[1]


def without_a_port(stage: Stage) -> None:
    """The link waits for its port."""
    fields = {"reason": LinkReason.PORT, "title": "The port has gone.", "module": MODULE}
    stage.engine.script.append(stage.scenes.link(LinkState.BACKOFF, **fields))


def without_a_module(stage: Stage) -> None:
    """The link waits for a module that has never answered."""
    fields = {"reason": LinkReason.MODULE_SILENT, "title": "No module.", "module": None}
    stage.engine.script.append(stage.scenes.link(LinkState.BACKOFF, **fields))


@pytest.mark.parametrize(
    ("scene", "change"),
    [("scanning", None), ("backoff", without_a_port), ("backoff", without_a_module)],
)
def test_noise_is_not_asked_for_while_nothing_could_hear_it(
    scene: str, change: Callable[[Stage], None] | None
) -> None:
    stage = Stage(scene)
    if change is not None:
        change(stage)
    assert "cannot be done just now" in shown(stage, (80, 24), "e")
    assert stage.engine.intents == []


def test_narrow() -> None:
    text = shown(Stage("watched"), (40, 12))
    for fact in ("p95 0.35 s", "loss 1 h 3.6 %", "EVENT 21 01 5", "session 6h12m", "348 of 360 s"):
        assert fact in text, fact
    assert "own channel 39" in text
    stage = Stage("watched")
    stage.clock.advance(700)
    assert "RRRRRRRB" in shown(stage, (40, 12))
    assert "own channel 39" not in shown(Stage("ready"), (40, 12))


def test_a_second_repaints_little() -> None:
    """Nothing but ages moves while no reading comes: at most a few cells a second."""
    stage = Stage("watched")
    cells: list[int] = []

    async def act(pilot: Pilot[int]) -> None:
        from semtui.screens.widgets.painted import Painted

        await pilot.press("2")
        await pilot.pause()
        widgets = list(stage.app.screen.query(Painted))
        before = sum(widget.repainted_cells for widget in widgets)
        for _second in range(60):
            stage.clock.advance(1)
            stage.app.repaint()
        cells.append(sum(widget.repainted_cells for widget in widgets) - before)

    stage.play((80, 24), act)
    assert cells[0] < 500, cells
