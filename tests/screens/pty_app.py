"""The app on a random walk, for the tests that need a real terminal: python pty_app.py PACE COUNT.

A reading of three seconds' distance (by a virtual clock) each PACE seconds, COUNT in all.
"""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from semtui.model import (
    Direction,
    LinkCounts,
    PropertyValue,
    StorageStatus,
    Update,
    WireLine,
)
from tests.screens.meterscenes import second_generation
from tests.screens.stage import Scenes, ScriptEngine, Stage


class WalkEngine(ScriptEngine):
    """Publishes what a healthy link publishes, a poll at a time."""

    def __init__(self, pace: float, count: int) -> None:
        super().__init__()
        self.pace = pace
        self.count = count
        self.stage: Stage | None = None

    def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
        assert self.stage is not None
        chance = random.Random(7)
        clock = self.stage.clock
        watts = 800.0
        for update in self.script:
            publish(update)
        for count in range(self.count):
            if stop.wait(self.pace):
                return
            clock.advance(3.0)
            watts = min(1900.0, max(150.0, watts + chance.uniform(-60, 60)))
            scenes = Scenes(clock)
            amperes = Decimal(round(watts * 0.07)) / 10
            for direction, text in (
                (Direction.SENT, "SKSENDTO 1 FE80:..:5A3C 0E1A 1 0 0010"),
                (Direction.RECEIVED, f"EVENT 21 FE80:..:5A3C {count % 2:02d}"),
                (
                    Direction.RECEIVED,
                    f"ERXUDP FE80:..:5A3C .. 0E1A 1081{count:04X}E704{int(watts):08X}",
                ),
            ):
                publish(WireLine(scenes.at, direction, text))
            reading = scenes.reading(int(watts), r=str(amperes), t=str(amperes / 2))
            publish(replace(reading, round_trip=chance.uniform(0.2, 0.9)))
            power = int(watts).to_bytes(4, "big")
            currents = int(amperes * 10).to_bytes(2, "big") * 2
            for epc, raw in ((0xE7, power), (0xE8, currents)):
                publish(PropertyValue(epc, raw, scenes.at, scenes.now, round_trip=0.31))
            publish(LinkCounts(215 + count, 212 + count, 3))
            publish(StorageStatus("/home/pi/semtui/power-2026-11-21.csv", 212 + count))
        stop.wait(60)


if __name__ == "__main__":
    engine = WalkEngine(float(sys.argv[1]), int(sys.argv[2]))
    stage = Stage("ready", engine=engine)
    engine.stage = stage
    engine.script = second_generation(stage)
    sys.exit(stage.app.run(mouse=False))
