"""The Textual app around an engine: hosts its worker, fills the view, passes intents, leaves.

Everything that blocks runs in the worker; everything that touches a widget
runs here. In between stand a mailbox, which a stalled terminal cannot fill
beyond its size, and one `Wake` message at a time.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from threading import Event

from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from semtui.actions import LINK
from semtui.clock import Clock
from semtui.config import Settings
from semtui.crash import Restarts, notice_of
from semtui.errors import StorageError
from semtui.hub import Hub, Mailbox
from semtui.i18n import _
from semtui.model import (
    Intent,
    Level,
    LinkState,
    Notice,
    Reading,
    ReadProperties,
    SendCommand,
)
from semtui.recorder import Recorder
from semtui.screens.benching import BenchingShell
from semtui.screens.host import Engine, RadioHost
from semtui.view import Trouble, View
from semtui.web.control import WebControl

DRAIN_SECONDS = 0.5
"""The mailbox is emptied, and the screen painted, at most this often."""

QUIT_SECONDS = 6.0
"""How long leaving waits for the session to be ended."""

HURRY_SECONDS = 1.0
"""How long it waits after the second q."""

CONFIRM_SECONDS = 5.0
"""How long a key that ends a good session waits for being pressed again."""


class Wake(Message):
    """The mailbox has something in it."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Wake)


class QuitRequested(Message):
    """Someone outside, a signal for instance, wants the app to leave."""


