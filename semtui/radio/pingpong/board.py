"""One board of the bench: fed with bytes and time, it asks for effects; no I/O, no clock.

Its owner gives it what came from the port (`receive`), lets time pass
(`tick`), and carries out what it asks for (`take_effects`). What it does is in
`course` and the modules that it calls, as procedures.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from semtui.model import ModuleFacts, Pan, StepKey
from semtui.radio import effects, notes
from semtui.radio.commands import Command
from semtui.radio.dialect import J11_MARK, SINGLE, Dialect
from semtui.radio.effects import Effect
from semtui.radio.events import (
    Echo,
    EnergyScan,
    Event,
    ModuleEvent,
    PanDescription,
)
from semtui.radio.parser import Parser
from semtui.radio.permit import SendLimit
from semtui.radio.pingpong import course
from semtui.radio.pingpong.arrivals import Arrival, is_arrival
from semtui.radio.pingpong.plan import BenchPlan
from semtui.radio.pingpong.troubles import Trouble, said_foreign
from semtui.radio.pingpong.values import BenchStage, BenchState, Exchange, Outcome
from semtui.radio.runner import Runner
from semtui.radio.search import Search, noise_levels
from semtui.radio.sends import SendResults
from semtui.radio.slot import Answer

STOP_PATIENCE = 4.0
"""Seconds that the end of a run may take: a TCP connection is closed, the module reset."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An exchange has ended."""

    exchange: Exchange


BenchEffect = Effect | Exchanged


