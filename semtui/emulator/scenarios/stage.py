"""What a scenario is, where it plays, and how it is turned on and off."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from semtui.emulator.bench import Emulator
from semtui.emulator.faults import MeterFaults
from semtui.emulator.meter import Meter
from semtui.emulator.module import Module
from semtui.emulator.options import EmulatorOptions

SETTLE = 30.0
"""Seconds to what goes wrong from the first session on, or since two boards began to talk."""
ALWAYS = 10**9
"""A count that is never used up."""


class SerialLine(Protocol):
    """The line between a module and its host, which somebody may pull out."""

    def vanish(self) -> None:
        """Pull the stick out."""

    def return_(self) -> None:
        """Plug it in again."""


@dataclass(slots=True)
class Stage:
    """Where one scenario plays: the emulator, the serial line, and luck of its own."""

    emulator: Emulator
    line: SerialLine
    random: random.Random
    value: int
    """What was written behind the scenario's name, or stands there by itself."""
    turn: int = 0
    """How often the scenario was turned on or off."""
    pulled: bool = False
    """The scenario has pulled the stick out."""

    @property
    def module(self) -> Module:
        """The board that has the bad day: the first."""
        return self.emulator.module

    @property
    def meter(self) -> Meter:
        """The only one."""
        return self.emulator.meter

    @property
    def faults(self) -> MeterFaults:
        """What the meter fails to do."""
        return self.emulator.meter.faults

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` that much later, unless the scenario is turned off before."""
        turn = self.turn

        def run() -> None:
            if turn == self.turn:
                action()

        self.emulator.schedule.after(seconds, run)

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` now, and again and again until the scenario is turned off."""
        action()
        self.after(seconds, lambda: self.every(seconds, action))

    def pull_out(self) -> None:
        """Pull the stick out, what it has just printed being read before."""

        def pull() -> None:
            self.pulled = True
            self.module.silent = False
            self.line.vanish()

        self.module.silent = True
        self.after(0.1, pull)

    def plug_in(self) -> None:
        """Plug the stick in again, if this scenario has pulled it out."""
        self.module.silent = False
        if self.pulled:
            self.pulled = False
            self.line.return_()


Switch = Callable[[Stage], None]
Prepare = Callable[[EmulatorOptions, int], EmulatorOptions]


def nothing(_stage: Stage) -> None:
    """What has happened once needs no end."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that goes wrong, and how it is turned on and off."""

    text: str
    begin: Switch = nothing
    end: Switch = nothing
    prepare: Prepare | None = None
    """What the emulator must be from the start, by the value."""
    value: int = 0
    """The number that may be written behind the name, as it is without one; 0: none may."""
    unit: str = ""
    timed: bool = False
    """The value is how many seconds it lasts; others last until they are turned off."""
    at_once: bool = False
    """It begins with the emulator, not some time after the first session's begin."""
    lasts: tuple[float, float] | None = None
    """Seconds, at least and at most, for which it is worth being on among other faults; (1, 1)
    for what happens in a moment. None: it is not one of several that come and go."""
    passable: bool = False
    """Whether readings are possible while it lasts, if fewer."""

    @property
    def most(self) -> int:
        """The largest number that may be written behind the name."""
        return 100 if self.unit == "%" else 999_999


@dataclass(slots=True)
class Act:
    """A scenario on its stage."""

    scenario: Scenario
    stage: Stage
    ended: float | None = None
    """Second of the schedule at which it was last turned off."""

    def begin(self) -> None:
        """Turn it on."""
        self.stage.turn += 1
        self.scenario.begin(self.stage)

    def end(self) -> None:
        """Turn it off."""
        self.stage.turn += 1
        self.scenario.end(self.stage)
        self.ended = self.stage.emulator.schedule.now

    def play(self) -> None:
        """Turn it on when its time has come, and off again where it says how long it lasts."""
        schedule = self.stage.emulator.schedule

        def begin() -> None:
            self.begin()
            if self.scenario.timed:
                schedule.after(self.stage.value, self.end)

        if self.scenario.at_once:
            begin()
        else:
            self.stage.emulator.when_at_work(lambda: schedule.after(SETTLE, begin))
