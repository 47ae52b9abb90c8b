"""The PANA session with the meter, as far as it can be seen from outside the module."""

from __future__ import annotations

from dataclasses import replace

from semtui.model import PanaProgress
from semtui.radio.pana import header, session_lifetime

RENEWAL_SHARE = 0.8
"""The module renews a session at this share of its lifetime (EVENT 29)."""

QUALITY_INTERVAL = 5.0
"""Seconds between two snapshots for nothing but a new link quality."""


class Session:
    """When it began, how long it lives, and the messages of its making."""

    def __init__(self) -> None:
        self.since: float | None = None
        """Monotonic stamp of EVENT 25; None while no session stands."""
        self.lifetime: float | None = None
        """Seconds granted by the meter; None when not heard."""
        self.exchange: PanaProgress | None = None
        """The authentication that goes on, or the last one."""
        self.quality: int | None = None
        """LQI of the last datagram, from modules that tell it."""
        self._quality_told = -QUALITY_INTERVAL
        self._last_message: tuple[int, bytes] | None = None
        """Length and header of the message of this authentication that came last."""
        self.may_be_held = False
        """Whether the meter may hold a session for us, even where none of ours stands: it has
        only one, and does not let another controller in before it is ended."""

    def hear_quality(self, lqi: int | None, now: float) -> bool:
        """A datagram came with its link quality; whether that is worth telling already."""
        if lqi is None or lqi == self.quality:
            return False
        self.quality = lqi
        if now < self._quality_told + QUALITY_INTERVAL:
            return False
        self._quality_told = now
        return True

    @property
    def stands(self) -> bool:
        """Whether the meter holds a session for us, as far as is known."""
        return self.since is not None

    @property
    def renewal_due(self) -> float | None:
        """Monotonic stamp at which the module will renew it; None when not known."""
        if self.since is None or self.lifetime is None:
            return None
        return self.since + RENEWAL_SHARE * self.lifetime

    @property
    def messages(self) -> int:
        """How many messages of this authentication came from the meter, each counted once."""
        return len(self.exchange.messages) if self.exchange else 0

    def begin(self, now: float, *, renewal: bool = False) -> None:
        """An authentication begins; a join, unlike a renewal, gives up the old session."""
        if not renewal:
            self.since = self.lifetime = None
            self.may_be_held = True
        self.exchange = PanaProgress(started=now, renewal=renewal)
        self._last_message = None

    def message(self, payload: bytes) -> None:
        """A PANA message came from the meter; the same again where our answer got lost."""
        before, self._last_message = self._last_message, (len(payload), header(payload))
        repeated = self._last_message == before
        if self.exchange is not None and self.exchange.finished is None and not repeated:
            messages = (*self.exchange.messages, len(payload))
            self.exchange = replace(self.exchange, messages=messages)
        self.lifetime = session_lifetime(payload) or self.lifetime

    def established(self, now: float) -> None:
        """EVENT 25: it stands, or was renewed."""
        self.since = now
        if self.exchange is not None:
            self.exchange = replace(self.exchange, finished=now)

    def leave(self) -> None:
        """It is of no use to us any more; the meter may still hold it."""
        self.since = None

    def end(self) -> None:
        """It is over for both sides."""
        self.since = None
        self.may_be_held = False
