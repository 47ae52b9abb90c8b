"""What the screens of the past share: answers read beside the UI, a date typed, empty states."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from semtui.clock import Clock
from semtui.errors import StorageError
from semtui.i18n import _
from semtui.screens.lookup import by_meter
from semtui.screens.monitor import Board, KeyLine, MonitorScreen, Stage, StatusLine
from semtui.screens.period import parse_day
from semtui.screens.shell import Severity
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.painted import Painted
from semtui.screens.widgets.prompt import CommandInput
from semtui.storage.history.schema import FILE_NAME
from semtui.view import View

FOLLOW_SECONDS = 60.0
"""A period that has the present in it is read again this often."""

_PROMPT = _(" Go to >")


class PastStage(Stage, Protocol):
    """What these screens ask of the app beyond what every screen does."""

    view: View
    clock: Clock
    data_folder: Path | None

    def say(
        self, text: str, title: str = "", severity: Severity = "information", seconds: float = 4.0
    ) -> None:
        """Show a toast."""
        ...


class DatePrompt(Painted):
    """What stands before the field."""

    def paint(self, canvas: Canvas) -> None:
        canvas.write(0, 0, _PROMPT, "title")


class PastScreen(MonitorScreen):
    """A screen on what is stored; subclasses ask the questions and draw the answers."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "back", "Back")]

    def __init__(self) -> None:
        super().__init__()
        self.trouble: StorageError | None = None
        """Why the last question was not answered."""
        self.waiting = False
        """Whether an answer is being looked for."""
        self._asked = -FOLLOW_SECONDS

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield Board()
        with Horizontal(classes="prompt"):
            yield DatePrompt()
            yield CommandInput()
        yield KeyLine()

    def on_mount(self) -> None:
        """The row of the field is there while something is typed."""
        self._row.display = False
        self.query_one(DatePrompt).styles.width = len(_PROMPT) + 1

    @property
    def _app(self) -> PastStage:
        return cast(PastStage, self.app)

    @property
    def _row(self) -> Horizontal:
        return self.query_one(Horizontal)

    @property
    def store(self) -> Path | None:
        """The history's file; None where there is no folder for one."""
        folder = self._app.data_folder
        return None if folder is None else folder / FILE_NAME

    @property
    def now(self) -> datetime:
        """The present, in UTC, to the minute."""
        return self.stage.scene().wall.astimezone(UTC).replace(second=0, microsecond=0)

    @property
    def today(self) -> date:
        """The date on the meter's calendar."""
        return by_meter(self.now).date()

    # What subclasses fill in

    def question(self, store: Path) -> Any:
        """A function without arguments that finds the answer; it runs in a thread."""
        raise NotImplementedError

    def take(self, answer: Any) -> None:
        """Keep an answer; the screen is painted afterwards."""
        raise NotImplementedError

    @property
    def follows(self) -> bool:
        """Whether the present is among what is shown."""
        raise NotImplementedError

    def go_to(self, day: date) -> None:
        """Show a date that was typed."""
        raise NotImplementedError

    def act_past(self, what: str) -> None:
        """Do what a key of the registry asks for."""
        raise NotImplementedError

    # Asking

    def ask(self) -> None:
        """Look for the answer; one that is still being looked for is of no interest any more."""
        store = self.store
        if store is None:
            return
        self.waiting = True
        self._asked = self._app.clock.monotonic()
        self.run_worker(
            self.question(store),
            group="past",
            name="past",
            thread=True,
            exclusive=True,
            exit_on_error=False,
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the answer of the newest question."""
        if event.worker.group != "past":
            return
        event.stop()
        if event.state is WorkerState.SUCCESS:
            self.waiting, self.trouble = False, None
            self.take(event.worker.result)
            self.repaint()
        elif event.state is WorkerState.ERROR:
            self.waiting = False
            error = event.worker.error
            if not isinstance(error, StorageError):
                raise error or RuntimeError(event.worker.name)
            self.trouble = error
            self.repaint()

    def repaint(self, full: bool = False) -> None:
        """Send what has changed; what shows the present is read again once a minute."""
        now = self._app.clock.monotonic()
        held = self._app.view.held_at is not None
        due = not self.waiting and now - self._asked >= FOLLOW_SECONDS
        if self.is_current and due and not held and self.follows:
            self.ask()
        super().repaint(full)

    def on_screen_resume(self) -> None:
        """Ask again: the store has gone on."""
        self.ask()
        super().on_screen_resume()

    # The field

    @property
    def typing(self) -> bool:
        """Whether a date is being typed."""
        return bool(self._row.display)

    def typing_keys(self) -> list[tuple[str, str]]:
        if self.typing:
            return [("enter", _("Go there")), ("esc", _("Stay"))]
        return []

    def begin_typing(self) -> None:
        """Open the field."""
        field = self.query_one(CommandInput)
        field.value = ""
        field.placeholder = _("2026-11-03, 11-03, yesterday, -7; nothing is today")
        self._row.display = True
        self.set_focus(field)
        self.repaint()

    def action_back(self) -> None:
        """esc: close the field."""
        self._row.display = False
        self.set_focus(None)
        self.repaint()

    def on_screen_suspend(self) -> None:
        """A field that is left is closed."""
        if self.typing:
            self.action_back()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        day = parse_day(event.value, self.today)
        if day is None:
            self._app.say(
                _("A date reads 2026-11-03, 11-03, today, yesterday, or -7 for a week ago."),
                title=_("That is no date"),
                severity="warning",
                seconds=8.0,
            )
            return
        self.action_back()
        self.go_to(day)
