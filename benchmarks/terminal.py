"""Bytes a second from the dashboard to its terminal, and what is painted when nothing changes."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.figures import Figure
from benchmarks.processes import Piece, Watched, houses, painted, pump_for

WINDOWS = 3
SECONDS = 60.0
SETTLING = 20.0
QUIET_SECONDS = 30.0
QUIET_SETTLING = 70.0
"""The age of the session is shown in seconds at first, then in minutes."""
STATUS_ROW = 1
"""Here the age of the last reading is shown, which cannot be switched off."""
AIMS = {(80, 24): 600.0, (120, 36): 1200.0}
LINK_KEY = "2"


def measure() -> Iterator[Figure]:
    """Live screens, then screens on which nothing happens."""
    yield from _live()
    yield from _quiet()


def _live() -> Iterator[Figure]:
    """All screens at once, each on an emulator of its own."""
    kinds = ("dashboard, new", "dashboard, after 24 h", "link")
    wanted = [(kind, size) for kind in kinds for size in AIMS]
    with houses(len(wanted)) as places, ExitStack() as stack:
        programs: list[Watched] = []
        for (kind, size), (home, port, _pid) in zip(wanted, places, strict=True):
            module, arguments = "semtui", ("--port", port)
            if kind.endswith("h"):
                module, arguments = "benchmarks.aged", (port, "24")
            programs.append(stack.enter_context(Watched(home, module, *arguments, size=size)))
        for program in programs:
            program.read_until("READY")
        for (kind, _size), program in zip(wanted, programs, strict=True):
            if kind == "link":
                program.keys(LINK_KEY)
        pump_for(programs, SETTLING)
        rates: list[list[float]] = [[] for _ in programs]
        for _ in range(WINDOWS):
            before = [len(program.output) for program in programs]
            pump_for(programs, SECONDS)
            for rate, program, old in zip(rates, programs, before, strict=True):
                rate.append((len(program.output) - old) / SECONDS)
    for (kind, size), rate in zip(wanted, rates, strict=True):
        yield Figure(
            f"terminal, {kind}, {size[0]}x{size[1]}, a reading each 3 s, {SECONDS:.0f} s",
            rate,
            "B/s",
            aim=AIMS[size],
        )


def _quiet() -> Iterator[Figure]:
    """An hour to the next poll, and then an emulator that is stopped altogether."""
    with houses(len(AIMS)) as places, ExitStack() as stack:
        programs = [
            stack.enter_context(
                Watched(
                    home,
                    "semtui",
                    "--port",
                    port,
                    size=size,
                    variables={
                        "SEMTUI_POLL_INTERVAL": "3600",
                        "SEMTUI_POLL_ENERGY_INTERVAL": "86400",
                    },
                )
            )
            for size, (home, port, _pid) in zip(AIMS, places, strict=True)
        ]
        for program in programs:
            program.read_until("READY")
        pump_for(programs, QUIET_SETTLING)
        for _home, _port, pid in places:
            os.kill(pid, signal.SIGSTOP)
        pump_for(programs, 2.0)
        before = [len(program.output) for program in programs]
        pump_for(programs, QUIET_SECONDS)
        for size, program, old in zip(AIMS, programs, before, strict=True):
            pieces = painted(bytes(program.output[old:]))
            where = f"terminal, nothing changes, {size[0]}x{size[1]}, {QUIET_SECONDS:.0f} s"
            yield Figure(
                f"{where}, with the age of the reading",
                [float(len(program.output) - old)],
                "B in all",
                note=_summary(pieces),
            )
            yield Figure(
                f"{where}, but the status line",
                [float(sum(piece.size for piece in pieces if piece.row != STATUS_ROW))],
                "B in all",
                aim=0,
            )


def _summary(pieces: list[Piece]) -> str:
    """The places that were written to, the costliest first, with the last text there."""
    size, times, texts = Counter[tuple[int, int]](), Counter[tuple[int, int]](), {}
    for piece in pieces:
        place = piece.row, piece.column
        size[place] += piece.size
        times[place] += 1
        texts[place] = piece.text
    return "\n".join(
        f"{size[place]} B in {times[place]} writes at row {place[0]}, column {place[1]}: {text}"
        for place, text in ((place, texts[place]) for place, _bytes in size.most_common(5))
    )
