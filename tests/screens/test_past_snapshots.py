"""Pictures of the history and energy screens, compared as SVG.

After a wished change: pytest tests/screens/test_past_snapshots.py --snapshot-update,
then look at the pictures before they are committed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.screens.stage import Stage
from tests.screens.test_past import press

SnapCompare = Callable[..., bool]
SIZES = [(80, 24), (120, 36), (40, 12)]


def drawn(stage: Stage, *keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Wait for the script to be shown, then press keys and wait for each answer."""

    async def before(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await press(pilot, *keys)

    return before


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    "keys",
    [("3", "[", "c"), ("3", "w"), ("3", "m"), ("3", "y"), ("4", "left")],
    ids=["day", "week", "month", "year", "energy"],
)
def test_past(
    snap_compare: SnapCompare, past: Path, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    stage = Stage(folder=past)
    assert snap_compare(stage.app, terminal_size=size, run_before=drawn(stage, *keys))


@pytest.mark.parametrize("keys", [("3", "["), ("4", "left")], ids=["history", "energy"])
def test_sunny(snap_compare: SnapCompare, sunny: Path, keys: tuple[str, ...]) -> None:
    stage = Stage("exporting", folder=sunny)
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage, *keys))


@pytest.mark.parametrize("key", ["3", "4"], ids=["history", "energy"])
def test_ascii_and_ansi(snap_compare: SnapCompare, past: Path, key: str) -> None:
    stage = Stage(folder=past, ascii=True, theme="ansi")
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage, key))


@pytest.mark.parametrize("key", ["3", "4"], ids=["history", "energy"])
def test_empty(snap_compare: SnapCompare, tmp_path: Path, key: str) -> None:
    stage = Stage(folder=tmp_path)
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage, key))
