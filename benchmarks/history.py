"""What the history costs: bytes, opening its views, a reading's way into it, and healing."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.readings import INTERVAL, household_readings
from benchmarks.years import A_DAY, END, first_day, midnight, write_logs, write_store
from semtui.clock import JST, VirtualClock
from semtui.model import Update
from semtui.screens.lookup import HistoryQuery, load_history
from semtui.screens.period import Calendar, Length, Period
from semtui.storage.csvlog import CsvLog
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.writer import HistoryStore

SPANS = (("1 day", 1), ("30 days", 30), ("1 year", 365), ("5 years", 1826))
COLUMNS = 160
"""Of a wide terminal."""
ROUNDS = 15
READINGS = 4_000
BATCH = 20
"""Readings in a minute."""
HEALED_DAYS = 30


def measure() -> Iterator[Figure]:
    """Make histories of one day to five years, and look at each; then append, and heal."""
    for name, days in SPANS:
        with tempfile.TemporaryDirectory() as place:
            yield from _costs(name, days, Path(place))
    with tempfile.TemporaryDirectory() as place:
        yield Figure(
            "a reading into CSV and history, synced and committed each minute",
            [_append(Path(place, str(number))) for number in range(3)],
            "ms",
            aim=0.3,
        )
    with tempfile.TemporaryDirectory() as place:
        write_logs(Path(place), HEALED_DAYS)
        taken = _heal(Path(place))
        again = _heal(Path(place))
        yield Figure(
            f"healing an empty history from {HEALED_DAYS} days of CSV",
            [taken],
            "s",
            aim=15,
            note=f"at the next start, with nothing new: {1000 * again:.0f} ms",
        )


def _costs(name: str, days: int, folder: Path) -> Iterator[Figure]:
    began = time.perf_counter()
    path = write_store(folder, days)
    made = time.perf_counter() - began
    year = days == 365
    yield Figure(
        f"{name} at {INTERVAL:.0f} s: size of the history",
        [path.stat().st_size / 1e6],
        "MB",
        aim=450 if year else None,
        note=f"{days * A_DAY:,} samples, made in {made:.0f} s",
    )
    first = first_day(days)
    whole = [_taken(path, partial(_open_range, first=first)) for _ in range(ROUNDS)]
    yield Figure(f"{name}: open the view of all of it", whole, "ms", aim=100 if year else None)
    if year:
        period = Period.around(Length.YEAR, first_day(days))
        query = HistoryQuery(period, Calendar(JST), 2 * COLUMNS, False, midnight(END))
        asked = [_clocked(partial(load_history, path, query)) for _ in range(ROUNDS)]
        yield Figure(f"{name}: all that the History screen asks for a year", asked, "ms", aim=100)
    chance = random.Random(days)
    some = [first + timedelta(days=chance.randrange(days)) for _ in range(ROUNDS)]
    each = [_taken(path, partial(_open_day, day=day)) for day in some]
    yield Figure(f"{name}: open any day of it", each, "ms", aim=30)


def _taken(path: Path, look: Callable[[HistoryReader], None]) -> float:
    """Milliseconds to open the file, look, and close it."""

    def whole() -> None:
        with closing(HistoryReader(path)) as reader:
            look(reader)

    return _clocked(whole)


def _clocked(look: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    began = time.perf_counter()
    look()
    return 1000 * (time.perf_counter() - began)


def _open_range(reader: HistoryReader, first: date) -> None:
    """What the screen of a long range asks."""
    reader.span()
    reader.power(midnight(first), midnight(END), COLUMNS)
    reader.days(first, END)


def _open_day(reader: HistoryReader, day: date) -> None:
    """What the screen of a day asks."""
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    reader.power(begin, end, COLUMNS)
    start, stop = begin.replace(tzinfo=None), end.replace(tzinfo=None)
    reader.slots(start, stop)
    reader.energy(start, stop)
    reader.peak(start, stop)
    reader.base_load(begin, end)


def _append(folder: Path) -> float:
    """Milliseconds a reading, all threads' work together."""
    start = datetime(2026, 11, 21, 6, tzinfo=JST)
    clock = VirtualClock(start)

    def ignore(_update: Update) -> None:
        pass

    log, store = CsvLog(folder, clock, ignore), HistoryStore(folder, clock, ignore)
    readings = list(household_readings(start, 0.0, READINGS))
    store.flush()
    began = time.perf_counter()
    for number, reading in enumerate(readings, 1):
        log.handle(reading)
        store.handle(reading)
        if number % BATCH == 0:
            log.sync()
            store.flush()
    taken = time.perf_counter() - began
    log.close()
    store.end()
    store.flush()
    return 1000 * taken / READINGS


def _heal(folder: Path) -> float:
    """Seconds of a first commit."""
    store = HistoryStore(folder, VirtualClock(midnight(END)), lambda _update: None)
    began = time.perf_counter()
    store.flush()
    taken = time.perf_counter() - began
    store.end()
    store.flush()
    return taken
