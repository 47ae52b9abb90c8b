"""The question before a command that changes something: what it does, and a YES to type."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from semtui.i18n import _
from semtui.radio.console import Permission, Verdict
from semtui.screens.widgets.canvas import Canvas, Run, wrap
from semtui.screens.widgets.painted import Painted
from semtui.screens.widgets.prompt import CommandInput

YES = _("YES")


class ConfirmPage(Painted):
    """The question."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self._verdict = verdict

    def paint(self, canvas: Canvas) -> None:
        canvas.write(0, 0, " " * canvas.width, "bar")
        canvas.write(1, 0, _("semtui  Send by hand"), "bar_name")
        rows: list[Run] = [(self._verdict.command, "mark")]
        flash = self._verdict.permission is Permission.FLASH
        said = [(self._verdict.explanation, "")]
        if flash:
            said.append((_(
                "It uses the module's flash memory, which lasts 10,000 writes in all; a module "
                "worn out cannot be mended."
            ), "warn"))  # fmt: skip
        said.append((_("semtui keeps up the link by itself and may have to join again."), "dim"))
        said.append((_("Type YES and press enter to send it. esc: do not send."), "strong"))
        for text, style in said:
            rows += [("", ""), *((line, style) for line in wrap(text, max(10, canvas.width - 4)))]
        if len(rows) > canvas.height - 1:
            rows = [row for row in rows if row[0]]
        for y, (text, style) in enumerate(rows, 1):
            canvas.write(2, y, text, style, canvas.width - 1)


class ConfirmScreen(Screen[bool]):
    """Asks for a YES; True when it was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "refuse", "Back")]

    def __init__(self, verdict: Verdict, expired: Callable[[], bool]) -> None:
        """`expired` says whether the question has stood too long; it is asked each second."""
        super().__init__()
        self._page = ConfirmPage(verdict)
        self._expired = expired

    def compose(self) -> ComposeResult:
        yield self._page
        yield CommandInput()

    def on_mount(self) -> None:
        """What is typed goes into the field."""
        self.query_one(CommandInput).focus()

    def repaint(self, full: bool = False) -> None:
        """Paint again; a question that has stood too long is answered with no."""
        if self._expired() and self.is_current:
            self.dismiss(False)
            return
        self._page.repaint(full)

    @property
    def lines(self) -> list[str]:
        """The question as text."""
        return self._page.lines

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip() == YES)

    def action_refuse(self) -> None:
        """Do not send."""
        self.dismiss(False)
