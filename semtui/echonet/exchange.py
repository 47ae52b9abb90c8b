"""Conversations: one request at a time, and what every frame that comes means to it.

An answer is known by its service, its TID, its objects and its property codes
together. The TID alone is not enough: meters number their announcements with
a counter of their own, which meets ours sooner or later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, unique
from typing import NamedTuple

from semtui.echonet.frame import (
    CONTROLLER,
    SMART_METER,
    Esv,
    Frame,
    FrameError,
    Property,
    decode_frame,
    instance_of,
)
from semtui.echonet.node import Node

_FIRST_TID = 0x0003
"""Meters use 0000 to 0002 for announcements of their own."""
_LAST_TID = 0xFFFF
_SLOW = frozenset({0xE2, 0xE4, 0xEC, 0xEE})
"""Histories; a meter may take as long for one of them as for several ordinary properties."""

_REMEMBERED = 8
"""Requests that were given up, whose answers are still known for what they are."""

_ANSWERS = {
    Esv.GET: (Esv.GET_RES, Esv.GET_SNA),
    Esv.SETC: (Esv.SET_RES, Esv.SETC_SNA),
}
"""The requests we make, and what may answer each; a refusal may carry good values too."""


@unique
class Outcome(Enum):
    """How a request ended."""

    OK = "ok"
    """Everything asked for came."""
    PARTIAL = "partial"
    """Some of it came."""
    REFUSED = "refused"
    """None of it came, but an answer did."""
    TIMEOUT = "timeout"
    """No answer within the time for one."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is on its way."""

    frame: Frame
    sent: float
    """Monotonic stamp."""
    deadline: float

    @property
    def epcs(self) -> tuple[int, ...]:
        """The codes it asks for, in its order."""
        return tuple(epc for epc, _edt in self.frame.props)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request."""

    request: Request
    outcome: Outcome
    values: dict[int, bytes]
    """By code; empty for requests that set."""
    refused: tuple[int, ...] = ()
    """Named in the answer, without a value."""
    unanswered: tuple[int, ...] = ()
    """Not named at all; ask again, alone or with fewer others."""
    round_trip: float | None = None
    """Seconds; None where no answer came."""


class Notification(NamedTuple):
    """A property that a node announced by itself (INF, INFC)."""

    seoj: int
    epc: int
    edt: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one datagram meant."""

    answer: Answer | None = None
    notifications: tuple[Notification, ...] = ()
    replies: tuple[bytes, ...] = ()
    """Frames to send back to its sender."""
    announcements: tuple[bytes, ...] = ()
    """Frames to send to all nodes."""
    late: bool = False
    """Whether it answers a request that was given up before: too old to be a value, but proof
    that the meter lives."""


_NOTHING = Incoming()


class Exchange:
    """At most one outstanding request, and the duties of our own node."""

    def __init__(self, first_tid: int, timeout: float, timeout_multi: float) -> None:
        """`timeout` seconds for one ordinary property, `timeout_multi` for more or a history."""
        self._tid = first_tid if _FIRST_TID <= first_tid <= _LAST_TID else _FIRST_TID
        self._timeout = timeout
        self._timeout_multi = timeout_multi
        self._node = Node()
        self._outstanding: Request | None = None
        self._given_up: deque[Request] = deque(maxlen=_REMEMBERED)

    @property
    def outstanding(self) -> Request | None:
        """The request that waits for its answer."""
        return self._outstanding

    @property
    def node(self) -> Node:
        """Our own objects."""
        return self._node

    def take_tid(self) -> int:
        """The next TID; no two requests in a row share one, and a retry is a new request."""
        tid = self._tid
        self._tid = _FIRST_TID if tid == _LAST_TID else tid + 1
        return tid

    def ask(self, props: Iterable[Property], now: float, *, esv: Esv = Esv.GET) -> bytes:
        """Begin a request to the meter under a new TID and return its bytes.

        ValueError while one waits.
        """
        return self.begin(Frame(self.take_tid(), CONTROLLER, SMART_METER, esv, tuple(props)), now)

    def begin(self, frame: Frame, now: float) -> bytes:
        """Begin a request as it is; ValueError while one waits, or if it asks for nothing."""
        if self._outstanding is not None:
            raise ValueError("a request is outstanding")
        if frame.esv not in _ANSWERS:
            raise ValueError(f"{frame.esv.label} is no request")
        epcs = [epc for epc, _edt in frame.props]
        if not epcs:
            raise ValueError("a request names at least one property")
        single = len(epcs) == 1 and epcs[0] not in _SLOW
        wait = self._timeout if single else self._timeout_multi
        self._outstanding = Request(frame, now, now + wait)
        return frame.encode()

    def give_up(self) -> Request | None:
        """Forget the outstanding request and return it; its answer will not be taken any more."""
        request, self._outstanding = self._outstanding, None
        if request is not None:
            self._given_up.append(request)
        return request

    def expire(self, now: float) -> Answer | None:
        """The end of the outstanding request, if its time is over."""
        request = self._outstanding
        if request is None or now < request.deadline:
            return None
        self.give_up()
        return Answer(request, Outcome.TIMEOUT, {}, unanswered=request.epcs)

    def receive(self, payload: bytes, now: float) -> Incoming:
        """Say what a datagram means; one that is no frame means nothing."""
        try:
            frame = decode_frame(payload)
        except FrameError:
            return _NOTHING
        answer = self._take(frame, now)
        if answer is not None:
            return Incoming(answer)
        if self._is_late(frame):
            return Incoming(late=True)
        notifications: tuple[Notification, ...] = ()
        known = instance_of(frame.seoj) != 0 and self._node.owned(frame.deoj) is not None
        if known and frame.esv in (Esv.INF, Esv.INFC):
            notifications = tuple(Notification(frame.seoj, epc, edt) for epc, edt in frame.props)
        replies = self._node.reply(frame)
        return Incoming(None, notifications, replies.answers, replies.announcements)

    def _is_late(self, frame: Frame) -> bool:
        """Whether `frame` answers a request that was given up; each is answered once."""
        request = next((each for each in self._given_up if _answers(frame, each.frame)), None)
        if request is None:
            return False
        self._given_up.remove(request)
        return True

    def _take(self, frame: Frame, now: float) -> Answer | None:
        """End the outstanding request if `frame` answers it."""
        request = self._outstanding
        if request is None or not _answers(frame, request.frame):
            return None
        self._outstanding = None
        round_trip = now - request.sent
        asked = request.epcs
        named = {epc for epc, _edt in frame.props}
        values: dict[int, bytes] = {}
        if request.frame.esv is not Esv.SETC:
            values = {epc: edt for epc, edt in frame.props if edt}
            good = set(values)
        elif frame.esv is Esv.SET_RES:
            good = named
        else:
            # A refused value comes back as it was sent, an accepted one as nothing.
            good = {epc for epc, edt in frame.props if not edt}
        refused = tuple(epc for epc in asked if epc in named and epc not in good)
        unanswered = tuple(epc for epc in asked if epc not in named)
        if not good:
            outcome = Outcome.REFUSED
        elif refused or unanswered:
            outcome = Outcome.PARTIAL
        else:
            outcome = Outcome.OK
        return Answer(request, outcome, values, refused, unanswered, round_trip)


def _answers(frame: Frame, request: Frame) -> bool:
    """Whether `frame` is an answer to `request`."""
    if (
        frame.tid != request.tid
        or frame.seoj != request.deoj
        or frame.deoj != request.seoj
        or frame.esv not in _ANSWERS[request.esv]
    ):
        return False
    asked = {epc for epc, _edt in request.props}
    return all(epc in asked for epc, _edt in frame.props)
