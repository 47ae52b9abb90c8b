"""Screen 7: the serial line and the notices in words, and sending a command by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from semtui.actions import CONSOLE
from semtui.i18n import _
from semtui.radio.console import READ_ONLY, Permission, Verdict, classify, holds_secret
from semtui.screens.confirm import ConfirmScreen
from semtui.screens.console_stage import ConsoleStage, write_lines
from semtui.screens.monitor import Board, KeyLine, MonitorScreen, StatusLine
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.listing import LEVEL_ORDER, Listing, Shown
from semtui.screens.widgets.prompt import CommandInput, PromptLine, Typing
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


class ConsoleScreen(MonitorScreen):
    """The console; its list is filled while it is shown."""

    key = CONSOLE
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "back", "Back"),
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
        self.typing = Typing.NOTHING
        self.history: list[str] = []
        self._recalled = 0
        self._touched = -math.inf
        self._asking = False
        self._rows = 1

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield Board()
        with Horizontal(classes="prompt"):
            yield PromptLine()
            yield CommandInput()
        yield KeyLine()

    def on_mount(self) -> None:
        """The field is there while something is typed."""
        self._field.display = False

    @property
    def is_played(self) -> bool:
        """Whether a recording is shown, and no module is there."""
        return self._app.view.played

    @property
    def _app(self) -> ConsoleStage:
        return cast(ConsoleStage, self.app)

    @property
    def _field(self) -> CommandInput:
        return self.query_one(CommandInput)

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
            self._type(Typing.NOTHING)
            self._app.say(_("Sending is disarmed: nothing was typed for five minutes."))
        super().repaint(full)

    def typing_keys(self) -> list[tuple[str, str]]:
        if self.typing is Typing.COMMAND:
            return [
                ("enter", _("Send")),
                ("esc", _("Disarm")),
                ("up/down", _("Sent before")),
                ("pgup/pgdn", _("Scroll")),
            ]
        if self.typing is Typing.FILTER:
            return [("enter", _("Keep it")), ("esc", _("Show all"))]
        return []

    # Keys

    def act(self, what: str) -> None:
        """Do what a key of the registry asks for."""
        if self.typing is Typing.NOTHING:
            self._ACTS[what](self)
            self.repaint()

    def action_back(self) -> None:
        """esc: disarm, or show everything again."""
        if self.typing is not Typing.COMMAND:
            self._filter("")
        self._type(Typing.NOTHING)
        self.repaint()

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
        self.run_worker(write_lines(self._app, path, content), group="console", exclusive=True)

    # The field

    def _type(self, typing: Typing) -> None:
        """Open the field for `typing`, or close it."""
        self.typing = typing
        self._touched = self._app.clock.monotonic()
        self._recalled = len(self.history)
        field, line = self._field, self.query_one(PromptLine)
        opened = typing is not Typing.NOTHING
        field.display = opened
        field.placeholder = ""
        field.value = self.listing.needle if typing is Typing.FILTER else ""
        line.styles.width = PromptLine.width_of(typing) if opened else "1fr"
        self.set_focus(field if opened else None)

    def _begin_filter(self) -> None:
        self._type(Typing.FILTER)

    def _arm(self) -> None:
        self._type(Typing.COMMAND)
        self._field.placeholder = " ".join(READ_ONLY)

    def _idle(self) -> bool:
        return self._app.clock.monotonic() - self._touched >= IDLE_SECONDS

    def on_screen_suspend(self) -> None:
        """Leaving the screen disarms; the question before a command does not."""
        if self.typing is not Typing.NOTHING and not self._asking:
            self._type(Typing.NOTHING)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._touched = self._app.clock.monotonic()
        # The field may be further than the event: several keys, one refusal.
        value = self._field.value
        if holds_secret(value):
            self._field.value = ""
            self._app.say(classify(value).explanation, severity="error", seconds=8.0)
        elif self.typing is Typing.FILTER:
            self._filter(value)
            self.repaint()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.typing is Typing.FILTER:
            self._filter(event.value)
            self._type(Typing.NOTHING)
            self.repaint()
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
        self._field.value = ""
        self.listing.set_follow(True)
        self.repaint()

    def _recall(self, steps: int) -> None:
        """Put an earlier command into the field, or none below the last."""
        self._recalled = max(0, min(self._recalled + steps, len(self.history)))
        below = self._recalled == len(self.history)
        self._field.value = "" if below else self.history[self._recalled]
        self._field.cursor_position = len(self._field.value)

    _ACTS: ClassVar[dict[str, Callable[[ConsoleScreen], None]]] = {
        "send": _arm,
        "filter": _begin_filter,
        "follow": _toggle_follow,
        "view": _next_view,
        "level": _next_level,
        "decode": _toggle_decode,
        "copy": _copy,
        "save": _save,
    }
