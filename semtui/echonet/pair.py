"""Two properties that are read together, and what is done when that fails.

Asking for both at once saves air time, but an answer to several properties
may take up to a minute before it counts as lost, to a single one a third of
that; and some meters cut long answers short. So a lost pair is followed by a
round in which each is asked alone, and a pair that is always cut or lost is
taken apart for good. A second property that is lost by itself again and again
is left out of ever more rounds.
"""

from __future__ import annotations

from datetime import datetime

from semtui.echonet.exchange import Answer

_CUTS_TO_LEARN = 3
"""So many cut answers in a row mean that the meter always cuts them; a lost pair whose first
property then comes alone counts as one."""
_MOST_RESTS = 127
"""Rounds that the second property is left out of at the most."""


class Pair:
    """The rounds in which `first` and `second` are read; one round may take several requests."""

    def __init__(self, first: int, second: int, *, persistent: bool = False) -> None:
        """`persistent`: `first` is asked in every round, even after a refusal."""
        self._first = first
        self._second = second
        self._persistent = persistent
        self._pending: list[tuple[int, ...]] = []
        self._cuts = 0
        self._losses = 0
        """How often in a row the second property was lost by itself."""
        self._rests = 0
        """Rounds that the second property is still left out of."""
        self.new_session()
        self._clear()

    def new_session(self) -> None:
        """Forget refusals and losses, not whether the meter cuts answers."""
        self._refused_before: set[int] = set()
        self._careful = self._watchful = self._pair_lost = False

    def _clear(self) -> None:
        self.values: dict[int, bytes] = {}
        """What this round has brought so far, by code."""
        self.refused: set[int] = set()
        """What was refused in this round."""
        self.wanted: tuple[int, ...] = ()
        """What a whole round would bring."""
        self.round_trip: float | None = None
        """Seconds of the request that brought `first`, or else of the latest."""
        self.moment: tuple[float, datetime] | None = None
        """Monotonic stamp and time of the answer that brought `first`, or else of the
        earliest with a value."""

    @property
    def question(self) -> tuple[int, ...]:
        """What to ask next in this round; empty when it is over, or none has begun."""
        return self._pending[0] if self._pending else ()

    def beware(self) -> None:
        """Ask for the properties one by one in the next round."""
        self._careful = True

    def begin(self, served: frozenset[int], *, first_only: bool = False) -> bool:
        """Start a round, if there is anything to ask for.

        `served`: the codes in the meter's get map; empty while that is unknown.
        `first_only`: leave the second property for a later round.
        """
        self._clear()
        self.wanted = tuple(
            epc
            for epc in (self._first, self._second)
            if (self._persistent and epc == self._first)
            or (epc not in self._refused_before and (not served or epc in served))
        )
        asked = self.wanted
        if len(asked) > 1 and (first_only or self._rests):
            asked = asked[:1]
            self._rests = max(0, self._rests - 1)
        self._watchful = self._careful
        if self._careful or self._cuts >= _CUTS_TO_LEARN:
            self._pending = [(epc,) for epc in asked]
        else:
            self._pending = [asked] if asked else []
        return bool(self._pending)

    def take(self, answer: Answer, now: float, at: datetime) -> None:
        """Note an answer to `question` that came `at`; what it left out is asked for alone."""
        asked = self._pending.pop(0)
        self.values.update(answer.values)
        self.refused.update(answer.refused)
        if answer.values or len(asked) == 1:
            self._refused_before.update(answer.refused)
        if self._first in asked or self.round_trip is None:
            self.round_trip = answer.round_trip
        if self._first in answer.values or (answer.values and self.moment is None):
            self.moment = (now, at)
        if self._second in answer.values:
            self._losses = 0
        # A pair refused as a whole may be a meter in trouble: the next question tells.
        self._careful = not answer.values
        if len(asked) > 1:
            self._cuts = self._cuts + 1 if answer.unanswered else 0
            self._pending[:0] = [(epc,) for epc in answer.unanswered]
        elif self._pair_lost and answer.values:
            self._cuts += 1
        elif self._watchful and not answer.values:
            self._pending.clear()
        self._pair_lost = False

    def fail(self, *, lost: bool) -> None:
        """End the round; `lost`: because no answer came to `question`."""
        if lost:
            self._pair_lost = len(self.question) > 1
            self._careful = self._careful or self._pair_lost
            if self.question == (self._second,) and self._first in self.values:
                self._losses += 1
                self._rests = min(2**self._losses - 1, _MOST_RESTS)
        self._pending.clear()
