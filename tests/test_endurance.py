"""A thousand links one after another: memory stays flat, and no thread or descriptor is left."""

from __future__ import annotations

import gc
import os
import pty
import threading
import tracemalloc
import tty

from semtui.emulator.options import EmulatorOptions
from semtui.model import LinkSnapshot, LinkState, Update
from semtui.radio.port import SerialPort
from tests.simulation import Simulation

CYCLES = 1000
GROWTH = 300_000
"""Bytes that may be there more at the end than after a tenth of the cycles."""


class Cycles(Simulation):
    """Ends each session shortly after it stands, and keeps nothing of what is said."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.count = 0
        self.early = 0

    def take(self, update: Update) -> bool:
        self.updates.clear()
        self.remembered.clear()
        if isinstance(update, LinkSnapshot):
            self.updates.append(update)
            if update.state is LinkState.READY and not self.actions:
                self.count += 1
                end = self.emulator.meter.end_session
                if self.count % 10 == 0:
                    end = self.emulator.module.reboot
                self.at(self.clock.monotonic() + 4, end)
        if self.count == CYCLES // 10 and not self.early:
            gc.collect()
            self.early = tracemalloc.get_traced_memory()[0]
        return self.count >= CYCLES


def test_a_thousand_sessions_leave_nothing_behind() -> None:
    threads = set(threading.enumerate())
    # The emulator keeps each session's timers for its lifetime: a short one, so that they go.
    it = Cycles(EmulatorOptions(lifetime=60))
    tracemalloc.start()
    try:
        it.run(until=it.take, limit=1e6)
        gc.collect()
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert late - it.early < GROWTH
    assert set(threading.enumerate()) <= threads


def test_opening_a_port_again_and_again_leaves_no_descriptor() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    before = len(os.listdir("/proc/self/fd"))
    for number in range(200):
        port = SerialPort(path)
        if number % 2:
            port.wake()
            port.read(0.0)
        port.close()
    assert len(os.listdir("/proc/self/fd")) == before
    os.close(slave)
    os.close(master)
