"""The body of the worker thread: it owns the port, the link and what is read from the meter.

Nothing but this thread touches them. Others call `submit`, `wake`, `hurry`,
and set the stop event; everything that happens goes out through `publish` as
frozen values.
"""

from __future__ import annotations

import queue
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from semtui.clock import Clock
from semtui.config import Settings
from semtui.echonet.meter import Meter, ReadingPlan
from semtui.errors import GpioError, PortError, StorageError
from semtui.i18n import _
from semtui.model import (
    Credentials,
    Direction,
    Intent,
    Level,
    LinkCounts,
    LinkSnapshot,
    LinkState,
    Notice,
    Pan,
    Reading,
    ReadingStatus,
    Update,
    WireLine,
)
from semtui.radio import effects
from semtui.radio.effects import Effect, SendOutcome
from semtui.radio.link import Link
from semtui.radio.policy import LinkPolicy
from semtui.radio.port import Port, PortOpener
from semtui.radio.states import SESSION_STATES

Publish = Callable[[Update], None]

LONGEST_WAIT = 1.0
"""Seconds to wait for bytes when nothing is due; the port may wait less."""
LED_SECONDS = 0.05
FIRST_TIDS = range(0x0100, 0xF000)
"""A random place to begin, so that an answer to an earlier run is not taken for one to this."""


class ResetPin(Protocol):
    """The module's RESET line."""

    def low(self) -> None: ...
    def release(self) -> None: ...


class Lamp(Protocol):
    """The activity LED."""

    def on(self) -> None: ...
    def off(self) -> None: ...


class Engine:
    """Composes the radio link and the meter; `run` is the worker thread's body."""

    def __init__(
        self,
        *,
        open_port: PortOpener,
        credentials: Credentials,
        settings: Settings,
        clock: Clock,
        cached: tuple[Pan, str] | None = None,
        remember: Callable[[Pan, str], None] | None = None,
        reset_pin: ResetPin | None = None,
        lamp: Lamp | None = None,
        greetings: Sequence[Notice] = (),
        seed: int | None = None,
    ) -> None:
        """`cached` and `remember` carry the PAN from run to run; `greetings` are said
        first; `seed` makes jitter and transaction ids repeatable."""
        self._open_port = open_port
        self._credentials = credentials
        self._settings = settings
        self._clock = clock
        self._cached = cached
        self._remember = remember
        self._reset_pin = reset_pin
        self._lamp = lamp
        self._greetings = tuple(greetings)
        self._random = random.Random(seed)
        self._intents: queue.SimpleQueue[Intent] = queue.SimpleQueue()
        self._wakeup = threading.Event()
        self._hurry = threading.Event()
        self._port: Port | None = None

    # What other threads may call

    def submit(self, intent: Intent) -> None:
        """Ask for something; it is done soon, or not at all where it makes no sense."""
        self._intents.put(intent)
        self.wake()

    def wake(self) -> None:
        """End the wait for bytes, so that a stop or an intent is seen at once."""
        self._wakeup.set()
        port = self._port
        if port is not None:
            port.wake()

    def hurry(self) -> None:
        """Stop without ending the session with the meter."""
        self._hurry.set()
        self.wake()

    # The worker thread

    def run(self, stop: threading.Event, publish: Publish) -> None:
        """Read the meter until `stop` is set, and end the session then. Blocks."""
        run = _Run(self, publish)
        try:
            run.loop(stop)
        finally:
            run.close()


