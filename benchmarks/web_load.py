"""Five minutes of fifty browsers and twenty questions a second, while semtui reads the meter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from benchmarks.figures import Figure, percentile
from benchmarks.processes import cpu_seconds, resident
from benchmarks.served import served_log
from tests.web.crowd import Crowd

LISTENERS = 50
RATE = 20.0
SECONDS = 300.0
WARM = 60.0
"""Seconds after which memory should be what it will stay."""
LATE = 4.5
"""Seconds between two polls, three being asked for, from which one counts as missed."""


def measure() -> Iterator[Figure]:
    """Load the web view, and look at what became of the readings and the memory."""
    with served_log() as (pid, port), Crowd(port, LISTENERS, RATE) as crowd:
        before, began = cpu_seconds(pid), time.monotonic()
        time.sleep(WARM)
        sizes = [resident(pid)]
        while (left := began + SECONDS - time.monotonic()) > 0:
            time.sleep(min(10.0, left))
            sizes.append(resident(pid))
        share = 100 * (cpu_seconds(pid) - before) / (time.monotonic() - began)
        lost = crowd.lost
        readings = list(crowd.listeners[0].readings)
        heard = {one.numbers[-1] for one in crowd.listeners}
    times = [datetime.fromisoformat(each["time"]) for each in readings]
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    name = f"web load, {LISTENERS} listening, {RATE:.0f} questions a second, {SECONDS:.0f} s"
    yield Figure(
        f"{name}: polls missed",
        [sum(each["status"] != "ok" for each in readings) + sum(gap > LATE for gap in gaps)],
        f"of {len(readings)}",
        aim=0,
        note=f"from one reading to the next at most {max(gaps):.2f} s",
    )
    yield Figure(
        f"{name}: events lost",
        [lost + max(heard) - min(heard)],
        f"of {sum(len(one.numbers) for one in crowd.listeners)}",
        aim=0,
    )
    answered = crowd.statuses.total()
    yield Figure(
        f"{name}: questions not answered",
        [answered - crowd.statuses[200]],
        f"of {answered}",
        aim=0,
        note=f"median {1000 * percentile(crowd.seconds, 0.5):.0f} ms, "
        f"p99 {1000 * percentile(crowd.seconds, 0.99):.0f} ms",
    )
    yield Figure(
        f"{name}: RSS that was added after {WARM:.0f} s",
        [sizes[-1] - sizes[0]],
        "MB",
        aim=2,
        note=f"{sizes[0]:.1f} MB, at most {max(sizes):.1f} MB, at the end {sizes[-1]:.1f} MB",
    )
    yield Figure(f"{name}: CPU", [share], "% of a core")
