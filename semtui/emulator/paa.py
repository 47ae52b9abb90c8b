"""The meter as a PANA authenticator (PAA): who may join, for how long."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from semtui.emulator import pana
from semtui.emulator.faults import MeterFaults
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.pana import Avp, Flag, Kind, Message
from semtui.emulator.schedule import Schedule

_ANSWER_SECONDS = (0.3, 0.5)
_RENEWAL_SECONDS = (0.35, 0.55)


@dataclass(frozen=True, slots=True)
class Client:
    """Who holds the session."""

    address: str
    mac: str
    key: int
    until: float


@dataclass(slots=True)
class _Exchange:
    """An authentication that is under way."""

    address: str
    mac: str
    session: int
    sequence: int
    challenge: bytes
    identifier: int
    step: int
    renewal: bool
    refused: bool = False
    """It ends as soon as the client has heard so."""


class Authenticator:
    """One session at a time; the same MAC may join anew at any moment.

    `send` puts a PANA message for an address on the air; `joined` hears of
    each session that was granted or renewed.
    """

    def __init__(
        self,
        options: EmulatorOptions,
        schedule: Schedule,
        faults: MeterFaults,
        send: Callable[[str, bytes], None],
        joined: Callable[[], None],
    ) -> None:
        self._options = options
        self._schedule = schedule
        self._faults = faults
        self._send = send
        self._joined = joined
        self._random = random.Random(f"{options.seed}/paa")
        self._exchange: _Exchange | None = None
        self.occupied = options.occupied
        """Another controller holds the session."""
        self.client: Client | None = None
        self._parting: Client | None = None
        """Who was asked to end the session and has not confirmed it."""
        self._parted: Client | None = None
        """Who ended the session last: should our confirmation get lost, it asks again."""
        self._unconfirmed: int | None = None
        """The session whose end is not confirmed, however often the client asks."""
        self.joins = 0
        self.renewals = 0

    def session_with(self, address: str) -> Client | None:
        """The client at that address while its session lives."""
        client = self.client
        if client and client.address == address and self._schedule.now < client.until:
            return client
        return None

    def living(self) -> Client | None:
        """The client whose session lives, if any."""
        return self.session_with(self.client.address) if self.client else None

    def forget(self) -> None:
        """Lose the session without a word (the meter restarts)."""
        self.client = None
        self._exchange = None
        self._parting = self._parted = None

    def end_session(self) -> None:
        """Ask the client to end the session (it prints EVENT 26); nothing without one."""
        client = self.living()
        if client:
            self.client = None
            self._parting = client
            message = Message(
                Kind.TERMINATION, Flag.REQUEST, client.key, 0, ((Avp.AUTH, self._bytes()),)
            )
            self._insist(client.address, message, lambda: self._parting is client)

    def hear(self, address: str, mac: str, payload: bytes) -> None:
        """Take a PANA message from the air."""
        message = pana.decode(payload)
        if message is None:
            return
        if message.kind is Kind.INITIATION:
            self._initiate(address, mac)
        elif message.kind is Kind.NOTIFICATION and message.flags & Flag.REQUEST:
            self._renew(address, mac, message)
        elif message.kind is Kind.AUTHENTICATION and not message.flags & Flag.REQUEST:
            self._continue(address, message)
        elif message.kind is Kind.TERMINATION and message.flags & Flag.REQUEST:
            self._terminate(address, message)
        elif self._parting and message.session == self._parting.key:
            self._parting = None

    def _initiate(self, address: str, mac: str) -> None:
        client = self.living()
        if self.occupied or self._faults.ignore_joins or (client and client.mac != mac):
            return
        exchange = self._new_exchange(address, mac, self._random.getrandbits(32), renewal=False)
        self._request(exchange, Flag.START, pana.PROTOCOLS)

    def _renew(self, address: str, mac: str, message: Message) -> None:
        client = self.session_with(address)
        if client is None or self.occupied or self._faults.ignore_joins:
            return
        exchange = self._new_exchange(address, mac, client.key, renewal=True)
        confirmation = Message(
            Kind.NOTIFICATION,
            Flag.RENEWAL,
            client.key,
            message.sequence,
            ((Avp.AUTH, self._bytes()),),
        )
        self._after(_RENEWAL_SECONDS, lambda: self._send(address, confirmation.encode()))
        self._schedule.after(
            self._faults.renewal_delay + 0.2 / self._options.speed,
            lambda: self._challenge(exchange),
        )

    def _new_exchange(self, address: str, mac: str, session: int, *, renewal: bool) -> _Exchange:
        draw = self._random
        self._exchange = _Exchange(
            address,
            mac,
            session,
            draw.getrandbits(32),
            draw.randbytes(16),
            draw.randrange(256),
            0,
            renewal,
        )
        self._parting = None
        return self._exchange

    def _continue(self, address: str, answer: Message) -> None:
        exchange = self._exchange
        if (
            exchange is None
            or exchange.address != address
            or answer.session != exchange.session
            or answer.sequence != exchange.sequence
        ):
            return
        if exchange.refused:
            self._exchange = None
            return
        exchange.step += 1
        exchange.sequence = exchange.sequence + 1 & 0xFFFFFFFF
        if exchange.step == 1:
            self._challenge(exchange)
        elif exchange.step == 2:
            self._check(exchange, answer)
        elif exchange.step == 3:
            self._succeed(exchange)
        elif answer.flags & Flag.COMPLETE:
            self._grant(exchange)

    def _challenge(self, exchange: _Exchange) -> None:
        if self._exchange is not exchange:
            return  # The client asked for another renewal meanwhile.
        exchange.step = 1
        identity = b"SM" + self._options.route_b_id.upper().encode()
        packet = pana.eap(
            pana.EAP_REQUEST, exchange.identifier, b"\x00" + exchange.challenge + identity
        )
        self._request(exchange, Flag.NONE, ((Avp.NONCE, self._bytes()), (Avp.EAP, packet)))

    def _check(self, exchange: _Exchange, answer: Message) -> None:
        packet = answer.attribute(Avp.EAP) or b""
        expected = pana.proof(
            self._options.route_b_id.upper(), self._options.password, exchange.challenge
        )
        if packet[-16:] != expected or self._faults.take("reject_joins"):
            exchange.refused = True
            failure = pana.eap(pana.EAP_FAILURE, exchange.identifier)
            self._request(
                exchange,
                Flag.COMPLETE,
                ((Avp.RESULT, bytes([0, 0, 0, 1])), (Avp.EAP, failure)),
            )
            return
        packet = pana.eap(
            pana.EAP_REQUEST,
            exchange.identifier + 1,
            b"\x80" + exchange.challenge + self._random.randbytes(37),
        )
        self._request(exchange, Flag.NONE, ((Avp.EAP, packet),))

    def _succeed(self, exchange: _Exchange) -> None:
        success = pana.eap(pana.EAP_SUCCESS, exchange.identifier + 1)
        self._request(
            exchange,
            Flag.COMPLETE,
            (
                (Avp.RESULT, bytes(4)),
                (Avp.EAP, success),
                (Avp.KEY_ID, self._bytes()[:4]),
                (Avp.LIFETIME, self._options.lifetime.to_bytes(4, "big")),
                (Avp.AUTH, self._bytes()),
            ),
        )

    def _grant(self, exchange: _Exchange) -> None:
        self._exchange = None
        self.client = Client(
            exchange.address,
            exchange.mac,
            exchange.session,
            self._schedule.now + self._options.lifetime,
        )
        if exchange.renewal:
            self.renewals += 1
        else:
            self.joins += 1
        self._joined()

    def _terminate(self, address: str, message: Message) -> None:
        client = self.session_with(address) or self._parted
        if client is None or (client.address, client.key) != (address, message.session):
            return
        if client.key == self._unconfirmed:
            return
        if self._faults.take("ignore_terminations"):
            self._unconfirmed = client.key
            return
        if client is not self._parted:
            self.client, self._parted = None, client
        answer = Message(
            Kind.TERMINATION,
            Flag.NONE,
            message.session,
            message.sequence,
            ((Avp.AUTH, self._bytes()),),
        )
        self._after(_ANSWER_SECONDS, lambda: self._send(address, answer.encode()))

    def _request(
        self, exchange: _Exchange, flags: Flag, attributes: tuple[tuple[Avp, bytes], ...]
    ) -> None:
        message = Message(
            Kind.AUTHENTICATION,
            Flag.REQUEST | flags,
            exchange.session,
            exchange.sequence,
            attributes,
        )
        self._after(
            _ANSWER_SECONDS,
            lambda: self._insist(
                exchange.address,
                message,
                lambda: self._exchange is exchange and exchange.sequence == message.sequence,
            ),
        )

    def _insist(
        self, address: str, request: Message, unanswered: Callable[[], bool], sent: int = 0
    ) -> None:
        """Send a request, and again while it is `unanswered`."""
        if not unanswered():
            return
        self._send(address, request.encode())
        if sent < len(pana.RESEND_WAITS):
            self._schedule.after(
                pana.RESEND_WAITS[sent] / self._options.speed,
                lambda: self._insist(address, request, unanswered, sent + 1),
            )

    def _after(self, bounds: tuple[float, float], action: Callable[[], None]) -> None:
        self._schedule.after(self._random.uniform(*bounds) / self._options.speed, action)

    def _bytes(self) -> bytes:
        return self._random.randbytes(16)
