"""Asks the meter for a piece of its memory: choose, get, and compare what came with the choice.

A meter has one selector for all its controllers (up to three), so that what
is told may be what somebody else has just chosen. A day is chosen by how far
it lies back on the meter's calendar, which moves on at the meter's midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum, unique
from typing import Protocol

from semtui.echonet.energy import Register
from semtui.echonet.exchange import Answer, Outcome
from semtui.echonet.frame import SMART_METER, Property
from semtui.echonet.history import (
    MAX_DAY,
    DayHistory,
    DaySelector,
    SpanHistory,
    SpanSelector,
)
from semtui.echonet.properties import decode_property
from semtui.echonet.scale import EnergyScale
from semtui.echonet.values import PropertyError, ValueStatus
from semtui.i18n import _
from semtui.model import HalfHour, SlotSource

DAY_NORMAL, DAY_REVERSE, DAY_SELECTOR = 0xE2, 0xE4, 0xE5
SPAN, SPAN_SELECTOR = 0xEC, 0xED
HALF_HOUR = timedelta(minutes=30)
_CLOCK_ERROR = timedelta(minutes=2)
"""How far our idea of the meter's clock may be off: it tells whole minutes."""
_TRIES = 3
"""So often a choice is made before the other controllers are left theirs."""
_PAUSES = (5.0, 20.0)
"""Seconds before it is made for the second and the third time."""

Told = tuple[datetime, Register, Register | None]
"""A moment of the meter's clock and the registers as they stood then."""


@unique
class Ending(Enum):
    """What became of it."""

    TOLD = "told"
    """Registers came, be they without data."""
    REFUSED = "refused"
    OTHERS = "others"
    """Whatever was chosen, something else was told."""


class Fetch(Protocol):
    """A piece of the memory that is being asked for."""

    day: date
    """The day that it is, or that it is a part of."""
    ending: Ending | None
    """None while there is more to ask."""
    reason: str
    """Why it failed, where it did."""
    pause: float
    """Seconds to leave between the last answer and the next question."""

    def question(self, clock: datetime) -> Property:
        """What to ask next; one with data is to be set. `clock` is the meter's."""
        ...

    def take(self, answer: Answer, clock: datetime) -> None:
        """The answer to the question, which came at `clock`."""
        ...

    def lose_choice(self) -> None:
        """Choose again: it may have been forgotten meanwhile."""
        ...

    def told(self) -> Sequence[Told]:
        """What came, the oldest first."""
        ...


class DayFetch:
    """One day by E5, E2 and, if wanted, E4: in three requests, as some meters take no two."""

    def __init__(self, day: date, *, reverse: bool) -> None:
        """`reverse`: whether the other direction is wanted too."""
        self.day = day
        self.ending: Ending | None = None
        self.reason = ""
        self.pause = 0.0
        self.reverse_refused = False
        self._wants_reverse = reverse
        self._normal: tuple[Register, ...] | None = None
        self._reverse: tuple[Register, ...] | None = None
        self._chosen: tuple[date, int] | None = None
        """The meter's date, and the days back that were chosen on it."""
        self._choosing: tuple[date, int] = (day, 0)
        self._tries = 0

    def question(self, clock: datetime) -> Property:
        today = clock.date()
        self.pause = 0.0
        if self._chosen is None or self._chosen[0] != today:
            self._chosen = None
            self._choosing = (today, (today - self.day).days)
            return Property(DAY_SELECTOR, DaySelector(self._choosing[1]).encode())
        return Property(DAY_NORMAL if self._normal is None else DAY_REVERSE)

    def take(self, answer: Answer, clock: datetime) -> None:
        (epc,) = answer.request.epcs
        if epc == DAY_SELECTOR:
            self._take_choice(answer)
        elif (edt := answer.values.get(epc)) is None:
            self._refuse(epc, _("The meter refuses to tell its history ({epc:02X})."))
        else:
            try:
                history = decode_property(SMART_METER, epc, edt)
            except PropertyError as error:
                why = str(error)
                self._refuse(epc, _("The meter's history ({epc:02X}) cannot be read: {why}."), why)
            else:
                assert isinstance(history, DayHistory)
                self._take_history(epc, history, clock)

    def lose_choice(self) -> None:
        self._chosen = None

    def told(self) -> Sequence[Told]:
        reverse = self._reverse or (None,) * len(self._normal or ())
        midnight = datetime.combine(self.day, time())
        return [
            (midnight + slot * HALF_HOUR, register, other)
            for slot, (register, other) in enumerate(zip(self._normal or (), reverse, strict=True))
        ]

    def _take_choice(self, answer: Answer) -> None:
        if answer.outcome is Outcome.OK:
            self._chosen = self._choosing
        else:
            self.ending = Ending.REFUSED
            self.reason = _("The meter refuses to have a day of its history chosen (E5).")

    def _take_history(self, epc: int, history: DayHistory, clock: datetime) -> None:
        chosen, self._chosen = self._chosen, None
        if chosen is None or (clock + _CLOCK_ERROR).date() != chosen[0]:
            # The meter may have counted from another midnight than we did.
            return
        if history.day != chosen[1]:
            self._tries += 1
            if self._tries >= _TRIES:
                self.ending = Ending.OTHERS
                self.reason = _("The meter told of other days than the one that was chosen.")
            else:
                self.pause = _PAUSES[self._tries - 1]
            return
        self._chosen = chosen
        if epc == DAY_REVERSE:
            self._reverse = history.slots
        else:
            self._normal = history.slots
        if epc == DAY_REVERSE or not self._wants_reverse:
            self.ending = Ending.TOLD

    def _refuse(self, epc: int, text: str, why: str = "") -> None:
        """Half of it is better than nothing: without E4 there is still E2."""
        if epc == DAY_REVERSE:
            self.reverse_refused = True
            self.ending = Ending.TOLD
        else:
            self.ending = Ending.REFUSED
            self.reason = text.format(epc=epc, why=why)