class SemtuiApp(BenchingShell):
    """The dashboard around an engine."""

    def __init__(
        self,
        *,
        engine: Engine,
        hub: Hub,
        settings: Settings,
        clock: Clock,
        badge: str = "",
        data_folder: Path | None = None,
        recorder: Recorder | None = None,
        web: WebControl | None = None,
    ) -> None:
        """`hub` must not have been published to yet; its other subscribers come first."""
        super().__init__(View(settings, badge), clock)
        self._hub = hub
        self._host = RadioHost(engine, hub.publish)
        self._mailbox = Mailbox(self.wake)
        self.data_folder = data_folder
        self._restart: Timer | None = None
        self._recorder = recorder
        self._web = web
        self._drain_timer: Timer | None = None
        self._woken = False
        self._restarts = Restarts()
        self._started = 0.0
        self._armed: tuple[str, float] = ("", 0.0)
        self._quitting = False
        self._deadline = math.inf

    @property
    def stop_event(self) -> Event:
        """Set to make the engine end; for the thread that takes signals."""
        return self._host.stop

    @property
    def radio_done(self) -> Event:
        """Set when the engine has ended."""
        return self._host.done

    @property
    def is_leaving(self) -> bool:
        """Whether the program is about to end."""
        return self._quitting

    @property
    def link_is_closed(self) -> bool:
        """Whether the engine has ended, and given the port back."""
        return self._host.done.is_set()

    def close_link(self, *, hurry: bool = False) -> None:
        """Have the engine end; with `hurry` without ending its session."""
        if self._restart is not None:
            self._restart.stop()
        if hurry:
            self._host.hurry()
        else:
            self._host.request_stop()

    def open_link(self) -> None:
        """Start the engine again."""
        self._host.stop.clear()
        self._start_radio()

    @property
    def session_left_open(self) -> bool:
        """Whether the app left before the engine had ended its session."""
        return self._host.abandoned

    def on_mount(self) -> None:
        """Paint first, then start to read."""
        self._hub.subscribe(self._mailbox.put)
        self.set_interval(1.0, self.drain)
        self.call_after_refresh(self._start_radio)

    # The engine and its worker.

    def _start_radio(self) -> None:
        if self._restart is not None:
            self._restart.stop()
            self._restart = None
        if self._quitting or self._host.stop.is_set():
            return
        self._host.prepare()
        self._started = self.clock.monotonic()
        self.view.trouble = None
        self.run_worker(
            self._host.body,
            name="radio",
            group="radio",
            thread=True,
            exclusive=True,
            exit_on_error=False,
        )
        if self._placing:
            self._host.engine.submit(Intent.PLACEMENT_ON)

    def wake(self) -> None:
        """Runs in the engine's thread, or in the bench's."""
        self.post_message(Wake())

    def on_wake(self) -> None:
        """Empty the mailbox now, or when the last time is long enough ago."""
        if self._drain_timer is not None:
            self._woken = True
            return
        self.drain()
        self._drain_timer = self.set_timer(DRAIN_SECONDS, self._drain_again)

    def _drain_again(self) -> None:
        self._drain_timer = None
        if self._woken:
            self._woken = False
            self.on_wake()

    def drain(self) -> None:
        """Put what came into the view, and repaint what it changed.

        It also comes each second: ages and countdowns may read differently then.
        """
        mail = self._mailbox.take()
        self.view.overflow += mail.overflow
        for update in mail.updates:
            self.view.apply(update)
            if isinstance(update, Reading):
                self.ring_for(update)
            if isinstance(update, Notice) and update.level is not Level.INFO:
                self.toast(update)
        self._show_recorder()
        if self._web is not None:
            status = self._web.status
            self.view.web_clients = status.clients if status.is_on else None
        self.drain_bench()
        self.repaint()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An engine that has ended says why, and is started again after an error."""
        if event.worker.group != "radio" or self._quitting or self._host.stop.is_set():
            return
        if event.state is WorkerState.SUCCESS:
            title = _("there is nothing more to read")
            trouble = Trouble(title, hint=_("Press q to leave."))
            self.view.stop(trouble, self.clock.monotonic())
        elif event.state is WorkerState.ERROR and event.worker.error is not None:
            self._engine_failed(event.worker.error)
        self.repaint()

    def _engine_failed(self, error: BaseException) -> None:
        at, now = self.clock.now(), self.clock.monotonic()
        wait = self._restarts.wait_after(now - self._started)
        notice = notice_of(error, self.data_folder, at)
        trouble = Trouble(notice.title, notice.detail, notice.hint, restart_at=now + wait)
        self.view.stop(trouble, now)
        self.view.note(notice)
        self.toast(notice)
        self._restart = self.set_timer(wait, self._start_radio)

    # Intents.

    def action_intend(self, name: str) -> None:
        """Hand an intent to the engine; one that ends a good session is asked for twice."""
        if not self.possible(name, ""):
            self.say(_("That cannot be done just now."))
            return
        if self.view.trouble is not None:
            # The wait is the app's own: no engine runs that could be asked.
            self._start_radio()
            self.repaint()
            return
        now = self.clock.monotonic()
        link = self.view.link
        ready = link is not None and link.state is LinkState.READY
        if ready and not (self._armed[0] == name and now - self._armed[1] <= CONFIRM_SECONDS):
            self._armed = (name, now)
            self.say(
                _("Press the key again within 5 s to do it."),
                title=_("This ends a session that works"),
                severity="warning",
            )
            return
        self._armed = ("", 0.0)
        self._host.engine.submit(Intent(name))
        self.say(_("It is being done; key 2 shows how far it is."))

    def tell(self, intent: Intent) -> None:
        """Hand an intent to the engine as it is, unless the app is leaving."""
        if not self._quitting:
            self._host.engine.submit(intent)

    def send(self, command: str) -> None:
        """Hand a command line of the console to the engine, which looks at it once more."""
        self._host.engine.submit(SendCommand(command))

    def read_properties(self, epcs: tuple[int, ...]) -> None:
        """Ask the engine for properties of the meter, once each, between the polls."""
        self._host.engine.submit(ReadProperties(epcs))

    # Recording.

    def possible(self, name: str, screen: str) -> bool:
        """Whether the action `name` can be asked for now, on `screen`."""
        if name == "record":
            return self._recorder is not None and self.data_folder is not None
        return super().possible(name, screen)

    def action_record(self) -> None:
        """Begin a recording in the data folder, or end the one that goes on."""
        if self._recorder is None or self.data_folder is None:
            self.say(_("That cannot be done just now."))
            return
        path = self._recorder.stop()
        if path is not None:
            self.say(str(path), title=_("The recording has ended"))
        else:
            try:
                path = self._recorder.start_in(self.data_folder / "recordings")
            except StorageError as error:
                self.say(error.detail, title=error.title, severity="error", seconds=12.0)
            else:
                self.say(str(path), title=_("Recording"))
        self._show_recorder()
        self.repaint()

    def _show_recorder(self) -> None:
        path = None if self._recorder is None else self._recorder.path
        self.view.recording = "" if path is None else path.name

    def action_web(self) -> None:
        """Show where the web view is found, and turn it on or off there."""
        from semtui.screens.web import WebScreen

        if self._web is not None and not isinstance(self.screen, WebScreen):
            self.push_screen(WebScreen(self._web))

    def action_listen(self) -> None:
        """Ask for an ED scan."""
        if self.screen_key != LINK or len(self.screen_stack) > 1:
            return
        if not self.possible("noise", LINK):
            self.say(_("That cannot be done just now."))
            return
        self.view.noise_asked = self.clock.monotonic()
        self._host.engine.submit(Intent.NOISE_SCAN)
        self.say(_("Listening on channels 33 to 60; reading pauses for some seconds."))
        self.repaint()

    # Leaving.

    def action_leave(self) -> None:
        """End the session and leave; the second time without waiting for the meter."""
        self.begin_quit()

    async def action_quit(self) -> None:
        """ctrl+q does what q does."""
        self.begin_quit()

    def action_help_quit(self) -> None:
        """ctrl+c does what q does."""
        self.begin_quit()

    def on_quit_requested(self) -> None:
        """A signal does what q does."""
        self.begin_quit()

    def begin_quit(self) -> None:
        """Stop the engine, wait for it a while without blocking, then exit with 0."""
        now = time.monotonic()
        if self._quitting:
            self._host.hurry()
            self._deadline = min(self._deadline, now + HURRY_SECONDS)
            return
        self._place(False)
        self._quitting = True
        self._deadline = now + QUIT_SECONDS
        self.view.ending = _("ending the session; q again does not wait")
        self._host.request_stop()
        self.bench_host.stop()
        if self._held is not None:
            self.action_hold()
        self.repaint()
        self._leave_when_done()

    def on_unmount(self) -> None:
        """However the app ends, the engine ends with it."""
        if not self._host.done.is_set() and not self._host.abandoned:
            self._host.stop_within(QUIT_SECONDS)

    def _leave_when_done(self) -> None:
        done = self._host.done.is_set() and self.bench_host.done.is_set()
        if done or time.monotonic() >= self._deadline:
            self._host.abandon()
            self.exit(0)
        else:
            self.set_timer(0.05, self._leave_when_done)
