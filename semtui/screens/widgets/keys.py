"""The last row of every screen: the keys that matter here."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from semtui.actions import Action
from semtui.screens.widgets.canvas import Canvas


def chosen(actions: Sequence[Action], width: int) -> list[Action]:
    """The actions that fit into `width` cells, by their rank, in the registry's order.

    Of equals those that are possible everywhere come first: help never gives way to a screen's
    own key.
    """
    left = width - 1
    kept: set[str] = set()
    for action in sorted(
        (a for a in actions if a.footer), key=lambda a: (a.footer, -len(a.screens))
    ):
        needed = cell_len(action.show) + cell_len(action.label) + 3
        if needed > left:
            break
        left -= needed
        kept.add(action.name)
    return [action for action in actions if action.name in kept]


def paint_keys(canvas: Canvas, actions: Sequence[Action]) -> None:
    """Write row 0: each key with its word; quit and help stand where they always stand."""
    paint_hints(canvas, [(a.show, a.label) for a in chosen(actions, canvas.width)])


def paint_hints(canvas: Canvas, hints: Sequence[tuple[str, str]]) -> None:
    """Write row 0: keys, each with its word, as far as there is room."""
    canvas.write(0, 0, " " * canvas.width, "bar")
    x = 1
    for key, word in hints:
        x = canvas.write(x, 0, key, "bar_key")
        x = canvas.write(x + 1, 0, word, "bar_dim") + 2
