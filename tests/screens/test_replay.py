"""The screens on a recording: they show the place in it, and go where they are told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from semtui.actions import SCREENS
from semtui.clock import VirtualClock
from semtui.model import LinkState
from semtui.recording import Recording, read_recording
from semtui.replay import Player
from semtui.screens.replay import REGISTRY, ReplayApp

FOLDER = Path(__file__).resolve().parents[2] / "recordings"
SIZES = ((120, 36), (80, 24), (40, 12), (20, 5))

Act = Callable[[ReplayApp, Pilot[int]], Awaitable[None]]


class StandingClock(VirtualClock):
    """Lets a thread wait without time passing for the player."""

    def wait(self, wakeup: threading.Event, seconds: float) -> None:
        wakeup.wait(seconds)


def show(name: str, act: Act, size: tuple[int, int] = (120, 36)) -> None:
    """Open a recording, paused at its beginning, and act."""
    recording = read_recording(FOLDER / f"{name}.semrec")
    _show(recording, act, size)


def _show(recording: Recording, act: Act, size: tuple[int, int]) -> None:
    app = ReplayApp(Player(recording, StandingClock()))

    async def main() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(app, pilot)
            await pilot.press("q")

    asyncio.run(main())
    assert app.return_code == 0


def lines(app: ReplayApp) -> list[str]:
    found: list[str] = app.screen.lines  # type: ignore[attr-defined]
    return found


def test_the_status_line_says_where_it_is() -> None:
    async def act(app: ReplayApp, pilot: Pilot[int]) -> None:
        await pilot.press("p", "right", "right", "right", "greater_than_sign")
        assert "REPLAY 21:57:30 x2 paused" in lines(app)[0]
        assert "READY" in lines(app)[0]
        await pilot.press("left", "less_than_sign", "less_than_sign")
        assert "REPLAY 21:57:20 x0.5 paused" in lines(app)[0]
        await pilot.press("right_square_bracket")
        assert "REPLAY 21:58:20 " in lines(app)[0]
        await pilot.press("shift+left")
        assert "REPLAY 21:57:20 " in lines(app)[0]
        await pilot.press("end")
        assert " end" in lines(app)[0]
        await pilot.press("home")
        assert "REPLAY 21:57:00 " in lines(app)[0]

    show("re-authentication", act)


def test_going_back_forgets_what_came_later() -> None:
    async def act(app: ReplayApp, pilot: Pilot[int]) -> None:
        await pilot.press("p", "end")
        assert app.view.figures.count == 114
        assert app.view.link is not None
        assert app.view.link.state is LinkState.CLOSED
        await pilot.press("home")
        assert app.view.figures.count == 0
        assert app.view.link is not None
        assert app.view.link.state is LinkState.PROBING

    show("re-authentication", act)


def test_a_step_shows_the_next_thing_that_happened() -> None:
    async def act(app: ReplayApp, pilot: Pilot[int]) -> None:
        for _ in range(4):
            await pilot.press("full_stop")
        assert "paused" in lines(app)[0]
        assert [line.text for line in app.view.wire][-1] == "ROPT"

    show("first-join-bp35a1", act)


def test_space_pauses_and_goes_on() -> None:
    async def act(app: ReplayApp, pilot: Pilot[int]) -> None:
        await pilot.press("space")
        assert "paused" in lines(app)[0]
        assert app.view.held_at is None
        await pilot.press("space")
        assert "paused" not in lines(app)[0]
        assert len(app._hub._subscribers) == 1

    show("two-way-house", act)


def test_what_needs_a_module_is_not_offered() -> None:
    names = {action.name for action in REGISTRY}
    assert not names & {"rescan", "rejoin", "retry", "hold", "record", "console-send", "noise"}
    for screen in SCREENS:
        here = (action for action in REGISTRY if screen in action.screens)
        keys = [key for action in here for key in action.key.split(",")]
        assert len(set(keys)) == len(keys)

    async def act(app: ReplayApp, pilot: Pilot[int]) -> None:
        await pilot.press("p", "right", "right", "r", "j", "n", "R")
        assert not app._notifications
        await pilot.press("question_mark")
        text = "\n".join(lines(app))
        assert "back by ten seconds" in text
        assert "search all channels" not in text
        await pilot.press("escape", "7")
        text = "\n".join(lines(app))
        assert "there is no module to send to" in text
        assert "i arms it" not in text

    show("re-authentication", act)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.semrec")), ids=lambda path: path.stem)
def test_every_recording_can_be_shown_everywhere(path: Path, size: tuple[int, int]) -> None:
    """Both screens, from the beginning to the end in steps of a minute."""

    async def act(app: ReplayApp, pilot: Pilot[int]) -> None:
        await pilot.press("p")
        while app._player.position < app._player.recording.seconds:
            await pilot.press("2", "right_square_bracket", "1")
        assert lines(app)

    show(path.stem, act, size)


def test_a_recording_without_an_end_is_said() -> None:
    recording = replace(read_recording(FOLDER / "wrong-password.semrec"), torn=True)

    async def act(app: ReplayApp, pilot: Pilot[int]) -> None:
        assert [note.title for note in app._notifications] == ["The recording has no end"]

    _show(recording, act, (80, 24))
