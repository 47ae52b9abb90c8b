"""The demo's other board: an emulated module on the same air, with a bench of its own."""

from __future__ import annotations

import threading
from dataclasses import replace

from semtui.clock import Clock
from semtui.emulator.bench import Emulator, build
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.port import EmulatedPort
from semtui.errors import PortError
from semtui.pingpong.session import BenchSession
from semtui.radio.pingpong.plan import BenchPlan, Role
from semtui.radio.port import Port

SPEED = 4.0
"""Of the emulated radio, so that the scans can be watched."""


class Partner:
    """Plays the other role in a thread of its own, until `stop`."""

    def __init__(self, plan: BenchPlan, clock: Clock, emulator: Emulator | None = None) -> None:
        """`plan` is the one of the board that wants a partner."""
        options = EmulatorOptions(speed=SPEED)
        self._emulator = emulator or build(options, clock, modules=2)
        role = plan.role.other
        self._stop = threading.Event()
        port = EmulatedPort(self._emulator, self._emulator.modules[1])
        count = plan.count if role is Role.DEVICE else None
        self._session = BenchSession(
            replace(plan, role=role, count=count, sizes=plan.sizes if count else plan.sizes[:1]),
            port.reopen,
            clock,
            lambda update: None,
        )
        self._thread = threading.Thread(target=self._run, name="partner", daemon=True)

    def open_port(self) -> Port:
        """Open the port of our own board."""
        return EmulatedPort(self._emulator, self._emulator.modules[0]).reopen()

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """End it, and wait for that."""
        self._stop.set()
        self._session.wake()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def _run(self) -> None:
        try:
            self._session.run(self._stop)
        except PortError:
            # Its port is in memory, and goes only with the emulator.
            return
