"""Bad days of a meter: what it fails to do, counted down as it happens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class MeterFaults:
    """A count is how many times the fault will still happen; change all at any time."""

    drop_answers: int = 0
    """Requests that are acknowledged on the air and never answered."""
    delay_answers: int = 0
    """Answers that come `delay` seconds later than they should."""
    delay: float = 30.0
    duplicate_answers: int = 0
    """Answers that come twice."""
    announce_before_answers: int = 0
    """Answers before which a half-hour announcement with the request's TID comes."""
    foreign_days: int = 0
    """Gets of E2 or E4 before which another controller chooses `foreign_day` (E5)."""
    foreign_day: int = 3
    loss: float = 0.0
    """Share of frames, 0 to 1, that get lost each way; the seed decides which."""
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

    def take(self, name: str) -> bool:
        """Whether the fault `name` happens now; counts it down."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0
