"""Boxes that share their borders, with a title and a note in the upper one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from semtui.screens.widgets.canvas import Canvas, fit

if TYPE_CHECKING:
    from semtui.screens.widgets.scene import Scene


UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
ROUND = {DOWN | RIGHT: "╭", DOWN | LEFT: "╮", UP | RIGHT: "╰", UP | LEFT: "╯"}


def has_room_for_boxes(width: int, height: int) -> bool:
    """Whether a board of this size is drawn in boxes."""
    return width >= 64 and height >= 18


def has_room_for_all(width: int, height: int) -> bool:
    """Whether a board of this size shows all that its screen can show."""
    return width >= 104 and height >= 30


@dataclass(frozen=True, slots=True)
class Area:
    """The inside of a box: what its painter may draw on."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A box whose border runs along (x, y) and (x + width - 1, y + height - 1)."""

    x: int
    y: int
    width: int
    height: int
    title: str
    paint: Callable[[Canvas, Area, Scene], None]
    note: str = ""
    """Said at the right end of the upper border, where there is room."""

    @property
    def inside(self) -> Area:
        """The cells a painter may use: a column of air is left beside each border."""
        return Area(self.x + 2, self.y + 1, max(0, self.width - 4), max(0, self.height - 2))


def draw_boxes(canvas: Canvas, boxes: Sequence[Box], scene: Scene) -> None:
    """Draw the borders, joined where boxes touch, then the titles and the insides."""
    glyphs = scene.glyphs
    arms: dict[tuple[int, int], int] = {}
    for box in boxes:
        right, bottom = box.x + box.width - 1, box.y + box.height - 1
        for x in range(box.x, right + 1):
            arm = (LEFT if x > box.x else 0) | (RIGHT if x < right else 0)
            for y in (box.y, bottom):
                arms[x, y] = arms.get((x, y), 0) | arm
        for y in range(box.y, bottom + 1):
            arm = (UP if y > box.y else 0) | (DOWN if y < bottom else 0)
            for x in (box.x, right):
                arms[x, y] = arms.get((x, y), 0) | arm
    for (x, y), arm in arms.items():
        sign = glyphs.lines[arm]
        canvas.write(x, y, sign if glyphs.ascii else ROUND.get(arm, sign), "frame")
    for box in boxes:
        limit = box.x + box.width - 2
        at = canvas.write(box.x + 2, box.y, f" {fit(box.title, box.width - 6)} ", "title", limit)
        start = limit - cell_len(box.note) - 1
        if box.note and start > at:
            canvas.write(start - 1, box.y, f" {box.note} ", "dim", limit)
        box.paint(canvas, box.inside, scene)
