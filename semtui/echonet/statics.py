"""Which of the meter's unchanging properties still have to be asked for, and in what groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

SCALE_AND_MAPS = ((0x9F, 0x9D, 0x9E), (0xE1, 0xD3, 0xD7))
"""First what the meter serves, then what its counts are worth."""
CLOCK = (0x98, 0x97)
"""The date before the time, which needs it."""
IDENTITY_AND_CLOCK = ((0x82, 0x8A, 0x8D, 0x88), CLOCK)
SERIAL = 0x8D
_CHANGING = frozenset({0x88, SERIAL, *CLOCK})
"""Asked once in every session, known or not: another serial number is another meter."""
_TRIES = 3
_PAUSE_AFTER_LOSS = 60.0


class Statics:
    """The list of what is still wanted; a property leaves it when known, refused or given up."""

    def __init__(self) -> None:
        self._wanted: set[int] = set()
        self._unserved: set[int] = set()
        self._alone: set[int] = set()
        """Left out of an answer, or lost with one: asked for without company."""
        self._losses: dict[int, int] = {}
        self.not_before = float("-inf")
        """Monotonic stamp before which none is asked for, because one was just lost."""

    def new_session(self, knows: Callable[[int], bool]) -> None:
        """Want what may have changed, and everything that nobody `knows` already."""
        every = chain.from_iterable(SCALE_AND_MAPS + IDENTITY_AND_CLOCK)
        self._wanted = {epc for epc in every if epc in _CHANGING or not knows(epc)}
        self._losses.clear()
        self.not_before = float("-inf")

    def renew_clock(self) -> None:
        """Want the meter's date and time once more."""
        self._wanted |= set(CLOCK) - self._unserved
        for epc in CLOCK:
            self._losses.pop(epc, None)

    def question(self, groups: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
        """What to ask for next out of `groups`; empty when all of it is settled."""
        for group in groups if self._wanted else ():
            wanted = tuple(epc for epc in group if epc in self._wanted)
            for epc in wanted:
                if epc in self._alone:
                    return (epc,)
            if wanted:
                return wanted
        return ()

    def restrict(self, served: frozenset[int]) -> set[int]:
        """Stop wanting what the meter does not serve, and return that."""
        unserved = self._wanted - served
        self._wanted -= unserved
        self._unserved = set(CLOCK) - served
        return unserved

    def settle(self, epcs: Iterable[int]) -> None:
        """Stop wanting `epcs`: they came, or were refused."""
        self._wanted.difference_update(epcs)

    def left_out(self, epcs: Iterable[int]) -> None:
        """Ask for `epcs` one by one from now on: the meter cut them off an answer."""
        self._alone.update(epcs)

    def lost(self, epcs: tuple[int, ...], now: float) -> None:
        """No answer came: wait, try one by one, and after some tries give up for this session.

        A lost group costs a minute without watts; no further group is risked.
        """
        self._alone.update(epcs if len(epcs) == 1 else self._wanted)
        self.not_before = now + _PAUSE_AFTER_LOSS
        for epc in epcs:
            self._losses[epc] = self._losses.get(epc, 0) + 1
            if self._losses[epc] >= _TRIES:
                self._wanted.discard(epc)
