"""What is asked of the meter beside the polls, and what is made of the answers.

First what the meter serves and what its counts are worth, then its registers,
its identity and clock, then what somebody wants to see, and the newest half
hour, if it was not announced, and last what it remembers of the past.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum, unique
from typing import NamedTuple

from semtui.echonet.asked import Asked
from semtui.echonet.backfill import Backfill
from semtui.echonet.energy import NO_ENERGY, StampedRegister
from semtui.echonet.exchange import Answer, Notification
from semtui.echonet.facts import FactBook
from semtui.echonet.frame import SMART_METER, Property
from semtui.echonet.grid import Grid
from semtui.echonet.halfhours import NORMAL_HALF_HOUR, REVERSE_HALF_HOUR, HalfHours
from semtui.echonet.newest import NewestSlot
from semtui.echonet.pair import Pair
from semtui.echonet.properties import decode_property
from semtui.echonet.readings import NORMAL, REVERSE, make_energy_reading
from semtui.echonet.statics import CLOCK, IDENTITY_AND_CLOCK, SCALE_AND_MAPS, Statics
from semtui.echonet.told import unanswered
from semtui.echonet.values import PropertyError
from semtui.model import SlotSource, Update

_FAULT = 0x88
_GET_MAP = 0x9F
_DAY = 86_400.0
_FIRST_PAUSE = 60.0
_LONGEST_PAUSE = 1800.0
"""Seconds until the registers are asked again after a loss: doubled from one loss to the next."""


@unique
class Task(Enum):
    """What an errand is for."""

    STATICS = "statics"
    ENERGY = "energy"
    CLOCK = "clock"
    HALF_HOUR = "half hour"
    ASKED = "asked"
    BACKFILL = "backfill"


class Errand(NamedTuple):
    """Something to ask beside the polls."""

    due: float
    task: Task
    question: tuple[int, ...] = ()


class Errands:
    """The list of what is wanted beside watts and amperes; one errand runs at a time."""

    def __init__(self, energy_interval: float) -> None:
        """`energy_interval`: seconds between two readings of the registers."""
        self._task = Task.STATICS
        self._registers = Pair(NORMAL, REVERSE)
        self._registers_lost = 0
        """Rounds in a row that ended without any register."""
        self._energy_grid = Grid(energy_interval)
        self._statics = Statics()
        self._clock_due = math.inf
        self._slot_registers = Pair(NORMAL_HALF_HOUR, REVERSE_HALF_HOUR)
        self._newest = NewestSlot()
        self._half_hours = HalfHours()
        self._asked = Asked()
        self._book = FactBook()
        self._backfill = Backfill(self._book, self._half_hours)

    @property
    def served(self) -> frozenset[int]:
        """The codes that the meter serves; empty until known."""
        return self._book.served

    def new_session(self, now: float) -> None:
        """Want what is not known yet, and what may have changed."""
        self._registers.new_session()
        self._registers_lost = 0
        self._slot_registers.new_session()
        self._newest.new_session()
        self._statics.new_session(self._book.knows)
        if self.served:
            self._statics.restrict(self.served)
        self._energy_grid.start(now)
        self._clock_due = now + _DAY
        self._book.doubt_clock()
        self._backfill.new_session()

    def end_session(self) -> None:
        """Give up what was begun."""
        self._backfill.end_session()
        self._registers.fail(lost=False)
        self._slot_registers.fail(lost=False)

    def read(self, epcs: Iterable[int]) -> None:
        """Want to see `epcs` once."""
        self._asked.want(epcs)

    def clock_stepped(self) -> None:
        """Compare the meter's clock with ours again: ours was set."""
        self._statics.renew_clock()
        self._book.doubt_clock()

    def fetch_history(self, days: tuple[date, ...]) -> None:
        """Ask for `days` of the meter's memory, the first of them first, when there is time."""
        self._backfill.want(days)

    def observe(self, now: float, at: datetime) -> list[Update]:
        """Our clock shows `at`."""
        self._newest.observe(now, at)
        two_way = REVERSE_HALF_HOUR in self.served
        if self._half_hours.complete(self._newest.slot, two_way=two_way):
            self._newest.settle()
        settled = not self._statics.question(SCALE_AND_MAPS + IDENTITY_AND_CLOCK)
        return self._backfill.observe(now, at, settled=settled)

    def pending(self) -> list[Errand]:
        """What is or will be due, most wanted first."""
        if self._registers.question:
            return [Errand(-math.inf, Task.ENERGY)]
        if self._slot_registers.question:
            return [Errand(-math.inf, Task.HALF_HOUR)]
        errands = []
        earliest = self._statics.not_before
        scale_and_maps = self._statics.question(SCALE_AND_MAPS)
        if scale_and_maps:
            errands.append(Errand(earliest, Task.STATICS, scale_and_maps))
        errands.append(Errand(self._energy_grid.due, Task.ENERGY))
        if question := self._statics.question(IDENTITY_AND_CLOCK):
            errands.append(Errand(earliest, Task.STATICS, question))
        elif not scale_and_maps:
            errands.append(Errand(self._clock_due, Task.CLOCK))
            if question := self._asked.question():
                errands.append(Errand(self._asked.not_before, Task.ASKED, question))
            errands.append(Errand(self._newest.due, Task.HALF_HOUR))
            errands.append(Errand(self._backfill.due, Task.BACKFILL))
        return errands

    def begin(self, errand: Errand, now: float) -> tuple[Property, ...]:
        """What to ask for `errand`, or to set where it has data; nothing where there is none."""
        self._task = errand.task
        if errand.task is Task.BACKFILL:
            return self._backfill.begin(now)
        return tuple(Property(epc) for epc in self._question(errand, now))

    def _question(self, errand: Errand, now: float) -> tuple[int, ...]:
        match errand.task:
            case Task.ASKED:
                return errand.question
            case Task.STATICS:
                if not set(CLOCK).isdisjoint(errand.question):
                    self._clock_due = now + _DAY
                return errand.question
            case Task.CLOCK:
                self._clock_due = now + _DAY
                self._statics.renew_clock()
                return ()
            case Task.ENERGY:
                return self._begin_energy(now)
            case _:
                return self._begin_half_hour()

    def take(self, answer: Answer, now: float, at: datetime) -> list[Update]:
        """The answer to what was begun."""
        self._asked.settle(answer.values)
        match self._task:
            case Task.ENERGY:
                self._registers.take(answer, now, at)
                if self._registers.values:
                    self._registers_lost = 0
                if (edt := self._registers.values.get(REVERSE)) is not None:
                    self._backfill.exports = edt != NO_ENERGY.to_bytes(4, "big")
                if self._registers.question:
                    return []
                return [make_energy_reading(self._registers, self._book, at, now)]
            case Task.HALF_HOUR:
                self._slot_registers.take(answer, now, at)
                self._newest.answered()
                for epc, edt in answer.values.items():
                    self._note_half_hour(epc, edt, SlotSource.ASKED)
                if self._slot_registers.question:
                    return []
                return [*self._half_hours.publish(self._book.scale)]
            case Task.BACKFILL:
                return self._backfill.take(answer, now, at)
            case Task.ASKED:
                self._asked.answered(answer.request.epcs, answer.unanswered)
                return self._learn(answer, at)
            case _:
                return self._learn(answer, at)

    def fail(self, epcs: tuple[int, ...], now: float, at: datetime) -> list[Update]:
        """What was begun has brought nothing; `epcs` are those of a lost request."""
        match self._task:
            case Task.ENERGY:
                self._registers.fail(lost=bool(epcs))
                pause = min(_FIRST_PAUSE * 2**self._registers_lost, _LONGEST_PAUSE)
                self._energy_grid.put(now + pause)
                if self._registers.values:
                    return [make_energy_reading(self._registers, self._book, at, now)]
                if epcs and pause < _LONGEST_PAUSE:
                    self._registers_lost += 1
                return []
            case Task.HALF_HOUR:
                self._slot_registers.fail(lost=bool(epcs))
                self._newest.failed()
                return [*self._half_hours.publish(self._book.scale)]
            case Task.BACKFILL:
                self._backfill.fail(now, lost=bool(epcs))
                return []
            case Task.ASKED:
                return [*unanswered(self._asked.lost(epcs, now), now, at)]
            case _:
                if epcs:
                    self._statics.lost(epcs, now)
                return []

    def announced(self, notifications: tuple[Notification, ...], at: datetime) -> list[Update]:
        """The meter, or somebody else, announced something."""
        before = self._book.facts
        updates: list[Update] = []
        for seoj, epc, edt in notifications:
            if seoj != SMART_METER:
                continue
            if epc == _FAULT:
                updates.extend(self._book.learn(epc, edt, at))
            elif epc in (NORMAL_HALF_HOUR, REVERSE_HALF_HOUR):
                self._note_half_hour(epc, edt, SlotSource.ANNOUNCED)
        if self._book.facts != before:
            updates.insert(0, self._book.facts)
        updates.extend(self._half_hours.publish(self._book.scale))
        return updates

    def _begin_energy(self, now: float) -> tuple[int, ...]:
        if not self._registers.question:
            self._energy_grid.leave(now)
            if not self._registers.begin(self.served):
                self._energy_grid.stop()
        return self._registers.question

    def _begin_half_hour(self) -> tuple[int, ...]:
        if not self._slot_registers.question:
            self._newest.settle()
            # Without a map EB would be a guess; EA is what every meter has.
            self._slot_registers.begin(self.served or frozenset({NORMAL_HALF_HOUR}))
        return self._slot_registers.question

    def _note_half_hour(self, epc: int, edt: bytes, source: SlotSource) -> None:
        try:
            value = decode_property(SMART_METER, epc, edt)
        except PropertyError:
            return
        if isinstance(value, StampedRegister):
            date = self._book.meter_date
            self._half_hours.take(epc, value, source=source, meter_date=date)

    def _learn(self, answer: Answer, at: datetime) -> list[Update]:
        before = self._book.facts
        serial = before.serial
        updates: list[Update] = []
        for epc in answer.request.epcs:
            if (edt := answer.values.get(epc)) is not None:
                updates.extend(self._book.learn(epc, edt, at, answer.round_trip or 0.0))
        for epc in answer.refused:
            self._book.refused(epc)
        if serial is not None and self._book.facts.serial != serial:
            self._statics.new_session(self._book.knows)
            self._backfill.new_meter()
        self._statics.settle(answer.values)
        self._statics.settle(answer.refused)
        self._statics.left_out(answer.unanswered)
        if _GET_MAP in answer.values and self.served:
            for epc in self._statics.restrict(self.served):
                self._book.refused(epc)
        if self._book.facts != before:
            updates.insert(0, self._book.facts)
        updates.extend(self._half_hours.publish(self._book.scale))
        return updates
