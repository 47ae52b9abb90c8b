"""The coordinator: makes a PAN on the quietest channel, and answers every Ping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semtui.radio import commands
from semtui.radio.events import Event, ModuleEvent, Tcp, TcpStatus, Udp
from semtui.radio.pingpong import setup, text, troubles
from semtui.radio.pingpong.arrivals import Arrival, is_arrival
from semtui.radio.pingpong.troubles import Part
from semtui.radio.pingpong.values import BenchStage, Outcome
from semtui.radio.runner import Work
from semtui.radio.search import number as hex_number
from semtui.radio.slot import Answer, Wait, send_result
from semtui.radio.slot import Outcome as CommandOutcome

if TYPE_CHECKING:
    from semtui.radio.pingpong.board import Board

PAN_IDS = range(0xFFFF)
"""FFFF is no PAN."""
FIRST_PING = 120.0
"""Seconds for which a run with a count waits for its first Ping."""
SILENCE = 60.0
"""Seconds without a Ping after which the device has ended, or cannot be heard."""
ACKNOWLEDGED = 28.0
"""Seconds within which TCP tells what became of data (ETCP)."""
FIRST_LOST = 8
"""The device looks for its coordinator again when more are lost in a row."""
JUMP = 1000
"""A counter that is so much ahead belongs to a device that has begun anew."""


def run(board: Board) -> Part:
    """Make a PAN, and answer until the plan is fulfilled."""
    trouble = yield from _make_pan(board)
    if trouble is not None:
        return trouble
    return (yield from Answering(board).serve())


def _make_pan(board: Board) -> Part:
    trouble = yield from setup.quietest_channel(board)
    if trouble is not None:
        return trouble
    board.enter(BenchStage.SEARCHING)
    trouble = yield from setup.sweep(board, setup.SURVEY_DURATION, sweeps=2)
    if trouble is not None:
        return trouble
    rivals = board.found()
    if rivals:
        return troubles.second_coordinator(board.plan.pairing_id, rivals[0])
    trouble = yield from setup.sweep(board, setup.SURVEY_DURATION, number=2, sweeps=2, any_id=True)
    if trouble is not None:
        return trouble
    progress = board.search.progress
    taken = {pan.pan_id for pan in progress.pans} if progress else set()
    pan_id = board.random.choice(PAN_IDS)
    while pan_id in taken:
        pan_id = board.random.choice(PAN_IDS)
    channel = setup.choose_channel(board.noise)
    trouble = yield from setup.tune(board, channel, pan_id)
    if trouble is None:
        trouble = yield from setup.must(commands.write_register("15", "1"))
    if trouble is None:
        board.tuned(channel, pan_id, None)
    return trouble


class Answering:
    """Answers what comes, and reads from the counters what did not come."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._counter: int | None = None
        """The newest that has come."""

    def serve(self) -> Part:
        """Answer Pings until so many have been sent as the plan says."""
        board = self._board
        total = board.plan.total
        board.enter(BenchStage.WAITING)
        since, warned = board.now, False
        while total is None or board.next_number < total:
            if board.inbox:
                heard = board.next_number
                trouble = yield from self._take(board.inbox.popleft())
                if trouble is not None:
                    return trouble
                if board.next_number > heard:
                    since, warned = board.now, False
                continue
            begun = board.next_number > 0
            patience = SILENCE if begun else FIRST_PING
            left = since + patience - board.now
            if left <= 0 and total is not None:
                if not begun:
                    return troubles.nobody_came(patience)
                self._give_up(total)
                return None
            if left <= 0 and not warned:
                warned = True
                board.say(troubles.said_silence(patience))
            yield Wait(left if left > 0 else patience, is_arrival)
        return None

    def _give_up(self, total: int) -> None:
        """The device has ended: what is missing has been lost on the way."""
        board = self._board
        board.say(troubles.said_silence(SILENCE))
        self._lost(total - board.next_number)

    def _take(self, arrival: Arrival) -> Part:
        event = arrival.event
        match event:
            case Udp():
                if text.is_ping(event.payload):
                    return (yield from self._answer(event.source, event.payload, None))
                self._board.conclude(None, None, len(event.payload), Outcome.FOREIGN)
            case Tcp():
                handle = self._board.connections.get((event.source, event.remote_port))
                if handle is not None and text.is_ping(event.payload):
                    return (yield from self._answer(event.source, event.payload, handle))
                if handle is not None and b"Ping" not in event.payload:
                    # The rest of a Ping that came in two pieces goes back as it is.
                    return (yield from self._pass_on(handle, event.payload))
                self._board.conclude(None, None, len(event.payload), Outcome.FOREIGN)
            case TcpStatus():
                self._follow(event)
            case Event(number="05", address=str(address)):
                self._partner(address)
                self._next(None, 0, Outcome.ANSWERED)
        return None

    def _follow(self, status: TcpStatus) -> None:
        """Keep which connections there are."""
        handle = hex_number(status.handle)
        connections = self._board.connections
        if status.status == "01" and handle is not None:
            connections[status.address or "", status.remote_port or ""] = handle
        elif status.status == "03":
            for key in [key for key, each in connections.items() if each == handle]:
                del connections[key]

    def _answer(self, source: str, ping: bytes, handle: int | None) -> Part:
        board = self._board
        self._partner(source)
        counter = text.counter(ping)
        repeated = self._note(counter)
        pong = text.answered(ping)
        sent: Answer
        if handle is None:
            board.counts(len(pong))
            command = commands.send_to(board.dialect, source, pong, commands.PLAIN)
            sent = yield command
            failed = not sent.ok or send_result(command, sent.events) == "01"
        else:
            sent = yield from self._send_over(handle, pong)
            failed = not sent.ok
        if sent.outcome is CommandOutcome.TIMEOUT and handle is None:
            return troubles.stuck("SKSENDTO")
        if repeated:
            board.conclude(None, counter, len(ping), Outcome.DUPLICATE)
        else:
            self._next(counter, len(ping), Outcome.UNSENT if failed else Outcome.ANSWERED)
        return None

    def _pass_on(self, handle: int, rest: bytes) -> Part:
        yield from self._send_over(handle, rest)
        return None

    def _send_over(self, handle: int, data: bytes) -> Work[Answer]:
        """SKSEND, and wait until the data is acknowledged or the connection has ended."""
        board = self._board

        def settled(event: ModuleEvent) -> bool:
            done = isinstance(event, TcpStatus) and event.status in ("03", "05")
            return done and isinstance(event, TcpStatus) and hex_number(event.handle) == handle

        board.counts(len(data))
        answer = yield commands.send_over(handle, data)
        if answer.ok and not any(settled(event) for event in answer.events):
            answer = yield Wait(ACKNOWLEDGED, settled)
        return answer

    def _partner(self, address: str) -> None:
        board = self._board
        board.enter(BenchStage.RUNNING)
        if board.peer != address:
            board.peer, board.changed = address, True

    def _note(self, counter: int | None) -> bool:
        """Take in a Ping's number: those it has left out were lost; whether it was a repetition."""
        before, self._counter = self._counter, counter
        if counter is None:
            return False
        if before is None:
            # The first ones may have been lost; behind many, we are who has begun anew.
            self._lost(counter if counter <= FIRST_LOST else 0)
            return False
        ahead = (counter - before) % text.COUNTERS
        if ahead == 0:
            return True
        if counter != 0 and ahead <= JUMP:
            self._lost(ahead - 1)
        return False

    def _lost(self, count: int) -> None:
        total = self._board.plan.total
        for _ping in range(count):
            if total is not None and self._board.next_number >= total:
                return
            self._next(None, 0, Outcome.LOST)

    def _next(self, counter: int | None, size: int, outcome: Outcome) -> None:
        board = self._board
        number, board.next_number = board.next_number, board.next_number + 1
        board.conclude(number, counter, size, outcome)
