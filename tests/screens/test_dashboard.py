"""What the dashboard says in each state."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from semtui.model import LinkReason, LinkState, ReadingStatus
from tests.screens.stage import Scenes, Stage, presses, screen_text

MAIN = ((80, 24), (120, 36))


def text_of(lines: list[str]) -> str:
    return "\n".join(lines)


@pytest.mark.parametrize("size", MAIN, ids=lambda s: f"{s[0]}x{s[1]}")
def test_ready_tells_power_phases_counters_link_log_and_events(size: tuple[int, int]) -> None:
    shown = text_of(Stage("ready").play(size))
    for fact in (
        "importing",
        "R  12.3 A",
        "T   4.5 A",
        "sum 16.8 of 30 A",
        "room left 13.2 A",
        "18421.3 kWh",
        "120.4 kWh",
        "peak",
        "1342 W",
        "session 6h12m",
        "renewal at 22:46",
        "sent 214   ok 211   lost 3",
        "power-2026-11-21.csv",
        "rows 211",
        "INFO  joined 5A3C on channel 39",
        "max 1342",
        "5 min mean",
    ):
        assert fact in shown, fact


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12), (20, 5)])
def test_power_is_in_figures_or_blocks(size: tuple[int, int]) -> None:
    lines = Stage("ready").play(size)
    shown = text_of(lines)
    assert "importing" in shown
    if size == (20, 5):
        assert "812 W importing" in shown
    elif size == (120, 36):
        assert "██▀▀██     ██ ▀▀▀▀██" in shown
    else:
        assert "█▀█   █ ▀▀█" in shown


def test_ascii_figures() -> None:
    lines = Stage("ready", ascii=True).play((80, 24))
    assert lines[2].startswith("|   _       _   W")
    assert lines[3].startswith("|  |_|   |  _|  importing")
    assert lines[4].startswith("|  |_|   | |_   ")


def test_narrow_has_the_figure_the_phases_the_chart_and_the_last_event() -> None:
    lines = Stage("ready").play((40, 12))
    shown = text_of(lines)
    for fact in ("READY", "importing", "R 12.3 A", "T 4.5 A", "room left 13.2 A", "joined 5A3C"):
        assert fact in shown
    assert "⣿" in shown


@pytest.mark.parametrize("height", range(8, 21))
def test_low_screens_have_a_row_of_phases_to_themselves(height: int) -> None:
    lines = Stage("ready").play((60, height))
    assert any(line.startswith(" R 12.3 A  T 4.5 A  room left 13.2 A  ") for line in lines)
    assert "importing" in text_of(lines)


def test_export_has_its_word_a_minus_and_columns_below_zero() -> None:
    shown = text_of(Stage("exporting").play((80, 24)))
    assert "exporting" in shown
    assert "-200 ┤" in shown
    assert "R  -3.1 A" in shown
    assert "sum -4.3 of 30 A" in shown
    assert "room left 30.0 A" in shown


def test_two_wires_have_no_t_phase() -> None:
    shown = text_of(Stage("two_wire").play((80, 24)))
    assert "T  none: two wires" in shown
    assert "sum 6.4 of 30 A" in shown


def test_without_a_contract_the_bars_have_a_scale_of_their_own() -> None:
    shown = text_of(Stage("ready", contract=0).play((80, 24)))
    assert "sum 16.8 A" in shown
    assert "bars to 20 A" in shown
    assert "room left" not in shown


def test_over_the_contract_is_said() -> None:
    shown = text_of(Stage("ready", contract=15).play((80, 24)))
    assert "over by 1.8 A" in shown


def test_an_empty_dashboard_says_why_and_which_key() -> None:
    shown = text_of(Stage("empty").play((80, 24)))
    assert "The engine is starting" in shown
    assert "The chart begins with the first reading." in shown
    assert "nothing has happened yet" in shown
    scanning = text_of(Stage("scanning").play((80, 24)))
    assert "SCANNING: no reading yet." in scanning
    assert "shows the steps." in scanning


def test_backoff_says_what_happened_and_when_it_goes_on() -> None:
    lines = Stage("backoff").play((80, 24))
    assert "BACKOFF" in lines[0]
    assert "02:00" in lines[0]
    shown = text_of(lines)
    assert "Join rejected. Key 2 shows what" in shown
    assert "next try in 02:00: scan   2 what to do" in shown


def test_stale_is_said_and_its_age_moves_in_steps() -> None:
    stage = Stage("ready")
    rows: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        for seconds in (3, 6, 2, 3, 60):
            stage.clock.advance(seconds)
            stage.app.repaint()
            await pilot.pause()
            rows.append(stage.app.screen.lines[0])

    shown = text_of(stage.play((80, 24), act))
    assert "data <5 s" in rows[0]
    assert "data <10 s" in rows[1]
    assert "STALE 10 s" in rows[2]
    assert "STALE 10 s" in rows[3]
    assert "STALE 1 min" in rows[4]
    assert "STALE" in shown.split("\n")[3]


def test_a_poll_without_power_leaves_the_last_one_and_a_gap() -> None:
    stage = Stage("ready")
    stage.engine.script.append(stage.scenes.reading(None, status=ReadingStatus.TIMEOUT))
    assert "importing" in text_of(stage.play((80, 24)))


def test_the_first_poll_without_power_is_explained() -> None:
    stage = Stage()
    scenes: Scenes = stage.scenes
    stage.engine.script = [
        scenes.ready_link(),
        scenes.reading(None, status=ReadingStatus.NO_DATA),
    ]
    shown = text_of(stage.play((80, 24)))
    assert "it has no" in shown
    assert "value for power now" in shown


def test_failing_csv_is_on_both_layouts_and_in_row_one() -> None:
    for size in MAIN:
        lines = Stage("csv_failing").play(size)
        assert "CSV FAILS" in lines[0]
        shown = text_of(lines)
        assert "no space left on device" in shown
        assert "waiting 12" in shown


def test_the_send_limit_is_a_badge_and_a_sentence() -> None:
    lines = Stage("limited").play((80, 24))
    assert "LIMIT" in lines[0]
    assert "send limit reached" in text_of(lines)


def test_hold_freezes_the_picture_and_not_the_record() -> None:
    stage = Stage("ready")
    held: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("space")
        await pilot.pause()
        held.extend(stage.app.screen.lines)
        stage.clock.advance(3)
        stage.hub.publish(Scenes(stage.clock).reading(1999))
        stage.app.drain()
        await pilot.pause()
        assert stage.app.screen.lines[1:] == held[1:]
        assert stage.app.view.good is not None
        assert stage.app.view.good.watts == 1999
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert "1999" not in text_of(stage.app.screen.lines)
        await pilot.press("space")

    shown = text_of(stage.play((80, 24), act))
    assert "HOLD" in held[0]
    assert "HOLD" not in shown
    assert "1999 W" in shown


@pytest.mark.parametrize(
    ("keys", "column"),
    [([], "8 s"), (["minus"], "16 s"), (["plus"], "4 s"), (["minus"] * 20, "30 min")],
)
def test_zoom_says_what_a_column_is(keys: list[str], column: str) -> None:
    lines = Stage("ready").play((80, 24), presses(*keys))
    assert f"1 column = {column}" in lines[6]


def test_zoom_never_makes_columns_finer_than_the_polls() -> None:
    lines = Stage("ready", interval=60.0).play((80, 24), presses(*["plus"] * 20))
    assert "1 column = 1 min" in text_of(lines)


def test_a_young_chart_begins_fine_and_gets_coarser_as_it_fills() -> None:
    stage = Stage()
    shown: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        for minutes in (0, 4, 1, 30):
            stage.clock.advance(60 * minutes)
            stage.hub.publish(Scenes(stage.clock).reading(500))
            stage.app.drain()
            shown.append(stage.app.screen.lines[6])

    stage.engine.script = [stage.scenes.ready_link()]
    stage.play((80, 24), act)
    assert ["4 s" in row for row in shown] == [True, True, False, False]
    assert ["column = 8 s" in row for row in shown] == [False, False, True, True]


def test_badge() -> None:
    assert "DEMO" in Stage("ready", badge="DEMO").play((80, 24))[0]


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
def test_each_theme_draws_the_same_text(theme: str) -> None:
    assert Stage("ready", theme=theme).play((80, 24)) == Stage("ready").play((80, 24))


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
def test_no_color_draws_the_same_text(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage("ready", theme=theme)

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2", "1")
        await pilot.pause()
        colours = [
            segment.style.color.triplet
            for strip in stage.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.color and segment.style.color.triplet
        ]
        assert all(c.red == c.green == c.blue for c in colours)

    assert stage.play((80, 24), act) == Stage("ready").play((80, 24))


@pytest.mark.parametrize("watts", [-12345, 123456, -1234567, 2147483645])
@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
def test_a_large_power_is_whole_with_its_direction(watts: int, size: tuple[int, int]) -> None:
    stage = Stage("ready")
    stage.engine.script = [*stage.engine.script, stage.scenes.reading(watts, r="12.3")]
    shown = text_of(stage.play(size))
    assert ("exporting" if watts < 0 else "importing") in shown
    if watts == 2147483645 and size[0] <= 80:
        assert f"{watts} W" in shown


@pytest.mark.parametrize("size", [*MAIN, (40, 12)], ids=str)
def test_currents_of_a_stale_reading_are_not_shown_as_present(size: tuple[int, int]) -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        assert "room left" in text_of(screen_text(stage.app))
        stage.clock.advance(100)
        stage.app.repaint()

    assert "room left" not in text_of(stage.play(size, act))


@pytest.mark.parametrize("size", MAIN, ids=str)
def test_what_was_on_another_day_shows_its_date(size: tuple[int, int]) -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        assert "1342 W 09:36" in text_of(screen_text(stage.app))
        stage.clock.advance(86_400)
        stage.app.repaint()

    shown = text_of(stage.play(size, act))
    day = f"{stage.scenes.at:%d %b}"
    assert f"1342 W {day}" in shown
    assert f"{day}   INFO" in shown
    assert shown.count(day) >= 3


def test_the_scan_box_offers_r_only_where_it_works() -> None:
    for state, works in ((LinkState.BACKOFF, True), (LinkState.JOINING, False)):
        stage = Stage()
        reason = LinkReason.JOIN_UNANSWERED if works else None
        link = stage.scenes.link(state, reason=reason, pan=stage.scenes.pan, from_cache=True)
        stage.engine.script = [link]
        shown = text_of(stage.play((120, 36), presses("2")))
        assert ("r searches anew" in shown) is works
