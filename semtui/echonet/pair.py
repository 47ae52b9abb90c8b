"""Two properties that are read together, and what is done when that fails.

Asking for both at once saves air time, but an answer to several properties
may take up to a minute before it counts as lost, to a single one a third of
that; and some meters cut long answers short. So a lost pair is followed by a
question for the first property alone, and a pair that is always cut is taken
apart for good.
"""

from __future__ import annotations

from semtui.echonet.exchange import Answer

_CUTS_TO_LEARN = 3
"""So many cut answers in a row mean that the meter always cuts them."""


class Pair:
    """The rounds in which `first` and `second` are read; one round may take several requests."""

    def __init__(self, first: int, second: int, *, persistent: bool = False) -> None:
        """`persistent`: `first` is asked in every round, even after a refusal."""
        self._first = first
        self._second = second
        self._persistent = persistent
        self._pending: list[tuple[int, ...]] = []
        self._cuts = 0
        self.new_session()
        self._clear()

    def new_session(self) -> None:
        """Forget refusals and losses, not whether the meter cuts answers."""
        self._refused_before: set[int] = set()
        self._careful = False

    def _clear(self) -> None:
        self.values: dict[int, bytes] = {}
        """What this round has brought so far, by code."""
        self.refused: set[int] = set()
        """What was refused in this round."""
        self.wanted: tuple[int, ...] = ()
        """What a whole round would bring."""
        self.round_trip: float | None = None
        """Seconds of the request that brought `first`, or else of the latest."""

    @property
    def question(self) -> tuple[int, ...]:
        """What to ask next in this round; empty when it is over, or none has begun."""
        return self._pending[0] if self._pending else ()

    def begin(self, served: frozenset[int]) -> bool:
        """Start a round, if there is anything to ask for.

        `served`: the codes in the meter's get map; empty while that is unknown.
        """
        self._clear()
        self.wanted = tuple(
            epc
            for epc in (self._first, self._second)
            if (self._persistent and epc == self._first)
            or (epc not in self._refused_before and (not served or epc in served))
        )
        if self._careful:
            self._pending = [self.wanted[:1]] if self.wanted else []
        elif self._cuts >= _CUTS_TO_LEARN:
            self._pending = [(epc,) for epc in self.wanted]
        else:
            self._pending = [self.wanted] if self.wanted else []
        return bool(self._pending)

    def take(self, answer: Answer) -> None:
        """Note an answer to `question`; what it left out is asked for alone."""
        asked = self._pending.pop(0)
        self.values.update(answer.values)
        self.refused.update(answer.refused)
        if answer.values or len(asked) == 1:
            self._refused_before.update(answer.refused)
        if self._first in asked or self.round_trip is None:
            self.round_trip = answer.round_trip
        # A pair refused as a whole may be a meter in trouble: the next question tells.
        self._careful = not answer.values
        if len(asked) > 1:
            self._cuts = self._cuts + 1 if answer.unanswered else 0
            self._pending[:0] = [(epc,) for epc in answer.unanswered]

    def fail(self, *, lost: bool) -> None:
        """End the round; `lost`: because no answer came to `question`."""
        self._careful = self._careful or (lost and len(self.question) > 1)
        self._pending.clear()
