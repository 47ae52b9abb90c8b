"""The help page, the palette, themes and toasts."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from semtui.actions import NUMBERS
from semtui.model import Level, Notice
from tests.screens.stage import SIZES, Stage, presses, screen_text, until


def test_help_shows_this_screens_keys_first_and_goes_back() -> None:
    stage = Stage("ready")
    pages: list[list[str]] = []

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2", "question_mark")
        pages.append(screen_text(stage.app))
        await pilot.press("escape")

    lines = stage.play((80, 24), act)
    assert "Keys on Link" in pages[0][1]
    assert f"2/{max(NUMBERS.values())}" in lines[0]


def test_the_keys_of_the_help_stand_apart_from_their_words() -> None:
    lines = Stage("ready").play((80, 24), presses("3", "question_mark"))
    assert any(line.startswith("   left/right History:") for line in lines)
    assert "1 " not in lines[2], "what is peculiar to the screen comes first"


def test_another_screen_is_shown_without_the_pages_that_lay_over_this_one() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("F", "question_mark")
        assert len(stage.app.screen_stack) == 3
        await pilot.press("2", "1")

    assert f"1/{max(NUMBERS.values())}" in stage.play((80, 24), act)[0]


def test_help_scrolls_to_the_state_words() -> None:
    lines = Stage("ready").play((80, 24), presses("question_mark", "end"))
    shown = "\n".join(lines)
    assert "BACKOFF" in shown
    assert "LQI" in shown
    assert "up/down" in lines[-1]


@pytest.mark.parametrize("keys", [["question_mark"], ["ctrl+p"], ["r"]])
def test_pages_and_toasts_are_ascii_where_that_is_wished(keys: list[str]) -> None:
    stage = Stage("ready", ascii=True)

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press(*keys)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause(0.1)
            lines = screen_text(stage.app)
            assert not {char for line in lines for char in line if not " " <= char <= "~"}

    stage.play((80, 24), act)


def test_the_palette_finds_what_can_be_done_now() -> None:
    stage = Stage("backoff")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("ctrl+p", *"try now")
        await until(pilot, lambda: "Try now (n)" in "\n".join(screen_text(stage.app)))
        assert "Rescan" not in "\n".join(screen_text(stage.app)[8:-1])

    stage.play((80, 24), act)


def test_a_warning_is_a_toast_with_what_to_do_once_in_five_minutes() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        async def publish() -> int:
            notice = Notice(stage.clock.now(), Level.WARNING, "no answer", "", "wait a minute")
            stage.hub.publish(notice)
            stage.app.drain()
            await pilot.pause()
            return len(stage.app._notifications)

        assert await publish() == 1
        await until(pilot, lambda: "wait a minute" in "\n".join(screen_text(stage.app)))
        stage.clock.advance(299)
        assert await publish() == 1
        stage.clock.advance(2)
        assert await publish() == 2
        assert len(stage.app.view.notices) == 4

    stage.play((80, 24), act)


def test_a_toast_is_there_once_and_again_when_it_was_taken_away() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        async def said(times: int) -> int:
            for _time in range(times):
                stage.app.say("Nothing was sent.")
            await pilot.pause()
            return len(stage.app._notifications)

        assert await said(2) == 1
        stage.app.clear_notifications()
        assert await said(1) == 1

    stage.play((80, 24), act)


def test_an_info_is_no_toast() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        assert len(stage.app._notifications) == 0

    stage.play((80, 24), act)


def test_the_theme_key_goes_round() -> None:
    stage = Stage("ready")
    themes: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        for _press in range(3):
            await pilot.press("t")
            themes.append(stage.app.theme)

    stage.play((80, 24), act)
    assert themes == ["semtui-light", "ansi-dark", "semtui-dark"]
