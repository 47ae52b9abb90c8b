"""From the start of a program to its first watt, semtui beside momonga, on the same emulator.

Each in a process of its own on a pseudo-terminal at a real radio's speed.
Cold is a start that has to scan; cached is one that remembers the PAN, which
momonga 0.7.0 never does: its every start scans.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.processes import houses, user_environment
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID
from tests.programs import COMMAND, PATIENCE

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
            cold.append(_first_watt(home, log))
            cached.append(_first_watt(home, log))
            peer.append(_first_watt(home, other))
    said = "s momonga 0.7.0 (always scans)"
    yield Figure("start to the first watt, cold (with a scan)", cold, "s", peer, said)
    yield Figure("start to the first watt, with a remembered PAN", cached, "s", peer, said)


def _first_watt(home: Path, command: Sequence[str]) -> float:
    """Seconds from the start of a program to the first line that it prints."""
    began = time.monotonic()
    with subprocess.Popen(
        command,
        env=user_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        taken = time.monotonic() - began
        _rest, talk = process.communicate(timeout=PATIENCE)
    if " W" not in line:
        raise SystemExit(f"no watts came: {line}{talk}")
    return taken
