"""From the start of the process to the first visible text, beside a bare Textual app."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.processes import Watched, houses

ROUNDS = 9


def measure() -> Iterator[Figure]:
    """Alternate the two; the first round, which writes .pyc files, does not count."""
    with houses(1) as [(home, port, _pid)]:
        times: dict[str, list[float]] = {"semtui": [], "benchmarks.bare": []}
        for number in range(ROUNDS + 1):
            for module, taken in times.items():
                arguments = ("--port", port) if module == "semtui" else ()
                with Watched(home, module, *arguments) as program:
                    seconds = program.first_paint()
                if number:
                    taken.append(1000 * seconds)
    yield Figure(
        "start to first paint, dashboard, 80x24",
        times["semtui"],
        "ms",
        times["benchmarks.bare"],
        "ms bare Textual, Header + Footer",
        aim=1.5,
        aim_of_ratio=True,
    )
