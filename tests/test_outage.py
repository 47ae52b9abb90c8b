"""After hours and days without a link the half hours come back out of the meter, into the store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from semtui.clock import JST
from semtui.config import PollSettings, Settings
from semtui.emulator import EmulatorOptions, MeterStyle
from semtui.model import (
    BackfillProgress,
    BackfillState,
    HalfHours,
    LinkSnapshot,
    LinkState,
    SlotSource,
    Update,
)
from semtui.storage.history.gaps import LOOK_SECONDS, GapPlanner
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from semtui.storage.history.writer import HistoryStore
from tests.simulation import Simulation

START = datetime(2026, 11, 21, 6, 0, tzinfo=JST)
MEMORY = 10
OPTIONS = EmulatorOptions(solar=True, meter=MeterStyle(memory_days=MEMORY))
SETTINGS = Settings(poll=PollSettings(interval=30.0))


class House:
    """A run with its history, whose storage thread is the engine's own."""

    def __init__(self, folder: Path, start: datetime = START) -> None:
        self.sim = Simulation(OPTIONS, settings=SETTINGS, wire=False, start=start)
        clock = self.sim.clock
        self.folder = folder
        self.store = HistoryStore(folder, clock, lambda update: None)
        self.planner = GapPlanner(
            folder,
            clock,
            lambda wish: self.sim.engine.submit(wish),
            self.store.remember,
            self.store.flush,
        )
        self._looked = self._flushed = 0.0
        self.sim.subscribers += [self.store.handle, self.planner.handle, self._store_thread]

    def _store_thread(self, update: Update) -> None:
        now = self.sim.clock.monotonic()
        if now >= self._looked + LOOK_SECONDS:
            self._looked = now
            self.planner.look()
        if now >= self._flushed + 60.0:
            self._flushed = now
            self.store.flush()

    def run_until(self, rounds: int) -> None:
        """Run until so many rounds of asking for the past are done, and end as a program does."""
        left = rounds

        def until(update: Update) -> bool:
            nonlocal left
            done = isinstance(update, BackfillProgress) and update.state is BackfillState.DONE
            left -= done
            return left <= 0

        self.sim.run(until=until, limit=4 * 86400.0)
        self.planner.end()
        self.store.end()
        self.planner.look()
        self.store.flush()

    def check(self, first: datetime, last: datetime) -> None:
        """Every half hour from `first` to `last` is known, and is what the meter's register was."""
        reader = HistoryReader(self.folder / FILE_NAME)
        for slot in reader.slots(first, last):
            energy = self.sim.emulator.household.energy(slot.start.replace(tzinfo=JST))
            assert slot.normal == Decimal(int(energy.normal * 10)) / 10
            assert slot.reverse == Decimal(int(energy.reverse * 10)) / 10
        reader.close()


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


OLDEST = midnight(START.date() - timedelta(days=MEMORY))


@pytest.mark.parametrize("hours", [5, 30])
def test_an_outage_leaves_no_gap(tmp_path: Path, hours: int) -> None:
    house = House(tmp_path)
    meter = house.sim.emulator.meter
    begin, end = 3600.0, 3600.0 * (1 + hours)

    def vanish() -> None:
        meter.in_reach = False

    def come_back() -> None:
        meter.in_reach = True

    house.sim.at(begin, vanish)
    house.sim.at(end, come_back)
    back_at = START + timedelta(seconds=end)

    def is_back(update: Update) -> bool:
        return (
            isinstance(update, BackfillProgress)
            and update.state is BackfillState.DONE
            and update.at > back_at
        )

    house.sim.run(until=is_back, limit=3 * 86400.0)
    house.planner.end()
    house.store.end()
    house.store.flush()
    outage = [
        row
        for told in house.sim.of(HalfHours)
        for row in told.rows
        if START + timedelta(hours=1.5) < row.meter_time.replace(tzinfo=JST) < back_at
    ]
    assert len(outage) >= 2 * hours - 2
    assert {row.source for row in outage} == {SlotSource.BACKFILLED}
    house.check(OLDEST, back_at.replace(tzinfo=None) - timedelta(hours=1))


def test_days_without_the_program_come_back_with_its_next_start(tmp_path: Path) -> None:
    first = House(tmp_path)
    first.run_until(1)
    first.check(OLDEST, START.replace(tzinfo=None))
    later = START + timedelta(days=4, hours=9)
    second = House(tmp_path, later)
    second.run_until(1)
    second.check(OLDEST, later.replace(tzinfo=None))
    asked = {row.meter_time.date() for told in second.sim.of(HalfHours) for row in told.rows}
    oldest_missing = START.date()
    assert min(asked) == oldest_missing, "what is known is not asked again"


def test_a_link_that_breaks_again_and_again_gets_there_all_the_same(tmp_path: Path) -> None:
    house = House(tmp_path)
    for minute in range(2, 12, 2):
        house.sim.at(60.0 * minute, house.sim.emulator.meter.end_session)
    house.run_until(1)
    house.check(OLDEST, START.replace(tzinfo=None))
    ready = [
        snapshot for snapshot in house.sim.of(LinkSnapshot) if snapshot.state is LinkState.READY
    ]
    assert len({snapshot.since for snapshot in ready}) >= 2
