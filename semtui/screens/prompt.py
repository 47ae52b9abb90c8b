"""A screen with a row below its board in which something is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from semtui.screens.monitor import Board, KeyLine, MonitorScreen, StatusLine
from semtui.screens.widgets.canvas import Run
from semtui.screens.widgets.prompt import ROWS, CommandInput, PromptLine, Typing


class PromptScreen(MonitorScreen):
    """Subclasses open and close the row by `type_for`, and say what esc does."""

    rests_in_sight: ClassVar[bool] = False
    """Whether the row is there while it is used for nothing."""
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "back", "Back")]

    def __init__(self) -> None:
        super().__init__()
        self.typing = Typing.NOTHING
        """What the row is used for now."""

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield Board()
        with Horizontal(classes="prompt"):
            yield PromptLine()
            yield CommandInput()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin with a closed row."""
        self._lay_row()

    @property
    def field(self) -> CommandInput:
        """The line that is typed."""
        return self.query_one(CommandInput)

    def resting(self, width: int) -> list[Run]:
        """What the row of `width` cells says while there is no field."""
        return []

    def typing_keys(self) -> list[tuple[str, str]]:
        return list(ROWS[self.typing].keys)

    def act(self, what: str) -> None:
        """Do what the registry asks for, unless the row is in use."""
        if self.typing is Typing.NOTHING:
            super().act(what)

    def action_back(self) -> None:
        """esc: close the row."""
        self.type_for(Typing.NOTHING)

    def type_for(self, typing: Typing, value: str = "", placeholder: str = "") -> None:
        """Use the row for `typing`, with `value` in the field; for nothing, close it."""
        self.typing = typing
        self.field.restrict = None
        self.field.value, self.field.placeholder = value, placeholder
        self._lay_row()
        self.set_focus(self.field if ROWS[typing].label else None)
        self.repaint()

    def _lay_row(self) -> None:
        """Give the field, and what stands before it, their places."""
        opened = bool(ROWS[self.typing].label)
        self.field.display = opened
        self.query_one(PromptLine).styles.width = (
            PromptLine.width_of(self.typing) if opened else "1fr"
        )
        used = self.typing is not Typing.NOTHING
        self.query_one(".prompt", Horizontal).display = used or self.rests_in_sight
        self.set_class(used, "-prompting")  # toasts keep off the row then
