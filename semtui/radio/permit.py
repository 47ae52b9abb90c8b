"""The send-time limit of the radio rules (ARIB STD-T108), as the module tells of it.

EVENT 32 says that the module has used up its send time: it cancels every send
until EVENT 33. Where 33 got lost, register SFB tells, or the passing of time.
"""

from __future__ import annotations

from semtui.radio.events import Register
from semtui.radio.search import number
from semtui.radio.slot import Answer

WINDOW = 3600.0
"""Seconds over which the send time is summed: no limit outlasts them."""


class SendLimit:
    """Whether the module cancels what it is to send."""

    def __init__(self) -> None:
        self.holds = False
        self._since = 0.0

    def set(self, holds: bool, now: float) -> bool:
        """EVENT 32 or 33; whether that is news."""
        if holds == self.holds:
            return False
        self.holds = holds
        self._since = now
        return True

    def read(self, answer: Answer, now: float) -> bool:
        """Take the answer to SKSREG SFB; whether it is news."""
        register = answer.first(Register)
        value = None if register is None else number(register.value)
        if value is not None:
            return self.set(value != 0, now)
        return self.set(False, now) if now >= self._since + WINDOW else False
