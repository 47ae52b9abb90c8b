"""Puts a run together: settings, credentials, engine, log file; for the dashboard and `log`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from semtui.clock import Clock, SystemClock
from semtui.config import GpioSettings, Loaded, Settings, load_settings
from semtui.credentials import load_credentials
from semtui.errors import ConfigError, GpioError, StorageError
from semtui.hub import Hub
from semtui.i18n import _
from semtui.model import Credentials, Level, Notice, Pan, StorageStatus, Update, Wish
from semtui.paths import Paths, default_paths, demo_paths, expanded
from semtui.radio.masking import OwnSecrets
from semtui.recorder import Recorder
from semtui.recording import Source
from semtui.sticks import KnownStick
from semtui.storage.csvlog import CsvLog
from semtui.storage.flusher import Chore, Flusher
from semtui.storage.history.gaps import LOOK_SECONDS, GapPlanner
from semtui.storage.history.values import FILE_NAME
from semtui.storage.history.writer import HistoryStore
from semtui.storage.lock import FolderLock
from semtui.storage.pancache import CachedPan, PanCache
from semtui.web.control import WebControl
from semtui.web.live import Live

if TYPE_CHECKING:
    from semtui.engine import Engine
    from semtui.lines import Lamp, ResetPin
    from semtui.radio.port import Port
    from semtui.radio.port_opening import PortOpener

HEAL_AFTER = 2.0
"""Seconds after the start in which the history is not touched: the first picture comes first."""
DEMO_SPEED = 4.0
"""The demo's radio is this much faster than a real one, so that the scan can be watched."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks of a run."""

    demo: bool = False
    config: Path | None = None
    overrides: Mapping[str, object] | None = None
    """Flags, "port.url" -> value."""
    record: Path | None = None
    """The file to record to from the start on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known before anything is opened."""

    paths: Paths
    loaded: Loaded
    credentials: Credentials | None
    """None until they are set up."""
    demo: bool
    record: Path | None = None

    @property
    def settings(self) -> Settings:
        return self.loaded.settings

    @property
    def folder(self) -> Path:
        """Where the readings go; those of a demo never among real ones, whatever is set."""
        return data_folder(self.paths, self.settings, demo=self.demo)

    @property
    def history(self) -> Path:
        """Where the history is kept."""
        return self.folder / FILE_NAME

    @property
    def is_complete(self) -> bool:
        """Whether there is a port and credentials, so that a run can begin."""
        return self.demo or bool(self.settings.port.url and self.credentials)


def plan(request: Request) -> Plan:
    """Read settings and credentials; raises ConfigError."""
    paths, loaded = settings_of(request)
    credentials = demo_credentials() if request.demo else load_credentials(paths.credentials)
    return Plan(paths, loaded, credentials, request.demo, request.record)


def settings_of(request: Request) -> tuple[Paths, Loaded]:
    """Return where the files are, and the settings; raises ConfigError."""
    paths = demo_paths() if request.demo else default_paths()
    if request.config is not None:
        paths = replace(
            paths,
            config=request.config,
            credentials=request.config.with_name("credentials.toml"),
        )
    loaded = load_settings(
        paths.config,
        os.environ,
        request.overrides or {},
        must_exist=request.config is not None,
    )
    return paths, loaded


def demo_credentials() -> Credentials:
    """Return what the emulated meter of the demo knows."""
    from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID

    return Credentials(DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD)


def data_folder(paths: Paths, settings: Settings, *, demo: bool) -> Path:
    """Where the readings go; those of a demo never among real ones, whatever is set."""
    chosen = settings.storage.folder
    return expanded(chosen) if chosen and not demo else paths.data


class LateEngine:
    """An engine that is made in the thread in which it runs.

    What it is made of takes long to import on a small machine, and the first
    picture need not wait for it. What is asked of it before is kept.
    """

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._early: list[Callable[[Engine], None]] = []

    def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
        """Make the engine, if that is still to be done, and run it."""
        engine = self._engine or self._make()
        with self._lock:
            self._engine = engine
            early, self._early = self._early, []
        for call in early:
            call(engine)
        engine.run(stop, publish)

    def submit(self, intent: Wish) -> None:
        """Ask the engine for something."""
        self._tell(lambda engine: engine.submit(intent))

    def wake(self) -> None:
        """End the engine's wait."""
        self._tell(lambda engine: engine.wake())

    def hurry(self) -> None:
        """Have the engine stop without ending the session."""
        self._tell(lambda engine: engine.hurry())

    def _tell(self, call: Callable[[Engine], None]) -> None:
        with self._lock:
            engine = self._engine
            if engine is None:
                self._early.append(call)
        if engine is not None:
            call(engine)


