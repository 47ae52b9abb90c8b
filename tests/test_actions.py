"""The registry of actions: no key twice, and everything made from it agrees."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from semtui.actions import ACTIONS, SCREENS, Action, screen_names
from semtui.app import SemtuiApp
from semtui.screens.help import help_rows
from semtui.screens.widgets.keys import chosen


def actions_of(screen: str) -> list[Action]:
    return [action for action in ACTIONS if screen in action.screens]


def test_names_are_unique() -> None:
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_key_means_one_thing_on_a_screen(screen: str) -> None:
    keys = [key for action in actions_of(screen) for key in action.key.split(",")]
    assert len(set(keys)) == len(keys)


def test_keys_work_over_ssh_and_in_tmux() -> None:
    """No alt, no function keys, none of the prefixes of tmux and screen, no flow control."""
    for action in ACTIONS:
        for key in action.key.split(","):
            assert not key.startswith(("alt+", "f1", "f2", "shift+"))
            assert key not in ("ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q", "ctrl+c", "ctrl+z")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.name)
def test_the_app_has_each_target(action: object) -> None:
    target = action.target.split("(")[0]  # type: ignore[attr-defined]
    assert callable(getattr(SemtuiApp, f"action_{target}"))


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("width", range(10, 140, 5))
def test_the_footer_fits_and_keeps_quit(screen: str, width: int) -> None:
    actions = chosen(actions_of(screen), width)
    used = 1 + sum(cell_len(a.show) + cell_len(a.label) + 3 for a in actions)
    assert used <= width
    assert [a.name for a in actions][-1:] == ["quit"]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_help_page_has_every_action(screen: str) -> None:
    text = "\n".join("".join(run[0] for run in row) for row in help_rows(screen, 200))
    assert screen_names()[screen] in text
    for action in ACTIONS:
        assert action.text in text
