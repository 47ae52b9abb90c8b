"""A widget that is painted on a canvas and sends only the cells that changed."""

from __future__ import annotations

from typing import Protocol, cast

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from semtui.screens.themes import style_of
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.glyphs import Glyphs


class HasGlyphs(Protocol):
    """An app that says which signs to draw with."""

    @property
    def glyphs(self) -> Glyphs: ...


class Painted(Widget):
    """Base of all painted widgets: `repaint` after a change, `paint` says what to draw."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Canvas | None = None
        self.repainted_cells = 0
        """Cells sent to the screen so far, those of full paints included."""

    def paint(self, canvas: Canvas) -> None:
        """Draw everything on an empty canvas of the widget's size."""
        raise NotImplementedError

    def repaint(self, full: bool = False) -> None:
        """Paint again, and refresh what differs from what is shown; all of it when `full`."""
        width, height = self.size
        if not width or not height:
            return
        canvas = Canvas(width, height, cast(HasGlyphs, self.app).glyphs.ascii)
        self.paint(canvas)
        before, self._shown = self._shown, canvas
        if full or before is None or (before.width, before.height) != (width, height):
            self.repainted_cells += width * height
            self.refresh()
            return
        spans = canvas.changes(before)
        if spans:
            self.repainted_cells += sum(span.width for span in spans)
            self.refresh(*(Region(span.x, span.y, span.width, 1) for span in spans))

    def on_resize(self) -> None:
        """Paint for the new size."""
        self.repaint()

    @property
    def lines(self) -> list[str]:
        """What is shown, as text, a string a row."""
        return self._shown.text() if self._shown else []

    def render_line(self, y: int) -> Strip:
        """Row `y` of what was painted last."""
        theme = self.app.theme
        if self._shown is None or y >= self._shown.height:
            return Strip.blank(self.size.width, style_of(theme, ""))
        return Strip(
            [Segment(text, style_of(theme, name)) for text, name in self._shown.row(y)],
            self._shown.width,
        )
