"""One frame of the chart however long the history, and what the history takes in memory."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.readings import INTERVAL, household_readings
from semtui.clock import VirtualClock
from semtui.config import Settings
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.chart import PowerChart
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.glyphs import UNICODE
from semtui.screens.widgets.scene import Scene
from semtui.series import PowerSeries
from semtui.view import View

FRAMES = 100
HOUR, DAY = 3600, 86400
SPANS = ((HOUR, "1 h"), (DAY, "1 day"), (7 * DAY, "7 days"), (30 * DAY, "30 days"))
SIZES = ((78, 11), (118, 15))
"""Cells of the chart on a terminal of 80x24 and of 120x36."""


def measure() -> Iterator[Figure]:
    """Let one history grow, and draw at each of its ages."""
    clock = VirtualClock()
    last = SPANS[-1][0]
    readings = household_readings(clock.now(), 0.0, round(last / INTERVAL) + FRAMES * len(SPANS))
    view = View(Settings())
    for seconds, words in SPANS:
        while clock.monotonic() < seconds:
            view.apply(next(readings))
            clock.advance(INTERVAL)
        size = _size(view.series) / 1e6
        yield Figure(f"memory of the chart's history, {words}", [size], "MB")
        charts = {cells: PowerChart() for cells in SIZES}
        first = {cells: [_frame(chart, view, clock, cells)] for cells, chart in charts.items()}
        live: dict[tuple[int, int], list[float]] = {cells: [] for cells in SIZES}
        for _ in range(FRAMES):
            view.apply(next(readings))
            clock.advance(INTERVAL)
            for cells, chart in charts.items():
                live[cells].append(_frame(chart, view, clock, cells))
                first[cells].append(_frame(PowerChart(), view, clock, cells))
        for cells in SIZES:
            where = f"chart frame, {cells[0]}x{cells[1]} cells, after {words}"
            yield Figure(f"{where}, one reading more", live[cells], "ms", aim=15)
            yield Figure(f"{where}, every column anew", first[cells], "ms", aim=15)


def _frame(chart: PowerChart, view: View, clock: VirtualClock, cells: tuple[int, int]) -> float:
    """Milliseconds for one frame with its axes."""
    canvas = Canvas(*cells)
    scene = Scene(view, clock.monotonic(), clock.now(), UNICODE)
    began = time.perf_counter()
    chart.paint(canvas, Area(0, 0, *cells), scene)
    return 1000 * (time.perf_counter() - began)


def _size(series: PowerSeries) -> float:
    """Bytes of a series with all that belongs to it alone."""
    total, seen = 0, set()
    rest: list[object] = [series]
    while rest:
        thing = rest.pop()
        if id(thing) in seen or thing is None:
            continue
        seen.add(id(thing))
        total += sys.getsizeof(thing)
        if isinstance(thing, dict):
            rest += [*thing.keys(), *thing.values()]
        elif isinstance(thing, (deque, list, tuple)):
            rest += thing
        else:
            rest.append(getattr(thing, "__dict__", None))
            rest += [getattr(thing, name) for name in getattr(type(thing), "__slots__", ())]
    return total
