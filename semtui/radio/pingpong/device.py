"""The device: finds the coordinator, sends Pings, and keeps account of what came back."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from semtui.radio import commands
from semtui.radio.pingpong import setup, text, troubles
from semtui.radio.pingpong.arrivals import is_arrival
from semtui.radio.pingpong.carriers import Sending, carrier_of
from semtui.radio.pingpong.plan import Transport
from semtui.radio.pingpong.troubles import Part, Trouble
from semtui.radio.pingpong.values import BenchStage, Outcome
from semtui.radio.runner import Work
from semtui.radio.slot import Wait, is_event

if TYPE_CHECKING:
    from semtui.radio.pingpong.board import Board

SETTLE = 0.5
"""Seconds before the first Ping, and behind the last for an answer that comes twice."""
VANISHED = 8
"""So many losses in a row, and the coordinator is looked for again."""
SEARCH_AGAIN = (5, 6)
SEARCHES = 3
"""So many searches in vain, and it has vanished."""
ACKNOWLEDGED = 28.0
"""Seconds within which TCP tells what became of data."""
LIMIT_POLL = 60.0
"""Seconds between two looks at whether the send-time limit still holds."""
REMEMBERED = 1000
"""So many past exchanges may still get a late or second answer."""


def run(board: Board) -> Part:
    """Find the coordinator, and make the exchanges of the plan."""
    trouble = yield from setup.find_coordinator(board)
    if trouble is not None:
        return trouble
    return (yield from Pinging(board).work())


@dataclass(slots=True)
class Past:
    """An exchange that has ended."""

    number: int
    size: int
    begun: float
    answered: bool


class Pinging:
    """Sends Pings one by one, and sorts what comes."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._carrier = carrier_of(board)
        self._past: OrderedDict[int, Past] = OrderedDict()
        """By counter, the oldest first."""

    def work(self) -> Part:
        """Make the exchanges; ends when all are made, or nobody answers any more."""
        board, plan = self._board, self._board.plan
        board.enter(BenchStage.CONNECTING)
        trouble = yield from self._carrier.begin()
        if trouble is not None:
            return trouble
        board.enter(BenchStage.RUNNING)
        yield from self._rest(SETTLE)
        losses = 0
        while plan.total is None or board.next_number < plan.total:
            yield from self._wait_for_limit()
            if self._carrier.is_closed:
                trouble = yield from self._connect_again()
                if trouble is not None:
                    return trouble
            number, board.next_number = board.next_number, board.next_number + 1
            answered = yield from self._exchange(number)
            if isinstance(answered, Trouble):
                return answered
            losses = 0 if answered else losses + 1
            if losses >= VANISHED and not self._carrier.busy and not board.limit.holds:
                trouble = yield from self._look_again(losses)
                if trouble is not None:
                    return trouble
                losses = 0
            yield from self._rest(plan.gap)
        yield from self._rest(SETTLE if not losses else max(SETTLE, plan.timeout))
        return None

    def _exchange(self, number: int) -> Work[Trouble | bool]:
        """One Ping, until it is answered or given up; whether it was answered."""
        board, plan, carrier = self._board, self._board.plan, self._carrier
        counter, size = number % text.COUNTERS, plan.size_of(number)
        payload = text.ping(counter, size)
        begun = board.now
        shown: tuple[int, int | None, int] = (number, counter, size)
        if plan.transport is Transport.PING:
            shown = (number, None, 0)
        board.open_exchange = shown
        sending = yield from carrier.send(payload)
        if isinstance(sending, Trouble):
            return sending
        answered_at = self._sort(payload)
        while answered_at is None:
            left = begun + plan.timeout - board.now
            if left <= 0 or carrier.is_closed:
                break
            yield Wait(left, is_arrival)
            answered_at = self._sort(payload)
        self._past[counter] = Past(number, shown[2], begun, answered_at is not None)
        if len(self._past) > REMEMBERED:
            self._past.popitem(last=False)
        if answered_at is not None:
            board.conclude(*shown, Outcome.ANSWERED, answered_at - begun)
        else:
            unsent = sending is Sending.UNSENT
            board.conclude(*shown, Outcome.UNSENT if unsent else Outcome.LOST)
        self._sort()
        return answered_at is not None

    def _sort(self, awaited: bytes | None = None) -> float | None:
        """Look at what has come, up to the answer to the Ping `awaited`; return its stamp."""
        board = self._board
        while board.inbox:
            arrival = board.inbox.popleft()
            for data in self._carrier.read(arrival.event):
                if awaited is not None and text.is_pong_of(awaited, data):
                    return arrival.stamp
                self._take_other(data, arrival.stamp)
        return None

    def _take_other(self, data: bytes, stamp: float) -> None:
        """What came is not the answer that is awaited."""
        board = self._board
        counter = text.counter(data)
        past = None if counter is None or text.is_ping(data) else self._past.get(counter)
        if past is None:
            board.conclude(None, counter, len(data), Outcome.FOREIGN)
        elif past.answered:
            board.conclude(past.number, counter, past.size, Outcome.DUPLICATE)
        else:
            past.answered = True
            board.conclude(past.number, counter, past.size, Outcome.LATE, stamp - past.begun)

    def _rest(self, seconds: float) -> Work[None]:
        """Let time pass, and look at what comes meanwhile."""
        board = self._board
        end = board.now + seconds
        while True:
            self._sort()
            left = end - board.now
            if left <= 0:
                return
            yield Wait(left, is_arrival)

    def _wait_for_limit(self) -> Work[None]:
        """While the send-time limit holds, or TCP still sends, nothing else can be sent."""
        board, carrier = self._board, self._carrier
        while board.limit.holds:
            answer = yield Wait(LIMIT_POLL, is_event("33"))
            if not answer.events:
                board.limit.read((yield commands.read_register("FB")), board.now)
        end = board.now + ACKNOWLEDGED
        while carrier.busy and not carrier.is_closed and board.now < end:
            yield from self._rest_until_arrival(end - board.now)

    def _rest_until_arrival(self, seconds: float) -> Work[None]:
        if not self._board.inbox:
            yield Wait(seconds, is_arrival)
        yield from self._rest(0.0)

    def _connect_again(self) -> Part:
        """The connection was closed by the other side, or by nothing getting through."""
        board = self._board
        board.say(troubles.said_closed_by_peer())
        board.enter(BenchStage.CONNECTING)
        trouble = yield from self._carrier.begin()
        if trouble is not None and not trouble.again:
            trouble = yield from self._look_again(0)
        if trouble is None:
            board.enter(BenchStage.RUNNING)
        return trouble

    def _look_again(self, losses: int) -> Part:
        """The coordinator may have begun anew, on another PAN."""
        board = self._board
        if losses:
            board.say(troubles.said_not_answering(losses))
        before = (board.channel, board.pan_id, board.peer)
        for _search in range(SEARCHES):
            trouble = yield from setup.find_coordinator(board, SEARCH_AGAIN)
            if trouble is None:
                break
            if trouble.again:
                return trouble
        else:
            return troubles.partner_gone(losses)
        pan = board.found()[0]
        if (board.channel, board.pan_id, board.peer) != before:
            board.say(troubles.said_found_again(pan))
        if board.plan.transport is Transport.TCP:
            yield from self._close()
            trouble = yield from self._carrier.begin()
            if trouble is not None:
                return trouble
        board.enter(BenchStage.RUNNING)
        return None

    def _close(self) -> Work[None]:
        """Let go of a connection that leads nowhere."""
        for handle in list(self._board.connections.values()):
            answer = yield commands.close(handle)
            if answer.ok:
                yield from self._rest_until_arrival(SETTLE)
