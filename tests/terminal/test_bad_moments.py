"""Signals, and stops of the process, in each state of the link: `semtui log` on a real port."""

from __future__ import annotations

import json
import random
import select
import signal
import subprocess
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
import serial

from semtui.emulator.options import DEFAULT_PASSWORD, EmulatorOptions
from tests.emulator.test_pty import served
from tests.programs import COMMAND, PATIENCE, environment, set_up

TERM, HUP, INT = signal.SIGTERM, signal.SIGHUP, signal.SIGINT
REFUSED = "The meter refused the join"
WRONG_PASSWORD = "ZZZZZZZZZZZZ"
SLEEP = 2.5
"""Seconds for which a process is stopped: many polls long, and no measure of anything."""


class Log:
    """`semtui log --verbose --json` with what it says on both streams."""

    def __init__(self, home: Path, port: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "log", "--json", "--verbose", "--port", port],
            env=environment(home) | {"SEMTUI_POLL_INTERVAL": "0.2"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.talk = ""

    def hear(self, mark: str) -> None:
        """Read the talk until a line with `mark` has come."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.talk += line
            if mark in line:
                return
        raise AssertionError(f"{mark!r} never came:\n{self.talk}")

    def end(self) -> tuple[int, list[str]]:
        """Wait for the end; the exit code and what was printed."""
        said, talk = self.process.communicate(timeout=PATIENCE)
        self.talk += talk
        return self.process.returncode, said.splitlines()


def rows(home: Path) -> list[list[str]]:
    files = sorted((home / ".local/share/semtui").glob("power-*.csv"))
    found = [row.split(",") for file in files for row in file.read_text().splitlines()[1:]]
    assert all(len(row) == 6 for row in found)
    return found


@pytest.mark.parametrize(
    ("mark", "number"),
    [
        ("> SKVER", TERM),
        ("> SKVER", HUP),
        ("> SKSCAN", TERM),
        ("> SKSCAN", HUP),
        ("> SKJOIN", TERM),
        ("> SKJOIN", HUP),
        ("> SKJOIN", INT),
        ("EVENT 25", TERM),
        ("EVENT 25", HUP),
        ("> SKSENDTO", TERM),
        ("> SKSENDTO", HUP),
        ("EVENT 29", TERM),
        ("EVENT 29", HUP),
        (REFUSED, TERM),
        (REFUSED, HUP),
    ],
)
def test_a_signal_in_any_state_ends_what_stands(
    tmp_path: Path, mark: str, number: signal.Signals
) -> None:
    """In the start, the scan, the join, between a question and its answer, a renewal, a wait."""
    set_up(tmp_path, WRONG_PASSWORD if mark == REFUSED else DEFAULT_PASSWORD)
    options = EmulatorOptions(speed=20, lifetime=3)
    with served(options) as (port,):
        log = Log(tmp_path, port)
        log.hear(mark)
        log.process.send_signal(number)
        code, printed = log.end()
        serial.Serial(port, exclusive=True, timeout=0).close()
    assert code == 128 + number
    assert "Traceback" not in log.talk
    _before, _join, since = log.talk.partition("> SKJOIN")
    if "EVENT 25" in since:
        assert "> SKTERM" in since
        # The terminal may be gone after SIGHUP: then nothing more is said.
        assert "EVENT 27" in since or number == HUP
    assert [json.loads(line)["time"] for line in printed] == [row[0] for row in rows(tmp_path)]


def test_a_process_that_was_stopped_goes_on_without_a_burst(tmp_path: Path) -> None:
    """Ctrl-Z, or a container that is frozen: what was not polled is a gap and stays one."""
    set_up(tmp_path)
    with served(EmulatorOptions(speed=20)) as (port,):
        log = Log(tmp_path, port)
        log.hear("> SKJOIN")
        chance = random.Random(3)
        for _stop in range(2):
            for _line in range(chance.randrange(4, 9)):
                log.hear("> SKSENDTO")
            log.process.send_signal(signal.SIGSTOP)
            select.select([], [], [], SLEEP)
            log.process.send_signal(signal.SIGCONT)
            log.hear("> SKSENDTO")
        for _line in range(8):
            log.hear("> SKSENDTO")
        log.process.send_signal(TERM)
        code, printed = log.end()
    assert code == 128 + TERM
    found = rows(tmp_path)
    assert [json.loads(line)["time"] for line in printed] == [row[0] for row in found]
    times = [datetime.fromisoformat(row[0]) for row in found]
    assert times == sorted(set(times))
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    assert sum(gap > SLEEP / 2 for gap in gaps) == 2
    # No poll is made up for: two are never closer than the grid and the answer's own time allow.
    assert len(found) <= sum(gap < SLEEP / 2 for gap in gaps) + 3
    assert [row[5] for row in found].count("ok") >= len(found) - 4
