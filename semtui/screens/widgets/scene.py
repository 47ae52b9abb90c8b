"""What a painter is given: the picture to draw, the time it is, and the signs to draw with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.cells import cell_len

from semtui.screens.widgets.canvas import Canvas, fit, wrap
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.glyphs import Glyphs
from semtui.view import View


@dataclass(frozen=True, slots=True)
class Scene:
    """The picture, and the present it is seen from."""

    view: View
    now: float
    """Monotonic seconds."""
    wall: datetime
    glyphs: Glyphs

    def clock_at(self, stamp: float) -> str:
        """The wall clock's reading at monotonic `stamp`, with the weekday of another day."""
        moment = self.wall + timedelta(seconds=stamp - self.now)
        return f"{moment:%H:%M}" if moment.date() == self.wall.date() else f"{moment:%a %H:%M}"


def write_text(
    canvas: Canvas,
    area: Area,
    text: str,
    style: str = "",
    row: int = 0,
    glyphs: Glyphs | None = None,
) -> int:
    """Write `text` in lines of the area's width, from its row `row`; return the next row."""
    lines = wrap(text, area.width)
    room = max(0, area.height - row)
    for index, line in enumerate(lines[:room]):
        if index == room - 1 and len(lines) > room and glyphs is not None:
            line = fit(f"{line} {lines[index + 1]}", area.width, glyphs.ellipsis)
        canvas.write(area.x, area.y + row + index, line, style, area.x + area.width)
    return row + min(len(lines), room)


def write_pair(
    canvas: Canvas, area: Area, row: int, label: str, value: str, style: str = "strong"
) -> None:
    """Write a label at the left and its value at the right end of row `row`."""
    if row >= area.height:
        return
    y = area.y + row
    end = area.x + area.width
    canvas.write(max(area.x, end - cell_len(value)), y, value, style, end)
    canvas.write(area.x, y, label, "dim", end - cell_len(value) - 1)


def write_rows(
    canvas: Canvas, area: Area, rows: list[tuple[str, str, str]], indent: int, ellipsis: str
) -> None:
    """Write a name, a value and the value's style a row, the values from column `indent` on."""
    end = area.x + area.width
    for y, (name, value, style) in enumerate(rows[: area.height], area.y):
        canvas.write(area.x, y, name, "dim", end)
        canvas.write(area.x + indent, y, fit(value, area.width - indent, ellipsis), style, end)
