"""The meter as the engine sees it: what is read, and when.

The watts come first. Polls start on a fixed grid; everything else is asked in
the gaps, one request to a gap, so that a poll never waits for more than one
other answer. A request that brings nothing is followed by polls at once,
until it is known whether the meter still answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from semtui.echonet.errands import Errand, Errands
from semtui.echonet.exchange import Exchange
from semtui.echonet.frame import Esv, Property
from semtui.echonet.grid import Grid
from semtui.echonet.pace import Pace
from semtui.echonet.pair import Pair
from semtui.echonet.readings import CURRENTS, POWER, make_reading
from semtui.echonet.retries import Retries
from semtui.echonet.told import announced, told
from semtui.model import ReadingStatus, Update

_WIDE_GAP = 10.0
"""Seconds to the next poll that leave room for more than one other request."""
_PLACEMENT_INTERVAL = 1.2
"""Seconds between two polls while the antenna is moved: 50 a minute, below what `Pace` lets
through for ever."""
_PAUSE_NOT_SENT = 2.0
"""Seconds to leave a module alone that could not send."""


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """How often to read, and how long to wait for answers; all in seconds.

    However short the intervals, all requests together never exceed 55 a
    minute on the average of ten minutes (`Pace`); what is due has to wait then.
    """

    interval: float
    """Between the starts of two polls; 0: the next one as soon as the last is answered."""
    energy_interval: float
    """Between two readings of the registers."""
    answer_timeout: float
    """For a single property; the meter may take 20 s."""
    answer_timeout_multi: float
    """For several, and for histories; the meter may take 60 s."""


class Counts(NamedTuple):
    """What became of the requests; those that a session took along count as sent only."""

    sent: int = 0
    answered: int = 0
    lost: int = 0
    not_sent: int = 0
    retries: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """What a datagram led to."""

    updates: list[Update] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)
    """Frames to send to the meter."""
    announcements: list[bytes] = field(default_factory=list)
    """Frames to send to all nodes (ff02::1), because our own node changed."""


class Meter:
    """Decides what to ask next, and turns what comes into updates; sans-IO."""

    def __init__(self, plan: ReadingPlan, first_tid: int) -> None:
        self._interval = plan.interval
        self._exchange = Exchange(first_tid, plan.answer_timeout, plan.answer_timeout_multi)
        self._poll = Pair(POWER, CURRENTS, persistent=True)
        self._grid = Grid(plan.interval)
        self._retries = Retries()
        self._errands = Errands(plan.energy_interval)
        self._pace = Pace()
        self._joined = False
        self._heard = False
        """Whether the meter has answered in this session."""
        self._starts_deaf = False
        """Whether it left the first question of a session unanswered, as some meters do right
        after PANA. Such a one is asked for E7 alone at first: a lost single property costs a
        third of a lost pair."""
        self._polling = False
        """Whether the outstanding request belongs to a poll, not to an errand."""
        self._answering = False
        """Whether the last request was answered, and a poll before; a meter that is silent is
        asked for nothing but the watts."""
        self._placement = False
        """Whether only the watts are asked, while the antenna is moved."""
        self._gap_used = False
        self._passed_over = False
        """Whether the last poll went ahead of something else that was due. Where polls leave
        no gaps, that takes the next turn."""
        self._not_before = 0.0
        self._sent_at = 0.0
        self._sent = self._answered = self._lost = self._not_sent = 0
        self._retried = self._late = 0
        self._failed_before = False
        """Whether the last request brought nothing, so that the next one is a retry."""
        self._misses = self._unsent = 0

    @property
    def misses(self) -> int:
        """Requests in a row, in this session, that were sent and never answered."""
        return self._misses

    @property
    def unsent(self) -> int:
        """Requests in a row, in this session, that the module could not send.

        Lost ones do not end the row; one that is answered does.
        """
        return self._unsent

    @property
    def counts(self) -> Counts:
        """What became of all requests since the start."""
        return Counts(
            self._sent, self._answered, self._lost, self._not_sent, self._retried, self._late
        )

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is awaited."""
        return self._exchange.outstanding is not None

    def introduction(self) -> bytes:
        """The frame that our node owes to all nodes (ff02::1) once a session stands: INF D5."""
        return self._exchange.node.introduction(self._exchange.take_tid())

    def count_anew(self) -> None:
        """The link is being renewed: count misses and unsent requests from nothing again."""
        self._misses = self._unsent = 0

    def place(self, now: float, *, on: bool) -> None:
        """Ask for the watts alone, and as often as may be, while the antenna is moved; or stop."""
        if on is self._placement:
            return
        self._placement = on
        self._grid = Grid(_PLACEMENT_INTERVAL if on else self._interval)
        if self._joined:
            self._grid.start(now)

    def may_speak(self, now: float) -> bool:
        """Whether the duties to the air leave room for a frame that is no request."""
        return now >= self._pace.ready

    def spoke(self, now: float) -> None:
        """A frame that is no request went out."""
        self._pace.take(now)

    def read(self, epcs: Iterable[int]) -> None:
        """Ask for `epcs` once, in gaps that nothing else needs; somebody wants to see them."""
        self._errands.read(epcs)

    def clock_stepped(self) -> None:
        """Our wall clock was set: compare the meter's with it again, in the next gap."""
        self._errands.clock_stepped()

    def fetch_history(self, days: tuple[date, ...]) -> None:
        """Ask for `days` of the meter's memory, by its calendar, in the gaps between the polls.

        The first of them come first. Days that wait already are kept, over the ends of
        sessions too.
        """
        self._errands.fetch_history(days)

    def joined(self, now: float) -> None:
        """A session stands: poll at once, and ask for what is not known yet."""
        self._joined = True
        self._heard = self._answering = self._gap_used = self._passed_over = False
        self._not_before = now
        self._misses = self._unsent = 0
        self._retries.answered()
        self._poll.new_session()
        self._grid.start(now)
        self._errands.new_session(now)

    def left(self, now: float, at: datetime) -> list[Update]:
        """The session is gone: give up what is outstanding; a poll ends as it stands."""
        updates: list[Update] = []
        self._exchange.give_up()
        if self._poll.question:
            ended = self._end_poll(now, at, ReadingStatus.TIMEOUT, lost=False)
            if now > self._sent_at:
                # One that ends in the moment of its beginning has asked nobody.
                updates.append(ended)
        self._errands.end_session()
        self._joined = False
        return updates

    def next_due(self) -> float | None:
        """The monotonic stamp at which `request` or `tick` has something to do.

        None before `joined` and after `left`.
        """
        if not self._joined:
            return None
        if (outstanding := self._exchange.outstanding) is not None:
            return outstanding.deadline
        earliest = max(self._not_before, self._pace.ready)
        if self._poll.question:
            return earliest
        dues = [self._poll_due, *(errand.due for errand in self._wanted())]
        return max(min(dues), earliest)

    def request(self, now: float) -> bytes | None:
        """The frame to put on the air now; None when nothing is due or an answer is awaited."""
        if not self._joined or self._exchange.outstanding is not None:
            return None
        if now < max(self._not_before, self._pace.ready):
            return None
        if self._poll.question:
            return self._ask_poll(now)
        poll_due = self._poll_due <= now
        errand = next((errand for errand in self._wanted() if errand.due <= now), None)
        if errand is not None and (self._passed_over or not poll_due):
            if question := self._errands.begin(errand, now):
                self._passed_over = False
                return self._ask(question, now, polling=False)
            return self.request(now)
        if not poll_due:
            return None
        self._passed_over = errand is not None
        self._grid.leave(now)
        self._retries.begin()
        self._gap_used = False
        careful = self._placement or (self._starts_deaf and not self._heard)
        self._poll.begin(self._errands.served, first_only=careful)
        return self._ask_poll(now)

    def not_sent(self, now: float, at: datetime) -> list[Update]:
        """The module could not send the outstanding request."""
        if self._exchange.give_up() is None:
            return []
        self._not_sent += 1
        self._unsent += 1
        self._not_before = now + _PAUSE_NOT_SENT
        return self._failed((), now, at)

    def receive(self, payload: bytes, now: float, at: datetime) -> Received:
        """A datagram came from the meter."""
        incoming = self._exchange.receive(payload, now)
        received = Received([], list(incoming.replies), list(incoming.announcements))
        if incoming.late:
            self._late += 1
            self._misses = 0
        if (answer := incoming.answer) is not None:
            self._answered += 1
            self._misses = self._unsent = 0
            self._heard, self._failed_before = True, False
            self._retries.answered()
            if self._polling:
                self._answering = True
                self._poll.take(answer, now, at)
                if not self._poll.question:
                    received.updates.append(self._end_poll(now, at))
            else:
                self._close_gap(now)
                received.updates.extend(self._errands.take(answer, now, at))
            received.updates.extend(told(answer, now, at))
        if incoming.notifications:
            received.updates.extend(self._errands.announced(incoming.notifications, at))
            received.updates.extend(announced(incoming.notifications, now, at))
        return received

    def tick(self, now: float, at: datetime) -> list[Update]:
        """Time has passed; ends a request whose answer is overdue."""
        updates = self._errands.observe(now, at)
        answer = self._exchange.expire(now)
        if answer is None:
            return updates
        self._lost += 1
        self._misses += 1
        self._starts_deaf = self._starts_deaf or not self._heard
        return updates + self._failed(answer.unanswered, now, at)

    @property
    def _poll_due(self) -> float:
        """The monotonic stamp of the next poll."""
        return min(self._grid.due, self._retries.due)

    def _wanted(self) -> list[Errand]:
        """What is to be asked beside the polls; nothing in a used gap, or of a silent meter."""
        quiet = self._gap_used or self._placement or not self._answering
        return [] if quiet else self._errands.pending()

    def _ask_poll(self, now: float) -> bytes:
        props = tuple(Property(epc) for epc in self._poll.question)
        return self._ask(props, now, polling=True)

    def _ask(self, props: tuple[Property, ...], now: float, *, polling: bool) -> bytes:
        self._polling = polling
        self._sent += 1
        self._retried += self._failed_before
        self._sent_at = now
        self._pace.take(now)
        esv = Esv.SETC if any(edt for _epc, edt in props) else Esv.GET
        return self._exchange.ask(props, now, esv=esv)

    def _failed(self, epcs: tuple[int, ...], now: float, at: datetime) -> list[Update]:
        """The outstanding request has brought nothing; `epcs` are those of a lost one."""
        pause = 0.0 if epcs else _PAUSE_NOT_SENT
        self._answering = False
        self._failed_before = True
        self._retries.failed(now, self._sent_at, pause)
        if self._polling:
            status = ReadingStatus.TIMEOUT if epcs else ReadingStatus.NOT_SENT
            return [self._end_poll(now, at, status, lost=bool(epcs))]
        if epcs:
            self._poll.beware()
        self._close_gap(now)
        return self._errands.fail(epcs, now, at)

    def _end_poll(
        self, now: float, at: datetime, failure: ReadingStatus | None = None, *, lost: bool = False
    ) -> Update:
        if failure is not None:
            self._poll.fail(lost=lost)
        self._grid.skip(now)
        return make_reading(self._poll, at, now, failure)

    def _close_gap(self, now: float) -> None:
        """Something else than a poll has ended; let another one follow in a wide gap only."""
        self._gap_used = self._poll_due - now < _WIDE_GAP
