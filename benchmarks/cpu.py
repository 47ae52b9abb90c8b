"""The processor time of a live dashboard; the emulator has a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.processes import Watched, cpu_seconds, houses, pump_for

WINDOWS = 3
SECONDS = 45.0
SETTLING = 10.0
SIZES = ((80, 24), (120, 36))


def measure() -> Iterator[Figure]:
    """Watch new and aged dashboards at two sizes at once, and a bare app that idles."""
    with houses(2 * len(SIZES)) as places:
        programs = {}
        for index, (columns, rows) in enumerate(SIZES):
            home, port, _pid = places[2 * index]
            size = f"{columns}x{rows}"
            programs[f"new, {size}"] = Watched(home, "semtui", "--port", port, size=(columns, rows))
            home, port, _pid = places[2 * index + 1]
            programs[f"after 24 h, {size}"] = Watched(
                home, "benchmarks.aged", port, "24", size=(columns, rows)
            )
        bare = Watched(home, "benchmarks.bare")
        for program in programs.values():
            program.read_until("READY")
        everything = [*programs.values(), bare]
        pump_for(everything, SETTLING)
        shares: dict[Watched, list[float]] = {program: [] for program in everything}
        for _ in range(WINDOWS):
            before = {program: cpu_seconds(program.process.pid) for program in everything}
            began = time.monotonic()
            pump_for(everything, SECONDS)
            took = time.monotonic() - began
            for program in everything:
                used = cpu_seconds(program.process.pid) - before[program]
                shares[program].append(100 * used / took)
        for program in everything:
            program.__exit__(None, None, None)
    for name, program in programs.items():
        yield Figure(
            f"CPU of the dashboard, {name}, a reading each 3 s, {SECONDS:.0f} s",
            shares[program],
            "% of a core",
            shares[bare],
            "% bare Textual, idle",
            aim=1.5,
        )
