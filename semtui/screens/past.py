"""What the screens of the past share: answers read beside the UI, a date typed, empty states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from semtui.errors import SemtuiError, StorageError
from semtui.i18n import _, ngettext
from semtui.screens.lookup import by_meter
from semtui.screens.period import parse_day
from semtui.screens.prompt import PromptScreen
from semtui.screens.takeout import Cancelled, Takeout, TakeoutJob, destination
from semtui.screens.widgets.canvas import Run
from semtui.screens.widgets.prompt import PromptLine, Typing
from semtui.storage.history.values import FILE_NAME

FOLLOW_SECONDS = 60.0
"""A period that has the present in it is read again this often."""

VACANT_SECONDS = 10.0
"""And this often while there is nothing to show: what comes is new to whoever waits for it."""

PATIENCE_SECONDS = 0.3
"""So long the picture stays while an answer is looked for: most come sooner, and the screen is
painted once instead of twice."""


class Advanced(Message):
    """The export has come further."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Advanced)


Page = TypeVar("Page")
"""The answer to a screen's question."""


class PastScreen(PromptScreen, Generic[Page]):
    """A screen on what is stored; subclasses ask the questions and draw the answers."""

    def __init__(self) -> None:
        super().__init__()
        self.page: Page | None = None
        """What is shown; it may be of an earlier question while the next is looked for."""
        self.trouble: StorageError | None = None
        """Why the last question was not answered."""
        self.waiting = False
        """Whether an answer is being looked for."""
        self.job: TakeoutJob | None = None
        """The export that is under way."""
        self._asked = -FOLLOW_SECONDS
        self._patience: Timer | None = None
        """Runs while the picture stays."""

    @property
    def store(self) -> Path | None:
        """The history's file; None where there is no folder for one."""
        folder = self.stage.data_folder
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

    def question(self, store: Path) -> Callable[[], Page]:
        """A function without arguments that finds the answer; it runs in a thread."""
        raise NotImplementedError

    @property
    def shown(self) -> Page | None:
        """The page, where it is of what is to be shown, and something is known of that."""
        raise NotImplementedError

    @property
    def follows(self) -> bool:
        """Whether the present is among what is shown."""
        raise NotImplementedError

    def go_to(self, day: date) -> None:
        """Show a date that was typed."""
        raise NotImplementedError

    def takeout(self) -> Takeout:
        """What an export of what is shown has in it."""
        raise NotImplementedError

    # Asking

    def ask(self) -> None:
        """Look for the answer; one that is still being looked for is of no interest any more."""
        store = self.store
        if store is None:
            return
        self.waiting = True
        self._lose_patience()
        if self.page is not None:
            self._patience = self.set_timer(PATIENCE_SECONDS, self._end_patience)
        self._asked = self.stage.clock.monotonic()
        self.run_worker(
            self.question(store),
            group="past",
            name="past",
            thread=True,
            exclusive=True,
            exit_on_error=False,
        )

    def _lose_patience(self) -> None:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None

    def _end_patience(self) -> None:
        """It takes longer: say so."""
        self._lose_patience()
        self.repaint()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the answer of the newest question."""
        if event.worker.group == "takeout":
            event.stop()
            self._written(event)
        if event.worker.group != "past":
            return
        event.stop()
        if event.state in (WorkerState.SUCCESS, WorkerState.ERROR):
            self._lose_patience()
        if event.state is WorkerState.SUCCESS:
            self.waiting, self.trouble = False, None
            self.page = event.worker.result
            self.repaint()
        elif event.state is WorkerState.ERROR:
            self.waiting = False
            error = event.worker.error
            if not isinstance(error, StorageError):
                raise error or RuntimeError(event.worker.name)
            self.trouble = error
            self.repaint()

    @property
    def follow_seconds(self) -> float:
        """How often the present is asked for again."""
        return VACANT_SECONDS if self.shown is None else FOLLOW_SECONDS

    def repaint(self, full: bool = False) -> None:
        """Send what has changed; what shows the present is read again once a minute."""
        now = self.stage.clock.monotonic()
        held = self.stage.view.held_at is not None
        due = not self.waiting and now - self._asked >= self.follow_seconds
        if self.is_current and due and not held and self.follows:
            self.ask()
        if full or self._patience is None:
            super().repaint(full)

    def on_resize(self) -> None:
        """Another size has room for other columns, or days."""
        if self.page is not None:
            self.ask()

    def on_screen_resume(self) -> None:
        """Ask again: the store has gone on."""
        self.ask()
        super().on_screen_resume()

    # The field

    def resting(self, width: int) -> list[Run]:
        return [] if self.job is None else [(self.job.words, "title")]

    def begin_typing(self) -> None:
        """Open the field for a date."""
        placeholder = _("2026-11-03, 11-03, yesterday, -7; nothing is today")
        self.type_for(Typing.DATE, placeholder=placeholder)

    def action_back(self) -> None:
        """esc: close the field; give up the export."""
        if self.job is not None:
            self.job.cancel()
        elif self.typing is not Typing.NOTHING:
            super().action_back()

    def on_screen_suspend(self) -> None:
        """A field that is left is closed; an export goes on."""
        if self.job is None and self.typing is not Typing.NOTHING:
            self.type_for(Typing.NOTHING)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.typing is Typing.FILE:
            self._write(event.value)
        elif self.typing is Typing.DATE:
            self._jump(event.value)

    def _jump(self, text: str) -> None:
        day = parse_day(text, self.today)
        if day is None:
            self.stage.say(
                _("A date reads 2026-11-03, 11-03, today, yesterday, or -7 for a week ago."),
                title=_("That is no date"),
                severity="warning",
                seconds=8.0,
            )
            return
        self.type_for(Typing.NOTHING)
        self.go_to(day)

    # Exporting

    def begin_export(self) -> None:
        """Propose a file."""
        store = self.store
        if store is None or not store.exists():
            self.stage.say(_("There is no history yet."), severity="warning")
        elif self.job is None:
            self.type_for(Typing.FILE, self.takeout().proposed_name(store.parent))

    def _write(self, text: str) -> None:
        store = self.store
        if store is None:
            return
        try:
            path = destination(text, store.parent)
        except SemtuiError as error:
            self.stage.say(error.detail, title=error.title, severity="warning", seconds=8.0)
            return
        self.job = TakeoutJob(self.takeout(), store, path, self._tell)
        self.type_for(Typing.PROGRESS)
        self.run_worker(
            self.job.run, group="takeout", name="takeout", thread=True, exit_on_error=False
        )

    def _tell(self) -> None:
        """Runs in the thread of the export."""
        self.post_message(Advanced())

    def on_advanced(self) -> None:
        """Say how far the export is."""
        self.query_one(PromptLine).repaint()

    def _written(self, event: Worker.StateChanged) -> None:
        """Say where the file is, or why there is none."""
        job, error = self.job, event.worker.error
        if job is None or not event.worker.is_finished:
            return
        self.job = None
        self.type_for(Typing.NOTHING)
        if event.state is WorkerState.SUCCESS:
            rows = event.worker.result or 0
            title = ngettext("{count} row is written", "{count} rows are written", rows)
            self.stage.say(str(job.path), title=title.format(count=rows), seconds=10.0)
        elif isinstance(error, StorageError):
            self.stage.say(error.detail, title=error.title, severity="error", seconds=12.0)
        elif error is None or isinstance(error, Cancelled):
            self.stage.say(_("The export was given up; nothing was written."))
        else:
            raise error

    ACTS: ClassVar[dict[str, Callable[[Any], None]]] = {
        "goto": begin_typing,
        "export": begin_export,
    }
