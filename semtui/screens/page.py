"""A page over the screen that it was asked for on: it scrolls, and esc leaves it."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from semtui.screens.widgets.painted import Painted


class Page(Painted):
    """Rows of text, painted from the one that is scrolled to; `paint` holds it in bounds."""

    can_focus = True

    def __init__(self) -> None:
        super().__init__()
        self.offset_row = 0


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
