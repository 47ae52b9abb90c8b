"""The single command slot: one command at a time, each with a deadline and an ending."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import TypeVar

from semtui.radio.commands import Command, Ending
from semtui.radio.events import Event, Fail, LinkLocalAddress, ModuleEvent, Ok

E = TypeVar("E")

RESULT_WAIT = 1.0
"""Seconds between EVENT 21 and the OK of SKSENDTO: either may come first, and either get lost."""
SENT_RESULTS = ("00", "01")
"""The results of EVENT 21 that are final; 02 says that the neighbour is being looked for."""


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
    is_taken: bool = False
    """One of OK and the result of the send has come, and the other has not."""

    def take(self, event: ModuleEvent, now: float) -> Answer | None:
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
        if isinstance(event, wanted):
            if work.destination is None or send_result(work, self.events):
                return Answer(Outcome.OK, events=tuple(self.events))
            self._expect(now)
        elif work.destination is not None and send_result(work, (event,)) is not None:
            if any(isinstance(each, Ok) for each in self.events):
                return Answer(Outcome.OK, events=tuple(self.events))
            if send_result(work, (event,)) in SENT_RESULTS:
                self._expect(now)
        return None

    def _expect(self, now: float) -> None:
        """The first of the two endings of a send is there: the other is not waited for long."""
        self.is_taken = True
        self.deadline = min(self.deadline, now + RESULT_WAIT)

    def expire(self) -> Answer:
        """Return the answer for a deadline that has passed; a plain wait ends well."""
        if isinstance(self.work, Wait) and self.work.accept is None:
            return Answer(Outcome.OK)
        if self.is_taken:
            return Answer(Outcome.OK, events=tuple(self.events))
        return Answer(Outcome.TIMEOUT, events=tuple(self.events))


def send_result(command: Command, events: Iterable[ModuleEvent]) -> str | None:
    """Return the last result that EVENT 21 gave for a datagram; None where it gave none."""
    result = None
    for event in events:
        match event:
            case Event(number="21", address=command.destination, param=str(param)):
                result = param
    return result


def is_event(*numbers: str, address: str | None = None) -> Callable[[ModuleEvent], bool]:
    """Return a test for EVENTs with one of these numbers, of this address where one is given."""

    def accept(event: ModuleEvent) -> bool:
        return (
            isinstance(event, Event)
            and event.number in numbers
            and address in (None, event.address)
        )

    return accept
