"""Runs a state's procedure: one command in flight, one wait, and nothing else.

The law of the serial line is one command at a time. A command that is in
flight when its procedure is dropped stays in the slot until it is answered
or overdue; what comes next waits behind it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Generic, Protocol, TypeVar

from semtui.radio.commands import Command
from semtui.radio.events import Echo, ModuleEvent
from semtui.radio.slot import Answer, Outcome, Slot, Wait

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)
Work = Generator[Command | Wait, Answer, R]
"""A procedure: it yields commands and waits, is sent the answers, and ends with an R."""


class Owner(Protocol[R_contra]):
    """Who is told what became of the work."""

    def write(self, command: Command) -> None:
        """Put a command on the wire."""

    def procedure_ended(self, result: R_contra) -> None:
        """The procedure has returned."""

    def datagram_ended(self, command: Command, answer: Answer) -> None:
        """A command that belongs to no procedure is done with."""


class Runner(Generic[R]):
    """The command slot and the procedure that uses it."""

    def __init__(self, owner: Owner[R]) -> None:
        self._owner = owner
        self._procedure: Work[R] | None = None
        self._wait: Slot | None = None
        self._slot: Slot | None = None
        self._slot_is_for: Work[R] | None = None
        self._queued: Command | None = None
        self._now = 0.0

    @property
    def is_free(self) -> bool:
        """Whether no command is in flight or waiting."""
        return self._slot is None and self._queued is None

    @property
    def next_deadline(self) -> float | None:
        """The stamp at which `tick` has something to do."""
        return min(
            (slot.deadline for slot in (self._slot, self._wait) if slot is not None),
            default=None,
        )

    @property
    def holds_secret(self) -> bool:
        """Whether the command that waits for its answer carries the id or the password."""
        work = self._slot.work if self._slot is not None else None
        return isinstance(work, Command) and work.is_secret

    def is_echo(self, echo: Echo) -> bool:
        """Whether it repeats the command that waits for its answer."""
        work = self._slot.work if self._slot is not None else None
        return isinstance(work, Command) and echo.text.split(" ")[0] == work.shown.split(" ")[0]

    def clear(self) -> None:
        """Forget what is in flight, as after the port was opened anew."""
        self.drop()
        self._slot = self._slot_is_for = None

    def start(self, procedure: Work[R], now: float) -> None:
        """Run `procedure` in place of the one before."""
        self.drop()
        self._now = now
        self._procedure = procedure
        self._advance(None)

    def drop(self) -> None:
        """Abandon the procedure; its command in flight belongs to nobody then."""
        if self._procedure is not None:
            procedure, self._procedure = self._procedure, None
            if self._slot_is_for is procedure:
                self._slot_is_for = None
        self._wait = self._queued = None

    def send(self, command: Command, now: float) -> None:
        """Put a command of no procedure into the slot, which must be free."""
        self._now = now
        self._issue(command, None)

    def tick(self, now: float) -> None:
        """End what is overdue."""
        self._now = now
        if self._slot is not None and now >= self._slot.deadline:
            self._answered(self._slot.expire())
        if self._wait is not None and now >= self._wait.deadline:
            wait, self._wait = self._wait, None
            self._advance(wait.expire())

    def take(self, event: ModuleEvent, now: float) -> None:
        """Show an event to the command in flight and to the wait."""
        self._now = now
        if self._slot is not None:
            answer = self._slot.take(event, now)
            if answer is not None:
                self._answered(answer)
                return
        if self._wait is not None:
            answer = self._wait.take(event, now)
            if answer is not None:
                self._wait = None
                self._advance(answer)

    def _advance(self, answer: Answer | None) -> None:
        """Run the procedure up to its next command or wait."""
        while self._procedure is not None:
            procedure = self._procedure
            try:
                work = next(procedure) if answer is None else procedure.send(answer)
            except StopIteration as end:
                self._procedure = None
                self._owner.procedure_ended(end.value)
                return
            if isinstance(work, Wait):
                self._wait = Slot(work, self._now + work.seconds)
                return
            if work.timeout > 0:
                self._issue(work, procedure)
                return
            self._owner.write(work)
            answer = Answer(Outcome.OK)

    def _issue(self, command: Command, procedure: Work[R] | None) -> None:
        """Put a command into the slot, or behind the one that is in it."""
        if self._slot is not None:
            self._queued = command
            return
        self._slot = Slot(command, self._now + command.timeout)
        self._slot_is_for = procedure
        self._owner.write(command)

    def _answered(self, answer: Answer) -> None:
        """The command in the slot is done with."""
        slot, owner = self._slot, self._slot_is_for
        self._slot = self._slot_is_for = None
        if self._queued is not None:
            queued, self._queued = self._queued, None
            self._issue(queued, self._procedure)
        if owner is not None:
            self._advance(answer)
        elif slot is not None and isinstance(slot.work, Command) and slot.work.destination:
            self._owner.datagram_ended(slot.work, answer)
