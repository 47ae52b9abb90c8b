"""An engine on an emulated module under a virtual clock: days in seconds, all in one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from semtui.clock import JST, VirtualClock
from semtui.config import Settings
from semtui.emulator.bench import Emulator, build
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID, EmulatorOptions
from semtui.emulator.port import EmulatedPort
from semtui.emulator.scenarios import play, prepared
from semtui.engine import Engine
from semtui.lines import Lamp, ResetPin
from semtui.model import (
    Credentials,
    LinkSnapshot,
    LinkState,
    Notice,
    Pan,
    Reading,
    Update,
    WireLine,
)
from semtui.radio.port import Port

CREDENTIALS = Credentials(DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD)
U = TypeVar("U")


@dataclass
class Simulation:
    """Runs an engine until a condition holds, and keeps what it said."""

    options: EmulatorOptions = field(default_factory=EmulatorOptions)
    settings: Settings = field(default_factory=Settings)
    credentials: Credentials = CREDENTIALS
    cached: tuple[Pan, str] | None = None
    reset_pin: ResetPin | None = None
    lamp: Lamp | None = None
    scenarios: tuple[str, ...] = ()
    """Bad days by name."""
    wire: bool = True
    """Whether to keep what went over the wire, too."""
    start: datetime = datetime(2026, 11, 21, 6, 0, tzinfo=JST)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(self.start)
        options = prepared(self.options, self.scenarios)
        self.emulator: Emulator = build(options, self.clock)
        self.port = EmulatedPort(self.emulator)
        play(self.scenarios, self.emulator, self.port)
        self.open_port: Callable[[], Port] = self.port.reopen
        self.updates: list[Update] = []
        self.remembered: list[tuple[Pan, str]] = []
        self.subscribers: list[Callable[[Update], None]] = []
        """Called with all that is said, in the engine's thread."""
        self.actions: list[tuple[float, Callable[[], None]]] = []

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something at a moment of the run, from within the engine's thread."""
        self.actions.append((seconds, action))
        self.actions.sort(key=lambda item: item[0])

    def run(self, *, until: Callable[[Update], bool], limit: float = 3600.0) -> None:
        """Run until `until` holds for an update, then stop cleanly.

        Fails when that has not come about within `limit` seconds of the clock.
        """
        stop = self.stop = threading.Event()
        satisfied = False

        def publish(update: Update) -> None:
            nonlocal satisfied
            if self.wire or not isinstance(update, WireLine):
                self.updates.append(update)
            for subscriber in self.subscribers:
                subscriber(update)
            if not satisfied and until(update):
                satisfied = True
                stop.set()
            if self.clock.monotonic() > limit:
                stop.set()
            while self.actions and self.actions[0][0] <= self.clock.monotonic():
                self.actions.pop(0)[1]()

        self.engine = Engine(
            open_port=lambda: self.open_port(),
            credentials=self.credentials,
            settings=self.settings,
            clock=self.clock,
            cached=self.cached,
            remember=lambda pan, address: self.remembered.append((pan, address)),
            reset_pin=self.reset_pin,
            lamp=self.lamp,
            seed=1,
        )
        self.engine.run(stop, publish)
        assert satisfied, f"not within {limit} s: {self.of(LinkSnapshot)[-1]}"

    def of(self, kind: type[U]) -> list[U]:
        """Everything of a kind that was said."""
        return [update for update in self.updates if isinstance(update, kind)]

    @property
    def states(self) -> list[LinkState]:
        """The states the link went through."""
        states: list[LinkState] = []
        for snapshot in self.of(LinkSnapshot):
            if not states or states[-1] is not snapshot.state:
                states.append(snapshot.state)
        return states

    @property
    def titles(self) -> list[str]:
        """The notices' titles."""
        return [notice.title for notice in self.of(Notice)]


def readings(count: int) -> Callable[[Update], bool]:
    """Return a condition: that many readings have come."""
    left = count

    def until(update: Update) -> bool:
        nonlocal left
        left -= isinstance(update, Reading)
        return left <= 0

    return until


def state(wanted: LinkState) -> Callable[[Update], bool]:
    """Return a condition: the link has come to a state."""
    return lambda update: isinstance(update, LinkSnapshot) and update.state is wanted
