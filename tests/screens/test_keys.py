"""A key does on a screen what the registry says of that screen, and nothing else."""

from __future__ import annotations

import pytest
from textual.actions import parse
from textual.pilot import Pilot

from semtui.actions import ACTIONS, NUMBERS
from semtui.model import Intent
from semtui.screens.monitor import MonitorScreen
from tests.screens.stage import Stage


def words(screen: str) -> set[str]:
    """What the registry asks of a screen itself."""
    targets = (parse(action.target) for action in ACTIONS if screen in action.screens)
    return {str(parameters[0]) for _, name, parameters in targets if name == "act"}


KEYS = sorted(
    {key for action in ACTIONS if action.target.startswith("act(") for key in action.key.split(",")}
)


@pytest.mark.parametrize("screen", NUMBERS)
def test_a_screen_is_asked_for_its_own_acts_and_for_all_of_them(
    monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    asked: list[str] = []
    shown: list[str] = []

    def act(self: MonitorScreen, what: str) -> None:
        asked.append(what)
        shown.append(self.key)

    async def press(pilot: Pilot[int]) -> None:
        await pilot.press(str(NUMBERS[screen]))
        for kind in {type(pilot.app.screen), MonitorScreen}:
            monkeypatch.setattr(kind, "act", act)
        await pilot.press(*KEYS)

    Stage().play((80, 24), press)
    assert set(asked) == words(screen)
    assert set(shown) <= {screen}


@pytest.mark.parametrize(("number", "wished"), [("3", False), ("2", True)])
def test_an_action_of_the_link_is_no_action_of_the_past(number: str, wished: bool) -> None:
    stage = Stage()

    async def press(pilot: Pilot[int]) -> None:
        await pilot.press(number, "r", "r")

    stage.play((80, 24), press)
    assert (Intent.RESCAN in stage.engine.intents) is wished
