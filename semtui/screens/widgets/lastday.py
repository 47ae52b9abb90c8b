"""Painter of the link's last day: a row of cells, each the worst state of its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from rich.cells import cell_len

from semtui.i18n import _
from semtui.model import LinkState
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene
from semtui.screens.wording import STATES

DAY_MINUTES = 24 * 60
CELL_MINUTES = (10, 15, 20, 30, 60, 120, 240)

_JOINING = ("J", _("joining"))
LETTERS = {
    LinkState.READY: ("R", _("ready")),
    LinkState.REAUTHENTICATING: ("N", _("renewing")),
    LinkState.TERMINATING: ("E", _("ending")),
    LinkState.PROBING: _JOINING,
    LinkState.CONFIGURING: _JOINING,
    LinkState.RESOLVING: _JOINING,
    LinkState.JOINING: _JOINING,
    LinkState.SCANNING: ("S", _("scanning")),
    LinkState.CLOSED: ("C", _("closed")),
    LinkState.BACKOFF: ("B", _("backoff")),
    LinkState.FAILED: ("F", _("failed")),
}
"""Each state's letter and its word; what leads up to a session shares one."""


def cell_minutes(width: int) -> int:
    """Minutes of a cell, so that a day has room in `width` cells."""
    return next((m for m in CELL_MINUTES if DAY_MINUTES // m <= width), CELL_MINUTES[-1])


def lastday_note(width: int) -> str:
    """How much time a cell stands for, for the box's border."""
    return _("{n} min a letter, the worst state of each").format(n=cell_minutes(width))


def day_cells(scene: Scene, width: int) -> list[tuple[datetime, LinkState | None]]:
    """The cells of the last 24 hours: when each begins, and its worst state.

    They begin at whole steps of the clock, so that the picture stands still between two.
    """
    minutes = cell_minutes(width)
    midnight = scene.wall.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = int((scene.wall - midnight).total_seconds() // 60) // minutes
    newest = midnight + timedelta(minutes=passed * minutes)
    count = min(width, DAY_MINUTES // minutes)
    cells = []
    for back in range(count - 1, -1, -1):
        begins = newest - timedelta(minutes=back * minutes)
        stamp = scene.now - (scene.wall - begins).total_seconds()
        cells.append((begins, scene.view.timeline.between(stamp, stamp + 60 * minutes)))
    return cells


def paint_lastday(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The cells, the hours below them, and which letter means what."""
    cells = day_cells(scene, area.width)
    minutes = cell_minutes(area.width)
    hours = next(h for h in (1, 2, 3, 6, 12, 24) if h * 60 // minutes >= 6)
    end = area.x + area.width
    for x, (begins, state) in enumerate(cells, area.x):
        if state is None:
            canvas.write(x, area.y, scene.glyphs.silent, "dim", end)
        else:
            canvas.write(x, area.y, LETTERS[state][0], STATES[state].badge, end)
        if area.height > 1 and begins.minute == 0 and begins.hour % hours == 0:
            canvas.write(x, area.y + 1, f"{begins:%H}", "dim", end)
    if area.height <= 2:
        return
    x = area.x
    shown = {LETTERS[state]: STATES[state].badge for _begins, state in cells if state is not None}
    for (letter, word), badge in shown.items():
        if x + cell_len(word) + 2 > end:
            break
        x = canvas.write_runs(x, area.y + 2, [(letter, badge), (f" {word}  ", "dim")], end)
    if any(state is None for _begins, state in cells):
        words = _("{sign} not running").format(sign=scene.glyphs.silent)
        if x + cell_len(words) <= end:
            canvas.write(x, area.y + 2, words, "dim", end)
