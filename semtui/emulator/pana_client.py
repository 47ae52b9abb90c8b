"""The module as a PANA client (PaC): joining, renewing and ending its session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING

from semtui.emulator import pana
from semtui.emulator.air import PANA_PORT, Datagram
from semtui.emulator.pana import Avp, Flag, Kind, Message
from semtui.emulator.refusal import Refusal

if TYPE_CHECKING:
    from semtui.emulator.module import Module

RETRY_WAITS = (2.0, 4.0, 8.0, 8.0, 8.0, 8.0)
"""Seconds after each try for an answer; then the authentication has failed."""
RENEWAL_SHARE = 0.8
"""At this share of the lifetime the module renews the session by itself."""

_QUICK = (0.06, 0.15)
_TERMINATION_WAIT = 10.0
_PATIENCE = 60.0


@unique
class Phase(Enum):
    """What the client is doing."""

    IDLE = "idle"
    JOINING = "joining"
    JOINED = "joined"
    RENEWING = "renewing"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Session:
    """An authenticated session with a meter."""

    peer: str
    key: int
    lifetime: float
    since: float


class PanaClient:
    """Prints the events of authentication; the shell commands are in `commands`."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.phase = Phase.IDLE
        self.session: Session | None = None
        self.route_b_id: str | None = None
        self.password: str | None = None
        self._peer = ""
        self._round = 0
        self._answered = 0
        self._last_answer: tuple[Message, Message] | None = None
        """A request of the meter and what was answered: the same again if it asks again."""

    @property
    def forbids_sending(self) -> bool:
        """An authentication runs: the host must not send."""
        return self.phase in (Phase.JOINING, Phase.RENEWING)

    def forget(self) -> None:
        """Drop session and credentials without telling anybody (SKRESET, power loss)."""
        self.drop_session()
        self._last_answer = None
        self.route_b_id = None
        self.password = None

    def drop_session(self) -> None:
        """Drop the session, or what was to become one, without telling anybody."""
        self._begin_round(Phase.IDLE)
        self.session = None

    def key_for(self, destination: str) -> int | None:
        """The session key that reaches `destination`, if there is a session with it."""
        session = self.session
        if session and (session.peer == destination or destination.startswith("FF")):
            return session.key
        return None

    def join(self, peer: str) -> None:
        """SKJOIN: authenticate with the meter at `peer`."""
        self.drop_session()
        self._begin(Phase.JOINING, peer)

    def rejoin(self) -> None:
        """SKREJOIN: renew now; raises `Refusal` (ER10) without a session."""
        if self.session is None:
            raise Refusal(10)
        self._begin(Phase.RENEWING, self.session.peer)

    def renew(self) -> None:
        """Renew by itself (EVENT 29), as at the end of a session's time; nothing without one."""
        session = self.session
        if session is not None and self.phase is Phase.JOINED:
            self._module.print_event("29", session.peer)
            self._begin(Phase.RENEWING, session.peer)

    def terminate(self) -> None:
        """SKTERM: end the session; raises `Refusal` (ER10) without one."""
        session = self.session
        if session is None:
            raise Refusal(10)
        module = self._module
        self._begin_round(Phase.ENDING)
        this_round = self._round
        message = Message(
            Kind.TERMINATION,
            Flag.REQUEST,
            session.key,
            0,
            ((Avp.AUTH, module.random.randbytes(16)),),
        )
        self._send(message, lambda acknowledged: module.finish(b"OK\r\n"))
        self._resend(message, 0)

        def give_up() -> None:
            if self._round == this_round:
                self.drop_session()
                module.print_event("28", session.peer)

        module.radio_after(_TERMINATION_WAIT, give_up)

    def _resend(self, request: Message, sent: int) -> None:
        """Send a request again and again while this round lasts."""
        this_round = self._round

        def again() -> None:
            if self._round == this_round:
                self._send(request, lambda acknowledged: None)
                self._resend(request, sent + 1)

        self._module.radio_after(pana.RESEND_WAITS[sent], again)

    def hear(self, datagram: Datagram) -> None:
        """Take a PANA datagram from the air; ERXUDP has been printed for it."""
        message = pana.decode(datagram.payload)
        if message is None:
            return
        if self._is_repeated(message, datagram.source):
            self._answer_again()
        elif message.kind is Kind.AUTHENTICATION and message.flags & Flag.REQUEST:
            if self.forbids_sending and datagram.source == self._peer:
                self._authenticate(message)
        elif message.kind is Kind.NOTIFICATION and self.phase is Phase.RENEWING:
            self._heard()
        elif message.kind is Kind.TERMINATION:
            self._hear_termination(message, datagram.source)

    def _is_repeated(self, message: Message, source: str) -> bool:
        """Whether the meter asks the same once more, because our answer got lost."""
        return (
            self._last_answer is not None
            and self._last_answer[0] == message
            and source == self._peer
        )

    def _answer_again(self) -> None:
        if self._last_answer is not None:
            if self.forbids_sending:
                self._heard()
            self._send(self._last_answer[1], lambda acknowledged: None)

    def _hear_termination(self, message: Message, source: str) -> None:
        session = self.session
        if session is None or message.session != session.key or source != session.peer:
            return
        if message.flags & Flag.REQUEST:
            answer = Message(
                Kind.TERMINATION,
                Flag.NONE,
                message.session,
                message.sequence,
                ((Avp.AUTH, self._module.random.randbytes(16)),),
            )
            self._last_answer = message, answer
            self._send(answer, lambda acknowledged: self._ended_by_peer(session))
        elif self.phase is Phase.ENDING:
            self.drop_session()
            self._module.print_event("27", session.peer)

    def _ended_by_peer(self, session: Session) -> None:
        if self.session is session:
            self.drop_session()
        self._module.print_event("26", session.peer)

    def _begin_round(self, phase: Phase) -> None:
        self._round += 1
        self.phase = phase

    def _begin(self, phase: Phase, peer: str) -> None:
        self._begin_round(phase)
        self._peer = peer
        self._answered = 0
        self._try(0)

    def _try(self, attempt: int) -> None:
        if self.phase is Phase.RENEWING and self.session:
            message = Message(
                Kind.NOTIFICATION, Flag.REQUEST | Flag.RENEWAL, self.session.key, attempt
            )
        else:
            message = Message(Kind.INITIATION, Flag.NONE, 0, 0)
        self._send(message, lambda acknowledged: None, queued=True)
        wait = RETRY_WAITS[attempt]
        if attempt + 1 == len(RETRY_WAITS):
            wait += self._module.pick((0.2, 1.8))
        self._watch(wait, attempt + 1)

    def _watch(self, seconds: float, attempt: int) -> None:
        this_round, answered = self._round, self._answered

        def check() -> None:
            if self._round != this_round or self._answered != answered:
                return
            if answered == 0 and attempt < len(RETRY_WAITS):
                self._try(attempt)
            else:
                self._failed()

        self._module.radio_after(seconds, check)

    def _heard(self) -> None:
        """The meter is at work: wait for its next message instead of trying again."""
        self._answered += 1
        self._watch(_PATIENCE, len(RETRY_WAITS))

    def _failed(self) -> None:
        peer = self._peer
        self.drop_session()
        self._module.print_event("24", peer)

    def _authenticate(self, message: Message) -> None:
        self._heard()
        this_round = self._round
        answer = Message(
            Kind.AUTHENTICATION,
            message.flags & ~Flag.REQUEST,
            message.session,
            message.sequence,
            self._answer(message),
        )

        def done(acknowledged: bool) -> None:
            # Whether it was acknowledged or not: where it got lost, the meter asks again.
            if this_round == self._round and message.flags & Flag.COMPLETE:
                self._complete(message)

        self._last_answer = message, answer
        self._send(answer, done)

    def _answer(self, message: Message) -> tuple[tuple[Avp, bytes], ...]:
        random = self._module.random
        packet = message.attribute(Avp.EAP)
        if message.flags & Flag.START:
            return pana.PROTOCOLS
        if message.flags & Flag.COMPLETE or packet is None:
            return ((Avp.AUTH, random.randbytes(16)),)
        challenge = packet[6:22]
        code = pana.proof(self.route_b_id or "", self.password or "", challenge)
        return ((Avp.EAP, pana.eap(pana.EAP_RESPONSE, packet[1], packet[5:22] + code)),)

    def _complete(self, message: Message) -> None:
        if message.attribute(Avp.RESULT) != bytes(4):
            self._failed()
            return
        module = self._module
        lifetime = float(int.from_bytes(message.attribute(Avp.LIFETIME) or b"", "big"))
        self._begin_round(Phase.JOINED)
        self.session = Session(self._peer, message.session, lifetime, module.now)
        this_round = self._round
        peer = self._peer

        def connected() -> None:
            if this_round == self._round:
                module.print_event("25", peer)

        def due() -> None:
            if this_round == self._round and module.registers.number(0x17):
                self.renew()

        def expired() -> None:
            if this_round == self._round:
                self.drop_session()
                module.print_event("29", peer)

        module.after(0.005, connected)
        module.after(lifetime * RENEWAL_SHARE, due)
        module.after(lifetime, expired)

    def _send(
        self, message: Message, done: Callable[[bool], None], *, queued: bool = False
    ) -> None:
        module = self._module
        peer = self.session.peer if self.session else self._peer
        module.transmitter.send(
            Datagram(module.address, module.mac, peer, PANA_PORT, PANA_PORT, message.encode()),
            done,
            seconds=_QUICK,
            report_queued=not queued,
        )
