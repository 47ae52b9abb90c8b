"""Pictures of the screens, compared as SVG; what they say is tested elsewhere as text.

After a wished change: pytest tests/screens/test_snapshots.py --snapshot-update,
then look at the pictures before they are committed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.screens.stage import Stage

SnapCompare = Callable[..., bool]


def drawn(stage: Stage, *keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Wait for the script to be shown, then press keys."""

    async def before(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await pilot.press(*keys)
        await pilot.pause()

    return before


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    ("state", "keys"),
    [("ready", ()), ("empty", ()), ("scanning", ("2",)), ("backoff", ("2",)), ("ready", ("2",))],
    ids=["dashboard", "empty", "scanning", "backoff", "session"],
)
def test_dark(
    snap_compare: SnapCompare, state: str, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    stage = Stage(state)
    assert snap_compare(stage.app, terminal_size=size, run_before=drawn(stage, *keys))


@pytest.mark.parametrize("theme", ["light", "ansi"])
def test_themes(snap_compare: SnapCompare, theme: str) -> None:
    stage = Stage("exporting", theme=theme)
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage))


def test_ascii(snap_compare: SnapCompare) -> None:
    stage = Stage("ready", ascii=True)
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage))


def test_narrow(snap_compare: SnapCompare) -> None:
    stage = Stage("ready")
    assert snap_compare(stage.app, terminal_size=(40, 12), run_before=drawn(stage))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 12)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("keys", [("2",), ("2", "p")], ids=["cockpit", "placement"])
def test_watched(snap_compare: SnapCompare, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    stage = Stage("watched")
    assert snap_compare(stage.app, terminal_size=size, run_before=drawn(stage, *keys))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 12)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_pingpong(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    stage = Stage("watched")
    assert snap_compare(stage.app, terminal_size=size, run_before=drawn(stage, "6"))


def test_help(snap_compare: SnapCompare) -> None:
    stage = Stage("ready")
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage, "question_mark"))
