"""Paints the dashboard's picture for README: the emulated house at dinner time.

The engine runs on the emulator under a virtual clock, so the picture is the
same each time: `make picture` writes docs/dashboard.svg.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import tempfile
import threading
from datetime import datetime
from pathlib import Path

from semtui.app import SemtuiApp
from semtui.clock import JST, VirtualClock
from semtui.config import DisplaySettings, Settings
from semtui.emulator.bench import build
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID, EmulatorOptions
from semtui.emulator.port import EmulatedPort
from semtui.engine import Engine
from semtui.hub import Hub
from semtui.model import Credentials, Intent, Update
from semtui.storage.csvlog import CsvLog

EVENING = datetime(2026, 11, 21, 18, 0, tzinfo=JST)
MINUTES = 40
SIZE = (120, 36)


class Idle:
    """An engine that has said everything already."""

    def run(self, stop: threading.Event, publish: object) -> None:
        stop.wait()

    def submit(self, intent: Intent) -> None: ...

    def wake(self) -> None: ...


async def paint(path: Path) -> None:
    """Write the picture to `path`."""
    clock = VirtualClock(EVENING)
    hub = Hub()
    settings = Settings(display=DisplaySettings(contract_ampere=40))
    app = SemtuiApp(engine=Idle(), hub=hub, settings=settings, clock=clock)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        log = CsvLog(Path(".local/share/semtui"), clock, hub.publish)
        hub.subscribe(log.handle)
        async with app.run_test(size=SIZE) as pilot:
            live_through(clock, hub)
            log.close()
            app.drain()
            await pilot.pause()
            app.action_show("dashboard")
            app.repaint(full=True)
            await pilot.pause()
            picture = app.export_screenshot(title="semtui")
            # The picture asks no other host for its font: any fixed-width one will do.
            path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL))
            app.stop_event.set()


def live_through(clock: VirtualClock, hub: Hub) -> None:
    """Let the engine read the emulated house for the picture's span."""
    emulator = build(EmulatorOptions(), clock)
    engine = Engine(
        open_port=EmulatedPort(emulator).reopen,
        credentials=Credentials(DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD),
        settings=Settings(),
        clock=clock,
        seed=1,
    )
    stop = threading.Event()
    end = clock.monotonic() + 60 * MINUTES

    def publish(update: Update) -> None:
        if clock.monotonic() < end:
            hub.publish(update)
        else:
            stop.set()

    engine.run(stop, publish)


if __name__ == "__main__":
    asyncio.run(paint(Path(sys.argv[1]).resolve()))
