"""Two benches on two emulated modules under one virtual clock: a thousand exchanges in a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from semtui.clock import VirtualClock
from semtui.emulator import EmulatedPort, EmulatorOptions, build
from semtui.emulator.scenarios import play, prepared
from semtui.model import Notice
from semtui.pingpong.session import BenchSession, BenchUpdate
from semtui.radio.pingpong.plan import BenchPlan, Role
from semtui.radio.pingpong.tally import Tally
from semtui.radio.pingpong.values import BenchState, Exchange, Outcome

U = TypeVar("U")
LONGEST_STEP = 1.0


@dataclass
class Side:
    """One bench with its port, and what it said."""

    session: BenchSession
    port: EmulatedPort
    updates: list[BenchUpdate] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def take(self, update: BenchUpdate) -> None:
        self.updates.append(update)
        if isinstance(update, Exchange):
            self.tally.take(update)

    def of(self, kind: type[U]) -> list[U]:
        return [update for update in self.updates if isinstance(update, kind)]

    @property
    def titles(self) -> list[str]:
        return [notice.title for notice in self.of(Notice)]

    @property
    def state(self) -> BenchState:
        return self.of(BenchState)[-1]

    def exchanges(self, outcome: Outcome) -> list[Exchange]:
        return [each for each in self.of(Exchange) if each.outcome is outcome]


class TwoBoards:
    """Lets both sides run in turns, and the clock go on to what comes next."""

    def __init__(
        self,
        options: EmulatorOptions | None = None,
        scenarios: tuple[str, ...] = (),
        modules: int = 2,
    ) -> None:
        self.clock = VirtualClock()
        wanted = prepared(options or EmulatorOptions(), scenarios)
        self.emulator = build(wanted, self.clock, modules=modules)
        self.ports = [EmulatedPort(self.emulator, module) for module in self.emulator.modules]
        play(scenarios, self.emulator, self.ports[0])
        self.sides: list[Side] = []

    @property
    def path(self):  # type: ignore[no-untyped-def]
        return self.emulator.air.path

    def start(self, plan: BenchPlan, module: int) -> Side:
        """Begin a bench on a module."""
        port = self.ports[module]
        side: Side

        def publish(update: BenchUpdate) -> None:
            side.take(update)

        session = BenchSession(plan, port.reopen, self.clock, publish, seed=module)
        side = Side(session, port)
        session.open()
        session.turn(b"")
        self.sides.append(side)
        return side

    def run(self, until: Callable[[], bool], limit: float = 7200.0) -> None:
        """Run until something holds; fails after `limit` seconds of the clock."""
        end = self.clock.monotonic() + limit
        while not until():
            assert self.clock.monotonic() < end, [side.state for side in self.sides]
            self.step()

    def step(self) -> None:
        """Give each side what has come, or let time pass where nothing has."""
        waits = [LONGEST_STEP]
        for side in self.sides:
            if not side.session.ended:
                waits.append(side.session.turn(self._data(side)))
        stamp = self.emulator.schedule.next_stamp()
        now = self.clock.monotonic()
        if stamp is not None:
            waits.append(max(0.0, stamp - now))
        if not any(self._waiting(side) for side in self.sides):
            self.clock.advance(min(waits))
        self.emulator.schedule.run_until(self.clock.monotonic())

    def finish(self, *sides: Side, limit: float = 7200.0) -> None:
        """Run until these sides have ended."""
        self.run(lambda: all(side.session.ended for side in sides), limit)

    def _data(self, side: Side) -> bytes:
        return side.session._read(0.0)

    def _waiting(self, side: Side) -> bool:
        return bool(not side.session.ended and side.port._module._out)


def pair(
    boards: TwoBoards, plan: BenchPlan, *, coordinator: BenchPlan | None = None
) -> tuple[Side, Side]:
    """A coordinator that waits for Pings on the second module, and a device on the first."""
    from dataclasses import replace

    host = boards.start(coordinator or replace(plan, role=Role.COORDINATOR), 1)
    boards.run(lambda: host.state.stage.value == "waiting for a device", 300)
    return host, boards.start(plan, 0)
