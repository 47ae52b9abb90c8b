"""Virtual hours in one thread: engine, emulated module, meter and house, with a renewal."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from semtui.model import LinkState, Reading, Update
from tests.simulation import Simulation

ROUNDS = 3
HOUR = 3600.0
SPANS = ((1, None), (6, None), (24, 20.0))
"""Hours, and the seconds they may take."""


def measure() -> Iterator[Figure]:
    """Run each span several times; say how many polls and renewals were in it."""
    for hours, aim in SPANS:
        taken, said = [], ""
        for _ in range(ROUNDS):
            simulation = Simulation(wire=False)
            end = hours * HOUR

            def is_over(
                _update: Update, simulation: Simulation = simulation, end: float = end
            ) -> bool:
                return simulation.clock.monotonic() >= end

            began = time.perf_counter()
            simulation.run(until=is_over, limit=end + HOUR)
            taken.append(time.perf_counter() - began)
            polls = len(simulation.of(Reading))
            renewals = simulation.states.count(LinkState.REAUTHENTICATING)
            said = f"{polls} polls, {renewals} renewals"
        yield Figure(f"virtual {hours} h ({said})", taken, "s", aim=aim)
