"""Screen 7: the serial line and the notices in words, and sending a command by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Protocol, cast

from rich.cells import cell_len
from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from semtui.actions import CONSOLE
from semtui.i18n import _
from semtui.radio.console import READ_ONLY, Permission, Verdict, classify, holds_secret
from semtui.screens.confirm import ConfirmScreen
from semtui.screens.monitor import Stage
from semtui.screens.prompt import PromptScreen
from semtui.screens.saving import save
from semtui.screens.widgets.canvas import Canvas, Run, fit
from semtui.screens.widgets.field import NOTHING
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.listing import LEVEL_ORDER, Listing, Shown
from semtui.screens.widgets.prompt import Typing
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.transcript import (
    chosen_title,
    list_note,
    list_title,
    paint_chosen,
    paint_list,
)

IDLE_SECONDS = 300.0
"""Sending disarms itself when nothing was typed for so long."""
HISTORY = 100
"""Commands that are remembered while the program runs."""


class ConsoleStage(Stage, Protocol):
    """What the console asks of the app beyond what every screen does."""

    def send(self, command: str) -> None:
        """Hand a command to the engine."""
        ...


class ConsoleScreen(PromptScreen):
    """The console; its list is filled while it is shown."""

    key = CONSOLE
    rests_in_sight = True
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "up(-1)", "Up"),
        ("down", "up(1)", "Down"),
        ("pageup", "page(-1)", "Page up"),
        ("pagedown", "page(1)", "Page down"),
        ("home", "up(-9999)", "Top"),
        ("end", "end", "Newest"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing()
        self.history: list[str] = []
        self._recalled = 0
        self._touched = -math.inf
        self._asking = False
        self._rows = 1

    @property
    def _app(self) -> ConsoleStage:
        return cast(ConsoleStage, self.app)

    # Painting

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        self.listing.update(scene.view)
        width, height = canvas.width, canvas.height
        if not has_room_for_boxes(width, height):
            self._draw_narrow(canvas, scene)
            return
        full = 9 if has_room_for_all(width, height) else 5
        rest = height - full + 1
        self._rows = rest - 2
        boxes = (
            Box(
                0,
                0,
                width,
                rest,
                list_title(self.listing),
                partial(paint_list, listing=self.listing),
                list_note(self.listing),
            ),
            Box(
                0,
                rest - 1,
                width,
                full,
                chosen_title(self.listing),
                partial(paint_chosen, listing=self.listing),
            ),
        )
        draw_boxes(canvas, boxes, scene)

    def _draw_narrow(self, canvas: Canvas, scene: Scene) -> None:
        """The list alone, below a line that says how it is filtered."""
        width, height = canvas.width, canvas.height
        self._rows = max(1, height - 1)
        title = f"{list_title(self.listing)}  {list_note(self.listing)}"
        canvas.write(1, 0, fit(title, width - 2, scene.glyphs.ellipsis), "title", width - 1)
        area = Area(1, 1, max(1, width - 2), height - 1)
        paint_list(canvas, area, scene, self.listing)

    def repaint(self, full: bool = False) -> None:
        """Send what has changed; sending that was left armed is disarmed."""
        if self.typing is Typing.COMMAND and self._idle():
            self.type_for(Typing.NOTHING)
            self._app.say(_("Sending is disarmed: nothing was typed for five minutes."))
        super().repaint(full)

    def resting(self, width: int) -> list[Run]:
        text = _("i arms it: what only reads goes out at once, all else asks for a YES")
        if self._app.view.played:
            text = _("a recording is shown: there is no module to send to")
        off = _("Send off")
        return [(off, "dim"), ("  " + fit(text, width - cell_len(off) - 4), "dim")]

    # Keys

    def action_back(self) -> None:
        """esc: disarm, or show everything again."""
        if self.typing is not Typing.COMMAND:
            self._filter("")
        self.type_for(Typing.NOTHING)

    def action_up(self, lines: int) -> None:
        """Choose another line, or recall a command while one is typed."""
        if self.typing is Typing.COMMAND:
            self._recall(lines)
        else:
            self.listing.move(lines)
            self.repaint()

    def action_page(self, pages: int) -> None:
        """Move by what fits into the list."""
        self.listing.move(pages * self.listing.page(self._rows))
        self.repaint()

    def action_end(self) -> None:
        """Follow the newest line."""
        self.listing.set_follow(True)
        self.repaint()

    def _toggle_follow(self) -> None:
        self.listing.set_follow(not self.listing.follow)

    def _next_view(self) -> None:
        order = list(Shown)
        self.listing.shown = order[(order.index(self.listing.shown) + 1) % len(order)]
        self.listing.refilter()

    def _next_level(self) -> None:
        following = LEVEL_ORDER.index(self.listing.level) + 1
        self.listing.level = LEVEL_ORDER[following % len(LEVEL_ORDER)]
        self.listing.refilter()

    def _toggle_decode(self) -> None:
        self.listing.decode = not self.listing.decode

    def _filter(self, needle: str) -> None:
        if needle != self.listing.needle:
            self.listing.needle = needle
            self.listing.refilter()

    def _copy(self) -> None:
        item = self.listing.chosen
        if item is None:
            return
        self.app.copy_to_clipboard("\n".join(item.lines(self.listing.decode)))
        self._app.say(_("The line is on its way to the clipboard (OSC 52; not all terminals)."))

    def _save(self) -> None:
        folder = self._app.data_folder
        if folder is None:
            self._app.say(_("There is no folder to save it in."), severity="warning")
            return
        path = folder / f"console-{self._app.clock.now():%Y-%m-%d-%H%M%S}.txt"
        content = self.listing.text().encode()
        told = {"saved": _("The lines are saved"), "failed": _("The lines could not be saved")}
        self.run_worker(save(self._app, path, content, **told), group="console", exclusive=True)

    # The field

    def _begin_filter(self) -> None:
        self.type_for(Typing.FILTER, self.listing.needle)

    def _arm(self) -> None:
        self._touched = self._app.clock.monotonic()
        self._recalled = len(self.history)
        self.type_for(Typing.COMMAND, placeholder=" ".join(READ_ONLY))

    def _idle(self) -> bool:
        return self._app.clock.monotonic() - self._touched >= IDLE_SECONDS

    def on_screen_suspend(self) -> None:
        """Leaving the screen disarms; the question before a command does not."""
        if self.typing is not Typing.NOTHING and not self._asking:
            self.type_for(Typing.NOTHING)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._touched = self._app.clock.monotonic()
        # The field may be further than the event: several keys, one refusal.
        value = self.field.value
        if holds_secret(value):
            # The rest of what is being typed is the secret itself: it comes to nothing.
            self.field.value, self.field.restrict = "", NOTHING
            self.field.placeholder = _("refused; enter begins anew")
            self._app.say(classify(value).explanation, severity="error", seconds=8.0)
        elif self.typing is Typing.FILTER:
            self._filter(value)
            self.repaint()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        filters = self.typing is Typing.FILTER
        if self.field.restrict:
            (self._begin_filter if filters else self._arm)()
        elif filters:
            self._filter(event.value)
            self.type_for(Typing.NOTHING)
        elif self.typing is Typing.COMMAND and event.value.strip():
            self._consider(classify(event.value))

    # Sending

    def _consider(self, verdict: Verdict) -> None:
        """Send it, ask first, or say why not."""
        self._touched = self._app.clock.monotonic()
        if not verdict.may_be_sent:
            self._app.say(verdict.explanation, title=_("Not sent"), severity="warning", seconds=8.0)
        elif verdict.permission is Permission.FREE:
            self._send(verdict)
        else:
            self._asking = True
            self.app.clear_notifications()
            self.app.push_screen(
                ConfirmScreen(verdict, self._idle), partial(self._answered, verdict)
            )

    def _answered(self, verdict: Verdict, yes: bool | None) -> None:
        self._asking = False
        if yes and not self._idle():
            self._send(verdict)
        else:
            self.field.value = ""
            self._app.say(_("Nothing was sent."))

    def _send(self, verdict: Verdict) -> None:
        if self._app.view.trouble is not None:
            self._app.say(
                _("The part that speaks with the module is not running."),
                title=_("Not sent"),
                severity="warning",
            )
            return
        self._app.send(verdict.command)
        if not self.history or self.history[-1] != verdict.command:
            self.history = [*self.history, verdict.command][-HISTORY:]
        self._recalled = len(self.history)
        self._touched = self._app.clock.monotonic()
        self.field.value = ""
        self.listing.set_follow(True)
        self.repaint()

    def _recall(self, steps: int) -> None:
        """Put an earlier command into the field, or none below the last."""
        self._recalled = max(0, min(self._recalled + steps, len(self.history)))
        below = self._recalled == len(self.history)
        self.field.value = "" if below else self.history[self._recalled]
        self.field.cursor_position = len(self.field.value)

    ACTS: ClassVar[dict[str, Callable[[Any], None]]] = {
        "send": _arm,
        "filter": _begin_filter,
        "follow": _toggle_follow,
        "view": _next_view,
        "level": _next_level,
        "decode": _toggle_decode,
        "copy": _copy,
        "save": _save,
    }
