"""Resident memory of the dashboard and of `semtui log`, the emulator in another process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.processes import Watched, houses, pump_for, resident, user_environment
from tests.programs import COMMAND

REPETITIONS = 3
READINGS = 5
SETTLING = 15.0


def measure() -> Iterator[Figure]:
    """Start three of each at once, let them read for a while, and look."""
    with houses(REPETITIONS) as places:
        dashboards = [Watched(home, "semtui", "--port", port) for home, port, _pid in places]
        bare = [Watched(home, "benchmarks.bare") for home, _port, _pid in places]
        for dashboard in dashboards:
            dashboard.read_until("READY")
        pump_for(dashboards + bare, SETTLING)
        figures = [resident(dashboard.process.pid) for dashboard in dashboards]
        floor = [resident(app.process.pid) for app in bare]
        for program in dashboards + bare:
            program.__exit__(None, None, None)
    yield Figure(
        f"RSS of the dashboard, 80x24, after {SETTLING:.0f} s in session",
        figures,
        "MB",
        floor,
        "MB bare Textual",
        aim=80,
    )
    with houses(REPETITIONS) as places:
        logs = [
            subprocess.Popen(
                [*COMMAND, "log", "--port", port],
                env=user_environment(home),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            for home, port, _pid in places
        ]
        for log in logs:
            assert log.stdout is not None
            for _ in range(READINGS):
                log.stdout.readline()
        figures = [resident(log.pid) for log in logs]
        floor = [_interpreter() for _ in logs]
        for log in logs:
            log.kill()
            log.wait()
    yield Figure(
        f"RSS of `semtui log`, after {READINGS} readings",
        figures,
        "MB",
        floor,
        "MB Python with pyserial",
        aim=35,
    )


def _interpreter() -> float:
    process = subprocess.Popen(
        [sys.executable, "-c", "import serial; print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    size = resident(process.pid)
    process.kill()
    process.wait()
    return size
