"""Pictures of the meter's screen, compared as SVG; what it says is tested elsewhere as text.

After a wished change: pytest tests/screens/test_meter_snapshots.py --snapshot-update,
then look at the pictures before they are committed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.screens.meterscenes import second_generation
from tests.screens.stage import Stage

SnapCompare = Callable[..., bool]
SIZES = [(80, 24), (120, 36), (40, 12)]


def drawn(stage: Stage, *keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Wait for the script to be shown, then press keys."""

    async def before(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await pilot.press("5", *keys)
        await pilot.pause()

    return before


def staged(**settings: bool) -> Stage:
    stage = Stage(**settings)  # type: ignore[arg-type]
    stage.engine.script = second_generation(stage)
    return stage


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    "keys",
    [("down", "down"), ("slash", *"history 1, n", "enter", "enter")],
    ids=["table", "day"],
)
def test_meter(snap_compare: SnapCompare, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    stage = staged()
    assert snap_compare(stage.app, terminal_size=size, run_before=drawn(stage, *keys))


def test_ascii(snap_compare: SnapCompare) -> None:
    stage = staged(ascii=True)
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage))


def test_filter(snap_compare: SnapCompare) -> None:
    stage = staged()
    keys = ("slash", *"energy")
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage, *keys))


def test_before_the_join(snap_compare: SnapCompare) -> None:
    stage = Stage("scanning")
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=drawn(stage))
