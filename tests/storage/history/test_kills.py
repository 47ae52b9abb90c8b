"""kill -9 at any moment: what is in the CSV files is in the history after the next start."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

from semtui.storage.history.csvrows import Mark, logs_in, unread
from semtui.storage.history.samples import Row
from tests.storage.history.bench import Bench, assert_roll_ups_are_true

KILLS = 12
LIFE = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.storage.history.bench import Bench, START

bench = Bench(Path(sys.argv[1]))
begin = START + timedelta(days=int(sys.argv[2]))
print("ready", flush=True)
number = 0
while True:
    bench.poll(number, at=begin + timedelta(seconds=3 * number))
    number += 1
    if number % 7 == 0:
        bench.slot(number, "1.0")
        bench.store.flush()
"""


def in_the_logs(folder: Path) -> list[Row]:
    return sorted(
        row for path in logs_in(folder) for piece in unread(path, Mark()) for row in piece.rows
    )


def test_whenever_it_is_killed_the_history_catches_up(tmp_path: Path) -> None:
    chance = random.Random(1)
    committed = 0
    for number in range(KILLS):
        command = [sys.executable, "-c", LIFE, str(tmp_path), str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as life:
            assert life.stdout is not None
            assert life.stdout.readline() == b"ready\n"
            try:
                life.wait(chance.uniform(0.0, 0.25))
            except subprocess.TimeoutExpired:
                life.send_signal(signal.SIGKILL)
            assert life.wait() == -signal.SIGKILL
        bench = Bench(tmp_path)
        if bench.path.exists() and bench.reader.span() is not None:
            committed += len(bench.rows())
        bench.store.flush()
        assert bench.rows("SELECT * FROM samples ORDER BY at") == in_the_logs(tmp_path)
        assert bench.rows("PRAGMA integrity_check") == [("ok",)]
        assert bench.notices == []
        bench.end()
    assert committed > 0
    assert_roll_ups_are_true(bench)
