"""A history on a real folder, beside the CSV log, with a clock of its own and all it has said."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from semtui.clock import JST, VirtualClock
from semtui.hub import Hub
from semtui.model import HalfHour, MeterFacts, Notice, Reading, ReadingStatus, SlotSource, Update
from semtui.storage.csvlog import CsvLog
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from semtui.storage.history.writer import CAPACITY, HistoryStore

START = datetime(2026, 11, 21, 6, 0, tzinfo=JST)
TODAY = date(2026, 11, 21)
MIDNIGHT = datetime(2026, 11, 21)
"""By the meter's clock."""
GOOD = Reading(START, 0.0, 512, Decimal("3.0"), Decimal("2.5"), 0.4321, ReadingStatus.OK)
FACTS = MeterFacts(serial="A1", coefficient=1, unit_kwh=Decimal("0.1"), digits=6)

ROLL_UPS = (("minutes", 60), ("power_half_hours", 1800))


class Bench:
    """A hub with a log, if wanted, and a history behind it."""

    def __init__(
        self, folder: Path, *, csv: bool = True, keep_days: int = 0, capacity: int = CAPACITY
    ) -> None:
        self.folder = folder
        self.path = folder / FILE_NAME
        self.clock = VirtualClock(START)
        self.hub = Hub()
        self.said: list[Update] = []
        self.log = CsvLog(folder, self.clock, self.hub.publish)
        if csv:
            self.hub.subscribe(self.log.handle)
        self.store = HistoryStore(
            folder,
            self.clock,
            self.hub.publish,
            keep_days=keep_days,
            alone=not csv,
            capacity=capacity,
        )
        self.hub.subscribe(self.store.handle)
        self.hub.subscribe(self.said.append)
        self.reader = HistoryReader(self.path)

    def poll(
        self, watts: int | None = 512, at: datetime | None = None, seconds: float = 3.0
    ) -> Reading:
        """One reading, `seconds` after the last."""
        self.clock.advance(seconds)
        at = at or self.clock.now()
        reading = replace(GOOD, at=at, stamp=self.clock.monotonic(), watts=watts)
        self.hub.publish(reading)
        return reading

    def slot(
        self,
        half_hours: int,
        normal: str | None,
        reverse: str | None = None,
        source: SlotSource = SlotSource.ANNOUNCED,
    ) -> None:
        """A register, so many half hours after midnight."""
        self.hub.publish(
            HalfHour(
                MIDNIGHT + timedelta(minutes=30 * half_hours),
                None if normal is None else Decimal(normal),
                None if reverse is None else Decimal(reverse),
                source,
            )
        )

    def end(self) -> None:
        """As when the program ends."""
        self.log.close()
        self.store.end()
        self.store.flush()
        self.reader.close()

    def rows(self, query: str = "SELECT * FROM samples") -> list[Any]:
        """What stands in the file."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def watts(self) -> list[int | None]:
        return [row[0] for row in self.rows("SELECT watts FROM samples ORDER BY at")]

    @property
    def notices(self) -> list[Notice]:
        return [update for update in self.said if isinstance(update, Notice)]


def assert_roll_ups_are_true(bench: Bench) -> None:
    """Each roll-up is what the samples give, and there is none without a sample."""
    for table, seconds in ROLL_UPS:
        wanted: dict[int, list[int]] = {}
        for at, watts in bench.rows("SELECT at, watts FROM samples WHERE watts IS NOT NULL"):
            wanted.setdefault(at // 1000 // seconds * seconds, []).append(watts)
        assert bench.rows(f"SELECT * FROM {table} ORDER BY start") == [
            (start, sum(values), len(values), min(values), max(values))
            for start, values in sorted(wanted.items())
        ]