class _Run:
    """One life of the engine: all that belongs to the worker thread alone."""

    def __init__(self, engine: Engine, publish: Publish) -> None:
        self._engine = engine
        self._publish = publish
        self._clock = engine._clock
        settings = engine._settings
        link, poll = settings.link, settings.poll
        self._link = Link(
            engine._credentials,
            LinkPolicy(
                cached_join=link.cached_join,
                scan_durations=link.scan_durations,
                backoff=link.backoff,
                backoff_jitter=link.backoff_jitter,
                join_tries=link.join_tries,
                terminate_seconds=link.terminate_seconds,
            ),
            cached=engine._cached,
            reset_wired=engine._reset_pin is not None,
            random_source=engine._random,
        )
        self._meter = Meter(
            ReadingPlan(
                interval=poll.interval,
                energy_interval=poll.energy_interval,
                answer_timeout=poll.answer_timeout,
                answer_timeout_multi=poll.answer_timeout_multi,
            ),
            engine._random.choice(FIRST_TIDS),
        )
        self._outbox: deque[tuple[bytes, bool]] = deque()
        self._request_in_flight = False
        self._in_session = False
        self._introduced = False
        """Whether our own node has been announced in this session."""
        self._state = LinkState.CLOSED
        self._state_since = 0.0
        self._last_fault = ""
        self._counts = LinkCounts()
        self._lamp_off_at: float | None = None

    def loop(self, stop: threading.Event) -> None:
        """Run until the link is closed for good."""
        link, clock, engine = self._link, self._clock, self._engine
        self._say_all(engine._greetings)
        link.start(clock.monotonic())
        stopping = False
        while True:
            now = clock.monotonic()
            hurry = engine._hurry.is_set()
            if (stop.is_set() and not stopping) or hurry:
                stopping = True
                link.stop(now, hurry=hurry)
            self._take_intents(now)
            self._tick(now)
            self._carry_out(now)
            if stopping and link.state is LinkState.CLOSED:
                return
            self._wait(now)
            self._carry_out(clock.monotonic())

    def close(self) -> None:
        """Give back the port, whatever happened."""
        self._close_port()

    def _take_intents(self, now: float) -> None:
        self._engine._wakeup.clear()
        while not self._engine._intents.empty():
            intent = self._engine._intents.get_nowait()
            match intent:
                case Intent.RESCAN:
                    self._link.rescan(now)
                case Intent.REJOIN:
                    self._link.rejoin(now)
                case Intent.RETRY:
                    self._link.retry_now(now)

    def _tick(self, now: float) -> None:
        link, meter = self._link, self._meter
        link.tick(now)
        self._say_all(meter.tick(now, self._clock.now()))
        if self._lamp_off_at is not None and now >= self._lamp_off_at:
            self._lamp_off()
        self._follow_session(now)
        if self._in_session and meter.misses >= self._engine._settings.link.deaf_after:
            link.meter_silent(meter.misses, now)
            self._follow_session(now)
        if link.can_send:
            self._send_next(now)

    def _send_next(self, now: float) -> None:
        """Put the next datagram on the air: a request that is due, or what others wait for."""
        request = None if self._outbox else self._meter.request(now)
        self._request_in_flight = request is not None
        if request is not None:
            self._link.send(request, now)
        elif self._outbox:
            payload, to_all = self._outbox.popleft()
            self._link.send(payload, now, to_all=to_all)

    def _follow_session(self, now: float) -> None:
        """Tell the meter's side when a session begins and ends."""
        stands = self._link.state in SESSION_STATES
        if stands == self._in_session:
            return
        self._in_session = stands
        self._outbox.clear()
        if stands:
            self._meter.joined(now)
            self._introduced = False
        else:
            self._say_all(self._meter.left(now, self._clock.now()))

    def _carry_out(self, now: float) -> None:
        """Do what the link asks for, until it asks for nothing more."""
        while asked := self._link.take_effects():
            for effect in asked:
                self._do(effect, now)
        if self._link.changed:
            self._announce(self._link.snapshot(self._clock.now()))
        self._count()

    def _do(self, effect: Effect, now: float) -> None:
        match effect:
            case effects.Write():
                self._write(effect, now)
            case effects.Heard():
                self._publish(WireLine(self._clock.now(), Direction.RECEIVED, effect.shown))
            case effects.Received():
                self._receive(effect.payload, now)
            case effects.Sent():
                self._sent(effect.outcome, now)
            case effects.OpenPort():
                self._open(now)
            case effects.ClosePort():
                self._close_port()
            case effects.ResetLine():
                self._reset(effect.low)
            case effects.SweepChanged():
                self._publish(effect.progress)
            case effects.Proven():
                self._remember(effect.pan, effect.address)
            case effects.Said():
                self._notice(effect.level, effect.title, effect.detail, effect.hint)

    def _write(self, effect: effects.Write, now: float) -> None:
        port = self._engine._port
        if port is None:
            return
        if effect.shown:
            self._publish(WireLine(self._clock.now(), Direction.SENT, effect.shown))
        try:
            port.write(effect.data)
        except PortError as error:
            self._lost(error, now)

    def _receive(self, payload: bytes, now: float) -> None:
        answered = self._meter.counts.answered
        received = self._meter.receive(payload, now, self._clock.now())
        self._outbox.extend((reply, False) for reply in received.replies)
        self._outbox.extend((announcement, True) for announcement in received.announcements)
        self._say_all(received.updates)
        if self._meter.counts.answered > answered:
            self._link.meter_answered()
        if not self._introduced:
            self._introduced = True
            self._outbox.append((self._meter.introduction(), True))

    def _sent(self, outcome: SendOutcome, now: float) -> None:
        if not self._request_in_flight or outcome is not SendOutcome.NOT_SENT:
            return
        self._say_all(self._meter.not_sent(now, self._clock.now()))

    def _say_all(self, updates: Sequence[Update]) -> None:
        for update in updates:
            if isinstance(update, Reading) and update.status is ReadingStatus.OK:
                self._lamp_on()
            self._publish(update)

    def _open(self, now: float) -> None:
        try:
            port = self._engine._open_port()
        except PortError as error:
            self._lost(error, now)
            return
        self._engine._port = port
        self._link.port_opened(port.name, now)

    def _lost(self, error: PortError, now: float) -> None:
        self._close_port()
        self._link.port_lost(error.title, error.detail, error.hint, now)
        self._follow_session(now)

    def _close_port(self) -> None:
        port, self._engine._port = self._engine._port, None
        if port is not None:
            port.close()

    def _wait(self, now: float) -> None:
        """Wait for bytes or for what is due next, whichever comes first."""
        due = self._meter.next_due()
        if due is not None and due <= now and not self._link.can_send:
            due = None
        stamps = [self._link.next_deadline(), due, self._lamp_off_at]
        until = min((stamp for stamp in stamps if stamp is not None), default=now + LONGEST_WAIT)
        seconds = min(max(until - now, 0.0), LONGEST_WAIT)
        port = self._engine._port
        if port is None:
            self._clock.wait(self._engine._wakeup, min(seconds, 0.25))
            return
        try:
            data = port.read(seconds)
        except PortError as error:
            self._lost(error, self._clock.monotonic())
            return
        if data:
            self._link.receive(data, self._clock.monotonic(), self._clock.now())

    # What others are told

    def _announce(self, snapshot: LinkSnapshot) -> None:
        """Publish the link's new state, with a notice where a person should know of it."""
        old, self._state = self._state, snapshot.state
        if snapshot.state is not old:
            self._notice_of(old, snapshot)
            self._state_since = snapshot.since
        self._publish(snapshot)

    def _notice_of(self, old: LinkState, snapshot: LinkSnapshot) -> None:
        match snapshot.state:
            case LinkState.READY:
                self._last_fault = ""
                self._notice(Level.INFO, _joined(old, snapshot, self._state_since))
            case LinkState.BACKOFF | LinkState.FAILED if snapshot.title != self._last_fault:
                self._last_fault = snapshot.title
                failed = snapshot.state is LinkState.FAILED
                level = Level.ERROR if failed else Level.WARNING
                self._notice(level, snapshot.title, snapshot.detail, snapshot.hint)

    def _notice(self, level: Level, title: str, detail: str = "", hint: str = "") -> None:
        self._publish(Notice(self._clock.now(), level, title, detail, hint))

    def _count(self) -> None:
        meter = self._meter.counts
        counts = LinkCounts(
            sent=meter.sent,
            answered=meter.answered,
            lost=meter.lost,
            not_sent=meter.not_sent,
            joins=self._link.joins,
            scans=self._link.scans,
        )
        if counts != self._counts:
            self._counts = counts
            self._publish(counts)

    def _remember(self, pan: Pan, address: str) -> None:
        if self._engine._remember is None:
            return
        try:
            self._engine._remember(pan, address)
        except StorageError as error:
            self._notice(Level.WARNING, error.title, error.detail, error.hint)

    # GPIO

    def _reset(self, low: bool) -> None:
        pin = self._engine._reset_pin
        if pin is None:
            return
        try:
            pin.low() if low else pin.release()
        except GpioError as error:
            self._notice(Level.ERROR, error.title, error.detail, error.hint)

    def _lamp_on(self) -> None:
        if self._engine._lamp is not None:
            self._light(on=True)
            self._lamp_off_at = self._clock.monotonic() + LED_SECONDS

    def _lamp_off(self) -> None:
        self._lamp_off_at = None
        self._light(on=False)

    def _light(self, *, on: bool) -> None:
        """Switch the LED; one that fails is not tried again."""
        lamp = self._engine._lamp
        if lamp is None:
            return
        try:
            lamp.on() if on else lamp.off()
        except GpioError as error:
            self._engine._lamp = None
            self._notice(Level.WARNING, error.title, error.detail, error.hint)


def _joined(old: LinkState, snapshot: LinkSnapshot, since: float) -> str:
    pan = snapshot.pan
    name = "?" if pan is None else f"{pan.pan_id:04X}"
    channel = "?" if pan is None else str(pan.channel)
    if old is LinkState.REAUTHENTICATING:
        return _("Session with {name} renewed in {seconds:.1f} s.").format(
            name=name, seconds=snapshot.since - since
        )
    text = (
        _("Joined {name} on channel {channel} in {seconds:.1f} s with the remembered PAN.")
        if snapshot.from_cache
        else _("Joined {name} on channel {channel} in {seconds:.1f} s.")
    )
    return text.format(name=name, channel=channel, seconds=snapshot.since - since)