class Board:
    """The state of one board, and the door to it for its owner and for the procedures."""

    reset_wired = False
    """The bench resets a module by SKRESET alone."""

    def __init__(self, plan: BenchPlan, source: random.Random) -> None:
        """`source` is the randomness of the coordinator's PAN id."""
        self.plan = plan
        self.random = source
        self.now = 0.0
        self.at: datetime | None = None
        self.stage = BenchStage.OPENING
        self.ended = False
        self.trouble: Trouble | None = None
        """Why it ended before everything was done."""
        self.changed = True
        """Whether `state` would differ from the last one taken."""
        self.port_name = ""
        self.module: ModuleFacts | None = None
        self.dialect: Dialect = SINGLE
        self.j11_seen = False
        self.echo_is_off = False
        self.search = Search(plan.pairing_id.rstrip(" "))
        self.sends = SendResults()
        self.limit = SendLimit()
        self.channel: int | None = None
        self.pan_id: int | None = None
        self.peer: str | None = None
        self.noise: tuple[tuple[int, int], ...] = ()
        self.inbox: deque[Arrival] = deque()
        self.connections: dict[tuple[str, str], int] = {}
        """TCP: the peer's address and port, and the handle."""
        self.next_number = 0
        """The exchange that comes next."""
        self.open_exchange: tuple[int, int | None, int] | None = None
        """Number, counter and size of the one that waits for its answer."""
        self.foreign = 0
        self.runner: Runner[Trouble | None] = Runner(self)
        self._parser = Parser()
        self._effects: list[BenchEffect] = []
        self._tail = b""
        self._stop_by: float | None = None

    # What the owner calls

    def opened(self, name: str, now: float, at: datetime) -> None:
        """The port is open, for the first time or again: begin, and count on."""
        self.now, self.at, self.port_name = now, at, name
        self._parser = Parser()
        self.runner.clear()
        self._begin()

    def _begin(self) -> None:
        self.forget()
        self.runner.start(course.life(self), self.now)

    def receive(self, data: bytes, now: float, at: datetime) -> None:
        """Take in what came from the port; `at` is the wall clock."""
        self.now, self.at = now, at
        if self.stage is BenchStage.MODULE:
            self._tail = self._tail[-len(J11_MARK) :] + data
            self.j11_seen = self.j11_seen or J11_MARK in self._tail
        for event, raw in self._parser.hear(data):
            self._effects.append(effects.Heard(event.shown, raw))
            self._take(event)

    def tick(self, now: float, at: datetime) -> None:
        """Let time pass."""
        self.now, self.at = now, at
        self.runner.tick(now)
        if self._stop_by is not None and now >= self._stop_by:
            self._end(None)

    def port_gone(self, now: float) -> None:
        """The port has gone; `opened` is called when it is back."""
        self.now = now
        self.runner.clear()
        self.forget()
        if self._stop_by is not None:
            # It was being left: there is nothing that a port that comes back would be needed for.
            self._end(None)
            return
        self.enter(BenchStage.OPENING)

    def stop(self, now: float, *, connected: bool) -> None:
        """End the run; an exchange that waits for its answer does not count."""
        self.now = now
        self.open_exchange = None
        if not connected:
            self._end(None)
            return
        self._stop_by = now + STOP_PATIENCE
        self.runner.start(course.leave(self), now)

    def next_deadline(self) -> float | None:
        """The stamp at which `tick` has something to do; None when nothing is due."""
        stamps = (self._stop_by, self.runner.next_deadline)
        return min((stamp for stamp in stamps if stamp is not None), default=None)

    def take_effects(self) -> list[BenchEffect]:
        """Return what is to be done, in order, and forget it."""
        asked, self._effects = self._effects, []
        return asked

    def state(self) -> BenchState:
        """Where the run stands, as a frozen value."""
        self.changed = False
        return BenchState(
            stage=self.stage,
            role=self.plan.role,
            transport=self.plan.transport,
            module="" if self.module is None else self.module.product,
            channel=self.channel,
            pan_id=self.pan_id,
            peer=self.peer,
            noise=self.noise,
            air_seconds=self.sends.air_seconds(self.now),
        )

    # What procedures call

    def forget(self) -> None:
        """Whatever the module was doing is lost, and so is what waits for its answer."""
        if self.open_exchange is not None:
            self.conclude(*self.open_exchange, Outcome.LOST)
        self.inbox.clear()
        self.connections.clear()
        self.echo_is_off = self.j11_seen = False

    def enter(self, stage: BenchStage) -> None:
        """Say how far it is."""
        self.changed = self.changed or stage is not self.stage
        self.stage = stage

    def say(self, said: effects.Said) -> None:
        """Tell people something."""
        self._effects.append(said)

    def tuned(self, channel: int, pan_id: int, peer: str | None) -> None:
        """The module is on this channel and PAN."""
        self.channel, self.pan_id, self.peer = channel, pan_id, peer
        self.changed = True

    def sweep_changed(self) -> None:
        """A sweep began, heard a beacon or ended."""
        if self.search.progress is not None:
            self._effects.append(effects.SweepChanged(self.search.progress))

    def found(self) -> list[Pan]:
        """The coordinators with our pairing id that the last sweep has heard."""
        progress = self.search.progress
        own = self.plan.pairing_id.rstrip(" ")
        pans = () if progress is None else progress.pans
        return [pan for pan in pans if pan.pairing_id == own]

    def noise_heard(self, heard: EnergyScan) -> None:
        """The energy scan has ended."""
        self.noise = noise_levels(heard)
        self.changed = True
        self._effects.append(effects.NoiseHeard(self.noise))

    def counts(self, size: int) -> None:
        """A frame with so much payload goes on the air."""
        self.sends.begin(size, self.now)

    def conclude(
        self,
        number: int | None,
        counter: int | None,
        size: int,
        outcome: Outcome,
        round_trip: float | None = None,
    ) -> None:
        """An exchange has ended, or something else came that counts."""
        assert self.at is not None, "time has passed before anything can end"
        if outcome not in (Outcome.LATE, Outcome.DUPLICATE, Outcome.FOREIGN):
            self.open_exchange = None
        if outcome is Outcome.FOREIGN:
            self.foreign += 1
            if self.foreign in (1, 10, 100, 1000):
                self.say(said_foreign(self.foreign))
        self._effects.append(
            Exchanged(Exchange(self.at, number, counter, size, outcome, round_trip, self.now))
        )

    # What the probe of the meter link calls

    def reset_line(self, *, low: bool) -> None:
        """The RESET line is not used here."""

    def step_begins(self, key: StepKey) -> None:
        """The stages tell enough."""

    def step_done(self, key: StepKey, detail: str = "") -> None:
        """The stages tell enough."""
        self.changed = True

    # What the runner calls

    def write(self, command: Command) -> None:
        """Put a command on the wire."""
        self._effects.append(effects.Write(command.wire, command.shown, command.raw))

    def procedure_ended(self, result: Trouble | None) -> None:
        """The run has come to its end."""
        self._end(result)

    def datagram_ended(self, command: Command, answer: Answer) -> None:
        """A send of a procedure that was dropped; nobody waits for it."""

    def _end(self, trouble: Trouble | None) -> None:
        self._stop_by = None
        self.runner.drop()
        self.trouble = self.trouble or trouble
        self.ended = self.changed = True
        self.stage = BenchStage.ENDED

    # What the module says

    def _take(self, event: ModuleEvent) -> None:
        match event:
            case PanDescription() if self.search.add(event, self.at):
                self.sweep_changed()
            case Event(number="21"):
                self.sends.took(event.param)
                self.changed = True
            case Event(number="32" | "33"):
                if self.limit.set(event.number == "32", self.now):
                    self.say(notes.send_limit() if self.limit.holds else notes.send_limit_lifted())
            case Echo() if self.echo_is_off and self.runner.is_echo(event):
                self._restarted()
                return
        if is_arrival(event):
            self.inbox.append(Arrival(event, self.now))
        self.runner.take(event, self.now)

    def _restarted(self) -> None:
        """The module echoes although it was told not to: it has lost its settings."""
        self.say(notes.module_restarted())
        self._begin()
