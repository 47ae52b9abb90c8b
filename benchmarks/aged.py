"""The dashboard on a port, with hours of readings already in it: what it costs later on.

A program of its own, run by other measurements: `python -m benchmarks.aged PORT HOURS`.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from benchmarks.readings import household_readings
from semtui.app import SemtuiApp
from semtui.station import Request, Station, plan


def main(port: str, hours: float) -> None:
    """Show the dashboard until `q`."""
    planned = plan(Request(overrides={"port.url": port}))
    station = Station(planned)
    app = SemtuiApp(
        engine=station.engine, hub=station.hub, settings=planned.settings, clock=station.clock
    )
    begin = station.clock.now() - timedelta(hours=hours)
    stamp = station.clock.monotonic() - hours * 3600
    for reading in household_readings(begin, stamp, round(hours * 1200)):
        app.view.apply(reading)
    app.run(mouse=False)
    station.close()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
