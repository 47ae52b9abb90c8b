"""A page over the screen that it was asked for on: it scrolls, and esc leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from semtui.i18n import _
from semtui.screens.widgets.canvas import Canvas, Run
from semtui.screens.widgets.painted import Painted


class Page(Painted):
    """Rows of text, painted from the one that is scrolled to, which is held in bounds."""

    can_focus = True

    def __init__(self) -> None:
        super().__init__()
        self.offset_row = 0

    def paint_rows(
        self, canvas: Canvas, title: str, rows: Sequence[list[Run]], keys: Sequence[tuple[str, str]]
    ) -> None:
        """Paint a title, the rows that have room, and the keys with what they do."""
        width, last = canvas.width, canvas.height - 1
        room = max(1, canvas.height - 2)
        self.offset_row = max(0, min(self.offset_row, len(rows) - room))
        canvas.write(0, 0, " " * width, "bar")
        canvas.write(1, 0, title, "bar_name")
        for y, row in enumerate(rows[self.offset_row : self.offset_row + room], 1):
            canvas.write_runs(1, y, row, width - 1)
        canvas.write(0, last, " " * width, "bar")
        x = -1
        if len(rows) > room:
            keys = [*keys, (_("up/down"), f"{self.offset_row + room}/{len(rows)}")]
        for key, text in keys:
            x = canvas.write(x + 2, last, key, "bar_key")
            x = canvas.write(x + 1, last, text, "bar_dim")


P = TypeVar("P", bound=Page)


class PageScreen(Screen[None], Generic[P]):
    """Shows a page and nothing else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss", "Back"),
        ("up,k", "scroll(-1)", "Up"),
        ("down,j", "scroll(1)", "Down"),
        ("pageup,b", "page(-1)", "Page up"),
        ("pagedown,space", "page(1)", "Page down"),
        ("home", "scroll(-9999)", "Top"),
        ("end", "scroll(9999)", "End"),
    ]

    def __init__(self, page: P) -> None:
        super().__init__()
        self.page = page

    def compose(self) -> ComposeResult:
        yield self.page

    def repaint(self, full: bool = False) -> None:
        """Paint again: something has changed, or another theme or set of signs was chosen."""
        self.page.repaint(full)

    @property
    def lines(self) -> list[str]:
        """The screen as text."""
        return self.page.lines

    def action_scroll(self, rows: int) -> None:
        """Move by rows."""
        self.page.offset_row += rows
        self.page.repaint()

    def action_page(self, pages: int) -> None:
        """Move by what fits on the screen."""
        self.action_scroll(pages * max(1, self.page.size.height - 3))

    async def action_dismiss(self, result: None = None) -> None:
        """Back to the screen below."""
        self.dismiss(result)
