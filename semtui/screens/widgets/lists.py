"""Painters of lists that grow: the events and the serial line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from semtui.i18n import _
from semtui.model import Direction, Level, Notice
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene
from semtui.screens.wording import moment

LEVELS = {
    Level.INFO: (_("INFO"), "dim"),
    Level.WARNING: (_("WARN"), "warn"),
    Level.ERROR: (_("ERROR"), "bad"),
}


def sentence(notice: Notice) -> str:
    """A notice on one line: what happened, then why."""
    if not notice.detail:
        return notice.title
    return f"{notice.title}{'' if notice.title.endswith('.') else ':'} {notice.detail}"


def paint_events(canvas: Canvas, area: Area, scene: Scene) -> None:
    """What happened, the newest first."""
    notices: Iterable[Notice] = islice(reversed(scene.view.notices), area.height)
    end = area.x + area.width
    row = 0
    for row, notice in enumerate(notices, 1):
        y = area.y + row - 1
        word, style = LEVELS[notice.level]
        x = canvas.write(area.x, y, f"{moment(notice.at, scene.wall, '%H:%M:%S'):<8} ", "dim", end)
        x = canvas.write(x, y, f"{word:<5} ", style, end)
        text = fit(sentence(notice), end - x, scene.glyphs.ellipsis)
        canvas.write(x, y, text, "bad" if notice.level is Level.ERROR else "", end)
    if row == 0:
        canvas.write(area.x, area.y, _("nothing has happened yet"), "dim", end)


def paint_wire(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The end of the serial line, masked where it was made; the newest at the bottom."""
    lines = list(scene.view.wire)[-area.height :] if area.height else []
    end = area.x + area.width
    for row, line in enumerate(lines):
        y = area.y + row
        stamp = f"{line.at:%H:%M:%S}.{line.at.microsecond // 1000:03d} "
        x = canvas.write(
            area.x, y, stamp if area.width >= 60 else f"{line.at:%H:%M:%S} ", "dim", end
        )
        style = {Direction.SENT: "mark", Direction.RECEIVED: "", Direction.NOTE: "dim"}
        x = canvas.write(x, y, f"{line.direction.value} ", style[line.direction], end)
        text = "".join(c if c.isprintable() else "?" for c in line.text)
        canvas.write(x, y, fit(text, end - x, scene.glyphs.ellipsis), style[line.direction], end)
    if not lines and area.height:
        canvas.write(area.x, area.y, _("nothing has been sent or heard yet"), "dim", end)
