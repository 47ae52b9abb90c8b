"""The row below a board: what it is used for, the line that is typed, and what stands before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import Protocol, cast

from rich.cells import cell_len

from semtui.i18n import _
from semtui.screens.widgets.canvas import Canvas, Run
from semtui.screens.widgets.field import Field
from semtui.screens.widgets.painted import Painted


@unique
class Typing(Enum):
    """What the row is used for."""

    NOTHING = "nothing"
    FILTER = "filter"
    COMMAND = "command"
    DATE = "date"
    FILE = "file"
    VALUE = "value"
    PROGRESS = "progress"
    """Nothing can be typed: an export is under way."""


@dataclass(frozen=True, slots=True)
class Row:
    """How the row looks in one of its uses."""

    label: str
    """What stands before the field; nothing where there is no field."""
    keys: tuple[tuple[str, str], ...]
    """The keys that count, and what they do."""
    label_style: str = "title"
    mark_style: str = "title"


ROWS = {
    Typing.NOTHING: Row("", ()),
    Typing.FILTER: Row(_("Filter"), (("enter", _("Keep it")), ("esc", _("Show all")))),
    Typing.COMMAND: Row(
        _(" ARMED "),
        (
            ("enter", _("Send")),
            ("esc", _("Disarm")),
            ("up/down", _("Sent before")),
            ("pgup/pgdn", _("Scroll")),
        ),
        "badge_bad",
        "bad",
    ),
    Typing.DATE: Row(_("Go to"), (("enter", _("Go there")), ("esc", _("Stay")))),
    Typing.FILE: Row(_("Export to"), (("enter", _("Write it")), ("esc", _("Do not")))),
    Typing.VALUE: Row(_("New value"), (("enter", _("Take")), ("esc", _("Leave it")))),
    Typing.PROGRESS: Row("", (("esc", _("Give it up")),)),
}


class Prompting(Protocol):
    """The screen, as far as its row knows it."""

    typing: Typing

    def resting(self, width: int) -> list[Run]:
        """What the row of `width` cells says while there is no field."""
        ...


class CommandInput(Field):
    """The field: a line without a frame, whose cursor stands still and costs nothing."""

    def __init__(self) -> None:
        super().__init__(select_on_focus=False)
        self.cursor_blink = False


class PromptLine(Painted):
    """What stands before the field, or all of the row while there is none."""

    def paint(self, canvas: Canvas) -> None:
        screen = cast(Prompting, self.screen)
        row = ROWS[screen.typing]
        if row.label:
            x = canvas.write(1, 0, row.label, row.label_style)
            canvas.write(x, 0, " >", row.mark_style)
        else:
            canvas.write_runs(1, 0, screen.resting(canvas.width), canvas.width)

    @staticmethod
    def width_of(typing: Typing) -> int:
        """Cells it takes before the field."""
        return cell_len(ROWS[typing].label) + 4
