"""The meter's memory of 45 days under a virtual clock: what it costs the live readings.

The floor of the delay is the longest answer that the emulated meter gives: a
poll that falls due meanwhile has to wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from benchmarks.figures import Figure
from semtui.emulator.options import EmulatorOptions, MeterStyle
from semtui.model import (
    BackfillProgress,
    BackfillState,
    Direction,
    FetchHistory,
    HalfHours,
    Reading,
    Update,
    WireLine,
)
from tests.simulation import Simulation

DAYS = 45
INTERVAL = 3.0
ROUNDS = 3
METERS = (
    ("answers in 0.8 to 2 s", (0.8, 2.0)),
    ("answers in 20 to 55 s", (20.0, 55.0)),
)


def measure() -> Iterator[Figure]:
    """Fetch all days from a quick and from a slow meter, with polls every three seconds."""
    for name, answer_time in METERS:
        runs = [_run(answer_time, seed) for seed in range(ROUNDS)]
        rows = sum(len(told.rows) for told in runs[0].of(HalfHours))
        yield Figure(
            f"backfill of {DAYS} days, {name}: worst delay of a poll",
            [_worst_delay(run) for run in runs],
            "s",
            [answer_time[1]] * ROUNDS,
            "s longest answer",
            aim=1.1,
            aim_of_ratio=True,
        )
        yield Figure(
            "  frames sent in the busiest minute of it",
            [_busiest_minute(run) for run in runs],
            "",
            aim=55,
        )
        yield Figure(
            f"  how long it takes, by the virtual clock ({rows} half hours)",
            [_taken(run) / 60 for run in runs],
            "min",
        )
    began = time.perf_counter()
    run = _run(METERS[0][1], 0)
    yield Figure("  real seconds of one of the quick ones", [time.perf_counter() - began], "s")
    assert run.of(BackfillProgress)[-1].state is BackfillState.DONE


def _run(answer_time: tuple[float, float], seed: int) -> Simulation:
    style = MeterStyle(history_time=answer_time, memory_days=DAYS)
    run = Simulation(EmulatorOptions(seed=seed, solar=True, meter=style))
    today = run.start.date()
    days = tuple(today - timedelta(days=back) for back in range(DAYS + 1))
    run.at(0.0, lambda: run.engine.submit(FetchHistory(days)))

    def is_over(update: Update) -> bool:
        return isinstance(update, BackfillProgress) and update.state is BackfillState.DONE

    run.run(until=is_over, limit=4 * 3600.0)
    return run


def _worst_delay(run: Simulation) -> float:
    starts = [r.stamp - r.round_trip for r in run.of(Reading) if r.round_trip is not None]
    return max(later - earlier for earlier, later in pairwise(starts)) - INTERVAL


def _busiest_minute(run: Simulation) -> int:
    sent = [
        line.at.timestamp()
        for line in run.of(WireLine)
        if line.direction is Direction.SENT and line.text.startswith("SKSENDTO")
    ]
    return max(sum(at <= other < at + 60.0 for other in sent) for at in sent)


def _taken(run: Simulation) -> float:
    progress = run.of(BackfillProgress)
    begin = next(update for update in progress if update.state is BackfillState.RUNNING)
    return (progress[-1].at - begin.at).total_seconds()
