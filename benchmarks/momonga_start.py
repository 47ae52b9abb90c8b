"""From the start of a program to its first watt, semtui beside momonga, on the same emulator.

Each in a process of its own on a pseudo-terminal at a real radio's speed.
Cold is a start that has to scan; cached is one that remembers the PAN, which
momonga 0.7.0 never does: its every start scans.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.processes import first_line, houses
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID
from tests.programs import COMMAND

ROUNDS = 3
_MOMONGA = """
import sys, momonga
with momonga.Momonga(*sys.argv[1:]) as client:
    print(client.get_instantaneous_power(), "W", flush=True)
"""


def measure() -> Iterator[Figure]:
    """Alternate the two on one emulator; each start finds no session of the other."""
    cold, cached, peer = [], [], []
    with houses(1) as [(home, port, _pid)]:
        log = [*COMMAND, "log", "--count", "1", "--port", port]
        other = [sys.executable, "-c", _MOMONGA, DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD, port]
        for _round in range(ROUNDS):
            (home / ".local/state/semtui/pan.json").unlink(missing_ok=True)
            cold.append(first_line(home, log)[0])
            cached.append(first_line(home, log)[0])
            peer.append(first_line(home, other)[0])
    said = "s momonga 0.7.0 (always scans)"
    yield Figure(
        "start to the first watt, cold (with a scan)",
        cold,
        "s",
        peer,
        said,
        aim=1 / 2,
        aim_of_ratio=True,
    )
    yield Figure(
        "start to the first watt, with a remembered PAN",
        cached,
        "s",
        peer,
        said,
        aim=1 / 8,
        aim_of_ratio=True,
    )