class Station:
    """An engine with its log file, ready to run; `close` gives everything back."""

    def __init__(self, plan: Plan, clock: Clock | None = None) -> None:
        """Raises ConfigError when something is missing, StorageError when the folder is taken."""
        if plan.credentials is None or not plan.is_complete:
            raise ConfigError(
                _("semtui is not set up yet."),
                _("It needs the serial port, and the route-B id and password of the meter."),
                _("Type semtui in a terminal: it asks for them and keeps them."),
            )
        self.clock = clock or SystemClock()
        self.hub = Hub()
        self.folder = plan.folder
        self._closing = threading.Lock()
        self._lock: FolderLock | None = None
        self._log: CsvLog | None = None
        self._history: HistoryStore | None = None
        self._planner: GapPlanner | None = None
        storage = plan.settings.storage
        chores: list[Chore] = []
        if storage.csv or storage.history:
            # A card that is read-only since the start keeps nobody from seeing the readings.
            self._lock = FolderLock(plan.folder, patient=True)
        if storage.csv:
            self._log = CsvLog(plan.folder, self.clock, self.hub.publish, lock=self._lock)
            self.hub.subscribe(self._log.handle)
            chores.append(Chore(self._log.sync, storage.sync_seconds))
        if storage.history:
            # After the log: what the history takes in is in a file already.
            self._history = HistoryStore(
                plan.folder,
                self.clock,
                self.hub.publish,
                keep_days=storage.keep_days,
                alone=not storage.csv,
                lock=self._lock,
            )
            self.hub.subscribe(self._history.handle)
            self._planner = GapPlanner(
                plan.folder,
                self.clock,
                lambda wish: self.engine.submit(wish),
                self._history.remember,
                self._history.flush,
            )
            self.hub.subscribe(self._planner.handle)
            # Before the history, which is to keep what the planner remembers at the end.
            chores.append(Chore(self._planner.look, LOOK_SECONDS))
            chores.append(Chore(self._history.flush, storage.commit_seconds, HEAL_AFTER))
        self._flusher = Flusher(*chores)
        self._flusher.start()
        source = Source.EMULATOR if plan.demo else Source.MODULE
        live = Live(self.clock, plan.settings, demo=plan.demo)
        self.hub.subscribe(live.handle)
        self.web = WebControl(
            live, plan.settings.http, plan.paths.web_token, plan.history, self.hub.publish
        )
        self.recorder = Recorder(
            self.clock,
            plan.settings,
            source,
            self.hub.publish,
            mask=OwnSecrets(plan.credentials.route_b_id, plan.credentials.password).mask_text,
        )
        self.hub.subscribe(self.recorder.handle)
        self._lines = ExitStack()
        notices: list[Notice] = []
        if plan.settings.http.listen:
            try:
                # The engine tells it when there is somebody to hear it.
                self.web.start(tell=notices.append)
            except ConfigError:
                self.close()
                raise
        if plan.record is not None:
            try:
                self.recorder.start(plan.record)
            except StorageError:
                self.close()
                raise
        # A demo leaves the lines alone: a real module may hang on them, at work.
        gpio = GpioSettings() if plan.demo else plan.settings.gpio
        reset_pin, lamp = _gpio(gpio, self.clock, notices, self._lines)
        cache = PanCache(plan.paths.pan_cache)
        credentials = plan.credentials
        route_b_id = credentials.route_b_id
        known = cache.load(route_b_id)
        stick = KnownStick(plan.paths.usb_sticks, self.clock, self.hub.publish)

        def remember(pan: Pan, address: str) -> None:
            cache.save(route_b_id, CachedPan(pan, address))
            stick.remember()

        def make() -> Engine:
            from semtui.engine import Engine

            return Engine(
                open_port=demo_port(self.clock) if plan.demo else serial_port(plan.settings, stick),
                credentials=credentials,
                settings=plan.settings,
                clock=self.clock,
                cached=None if known is None or plan.demo else (known.pan, known.address),
                remember=None if plan.demo else remember,
                reset_pin=reset_pin,
                lamp=lamp,
                greetings=notices,
            )

        self.engine = LateEngine(make)

    @property
    def log_status(self) -> StorageStatus | None:
        """How the log file is doing; None where none is written."""
        return None if self._log is None else self._log.status

    def close(self) -> None:
        """Write what still waits to be written, and give the folder and the GPIO lines back.

        Only the first call does it: a signal may come while it goes on.
        """
        if not self._closing.acquire(blocking=False):
            return
        self.web.stop()
        self._lines.close()
        self.recorder.stop()
        if self._log is not None:
            self._log.close()
        if self._planner is not None:
            self._planner.end()
        if self._history is not None:
            self._history.end()
        self._flusher.stop()
        if self._lock is not None:
            self._lock.close()


def serial_port(settings: Settings, stick: KnownStick | None = None) -> PortOpener:
    """Return what opens the port that is set, wherever its stick is plugged in by now.

    `stick` knows it from an earlier run.
    """
    from semtui.radio.port import SerialPort
    from semtui.radio.port_opening import PortOpening, may_take_long
    from semtui.radio.port_replug import Follower

    url = settings.port.url

    def open_at(path: str) -> Port:
        return SerialPort(path, settings.port.baud)

    def begin_to_open() -> PortOpening:
        return PortOpening(lambda: open_at(url))

    if may_take_long(url):
        return begin_to_open
    return Follower(url, open_at) if stick is None else stick.follower(url, open_at)


def demo_port(clock: Clock) -> PortOpener:
    """Return what opens the emulated port of the demo."""
    from semtui.emulator.bench import build
    from semtui.emulator.options import EmulatorOptions
    from semtui.emulator.port import EmulatedPort

    emulator = build(EmulatorOptions(speed=DEMO_SPEED, beacon_from_duration=5), clock)
    return EmulatedPort(emulator).reopen


def _gpio(
    settings: GpioSettings, clock: Clock, notices: list[Notice], lines: ExitStack
) -> tuple[ResetPin | None, Lamp | None]:
    """Open the GPIO lines that are asked for; those that cannot be are left out with a notice."""
    reset_pin: ResetPin | None = None
    lamp: Lamp | None = None
    if not (settings.reset or settings.led):
        return reset_pin, lamp
    from semtui.radio.gpio import ActivityLed, ResetLine

    try:
        if settings.reset:
            reset_pin = lines.enter_context(closing(ResetLine(settings.reset_pin)))
        if settings.led:
            lamp = lines.enter_context(closing(ActivityLed(settings.led_pin)))
    except GpioError as error:
        notices.append(Notice(clock.now(), Level.ERROR, error.title, error.detail, error.hint))
    return reset_pin, lamp
