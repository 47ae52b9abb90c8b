"""The row below the console's board: whether sending is armed, and the line that is typed."""

from __future__ import annotations

from enum import Enum, unique
from typing import Protocol, cast

from rich.cells import cell_len
from textual.widgets import Input

from semtui.i18n import _
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.painted import Painted


@unique
class Typing(Enum):
    """What the row is used for."""

    NOTHING = "nothing"
    FILTER = "filter"
    COMMAND = "command"


class Prompting(Protocol):
    """The screen, as far as its row knows it."""

    typing: Typing

    @property
    def is_played(self) -> bool:
        """Whether a recording is shown, and no module is there."""
        ...


_ARMED = _(" ARMED ")
_FILTER = _("Filter")


class CommandInput(Input):
    """The field: a line without a frame, whose cursor stands still and costs nothing."""

    def __init__(self) -> None:
        super().__init__(select_on_focus=False)
        self.cursor_blink = False


class PromptLine(Painted):
    """What stands before the field, or all of the row while nothing is typed."""

    def paint(self, canvas: Canvas) -> None:
        typing = cast(Prompting, self.screen).typing
        if typing is Typing.COMMAND:
            x = canvas.write(1, 0, _ARMED, "badge_bad")
            canvas.write(x, 0, " >", "bad")
        elif typing is Typing.FILTER:
            x = canvas.write(1, 0, _FILTER, "title")
            canvas.write(x, 0, " >", "title")
        else:
            x = canvas.write(1, 0, _("Send off"), "dim")
            text = _("i arms it: what only reads goes out at once, all else asks for a YES")
            if cast(Prompting, self.screen).is_played:
                text = _("a recording is shown: there is no module to send to")
            canvas.write(x + 2, 0, fit(text, canvas.width - x - 3), "dim")

    @staticmethod
    def width_of(typing: Typing) -> int:
        """Cells it takes before the field."""
        return cell_len(_ARMED if typing is Typing.COMMAND else _FILTER) + 4
