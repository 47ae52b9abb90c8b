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
from datetime import datetime

from semtui.clock import Clock
from semtui.config import Settings
from semtui.desk import Desk
from semtui.echonet.meter import Meter
from semtui.errors import PortError, StorageError
from semtui.lines import Lamp, Lines, ResetPin
from semtui.model import (
    Credentials,
    Direction,
    Level,
    LinkState,
    NoiseScan,
    Notice,
    Pan,
    Reading,
    ReadingStatus,
    Update,
    WireLine,
    Wish,
)
from semtui.mooring import Mooring
from semtui.narrator import Narrator
from semtui.radio import effects
from semtui.radio.effects import Effect, SendOutcome
from semtui.radio.link import Link
from semtui.radio.port_opening import PortOpener
from semtui.radio.states import SESSION_STATES
from semtui.translation import counts_of, link_policy, reading_plan

Publish = Callable[[Update], None]

LONGEST_WAIT = 1.0
"""Seconds to wait for bytes when nothing is due; the port may wait less."""
OUTBOX = 32
"""Most answers that wait to be sent; older ones have long been given up by whoever asked."""
UNSENT_PATIENCE = 4
"""So many times more unsent requests than unanswered ones are borne: they are tried anew every
two seconds, and a busy channel clears by itself."""
CLOCK_STEP = 30.0
"""Seconds by which the wall clock must part from the monotonic one to count as set."""
FIRST_TIDS = range(0x0100, 0xF000)
"""A random place to begin, so that an answer to an earlier run is not taken for one to this."""


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
        self._mooring = Mooring(open_port, clock)
        self._credentials = credentials
        self._settings = settings
        self._clock = clock
        self._cached = cached
        self._remember = remember
        self._reset_pin = reset_pin
        self._lamp = lamp
        self._greetings = tuple(greetings)
        self._random = random.Random(seed)
        self._intents: queue.SimpleQueue[Wish] = queue.SimpleQueue()
        self._hurry = threading.Event()

    # What other threads may call

    def submit(self, intent: Wish) -> None:
        """Ask for something; it is done soon, or not at all where it makes no sense."""
        self._intents.put(intent)
        self.wake()

    def wake(self) -> None:
        """End the wait for bytes, so that a stop or an intent is seen at once."""
        self._mooring.wake()

    def hurry(self) -> None:
        """Stop without ending the session with the meter."""
        self._hurry.set()
        self.wake()

    # The worker thread

    def run(self, stop: threading.Event, publish: Publish) -> None:
        """Read the meter until `stop` is set, and end the session then. Blocks."""
        try:
            _Run(self, publish).loop(stop)
        finally:
            self._mooring.close()


