"""From the start of `semtui log` to the first watt, with a remembered PAN, beside the radio's time.

The radio's own part is read from the stamps of the serial line that the same
run shows with --verbose: SKJOIN to EVENT 25, and the request to its answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.processes import first_line, houses
from tests.programs import COMMAND

ROUNDS = 7
_LINE = re.compile(r"(\S+ \S+) ([<>]) (.*)")


def measure() -> Iterator[Figure]:
    """Scan once, then start anew several times on an emulator at a real radio's speed."""
    with houses(1) as [(home, port, _pid)]:
        _start(home, port)
        pairs = [_start(home, port) for _ in range(ROUNDS)]
    yield Figure(
        "cached start: `semtui log --count 1` to the first watt",
        [1000 * total for total, _radio in pairs],
        "ms",
        [1000 * radio for _total, radio in pairs],
        "ms emulator's join + answer",
        aim=1.2,
        aim_of_ratio=True,
    )
    yield Figure(
        "the same without the radio: the program's start, and the module's set-up",
        [1000 * (total - radio) for total, radio in pairs],
        "ms",
    )


def _start(home: Path, port: str) -> tuple[float, float]:
    """Seconds from the start to the first reading, and those that the radio took of them."""
    command = [*COMMAND, "log", "--count", "1", "--verbose", "--port", port]
    total, talk = first_line(home, command)
    return total, _radio_seconds(talk)


def _radio_seconds(talk: str) -> float:
    """The join, and the first request with its answer, by the stamps in `talk`."""
    stamps: dict[str, datetime] = {}
    for at, direction, text in _LINE.findall(talk):
        if direction == ">" and text.startswith("SKJOIN"):
            stamps["join"] = datetime.fromisoformat(at)
        elif direction == "<" and text.startswith("EVENT 25"):
            stamps["joined"] = datetime.fromisoformat(at)
        elif "joined" in stamps and direction == ">" and text.startswith("SKSENDTO"):
            stamps.setdefault("asked", datetime.fromisoformat(at))
        elif "asked" in stamps and " 0E1A 0E1A " in text and " 02880105FF01" not in text:
            answer = re.search(r"1081[0-9A-F]{4}02880105FF0172", text)
            if answer:
                stamps.setdefault("answered", datetime.fromisoformat(at))
    join = stamps["joined"] - stamps["join"]
    answer_time = stamps["answered"] - stamps["asked"]
    return (join + answer_time).total_seconds()
