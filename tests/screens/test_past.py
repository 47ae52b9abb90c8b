"""The history and energy screens in the app: keys, dates, the minute, empty states, and threads."""

from __future__ import annotations

import re
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from semtui.action import Action
from semtui.model import BackfillProgress, BackfillState, EnergyReading, MeterFacts, Update
from semtui.past_actions import PAST_ACTIONS
from semtui.screens import history as history_module
from semtui.screens.energy import EnergyScreen
from semtui.screens.history import HistoryScreen
from semtui.screens.lookup import HistoryPage, HistoryQuery, load_history
from semtui.screens.past import PastScreen
from semtui.screens.period import Length
from semtui.storage.history.schema import open_for_writing
from semtui.storage.history.values import FILE_NAME
from tests.screens.pastyears import build, no_hole
from tests.screens.stage import Scenes, Stage, screen_text, until

Act = Callable[[Pilot[int]], Awaitable[None]]


async def settled(pilot: Pilot[int]) -> None:
    """Wait until the answer to the last question is on the screen."""
    await pilot.pause()
    screen = pilot.app.screen
    if isinstance(screen, PastScreen):
        await until(pilot, lambda: not screen.waiting)
    await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def pressing(*keys: str) -> Act:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, *keys)

    return act


def shown(folder: Path, *keys: str, size: tuple[int, int] = (80, 24)) -> str:
    return "\n".join(Stage(folder=folder).play(size, pressing(*keys)))


def test_the_history_shows_today_and_its_half_hours(past: Path) -> None:
    text = shown(past, "3")
    assert "< Sun 22 Nov 2026 >" in text
    assert "[day] week month year" in text
    assert "3/7" in text
    assert "19 of 20 half hours known" in text
    assert "09:00      0.28" in text


@pytest.mark.parametrize(
    ("key", "title"),
    [("w", "16 to 22 Nov 2026"), ("m", "November 2026"), ("y", "< 2026 >"), ("d", "Sun 22 Nov")],
)
def test_lengths(past: Path, key: str, title: str) -> None:
    assert title in shown(past, "3", key)


def test_periods_before_and_after_and_the_end(past: Path) -> None:
    assert "Fri 20 Nov 2026" in shown(past, "3", "[", ",")
    assert "Sat 21 Nov 2026" in shown(past, "3", "[", "[", "]")
    assert "nothing comes after it" in shown(past, "3", "]")
    assert "October 2026" in shown(past, "3", "m", "[")


def test_the_cursor_tells_exact_values_and_the_table_follows(past: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "[", "home")
        screen = cast(HistoryScreen, pilot.app.screen)
        assert screen.cursor() == 0
        await press(pilot, "right", "right")
        assert screen.cursor() == 2
        lines = "\n".join(screen_text(pilot.app))
        assert "00:40-01:00" in lines
        assert "❯ 00:30" in lines
        page = screen.page
        assert page is not None
        assert page.buckets[4] is not None
        assert page.buckets[5] is not None
        assert f"{page.buckets[4].count + page.buckets[5].count} readings" in lines
        assert f"max {max(page.buckets[4].high, page.buckets[5].high)}" in lines
        await press(pilot, "up")
        assert "❯ 01:00" in "\n".join(screen_text(pilot.app))

    Stage(folder=past).play((80, 24), act)


def test_the_cursor_goes_on_into_the_day_before(past: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "home", "left")
        screen = cast(HistoryScreen, pilot.app.screen)
        assert screen.period.first == date(2026, 11, 21)
        assert screen.cursor() == 71
        await press(pilot, "right")
        assert screen.period.first == date(2026, 11, 22)

    Stage(folder=past).play((80, 24), act)


def test_enter_opens_the_day_under_the_cursor(past: Path) -> None:
    text = shown(past, "3", "m", "down", "down", "enter")
    assert "Fri 20 Nov 2026" in text


def test_compare(past: Path) -> None:
    text = shown(past, "3", "c")
    assert "-0.36 kWh to the day before" in text
    assert "before" in text


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("2026-11-03", "Tue 3 Nov 2026"),
        ("11-03", "Tue 3 Nov 2026"),
        ("yesterday", "Sat 21 Nov 2026"),
        ("-7", "Sun 15 Nov 2026"),
        ("", "Sun 22 Nov 2026"),
    ],
)
def test_go_to_a_date(past: Path, typed: str, title: str) -> None:
    keys = ["minus" if c == "-" else c for c in typed]
    assert f"< {title} >" in shown(past, "3", "[", "g", *keys, "enter")
    assert title in shown(past, "4", "left", "g", *keys, "enter")


def test_what_is_no_date_is_said_and_may_be_corrected(past: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "g", "x", "enter")
        text = "\n".join(screen_text(pilot.app))
        assert "That is no date" in text
        assert "Go to >" in text
        await press(pilot, "escape")
        assert "Go to >" not in "\n".join(screen_text(pilot.app))

    Stage(folder=past).play((80, 24), act)