class _Run:
    """One life of the engine: all that belongs to the worker thread alone."""

    def __init__(self, engine: Engine, publish: Publish) -> None:
        self._engine = engine
        self._publish = publish
        self._clock = engine._clock
        self._mooring = engine._mooring
        self._link = Link(
            engine._credentials,
            link_policy(engine._settings.link),
            cached=engine._cached,
            reset_wired=engine._reset_pin is not None,
            random_source=engine._random,
        )
        plan = reading_plan(engine._settings.poll)
        self._meter = Meter(plan, engine._random.choice(FIRST_TIDS))
        self._outbox: deque[tuple[bytes, bool]] = deque(maxlen=OUTBOX)
        self._request_in_flight = False
        self._spoke_last = False
        """Whether the last datagram was no request: they take turns, so that somebody who asks
        our node without end does not keep us from asking the meter."""
        self._in_session = False
        self._introduced = False
        """Whether our own node has been announced in this session."""
        self._narrator = Narrator(publish, self._clock)
        self._desk = Desk(self._link, self._meter, self._narrator)
        self._clock_difference = self._clock.now().timestamp() - self._clock.monotonic()
        self._lines = Lines(engine._reset_pin, engine._lamp, self._narrator.fault)

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

    def _take_intents(self, now: float) -> None:
        self._mooring.wakeup.clear()
        while not self._engine._intents.empty():
            intent = self._engine._intents.get_nowait()
            self._desk.take(intent, now)

    def _tick(self, now: float) -> None:
        link, meter = self._link, self._meter
        self._follow_opening(now)
        link.tick(now)
        at = self._clock.now()
        self._say_all(meter.tick(now, at))
        self._lines.tick(now)
        self._follow_session(now)
        self._follow_clock(now, at)
        self._watch_for_deafness(now)
        self._desk.serve(now)
        if link.can_send and not self._desk.holds_requests:
            self._send_next(now)

    def _watch_for_deafness(self, now: float) -> None:
        """Renew the link when requests stay unanswered, or cannot be sent, again and again."""
        limit = self._engine._settings.link.deaf_after
        # A renewal that goes on is not disturbed; one that the send-time limit forbids would fail,
        # and cost the session.
        if self._link.state is not LinkState.READY or self._link.limit.holds:
            return
        if self._meter.misses >= limit:
            self._link.meter_silent(self._meter.misses, now)
            self._meter.count_anew()
        elif self._meter.unsent >= limit * UNSENT_PATIENCE:
            self._link.send_failed(self._meter.unsent, now)
            self._meter.count_anew()
        self._follow_session(now)

    def _follow_clock(self, now: float, at: datetime) -> None:
        """Notice when the wall clock is set, as it is on a Pi once the network is up."""
        difference = at.timestamp() - now
        if abs(difference - self._clock_difference) > CLOCK_STEP:
            self._clock_difference = difference
            self._meter.clock_stepped()

    def _send_next(self, now: float) -> None:
        """Put the next datagram on the air: a request that is due, or what others wait for."""
        reply_first = bool(self._outbox) and not self._spoke_last
        request = None if reply_first else self._meter.request(now)
        if request is not None:
            self._request_in_flight, self._spoke_last = True, False
            self._link.send(request, now)
        elif self._outbox and self._meter.may_speak(now):
            payload, to_all = self._outbox.popleft()
            self._request_in_flight, self._spoke_last = False, True
            self._meter.spoke(now)
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
            self._narrator.link(self._link.snapshot(self._clock.now()))
        self._narrator.counts(counts_of(self._link, self._meter, now))

    def _do(self, effect: Effect, now: float) -> None:
        match effect:
            case effects.Write():
                self._write(effect, now)
            case effects.Heard():
                at = self._clock.now()
                self._publish(WireLine(at, Direction.RECEIVED, effect.shown, effect.raw))
            case effects.Received():
                self._receive(effect.payload, now)
            case effects.Sent():
                self._sent(effect.outcome, now)
            case effects.OpenPort():
                self._open(now)
            case effects.ClosePort():
                self._mooring.close()
            case effects.ResetLine():
                self._lines.reset(effect.low)
            case effects.SweepChanged():
                self._publish(effect.progress)
            case effects.NoiseHeard():
                self._publish(NoiseScan(self._clock.now(), now, effect.levels))
            case effects.Proven():
                self._remember(effect.pan, effect.address)
            case effects.Said():
                self._narrator.notice(effect.level, effect.title, effect.detail, effect.hint)

    def _write(self, effect: effects.Write, now: float) -> None:
        if not self._mooring.is_open:
            return
        if effect.shown:
            at = self._clock.now()
            self._publish(WireLine(at, Direction.SENT, effect.shown, effect.raw))
        try:
            self._mooring.write(effect.data)
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
                self._lines.blink(self._clock.monotonic())
        self._narrator.say(updates)

    def _open(self, now: float) -> None:
        try:
            self._opened(self._mooring.open(self._engine.wake), now)
        except PortError as error:
            self._lost(error, now)

    def _follow_opening(self, now: float) -> None:
        """Take the port that is being opened elsewhere, once it is there."""
        try:
            self._opened(self._mooring.follow(), now)
        except PortError as error:
            self._lost(error, now)

    def _opened(self, name: str | None, now: float) -> None:
        if name is not None:
            self._link.port_opened(name, now)

    def _lost(self, error: PortError, now: float) -> None:
        self._mooring.close()
        self._link.port_lost(error.title, error.detail, error.hint, now)
        self._follow_session(now)

    def _wait(self, now: float) -> None:
        """Wait for bytes or for what is due next, whichever comes first, and take in what came."""
        due = self._meter.next_due()
        held = not self._link.can_send or self._desk.holds_requests
        if due is not None and due <= now and held:
            due = None
        stamps = [self._link.next_deadline(), due, self._lines.lamp_off_at]
        until = min((stamp for stamp in stamps if stamp is not None), default=now + LONGEST_WAIT)
        seconds = min(max(until - now, 0.0), LONGEST_WAIT)
        try:
            data = self._mooring.read(seconds)
        except PortError as error:
            self._lost(error, self._clock.monotonic())
        else:
            if not data:
                return
            self._link.receive(data, self._clock.monotonic(), self._clock.now())
        self._carry_out(self._clock.monotonic())

    def _remember(self, pan: Pan, address: str) -> None:
        self._engine._cached = (pan, address)
        if self._engine._remember is None:
            return
        try:
            self._engine._remember(pan, address)
        except StorageError as error:
            self._narrator.fault(Level.WARNING, error)
