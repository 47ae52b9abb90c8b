"""Painters of the console: the list of lines, and the chosen line in full."""

from __future__ import annotations

from semtui.i18n import _
from semtui.model import Direction, Level, Notice
from semtui.screens.widgets.canvas import Canvas, fit, wrap
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.listing import LEVEL_WORDS, SHOWN_WORDS, Item, Listing
from semtui.screens.widgets.lists import LEVELS
from semtui.screens.widgets.scene import Scene

LONG_STAMP = 60
"""Cells of width from which on milliseconds are shown."""
INDENT = 3
"""The meaning stands this far right of its line."""


def list_title(listing: Listing) -> str:
    """What the list shows."""
    word = SHOWN_WORDS[listing.shown]
    return word[:1].upper() + word[1:]


def list_note(listing: Listing) -> str:
    """How it is filtered and whether it follows."""
    words = []
    if listing.level is not Level.INFO:
        words.append(LEVEL_WORDS[listing.level])
    if listing.needle:
        words.append(_("filter: {text}").format(text=listing.needle))
    words.append(_("follow on") if listing.follow else _("follow off"))
    words.append(_("{count} lines").format(count=len(listing.items)))
    return "  ".join(words)


def paint_list(canvas: Canvas, area: Area, scene: Scene, listing: Listing) -> None:
    """The lines that fit, each with its meaning under it, the newest at the bottom."""
    items = listing.window(area.height)
    if not items:
        text = _("no line passes the filter") if scene.view.console else _("nothing yet")
        canvas.write(area.x, area.y, text, "dim", area.x + area.width)
        return
    chosen = None if listing.follow else listing.chosen
    y, below = area.y, area.y + area.height
    for item in items:
        if item is chosen:
            canvas.write(area.x - 1, y, scene.glyphs.arrow, "key")
        text_x = _paint_line(canvas, area, y, item, scene, listing.decode)
        y += 1
        if listing.height_of(item) == 2 and y < below:
            end = area.x + area.width
            shown = scene.glyphs.text(item.gist)
            canvas.write(text_x, y, fit(shown, end - text_x, scene.glyphs.ellipsis), "", end)
            y += 1


def _paint_line(canvas: Canvas, area: Area, y: int, item: Item, scene: Scene, decode: bool) -> int:
    """Write a line; return the column in which its meaning begins."""
    end = area.x + area.width
    stamp = item.stamp if area.width >= LONG_STAMP else item.stamp[:8]
    x = canvas.write(area.x, y, stamp, "dim", end) + 1
    mark_style, style = _styles(item, decode)
    at = canvas.write(x, y, item.mark, mark_style, end) + 1
    text = scene.glyphs.text(item.short)
    canvas.write(at, y, fit(text, end - at, scene.glyphs.ellipsis), style, end)
    return x + INDENT


def _styles(item: Item, decode: bool) -> tuple[str, str]:
    """How its mark and its text look; a line whose meaning stands below steps back."""
    entry = item.entry
    if isinstance(entry, Notice):
        return LEVELS[entry.level][1], "bad" if entry.level is Level.ERROR else ""
    if entry.text.startswith("FAIL"):
        return "bad", "bad"
    if entry.direction is Direction.SENT:
        return "mark", "mark"
    back = entry.direction is Direction.NOTE or (decode and bool(item.gist))
    return "dim", "dim" if back else ""


def chosen_title(listing: Listing) -> str:
    """Which line is told in full."""
    return _("Newest line") if listing.follow else _("Chosen line")


def paint_chosen(canvas: Canvas, area: Area, scene: Scene, listing: Listing) -> None:
    """The chosen line: what it means, property by property, then all of its text."""
    item = listing.chosen
    if item is None:
        return
    rows = [(line, "") for part in item.details for line in wrap(part, area.width)]
    style = "dim" if rows else ""
    rows += [(line, style) for line in wrap(item.text, area.width)]
    if len(rows) > area.height > 0:
        rows = rows[: area.height]
        last, style = rows[-1]
        rows[-1] = (fit(last + " " * area.width, area.width, scene.glyphs.ellipsis), style)
    for y, (text, style) in enumerate(rows, area.y):
        canvas.write(area.x, y, scene.glyphs.text(text), style, area.x + area.width)
