"""kill -9 of the real `semtui log`: each line it has printed is a row of the file."""

from __future__ import annotations

import json
import os
import random
import select
import subprocess
from pathlib import Path

from semtui.storage.dayfile import HEADER, ROW
from tests.programs import COMMAND, PATIENCE, emulated, environment, set_up

KILLS = 20
MOST_LINES = 3
MOST_SECONDS = 0.4


def test_every_line_that_was_printed_is_a_row(tmp_path: Path) -> None:
    """Once an end is torn off as by a power cut, too; each start goes on in the same file."""
    chance = random.Random(9)
    set_up(tmp_path)
    folder = tmp_path / ".local/share/semtui"
    before: list[bytes] = []
    tears = 0
    with emulated(tmp_path, "--speed", "50") as (port, _process):
        for _kill in range(KILLS):
            printed = lines_until_killed(tmp_path, port, chance)
            rows = rows_of(folder)
            assert rows[: len(before)] == before
            times = [row.split(b",")[0].decode() for row in rows[len(before) :]]
            assert [json.loads(line)["time"] for line in printed] == times[: len(printed)]
            assert len(times) - len(printed) in (0, 1)
            if times and chance.random() < 0.4:
                path = max(folder.glob("power-*.csv"))
                os.truncate(path, path.stat().st_size - chance.randrange(2, 30))
                rows.pop()
                tears += 1
            before = rows
    assert len(before) > KILLS / 2
    assert tears
    assert all(ROW.fullmatch(row) for row in before)
    assert len(set(before)) == len(before)


def lines_until_killed(home: Path, port: str, chance: random.Random) -> list[str]:
    """Start it, kill it at some moment, and return the whole lines that it has printed."""
    # One in four is killed before it has said anything, in its start or its join.
    count = chance.choice((0, *range(1, MOST_LINES + 1)))
    seconds = chance.uniform(0, MOST_SECONDS)
    with subprocess.Popen(
        [*COMMAND, "log", "--json", "--port", port],
        env=environment(home) | {"SEMTUI_POLL_INTERVAL": "0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        said = b"".join(process.stdout.readline() for _line in range(count))
        select.select([process.stdout], [], [], seconds)
        process.kill()
        said += process.stdout.read()
        process.wait(PATIENCE)
    return said.decode().rpartition("\n")[0].splitlines()


def rows_of(folder: Path) -> list[bytes]:
    """The rows of all days in their order; a torn end counts for nothing."""
    rows: list[bytes] = []
    for path in sorted(folder.glob("power-*.csv")):
        header, _newline, text = path.read_bytes().partition(b"\n")
        assert header + b"\n" == HEADER
        rows += text.split(b"\n")[:-1]
    return rows
