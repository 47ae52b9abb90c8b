"""Bad days of a meter and of a serial line: what fails, counted down as it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_OK = b"OK\r\n"


class _Counted:
    """A count is how many times the fault will still happen; change all at any time."""

    __slots__ = ()

    def take(self, name: str) -> bool:
        """Whether the fault `name` happens now; counts it down."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0


@dataclass(slots=True)
class LineFaults(_Counted):
    """What a module prints wrongly, or in an order that hosts do not expect."""

    half_echoes: int = 0
    """Echoes in whose middle a datagram is printed."""
    udp_first: int = 0
    """Commands before whose echo, or answer, a datagram is printed."""
    lost_oks: int = 0
    """Answers that end without their OK."""
    ends_before_ok: int = 0
    """Sends between whose EVENT 21 and OK the session ends (EVENT 28)."""
    torn_payloads: int = 0
    """Datagrams whose payload loses bytes in its middle."""
    cut: Callable[[], None] | None = None
    """What happens, once, when half of the next datagram's payload is printed."""

    def left_of(self, answer: bytes) -> bytes:
        """Return what is printed of a command's answer."""
        lost = answer.endswith(_OK) and self.take("lost_oks")
        return answer.removesuffix(_OK) if lost else answer


@dataclass(slots=True)
class MeterFaults(_Counted):
    """What a meter fails to do, and what gets lost on the air."""

    drop_answers: int = 0
    """Requests that are acknowledged on the air and never answered."""
    delay_answers: int = 0
    """Answers that come `delay` seconds later than they should."""
    delay: float = 30.0
    duplicate_answers: int = 0
    """Answers that come twice."""
    announce_before_answers: int = 0
    """Answers before which a half-hour announcement with the request's TID comes."""
    hello_before_answers: int = 0
    """Answers before which the list of instances with the request's TID comes."""
    foreign_days: int = 0
    """Gets of E2 or E4 before which another controller chooses `foreign_day` (E5)."""
    foreign_day: int = 3
    loss: float = 0.0
    """Share of all frames, 0 to 1, that get lost each way (`losses`); the seed decides which."""
    deaf: bool = False
    """Joined, but no request is answered."""
    ignore_joins: bool = False
    """No authentication is answered, first or renewed (EVENT 24 after forty seconds)."""
    reject_joins: int = 0
    """Authentications that are refused at their end (EVENT 24 at once)."""
    ignore_terminations: int = 0
    """Ends of session that are not confirmed (EVENT 28)."""
    renewal_delay: float = 0.0
    """Seconds more that a re-authentication takes."""
