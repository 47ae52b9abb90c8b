"""Properties that somebody wants to see: asked once each, a few at a time, when nothing else is.

A history is asked for alone, as meters answer no other property beside one.
What is lost is asked for alone once more; after that it counts as unanswered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from semtui.echonet.told import ROUTE_B_ID

HISTORIES = frozenset({0xE2, 0xE4, 0xEC, 0xEE})
_GROUP = 4
"""Properties in a question: fewer than any meter is known to take."""
_TRIES = 2
_PAUSE_AFTER_LOSS = 60.0


class Asked:
    """The list of what is wanted, in the order of the wishes."""

    def __init__(self) -> None:
        self._wanted: dict[int, int] = {}
        """How often each was lost already."""
        self._alone: set[int] = set()
        self.not_before = -math.inf
        """Monotonic stamp before which none is asked for, because one was just lost."""

    def want(self, epcs: Iterable[int]) -> None:
        """Put `epcs` on the list; the route-B id is left out, as nobody may see it."""
        for epc in epcs:
            if epc != ROUTE_B_ID:
                self._wanted.setdefault(epc, 0)

    def question(self) -> tuple[int, ...]:
        """What to ask for next; empty when nothing is wanted."""
        together = [epc for epc in self._wanted if epc not in HISTORIES | self._alone]
        return tuple(together[:_GROUP]) or tuple(self._wanted)[:1]

    def answered(self, epcs: Iterable[int], left_out: Iterable[int]) -> None:
        """An answer to a question for `epcs` came, without a word about those `left_out`."""
        kept = {epc for epc in left_out if epc not in self._alone}
        self._alone.update(kept)
        self.settle(set(epcs) - kept)

    def settle(self, epcs: Iterable[int]) -> None:
        """Stop wanting `epcs`: they came, for whatever reason they were asked for."""
        for epc in epcs:
            self._wanted.pop(epc, None)
            self._alone.discard(epc)

    def lost(self, epcs: Iterable[int], now: float) -> list[int]:
        """No answer came; return those that are given up."""
        given_up = []
        for epc in epcs:
            self._alone.add(epc)
            self.not_before = now + _PAUSE_AFTER_LOSS
            self._wanted[epc] = self._wanted.get(epc, 0) + 1
            if self._wanted[epc] >= _TRIES:
                given_up.append(epc)
                del self._wanted[epc]
                self._alone.discard(epc)
        return given_up
