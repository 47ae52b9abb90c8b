"""Closing the log while another thread sits in a write that does not end."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from semtui.clock import VirtualClock
from semtui.storage.csvlog import CsvLog
from tests.simulation import Simulation, readings


def test_closing_does_not_wait_for_a_card_that_has_died(tmp_path: Path) -> None:
    entered, released = threading.Event(), threading.Event()

    def write(descriptor: int, data: bytes) -> int:
        entered.set()
        released.wait(60)
        return os.write(descriptor, data)

    it = Simulation()
    it.run(until=readings(2))
    first = it.updates
    log = CsvLog(tmp_path, VirtualClock(), lambda _update: None, write=write)
    radio = threading.Thread(target=lambda: [log.handle(update) for update in first])
    radio.start()
    assert entered.wait(60)
    log.close()
    assert not released.is_set()
    released.set()
    radio.join(60)
    (path,) = tmp_path.glob("power-*.csv")
    assert len(path.read_text().splitlines()) == 3
