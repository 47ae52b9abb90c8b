"""The single command slot: one command at a time, each with a deadline and an ending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import TypeVar

from semtui.radio.commands import Command, Ending
from semtui.radio.events import Event, Fail, LinkLocalAddress, ModuleEvent, Ok

E = TypeVar("E")


@unique
class Outcome(Enum):
    """How a command, or a wait for an event, ended."""

    OK = "ok"
    FAILED = "failed"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a command or of a wait, with what came meanwhile."""

    outcome: Outcome
    code: str = ""
    """The ER code when it failed."""
    events: tuple[ModuleEvent, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it ended as hoped."""
        return self.outcome is Outcome.OK

    def first(self, kind: type[E]) -> E | None:
        """Return the first event of a kind among what came, if there is one."""
        return next((event for event in self.events if isinstance(event, kind)), None)


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for an event that `accept` takes, at most for some seconds; without it, just wait."""

    seconds: float
    accept: Callable[[ModuleEvent], bool] | None = None


@dataclass(slots=True)
class Slot:
    """A command in flight, or a wait."""

    work: Command | Wait
    deadline: float
    events: list[ModuleEvent] = field(default_factory=list)

    def take(self, event: ModuleEvent) -> Answer | None:
        """Look at an event; return the answer when it ends the work."""
        work = self.work
        if isinstance(work, Wait):
            if work.accept is None or not work.accept(event):
                return None
            return Answer(Outcome.OK, events=(event,))
        self.events.append(event)
        if isinstance(event, Fail):
            return Answer(Outcome.FAILED, event.code, tuple(self.events))
        wanted = Ok if work.ending is Ending.OK else LinkLocalAddress
        return Answer(Outcome.OK, events=tuple(self.events)) if isinstance(event, wanted) else None

    def expire(self) -> Answer:
        """Return the answer for a deadline that has passed; a plain wait ends well."""
        if isinstance(self.work, Wait) and self.work.accept is None:
            return Answer(Outcome.OK)
        return Answer(Outcome.TIMEOUT, events=tuple(self.events))


def is_event(*numbers: str, address: str | None = None) -> Callable[[ModuleEvent], bool]:
    """Return a test for EVENTs with one of these numbers, of this address where one is given."""

    def accept(event: ModuleEvent) -> bool:
        return (
            isinstance(event, Event)
            and event.number in numbers
            and address in (None, event.address)
        )

    return accept
