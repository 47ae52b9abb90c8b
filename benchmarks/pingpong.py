"""Two benches on two ptys: our own share of a round trip, and exchanges a second without air."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Figure
from semtui.clock import SystemClock
from semtui.emulator.bench import build
from semtui.emulator.module import Module
from semtui.emulator.options import AirStyle, EmulatorOptions
from semtui.pingpong.session import BenchSession, BenchUpdate
from semtui.radio.pingpong.plan import BenchPlan, Role, Transport
from semtui.radio.pingpong.values import BenchStage, BenchState, Exchange, Outcome
from semtui.radio.port import SerialPort

ROUNDS = 3
EXCHANGES = 300
SEND_TIME = 0.010
"""Seconds on the air, each way."""
SCAN_SPEED = 1000.0
PATIENCE = 120.0


def measure() -> Iterator[Figure]:
    """Run the same exchanges with a known air time, and with none."""
    yield Figure(
        f"ping-pong, both boards' share of a round trip, median of {EXCHANGES}",
        [1000 * median(_round(Transport.UDP, SEND_TIME).shares) for _ in _times()],
        "ms",
        aim=2,
        note="beyond the time from SKSENDTO's last byte on one pty to ERXUDP on the other, twice",
    )
    for transport in (Transport.UDP, Transport.TCP):
        yield Figure(
            f"ping-pong over {transport.value.upper()}, exchanges a second at air time 0",
            [EXCHANGES / _round(transport, 0.0).seconds for _ in _times()],
            "/s",
            more_is_better=True,
        )


def _times() -> range:
    return range(ROUNDS)


@dataclass
class _Result:
    shares: list[float]
    """Seconds of each round trip in which nothing was on the air."""
    seconds: float
    """Of all exchanges together."""


class _Air(threading.Thread):
    """The emulator's loop on the master sides of two ptys."""

    def __init__(self, send_time: float) -> None:
        super().__init__(daemon=True)
        self._clock = SystemClock()
        air = AirStyle(send_time=(send_time * SCAN_SPEED,) * 2)
        options = EmulatorOptions(speed=SCAN_SPEED, send_budget=3600.0, air=air)
        self._emulator = build(options, self._clock, modules=2)
        self.ended = threading.Event()
        self.paths: list[str] = []
        self.flights: list[float] = []
        """Seconds of each datagram from the sender's line to the receiver's."""
        self._sent_at = 0.0
        self._by_master: dict[int, Module] = {}
        self._descriptors: list[int] = []
        for module in self._emulator.modules:
            master, slave = os.openpty()
            tty.setraw(slave)
            self._by_master[master] = module
            self._descriptors += [master, slave]
            self.paths.append(os.ttyname(slave))

    def run(self) -> None:
        schedule = self._emulator.schedule
        while not self.ended.is_set():
            now = self._clock.monotonic()
            schedule.run_until(now)
            for master, module in self._by_master.items():
                if output := module.take_output():
                    if b"ERXUDP" in output:
                        self.flights.append(self._clock.monotonic() - self._sent_at)
                    os.write(master, output)
            due = schedule.next_stamp()
            wait = 0.05 if due is None else min(0.05, max(0.0, due - self._clock.monotonic()))
            for master in select.select(list(self._by_master), [], [], wait)[0]:
                data, now = os.read(master, 4096), self._clock.monotonic()
                if b"SKSENDTO" in data:
                    self._sent_at = now
                self._by_master[master].receive(data, now)

    def close(self) -> None:
        self.ended.set()
        self.join()
        for descriptor in self._descriptors:
            os.close(descriptor)


def _round(transport: Transport, send_time: float) -> _Result:
    """Make all exchanges once."""
    air = _Air(send_time)
    air.start()
    waiting, stop = threading.Event(), threading.Event()
    answered: list[Exchange] = []

    def follow(update: BenchUpdate) -> None:
        if isinstance(update, BenchState) and update.stage is BenchStage.WAITING:
            waiting.set()

    def take(update: BenchUpdate) -> None:
        if isinstance(update, Exchange) and update.outcome is Outcome.ANSWERED:
            answered.append(update)

    clock = SystemClock()
    host = BenchSession(
        BenchPlan(role=Role.COORDINATOR), lambda: SerialPort(air.paths[1]), clock, follow
    )
    plan = BenchPlan(count=EXCHANGES, transport=transport)
    device = BenchSession(plan, lambda: SerialPort(air.paths[0]), clock, take)
    thread = threading.Thread(target=host.run, args=(stop,), daemon=True)
    thread.start()
    if not waiting.wait(PATIENCE):
        raise SystemExit("the coordinator did not come up")
    device.run(threading.Event())
    stop.set()
    host.wake()
    thread.join(PATIENCE)
    air.close()
    if len(answered) < EXCHANGES:
        raise SystemExit(f"only {len(answered)} of {EXCHANGES} exchanges were answered")
    trips = [each.round_trip or 0.0 for each in answered]
    there_and_back = zip(air.flights[::2], air.flights[1::2], strict=True)
    shares = [
        trip - there - back for trip, (there, back) in zip(trips, there_and_back, strict=False)
    ]
    return _Result(shares, answered[-1].ended - answered[0].ended + trips[0])
