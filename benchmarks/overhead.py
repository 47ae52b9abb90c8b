"""What the engine adds: from the last byte of an answer on the pty to the published reading."""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from statistics import median

from benchmarks.figures import Figure, percentile
from semtui.clock import SystemClock
from semtui.config import Settings
from semtui.emulator.bench import build
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID, EmulatorOptions
from semtui.engine import Engine
from semtui.model import Credentials, Reading, ReadingStatus, Update
from semtui.radio.port import SerialPort

ROUNDS = 2
READINGS = 60
"""In a round: the engine asks no more often than about once a second, whatever it is told."""
SPEED = 50.0
"""Of the emulated radio: what is measured begins when it has answered."""

PATIENCE = 150.0
"""Seconds after which a round that has not ended is given up."""


def measure() -> Iterator[Figure]:
    """Run an engine on the slave side, a module on the master side, and compare stamps."""
    rounds = [_round() for _ in range(ROUNDS)]
    floors = [_hops() for _ in range(ROUNDS)]
    name = "engine overhead, last byte of ERXUDP to Reading"
    yield Figure(
        f"{name}, median of {READINGS}",
        [median(delays) for delays in rounds],
        "ms",
        [median(delays) for delays in floors],
        "ms select + read on the pty, median",
        aim=3,
    )
    yield Figure(
        f"{name}, p99 of {ROUNDS * READINGS}",
        [percentile(list(chain.from_iterable(rounds)), 0.99)],
        "ms",
        [percentile(list(chain.from_iterable(floors)), 0.99)],
        "ms select + read on the pty, p99",
        aim=3,
    )


class _Module(threading.Thread):
    """An emulated module on the master side of a pty; stamps each datagram that it prints."""

    def __init__(self, master: int) -> None:
        super().__init__(daemon=True)
        self._master = master
        self._clock = SystemClock()
        self._emulator = build(
            EmulatorOptions(display="hex", speed=SPEED, send_budget=3600.0), self._clock
        )
        self.ended = threading.Event()
        self.printed = 0.0

    def run(self) -> None:
        module, schedule = self._emulator.module, self._emulator.schedule
        while not self.ended.is_set():
            now = self._clock.monotonic()
            schedule.run_until(now)
            output = module.take_output()
            if b"ERXUDP" in output:
                # Only up to the end of the datagram; what follows must not delay it.
                end = output.index(b"\r\n", output.index(b"ERXUDP")) + 2
                stamp = time.perf_counter()
                os.write(self._master, output[:end])
                self.printed = stamp
                output = output[end:]
            if output:
                os.write(self._master, output)
            due = schedule.next_stamp()
            wait = 0.05 if due is None else min(0.05, max(0.0, due - now))
            if select.select([self._master], [], [], wait)[0]:
                module.receive(os.read(self._master, 4096), self._clock.monotonic())


def _round() -> list[float]:
    """Milliseconds of each of `READINGS` readings."""
    master, slave = os.openpty()
    tty.setraw(slave)
    module = _Module(master)
    settings = Settings()
    settings = replace(settings, poll=replace(settings.poll, interval=0.0))
    path = os.ttyname(slave)
    engine = Engine(
        open_port=lambda: SerialPort(path),
        credentials=Credentials(DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD),
        settings=settings,
        clock=SystemClock(),
    )
    stop = threading.Event()
    delays: list[float] = []

    def publish(update: Update) -> None:
        now = time.perf_counter()
        if isinstance(update, Reading) and update.status is ReadingStatus.OK:
            delays.append(1000 * (now - module.printed))
            if len(delays) == READINGS:
                stop.set()

    module.start()
    patience = threading.Timer(PATIENCE, stop.set)
    patience.start()
    engine.run(stop, publish)
    patience.cancel()
    module.ended.set()
    module.join()
    os.close(master)
    os.close(slave)
    if len(delays) < READINGS:
        raise SystemExit(f"only {len(delays)} of {READINGS} readings came in {PATIENCE:.0f} s")
    return delays


def _hops() -> list[float]:
    """Milliseconds for as many bytes over a pty to a thread that only selects and reads."""
    master, slave = os.openpty()
    tty.setraw(slave)
    delays: list[float] = []
    taken = threading.Semaphore(0)
    stamps: list[float] = []

    def take() -> None:
        for _ in range(READINGS):
            select.select([slave], [], [])
            os.read(slave, 4096)
            delays.append(1000 * (time.perf_counter() - stamps[-1]))
            taken.release()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    for _ in range(READINGS):
        time.sleep(0.002)
        stamps.append(time.perf_counter())
        os.write(master, b"x" * 150)
        taken.acquire()
    thread.join()
    os.close(master)
    os.close(slave)
    return delays