def test_keys_typed_into_the_field_are_no_commands(past: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3", "g", "w", "y", "c", "left", "escape")
        screen = cast(HistoryScreen, pilot.app.screen)
        assert (screen.length, screen.compare) == (Length.DAY, False)

    Stage(folder=past).play((80, 24), act)


@pytest.mark.parametrize("screen", ["3", "4"])
@pytest.mark.parametrize("action", PAST_ACTIONS, ids=lambda action: action.name)
def test_no_key_of_either_screen_ends_the_program(past: Path, screen: str, action: Action) -> None:
    for key in action.key.split(","):
        # enter on the energy screen opens the day on the other one.
        assert re.search(r" [34]/7 ", shown(past, screen, key, "escape"))


def test_other_screens_keep_their_keys(past: Path) -> None:
    """d is Decode on the console and Day on the history; neither disturbs the other."""

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "7")
        before = pilot.app.screen.listing.decode  # type: ignore[attr-defined]
        await press(pilot, "d")
        assert pilot.app.screen.listing.decode is not before  # type: ignore[attr-defined]
        await press(pilot, "3", "w", "d")
        assert cast(HistoryScreen, pilot.app.screen).length is Length.DAY
        await press(pilot, "1", "g", "c")

    Stage(folder=past).play((80, 24), act)


def test_the_energy_screen_says_sums_register_and_coverage(past: Path) -> None:
    text = shown(past, "4")
    for words in ("today", "last month", "395.52", "19 of 19 half hours known", "base load"):
        assert words in text
    assert "register 9196.18 → 9200.24" in text
    assert Decimal("9200.24") - Decimal("9196.18") == Decimal("4.06")
    assert "4.06" in text


def test_a_day_is_chosen_on_the_map_and_opened(past: Path) -> None:
    text = shown(past, "4", "down", "down", "down", "down")
    assert "Half hours of < Wed 18 Nov 2026 >" in text
    assert "45 of 48 half hours known" in text
    assert "❯ Wed 18 Nov" in text
    assert "< Wed 18 Nov 2026 >" in shown(past, "4", *["down"] * 4, "enter")


def test_the_map_scrolls_with_the_chosen_day(past: Path) -> None:
    text = shown(past, "4", *["pagedown"] * 4)
    assert "❯ Sun 25 Oct" in text
    assert "❯ Sun 22 Nov" in shown(past, "4", *["pagedown"] * 4, "end")


def test_no_history_yet(tmp_path: Path) -> None:
    for key in ("3", "4"):
        assert "There is no history yet." in shown(tmp_path, key)
    assert "There is no history yet." in "\n".join(Stage().play((80, 24), pressing("3")))


def test_nothing_in_the_period(past: Path) -> None:
    text = shown(past, "3", "y", "[")
    assert "Nothing is known of 2025." in text
    assert "Power is known from" in text


