"""What carries a device's Pings: UDP, TCP or ICMP. Each knows how to begin, send, and read."""

from __future__ import annotations

from enum import Enum, unique
from typing import TYPE_CHECKING, Protocol

from semtui.radio import commands
from semtui.radio.events import ModuleEvent, Pong, Tcp, TcpStatus, Udp
from semtui.radio.pingpong import text, troubles
from semtui.radio.pingpong.plan import Transport
from semtui.radio.pingpong.troubles import Part, Trouble
from semtui.radio.runner import Work
from semtui.radio.search import number
from semtui.radio.slot import Answer, Outcome, Wait, send_result

if TYPE_CHECKING:
    from semtui.radio.pingpong.board import Board

CONNECT_TRIES = 3
CONNECT_WAIT = 15.0
"""Seconds for ETCP behind SKCONNECT; the module gives up after 12."""
CONNECT_PAUSE = 1.0
_ECHO_SIZE = 8
"""Bytes of an ICMP echo request's data, for the account of air time."""


@unique
class Sending(Enum):
    """What the module said of a Ping."""

    SENT = "sent"
    UNSENT = "unsent"
    """Nobody acknowledged it, or the module refused it."""


class Carrier(Protocol):
    """One way of a Ping to the coordinator, and of the Pong back."""

    @property
    def busy(self) -> bool:
        """What was sent last still is under way, and nothing else can be sent."""
        ...

    @property
    def is_closed(self) -> bool:
        """It has to begin again."""
        ...

    def begin(self) -> Part:
        """Get ready to send."""
        ...

    def send(self, payload: bytes) -> Work[Sending | Trouble]:
        """Send a Ping."""
        ...

    def read(self, event: ModuleEvent) -> list[bytes]:
        """The texts that an event completes; what is none is given back as it is."""
        ...


class Datagrams:
    """UDP in the clear, from port 3610 to port 3610."""

    busy = False
    is_closed = False

    def __init__(self, board: Board) -> None:
        self._board = board

    def begin(self) -> Part:
        return None
        yield

    def send(self, payload: bytes) -> Work[Sending | Trouble]:
        board = self._board
        command = commands.send_to(board.dialect, board.peer or "", payload, commands.PLAIN)
        board.counts(len(payload))
        answer = yield command
        if answer.outcome is Outcome.TIMEOUT:
            return troubles.stuck("SKSENDTO")
        unsent = not answer.ok or send_result(command, answer.events) == "01"
        return Sending.UNSENT if unsent else Sending.SENT

    def read(self, event: ModuleEvent) -> list[bytes]:
        if isinstance(event, Udp):
            return [event.payload if event.source == self._board.peer else b"from elsewhere"]
        return []


class Echoes:
    """SKPING: the coordinator's module answers by itself; no number tells which it answers."""

    busy = False
    is_closed = False

    def __init__(self, board: Board) -> None:
        self._board = board
        self._sent = b""

    def begin(self) -> Part:
        return None
        yield

    def send(self, payload: bytes) -> Work[Sending | Trouble]:
        self._sent = payload
        self._board.counts(_ECHO_SIZE)
        answer = yield commands.ping(self._board.peer or "")
        if answer.outcome is Outcome.TIMEOUT:
            return troubles.stuck("SKPING")
        return Sending.SENT if answer.ok else Sending.UNSENT

    def read(self, event: ModuleEvent) -> list[bytes]:
        if isinstance(event, Pong) and event.address == self._board.peer:
            return [text.answered(self._sent)]
        return []


class Connection:
    """TCP from port 3610 to port 3610."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._handle: int | None = None
        self.busy = False
        self._expected = 0
        self._stream = b""

    @property
    def is_closed(self) -> bool:
        return self._handle is None

    def begin(self) -> Part:
        board = self._board
        peer = board.peer or ""
        for attempt in range(CONNECT_TRIES):
            if attempt:
                yield Wait(CONNECT_PAUSE)
            answer = yield commands.connect(peer)
            if answer.code == "ER04":
                return troubles.no_tcp()
            if answer.outcome is Outcome.TIMEOUT:
                return troubles.stuck("SKCONNECT")
            if answer.ok and not any(_is_status(event) for event in answer.events):
                answer = yield Wait(CONNECT_WAIT, _is_status)
            opened = _opened(answer)
            if opened is not None:
                self._handle, self.busy, self._stream = opened, False, b""
                board.connections = {(peer, f"{commands.ECHONET_PORT:04X}"): opened}
                # What is left in the inbox belongs to an earlier connection.
                board.inbox.clear()
                return None
        return troubles.not_connected()

    def send(self, payload: bytes) -> Work[Sending | Trouble]:
        if self._handle is None:
            return Sending.UNSENT
        self._expected, self._stream = len(payload), b""
        self._board.counts(len(payload))
        self.busy = True
        answer = yield commands.send_over(self._handle, payload)
        if answer.outcome is Outcome.TIMEOUT:
            return troubles.stuck("SKSEND")
        if not answer.ok:
            self.busy = False
        return Sending.SENT if answer.ok else Sending.UNSENT

    def read(self, event: ModuleEvent) -> list[bytes]:
        match event:
            case TcpStatus(status="05") if number(event.handle) == self._handle:
                self.busy = False
            case TcpStatus(status="03") if number(event.handle) == self._handle:
                self._handle, self.busy = None, False
                self._board.connections.clear()
            case Tcp():
                return self._assemble(event.payload)
        return []

    def _assemble(self, data: bytes) -> list[bytes]:
        """A text may come in pieces; each piece but the last is shorter than what was sent."""
        if text.counter(data) is not None:
            self._stream = b""
        self._stream += data
        if len(self._stream) < self._expected:
            return []
        whole, self._stream = self._stream, b""
        return [whole]


def carrier_of(board: Board) -> Carrier:
    """Return what carries the Pings of the board's plan."""
    match board.plan.transport:
        case Transport.TCP:
            return Connection(board)
        case Transport.PING:
            return Echoes(board)
    return Datagrams(board)


def _is_status(event: ModuleEvent) -> bool:
    return isinstance(event, TcpStatus) and event.status in ("01", "03", "04")


def _opened(answer: Answer) -> int | None:
    """Return the handle of a connection that was opened."""
    for event in answer.events:
        if isinstance(event, TcpStatus) and event.status == "01":
            return number(event.handle)
    return None