class SpanFetch:
    """The last hours by ED and EC, both directions in one answer."""

    def __init__(self, newest: datetime, count: int) -> None:
        """`count` half hours from `newest` on backwards."""
        self.day = newest.date()
        self.ending: Ending | None = None
        self.reason = ""
        self.pause = 0.0
        self._newest = newest
        self._count = count
        self._chosen = False
        self._history: SpanHistory | None = None
        self._tries = 0

    def question(self, clock: datetime) -> Property:
        self.pause = 0.0
        if self._chosen:
            return Property(SPAN)
        return Property(SPAN_SELECTOR, SpanSelector(self._newest, self._count).encode())

    def take(self, answer: Answer, clock: datetime) -> None:
        if not self._chosen:
            self._chosen = answer.outcome is Outcome.OK
            self.ending = None if self._chosen else Ending.REFUSED
            return
        try:
            history = decode_property(SMART_METER, SPAN, answer.values.get(SPAN, b""))
        except PropertyError:
            self.ending = Ending.REFUSED
            return
        assert isinstance(history, SpanHistory)
        if (history.start, len(history.rows)) == (self._newest, self._count):
            self._history = history
            self.ending = Ending.TOLD
            return
        self._chosen = False
        self._tries += 1
        if self._tries >= _TRIES:
            self.ending = Ending.OTHERS
        else:
            self.pause = _PAUSES[self._tries - 1]

    def lose_choice(self) -> None:
        self._chosen = False

    def told(self) -> Sequence[Told]:
        if self._history is None:
            return []
        rows = zip(self._history.times(), self._history.rows, strict=True)
        return [(at, normal, reverse) for at, (normal, reverse) in rows if at is not None][::-1]


def half_hours(told: Iterable[Told], scale: EnergyScale, clock: datetime) -> tuple[HalfHour, ...]:
    """What was told, in kWh; without what is no data, or none yet at the meter's `clock`.

    Some meters tell a register of 0 where they know nothing. The import
    register of a meter in use is not 0, and no register falls to it.
    """
    rows = []
    exported = False
    for at, normal_register, reverse_register in told:
        normal = reverse = None
        if normal_register.raw:
            normal = normal_register.kwh(scale)
        if reverse_register is not None and reverse_register.status is ValueStatus.OK:
            exported = exported or reverse_register.raw > 0
            if reverse_register.raw or not (exported or normal is None):
                reverse = reverse_register.kwh(scale)
        if (normal is not None or reverse is not None) and at <= clock + _CLOCK_ERROR:
            rows.append(HalfHour(at, normal, reverse, SlotSource.BACKFILLED))
    return tuple(rows)


def days_back(day: date, today: date) -> int | None:
    """How far `day` lies back; None where no meter can be asked for it."""
    back = (today - day).days
    return back if 0 <= back <= MAX_DAY else None
