"""Two benches on emulated modules under one virtual clock: a thousand exchanges in a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from semtui.clock import VirtualClock
from semtui.emulator import EmulatedPort, EmulatorOptions, build
from semtui.emulator.scenarios import play, prepared
from semtui.model import Notice
from semtui.pingpong.session import BenchSession, BenchUpdate
from semtui.radio.pingpong.plan import BenchPlan, Role
from semtui.radio.pingpong.tally import Tally
from semtui.radio.pingpong.values import BenchStage, BenchState, Exchange, Outcome

U = TypeVar("U")
LONGEST_STEP = 1.0


@dataclass
class Side:
    """One bench, and what it said."""

    session: BenchSession
    updates: list[BenchUpdate] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

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
    """Lets the benches run in turns, and the clock go on to what comes next."""

    def __init__(
        self,
        options: EmulatorOptions | None = None,
        scenarios: tuple[str, ...] = (),
        modules: int = 2,
    ) -> None:
        self.clock = VirtualClock()
        wanted = prepared(options or EmulatorOptions(), scenarios)
        self.emulator = build(wanted, self.clock, modules=modules)
        self.path = self.emulator.air.path
        self.ports = [EmulatedPort(self.emulator, module) for module in self.emulator.modules]
        play(scenarios, self.emulator, self.ports[0])
        self.sides: list[Side] = []

    def start(self, plan: BenchPlan, module: int) -> Side:
        """Begin a bench on a module."""

        def publish(update: BenchUpdate) -> None:
            side.updates.append(update)
            if isinstance(update, Exchange):
                side.tally.take(update)

        port = self.ports[module]
        side = Side(BenchSession(plan, port.reopen, self.clock, publish, seed=module))
        side.session.open()
        side.session.turn()
        self.sides.append(side)
        return side

    def pair(self, plan: BenchPlan, count: int | None = None) -> tuple[Side, Side]:
        """A coordinator that waits for Pings on the second module, and a device on the first."""
        wanted = replace(plan, role=Role.COORDINATOR, count=count, sizes=plan.sizes[:1])
        host = self.start(wanted, 1)
        self.run(lambda: host.state.stage is BenchStage.WAITING, 300)
        return host, self.start(plan, 0)

    def run(self, until: Callable[[], bool], limit: float = 7200.0) -> None:
        """Run until something holds; fails after `limit` seconds of the clock."""
        end = self.clock.monotonic() + limit
        while not until():
            assert self.clock.monotonic() < end, [side.state for side in self.sides]
            self._step()

    def finish(self, *sides: Side, limit: float = 20_000.0) -> None:
        """Run until these sides have ended."""
        self.run(lambda: all(side.session.ended for side in sides), limit)

    def _step(self) -> None:
        """Give each side what has come; where nothing has, let time pass."""
        now = self.clock.monotonic()
        waits = [LONGEST_STEP]
        for side in self.sides:
            if not side.session.ended:
                heard = side.session.read(0.0)
                waits.append(0.0 if heard else side.session.turn())
        stamp = self.emulator.schedule.next_stamp()
        if stamp is not None:
            waits.append(max(0.0, stamp - now))
        self.clock.advance(min(waits))
        self.emulator.schedule.run_until(self.clock.monotonic())
