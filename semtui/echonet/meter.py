"""The meter as the engine sees it: what is read, and when.

The watts come first. Polls start on a fixed grid; everything else is asked in
the gaps, one request to a gap, so that a poll never waits for more than one
other answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from typing import NamedTuple

from semtui.echonet.energy import StampedRegister
from semtui.echonet.exchange import Answer, Exchange, Notification
from semtui.echonet.facts import FactBook
from semtui.echonet.frame import SMART_METER, Property
from semtui.echonet.grid import Grid
from semtui.echonet.halfhours import HalfHours
from semtui.echonet.pair import Pair
from semtui.echonet.properties import decode_property
from semtui.echonet.readings import (
    CURRENTS,
    NORMAL,
    POWER,
    REVERSE,
    make_energy_reading,
    make_reading,
)
from semtui.echonet.statics import IDENTITY_AND_CLOCK, SCALE_AND_MAPS, Statics
from semtui.echonet.values import PropertyError
from semtui.model import ReadingStatus, Update

_FAULT = 0x88
_GET_MAP = 0x9F
_WIDE_GAP = 10.0
"""Seconds to the next poll that leave room for more than one other request."""
_RETRY_ENERGY = 60.0
"""Seconds until the registers are asked again after a lost answer, if not due before."""
_PAUSE_NOT_SENT = 2.0
"""Seconds to leave a module alone that could not send."""


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """How often to read, and how long to wait for answers; all in seconds."""

    interval: float
    """Between the starts of two polls; 0: the next one as soon as the last is answered."""
    energy_interval: float
    """Between two readings of the registers; 0 or less: never."""
    answer_timeout: float
    """For a single property; the meter may take 20 s."""
    answer_timeout_multi: float
    """For several, and for histories; the meter may take 60 s."""


class Counts(NamedTuple):
    """What became of the requests."""

    sent: int = 0
    answered: int = 0
    lost: int = 0
    not_sent: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """What a datagram led to."""

    updates: list[Update] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)
    """Frames to send to the meter."""
    announcements: list[bytes] = field(default_factory=list)
    """Frames to send to all nodes (ff02::1), because our own node changed."""


@unique
class _Task(Enum):
    POLL = "poll"
    ENERGY = "energy"
    STATICS = "statics"


class _Errand(NamedTuple):
    """Something to ask beside the polls."""

    due: float
    task: _Task
    question: tuple[int, ...] = ()


class Meter:
    """Decides what to ask next, and turns what comes into updates; sans-IO."""

    def __init__(self, plan: ReadingPlan, first_tid: int) -> None:
        self._plan = plan
        self._exchange = Exchange(first_tid, plan.answer_timeout, plan.answer_timeout_multi)
        self._task = _Task.POLL
        self._poll = Pair(POWER, CURRENTS, persistent=True)
        self._registers = Pair(NORMAL, REVERSE)
        self._statics = Statics()
        self._book = FactBook()
        self._half_hours = HalfHours()
        self._poll_grid = Grid(plan.interval)
        self._energy_grid = Grid(plan.energy_interval)
        self._joined = False
        self._answering = False
        """Whether the last poll was answered; nothing else is asked of a silent meter."""
        self._gap_used = False
        self._passed_over = False
        """Whether the last poll went ahead of something else that was due. Where polls leave
        no gaps, that takes the next turn."""
        self._not_before = 0.0
        self._sent = self._answered = self._lost = self._not_sent = 0
        self._misses = 0

    @property
    def misses(self) -> int:
        """Requests in a row that no answer came to, unsent ones included."""
        return self._misses

    @property
    def counts(self) -> Counts:
        """What became of all requests since the start."""
        return Counts(self._sent, self._answered, self._lost, self._not_sent)

    def introduction(self) -> bytes:
        """The frame that our node owes to all nodes (ff02::1) once a session stands: INF D5."""
        return self._exchange.node.introduction(self._exchange.take_tid())

    def joined(self, now: float) -> None:
        """A session stands: poll at once, and ask for what is not known yet."""
        self._joined = True
        self._answering = self._gap_used = self._passed_over = False
        self._not_before = now
        self._misses = 0
        self._poll.new_session()
        self._registers.new_session()
        known = [
            epc
            for groups in (SCALE_AND_MAPS, IDENTITY_AND_CLOCK)
            for group in groups
            for epc in group
            if self._book.knows(epc)
        ]
        self._statics.new_session(known)
        if self._book.served:
            self._statics.restrict(self._book.served)
        self._poll_grid.start(now)
        if self._plan.energy_interval > 0:
            self._energy_grid.start(now)

    def left(self, now: float, at: datetime) -> list[Update]:
        """The session is gone: give up what is outstanding; a poll ends as it stands."""
        updates: list[Update] = []
        if self._exchange.give_up() is not None:
            self._lost += 1
        if self._poll.question:
            updates.append(self._end_poll(now, at, ReadingStatus.TIMEOUT))
        self._registers.fail(lost=False)
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
        if self._poll.question:
            return self._not_before
        due = min((errand.due for errand in self._errands()), default=math.inf)
        return max(min(due, self._poll_grid.due), self._not_before)

    def request(self, now: float) -> bytes | None:
        """The frame to put on the air now; None when nothing is due or an answer is awaited."""
        if not self._joined or self._exchange.outstanding is not None or now < self._not_before:
            return None
        if self._poll.question:
            return self._ask(_Task.POLL, self._poll.question, now)
        poll_due = self._poll_grid.due <= now
        errand = next((errand for errand in self._errands() if errand.due <= now), None)
        if errand is not None and (self._passed_over or not poll_due):
            return self._run(errand, now)
        if not poll_due:
            return None
        self._passed_over = errand is not None
        self._poll_grid.leave(now)
        self._poll.begin(self._book.served)
        self._gap_used = False
        return self._ask(_Task.POLL, self._poll.question, now)

    def not_sent(self, now: float, at: datetime) -> list[Update]:
        """The module could not send the outstanding request."""
        if self._exchange.give_up() is None:
            return []
        self._not_sent += 1
        self._misses += 1
        self._not_before = now + _PAUSE_NOT_SENT
        return self._failed((), now, at, ReadingStatus.NOT_SENT)

    def receive(self, payload: bytes, now: float, at: datetime) -> Received:
        """A datagram came from the meter."""
        incoming = self._exchange.receive(payload, now)
        received = Received([], list(incoming.replies), list(incoming.announcements))
        if incoming.answer is not None:
            self._answered += 1
            self._misses = 0
            received.updates.extend(self._take(incoming.answer, now, at))
        if incoming.notifications:
            received.updates.extend(self._announced(incoming.notifications, at))
        return received

    def tick(self, now: float, at: datetime) -> list[Update]:
        """Time has passed; ends a request whose answer is overdue."""
        answer = self._exchange.expire(now)
        if answer is None:
            return []
        self._lost += 1
        self._misses += 1
        return self._failed(answer.unanswered, now, at, ReadingStatus.TIMEOUT)

    def _ask(self, task: _Task, epcs: tuple[int, ...], now: float) -> bytes:
        self._task = task
        self._sent += 1
        return self._exchange.ask([Property(epc) for epc in epcs], now)

    def _errands(self) -> list[_Errand]:
        """What is to be asked beside the polls, most wanted first; nothing in a used gap."""
        if not self._answering or self._gap_used:
            return []
        if self._registers.question:
            return [_Errand(-math.inf, _Task.ENERGY)]
        errands = []
        earliest = self._statics.not_before
        if question := self._statics.question(SCALE_AND_MAPS):
            errands.append(_Errand(earliest, _Task.STATICS, question))
        errands.append(_Errand(self._energy_grid.due, _Task.ENERGY))
        if question := self._statics.question(IDENTITY_AND_CLOCK):
            errands.append(_Errand(earliest, _Task.STATICS, question))
        return errands

    def _run(self, errand: _Errand, now: float) -> bytes | None:
        self._passed_over = False
        if errand.task is _Task.STATICS:
            return self._ask(_Task.STATICS, errand.question, now)
        if not self._registers.question:
            self._energy_grid.leave(now)
            if not self._registers.begin(self._book.served):
                self._energy_grid.stop()
                return self.request(now)
        return self._ask(_Task.ENERGY, self._registers.question, now)

    def _take(self, answer: Answer, now: float, at: datetime) -> list[Update]:
        if self._task is _Task.POLL:
            self._poll.take(answer)
            self._answering = True
            return [] if self._poll.question else [self._end_poll(now, at)]
        self._close_gap(now)
        if self._task is _Task.STATICS:
            return self._learn(answer, at)
        self._registers.take(answer)
        if self._registers.question:
            return []
        return [make_energy_reading(self._registers, self._book, at, now)]

    def _failed(
        self, epcs: tuple[int, ...], now: float, at: datetime, status: ReadingStatus
    ) -> list[Update]:
        """The outstanding request has brought nothing; `epcs` are those of a lost one."""
        if self._task is _Task.POLL:
            self._answering = False
            return [self._end_poll(now, at, status)]
        self._close_gap(now)
        if self._task is _Task.STATICS:
            if epcs:
                self._statics.lost(epcs, now)
            return []
        self._registers.fail(lost=bool(epcs))
        self._energy_grid.advance(now + _RETRY_ENERGY)
        if not self._registers.values:
            return []
        return [make_energy_reading(self._registers, self._book, at, now)]

    def _end_poll(self, now: float, at: datetime, failure: ReadingStatus | None = None) -> Update:
        if failure is not None:
            self._poll.fail(lost=failure is ReadingStatus.TIMEOUT)
        self._poll_grid.skip(now)
        return make_reading(self._poll, at, now, failure)

    def _close_gap(self, now: float) -> None:
        """Something else than a poll has ended; let another one follow in a wide gap only."""
        self._gap_used = self._poll_grid.due - now < _WIDE_GAP

    def _learn(self, answer: Answer, at: datetime) -> list[Update]:
        before = self._book.facts
        updates: list[Update] = []
        for epc in answer.request.epcs:
            if (edt := answer.values.get(epc)) is not None:
                updates.extend(self._book.learn(epc, edt, at, answer.round_trip or 0.0))
        for epc in answer.refused:
            self._book.refused(epc)
        self._statics.settle(answer.values)
        self._statics.settle(answer.refused)
        self._statics.left_out(answer.unanswered)
        if _GET_MAP in answer.values and self._book.served:
            for epc in self._statics.restrict(self._book.served):
                self._book.refused(epc)
        if self._book.facts != before:
            updates.insert(0, self._book.facts)
        updates.extend(self._half_hours.publish(self._book.scale))
        return updates

    def _announced(self, notifications: tuple[Notification, ...], at: datetime) -> list[Update]:
        before = self._book.facts
        updates: list[Update] = []
        for seoj, epc, edt in notifications:
            if seoj != SMART_METER:
                continue
            if epc == _FAULT:
                updates.extend(self._book.learn(epc, edt, at))
                continue
            try:
                value = decode_property(seoj, epc, edt)
            except PropertyError:
                continue
            if isinstance(value, StampedRegister):
                self._half_hours.take(epc, value)
        if self._book.facts != before:
            updates.insert(0, self._book.facts)
        updates.extend(self._half_hours.publish(self._book.scale))
        return updates
