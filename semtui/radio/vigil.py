"""Whether the module is still what it was set up to be.

A module that loses its supply for a moment starts anew without a word: no
banner, no EVENT. It echoes again and has forgotten session, PAN and settings,
which shows with the next command. While an answer is awaited no command goes
out, though, for up to a minute. So when the meter is late the module is asked
who it is (SKINFO): some forty bytes on the serial line and none on the air, so
that the answer, should it come yet, is heard like any other.
"""

from __future__ import annotations

LATE_SECONDS = 6.0
"""Nearly every answer comes within two seconds of its request."""
RESTART_WINDOW = 60.0
"""Seconds within which a second restart of the module means that it does not come up."""


class Vigil:
    """When to ask the module, and how often it has restarted."""

    def __init__(self) -> None:
        self.ask_at: float | None = None
        """Monotonic stamp at which the module is to be asked; None while nothing is late."""
        self._restarted_at = -RESTART_WINDOW

    def sent(self, now: float) -> None:
        """A datagram has gone out; most are requests, and answered."""
        self.ask_at = now + LATE_SECONDS

    def doubt(self, now: float) -> None:
        """The module refused what it takes in a session: ask it at once."""
        self.ask_at = now

    def heard(self) -> None:
        """The meter spoke, or nothing is awaited from it any more."""
        self.ask_at = None

    def is_due(self, now: float) -> bool:
        """Whether to ask now; says so once."""
        due = self.ask_at is not None and now >= self.ask_at
        if due:
            self.ask_at = None
        return due

    def restarted(self, now: float) -> bool:
        """The module has restarted; whether for the second time within a minute."""
        again = now < self._restarted_at + RESTART_WINDOW
        self._restarted_at = now
        return again
