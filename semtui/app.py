"""The Textual app around an engine: hosts its worker, fills the view, passes intents, leaves.

Everything that blocks runs in the worker; everything that touches a widget
runs here. In between stand a mailbox, which a stalled terminal cannot fill
beyond its size, and one `Wake` message at a time.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path
from threading import Event

from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from semtui.actions import LINK, PLACEMENT
from semtui.clock import Clock
from semtui.config import Settings
from semtui.errors import StorageError
from semtui.hub import Hub, Mailbox
from semtui.i18n import _
from semtui.model import (
    Intent,
    Level,
    LinkState,
    Notice,
    Reading,
    ReadingStatus,
    SendCommand,
)
from semtui.radio.pingpong.plan import BenchPlan
from semtui.recorder import Recorder
from semtui.screens.bench import BenchHost, BenchView, Phase, boards_for
from semtui.screens.host import Engine, RadioHost
from semtui.screens.shell import Shell
from semtui.view import Trouble, View

DRAIN_SECONDS = 0.5
"""The mailbox is emptied, and the screen painted, at most this often."""

QUIT_SECONDS = 6.0
"""How long leaving waits for the session to be ended."""

HURRY_SECONDS = 1.0
"""How long it waits after the second q."""

RESTART_SECONDS = (5.0, 30.0, 60.0)
"""Waits before the engine is started again after an error; the last one repeats."""

STEADY_SECONDS = 60.0
"""An engine that ran this long has recovered: the next wait is the first again."""

CONFIRM_SECONDS = 5.0
"""How long a key that ends a good session waits for being pressed again."""


class Wake(Message):
    """The mailbox has something in it."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Wake)


class QuitRequested(Message):
    """Someone outside, a signal for instance, wants the app to leave."""


class SemtuiApp(Shell):
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
    ) -> None:
        """`hub` must not have been published to yet; its other subscribers come first."""
        super().__init__(View(settings, badge), clock)
        self._hub = hub
        self._host = RadioHost(engine, hub.publish)
        self._mailbox = Mailbox(self._wake)
        self.data_folder = data_folder
        self._restart: Timer | None = None
        self._recorder = recorder
        self._drain_timer: Timer | None = None
        self._woken = False
        self._failures = 0
        self._started = 0.0
        self._armed: tuple[str, float] = ("", 0.0)
        self.bench_host = BenchHost(clock, self._wake)
        self.boards_for = boards_for
        """Makes what a bench runs on."""
        self._placing = False
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

    def _wake(self) -> None:
        """Runs in the engine's thread."""
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
            if isinstance(update, Reading) and self._placing and self.view.bell:
                self._ring(update)
            if isinstance(update, Notice) and update.level is not Level.INFO:
                self.toast(update)
        self._show_recorder()
        if self.bench_host.drain() and not self._quitting:
            self._join_again()
        self.view.bench = self.bench.phase is not Phase.IDLE
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
        from semtui.screens.crash import trouble_from

        at, now = self.clock.now(), self.clock.monotonic()
        if now - self._started > STEADY_SECONDS:
            self._failures = 0
        wait = RESTART_SECONDS[min(self._failures, len(RESTART_SECONDS) - 1)]
        self._failures += 1
        trouble = trouble_from(error, self.data_folder, at)
        self.view.stop(replace(trouble, restart_at=now + wait), now)
        notice = Notice(at, Level.ERROR, trouble.title, trouble.detail, trouble.hint)
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

    def send(self, command: str) -> None:
        """Hand a command line of the console to the engine, which looks at it once more."""
        self._host.engine.submit(SendCommand(command))

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

    # Placement.

    def action_place(self) -> None:
        """Go to the placement screen, or back from it."""
        if self.screen_key == PLACEMENT:
            self.action_show(LINK)
        elif self.screen_key == LINK and self.possible("placement", LINK):
            self.action_show(PLACEMENT)
        elif self.screen_key == LINK:
            self.say(_("That cannot be done just now."))

    def action_unplace(self) -> None:
        """Leave the placement screen."""
        if self.screen_key == PLACEMENT:
            self.action_show(LINK)

    def action_show(self, screen: str) -> None:
        """Show one of the registry's screens; the engine is told when placement begins or ends."""
        super().action_show(screen)
        if not self._quitting:
            self._place(screen == PLACEMENT)

    def _place(self, placing: bool) -> None:
        if placing == self._placing:
            return
        self._placing = placing
        self._host.engine.submit(Intent.PLACEMENT_ON if placing else Intent.PLACEMENT_OFF)

    def action_toggle_bell(self) -> None:
        """Ring at each answer while the antenna is moved, or be quiet again."""
        if self.screen_key == PLACEMENT:
            self.view.bell = not self.view.bell
            self.repaint()

    def _ring(self, reading: Reading) -> None:
        """A bell for an answer; a loss is heard as silence."""
        if reading.status not in (ReadingStatus.TIMEOUT, ReadingStatus.NOT_SENT):
            self.bell()

    # The radio bench.

    @property
    def bench(self) -> BenchView:
        """The picture of the bench's run."""
        return self.bench_host.view

    def start_bench(self, plan: BenchPlan, url: str) -> None:
        """Close the link to the meter, and then make a run on the port `url`."""
        if self._quitting or self.bench.phase is not Phase.IDLE:
            return
        self.bench.phase = Phase.CLOSING
        if self._restart is not None:
            self._restart.stop()
        self._host.request_stop()
        self._bench_when_free(plan, url, time.monotonic() + QUIT_SECONDS)

    def _bench_when_free(self, plan: BenchPlan, url: str, deadline: float) -> None:
        if self._quitting:
            return
        if self.bench.phase is not Phase.CLOSING:
            self._join_again()
        elif self._host.done.is_set():
            demo = self.view.is_demo
            boards = self.boards_for(plan, url, self.view.settings, demo, self.clock)
            self.bench_host.begin(plan, boards, self.data_folder)
            self.repaint()
        else:
            if time.monotonic() > deadline:
                self._host.hurry()
            self.set_timer(0.05, lambda: self._bench_when_free(plan, url, deadline))

    def stop_bench(self) -> None:
        """End the run, or do not begin it."""
        if self.bench.phase is Phase.CLOSING:
            self.bench.phase = Phase.IDLE
        self.bench_host.stop()

    def clear_bench(self) -> None:
        """Forget the last run."""
        self.bench_host.view = BenchView(noise=self.bench.noise)

    def _join_again(self) -> None:
        """The bench has given the port back: join the meter."""
        if not self._host.done.is_set():
            self.set_timer(0.05, self._join_again)
            return
        self._host.stop.clear()
        self._start_radio()

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
