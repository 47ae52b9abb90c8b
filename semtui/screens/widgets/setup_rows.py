"""The rows around a question of the set-up wizard, and the field for its answer."""

from __future__ import annotations

from typing import Protocol, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Paste
from textual.strip import Strip

from semtui.i18n import _
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.field import Field
from semtui.screens.widgets.glyphs import Glyphs
from semtui.screens.widgets.painted import Painted


def step_names() -> tuple[str, ...]:
    """The steps, in their order."""
    return (_("Radio"), _("Route-B id"), _("Password"), _("Interval"), _("Save"))


class Asking(Protocol):
    """The screen that asks, as far as its rows know it."""

    step: int
    glyphs: Glyphs

    def key_hints(self) -> list[tuple[str, str]]:
        """The keys of this step, each with its word."""
        ...


class AnswerInput(Field):
    """An input whose hidden characters are stars, which every terminal has."""

    def _on_paste(self, event: Paste) -> None:
        """A secret is pasted whole, over however many lines the letter prints it."""
        if not self.password:
            return  # Textual calls the handler of the class above by itself.
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor("".join(event.text.split()))

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        if not self.password:
            return strip
        return Strip(
            [Segment(text.replace("•", "*"), style, control) for text, style, control in strip],
            strip.cell_length,
        )


class SetupTitle(Painted):
    """The first row: how far one is."""

    def paint(self, canvas: Canvas) -> None:
        step = cast(Asking, self.screen).step
        names = step_names()
        canvas.write(0, 0, " " * canvas.width, "bar")
        canvas.write(1, 0, _("semtui set-up"), "bar_name")
        right = _("{n} of {all}  {name}").format(n=step + 1, all=len(names), name=names[step])
        canvas.write(max(16, canvas.width - cell_len(right) - 1), 0, right, "bar")


class SetupSteps(Painted):
    """The steps in a row: done, present, to come."""

    def paint(self, canvas: Canvas) -> None:
        screen = cast(Asking, self.screen)
        glyphs = screen.glyphs
        names = step_names()
        short = sum(cell_len(name) + 6 for name in names) > canvas.width
        x = 2
        for index, name in enumerate(names):
            if index < screen.step:
                sign, style = glyphs.done, "good"
            elif index == screen.step:
                sign, style = glyphs.active, "mark"
            else:
                sign, style = glyphs.pending, "dim"
            x = canvas.write(x, 0, f"{sign} ", style)
            words = f"{index + 1}" if short and index != screen.step else f"{index + 1} {name}"
            x = canvas.write(x, 0, words, "strong" if index == screen.step else "dim") + 2


class SetupKeys(Painted):
    """The last row: what can be pressed on this step."""

    def paint(self, canvas: Canvas) -> None:
        screen = cast(Asking, self.screen)
        canvas.write(0, 0, " " * canvas.width, "bar")
        x = 1
        for key, label in screen.key_hints():
            if x + cell_len(key) + cell_len(label) + 2 > canvas.width:
                break
            x = canvas.write(x, 0, key, "bar_key")
            x = canvas.write(x + 1, 0, label, "bar_dim") + 2