def test_a_store_that_is_being_written_is_read_all_the_same(tmp_path: Path) -> None:
    """As a second process sees it: what is not committed yet is not there yet."""
    build(tmp_path, Stage().clock.now(), days=3, live=1, hole=no_hole)
    with closing(open_for_writing(tmp_path / FILE_NAME)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM slots")
        assert "19 of 20 half hours known" in shown(tmp_path, "3")
        assert "19 of 19" in shown(tmp_path, "4")
        writer.execute("COMMIT")
        assert "0 of 20 half hours known" in shown(tmp_path, "3")


def test_a_broken_file_is_said_and_nothing_ends(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is no database" * 500)
    for key in ("3", "4"):
        assert "cannot be read" in shown(tmp_path, key)


def extended(folder: Path, *updates: Callable[[Scenes], Update]) -> Stage:
    stage = Stage(folder=folder)
    stage.engine.script += [make(stage.scenes) for make in updates]
    return stage


def test_the_backfill_is_told(tmp_path: Path, past: Path) -> None:
    def progress(scenes: Scenes) -> Update:
        return BackfillProgress(scenes.at, BackfillState.RUNNING, 45, 12)

    for folder in (tmp_path, past):
        for key in ("3", "4"):
            text = "\n".join(extended(folder, progress).play((80, 24), pressing(key)))
            assert "12 of 45 days" in text


def test_without_a_unit_the_reason_is_said(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / FILE_NAME)):
        pass

    def facts(_scenes: Scenes) -> Update:
        return MeterFacts(maker="000016")

    def energy(scenes: Scenes) -> Update:
        return EnergyReading(scenes.at, scenes.now, None, None, "E1 was refused")

    text = "\n".join(extended(tmp_path, facts, energy).play((80, 24), pressing("4")))
    assert "(E1)" in text
    assert "E1 was refused" in text


def test_new_data_comes_once_a_minute(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[HistoryQuery] = []

    def load(path: Path, query: HistoryQuery) -> HistoryPage:
        asked.append(query)
        return load_history(path, query)

    monkeypatch.setattr(history_module, "load_history", load)
    stage = Stage(folder=past)

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3")
        first = len(asked)
        stage.clock.advance(30)
        stage.app.drain()
        await settled(pilot)
        assert len(asked) == first
        stage.clock.advance(31)
        stage.app.drain()
        await settled(pilot)
        assert len(asked) == first + 1
        assert asked[-1].now - asked[0].now == timedelta(minutes=1)
        await press(pilot, "[")
        quiet = len(asked)
        stage.clock.advance(200)
        stage.app.drain()
        await settled(pilot)
        assert len(asked) == quiet
        await press(pilot, "]", "space")
        held = len(asked)
        stage.clock.advance(200)
        stage.app.drain()
        await settled(pilot)
        assert len(asked) == held

    stage.play((80, 24), act)


@pytest.mark.parametrize("key", ["3", "4"])
def test_where_nothing_is_known_new_data_comes_sooner(tmp_path: Path, key: str) -> None:
    stage = Stage(folder=tmp_path)

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, key)
        screen = stage.app.screen
        assert isinstance(screen, PastScreen)
        assert screen.shown is None
        before = screen._asked
        stage.clock.advance(11)
        stage.app.drain()
        await settled(pilot)
        assert screen._asked > before

    stage.play((80, 24), act)


def test_a_peak_is_said_with_the_time_that_its_column_stands_for(past: Path) -> None:
    for key, form in (
        ("d", r"peak +\d+ W  \d\d:\d\d-\d\d:\d\d"),
        ("w", r"peak +\d+ W  \d\d \w{3} \d\d:\d\d-\d\d:\d\d"),
        ("m", r"peak +\d+ W  \d\d \w{3} \d\d:\d\d-\d\d:\d\d"),
        ("y", r"peak +\d+ W  \d\d \w{3}-\d\d \w{3}"),
    ):
        text = "\n".join(Stage(folder=past).play((120, 36), pressing("3", key)))
        assert re.search(form, text), (key, text)


def test_a_narrow_comparison_keeps_the_value_before(past: Path) -> None:
    lines = Stage(folder=past).play((40, 12), pressing("3", "left_square_bracket", "c"))
    assert re.search(r"^ before +(-?\d+ W|--)", lines[-2]), lines[-3:]


def test_an_answer_that_was_overtaken_is_dropped(
    past: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow answer neither holds the screen nor takes the place of a newer one."""
    release, begun = threading.Event(), threading.Event()

    def load(path: Path, query: HistoryQuery) -> HistoryPage:
        if query.period.length is Length.YEAR:
            begun.set()
            release.wait(20)
        return load_history(path, query)

    monkeypatch.setattr(history_module, "load_history", load)

    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3")
        screen = cast(HistoryScreen, pilot.app.screen)
        await pilot.press("y")
        await until(pilot, begun.is_set)
        await until(pilot, lambda: "< 2026 >" in "\n".join(screen_text(pilot.app)))
        await press(pilot, "w")
        release.set()
        await settled(pilot)
        await pilot.pause(0.1)
        assert screen.page is not None
        assert screen.page.query.period.length is Length.WEEK

    try:
        Stage(folder=past).play((80, 24), act)
    finally:
        release.set()


def test_leaving_with_a_question_open(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def load(path: Path, query: HistoryQuery) -> HistoryPage:
        release.wait(20)
        return load_history(path, query)

    monkeypatch.setattr(history_module, "load_history", load)

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("3")
        await pilot.press("1")
        release.set()

    try:
        Stage(folder=past).play((80, 24), act)
    finally:
        release.set()


def test_narrow_screens(past: Path) -> None:
    text = shown(past, "3", size=(40, 12))
    assert "4.06 kWh import" in text
    assert "mean" in text
    assert "readings" in text
    text = shown(past, "4", size=(40, 12))
    assert "this month" in text
    assert "291.65 kWh" in text


@pytest.mark.parametrize("ascii", [False, True])
def test_any_size_is_painted_in_whole_rows(sunny: Path, ascii: bool) -> None:
    async def act(pilot: Pilot[int]) -> None:
        for key in ("3", "c", "y", "m", "4"):
            await press(pilot, key)
            for size in ((20, 5), (38, 9), (64, 20), (65, 21), (104, 32), (119, 50), (300, 20)):
                await pilot.resize_terminal(*size)
                await settled(pilot)
                lines = screen_text(pilot.app)
                assert {cell_len(line) for line in lines} == {size[0]}
                assert not ascii or "".join(lines).isascii()

    Stage(folder=sunny, ascii=ascii).play((80, 24), act)


def test_resizing_asks_for_other_columns_and_days(past: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await press(pilot, "3")
        screen = cast(HistoryScreen, pilot.app.screen)
        assert screen.page is not None
        assert len(screen.page.buckets) == 144
        await pilot.resize_terminal(120, 36)
        await settled(pilot)
        assert len(screen.page.buckets) == 192
        await press(pilot, "4")
        energy = cast(EnergyScreen, pilot.app.screen)
        assert energy.page is not None
        assert len(energy.page.days) == 15
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert len(energy.page.days) == 6

    Stage(folder=past).play((80, 24), act)
