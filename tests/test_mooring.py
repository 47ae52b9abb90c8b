"""The engine's port: opened once, however often somebody asks."""

from __future__ import annotations

import threading

from semtui.clock import SystemClock
from semtui.emulator.options import EmulatorOptions
from semtui.model import Intent, LinkSnapshot, LinkState, Update
from semtui.mooring import Mooring
from semtui.radio.port import Port
from semtui.radio.port_opening import PortOpening
from tests.simulation import Simulation, state

PATIENCE = 40.0


def test_a_port_that_is_being_opened_is_not_opened_a_second_time() -> None:
    may_open, done, opened = threading.Event(), threading.Event(), []

    def open_port() -> Port:
        assert may_open.wait(PATIENCE)
        opened.append(None)
        return Simulation().port

    mooring = Mooring(lambda: PortOpening(open_port), SystemClock())
    assert mooring.open(done.set) is None
    assert mooring.open(done.set) is None
    may_open.set()
    assert done.wait(PATIENCE)
    assert mooring.follow() is not None
    assert len(opened) == 1
    assert mooring.is_open


def test_a_person_who_asks_twice_at_once_does_not_lose_the_port() -> None:
    it = Simulation(EmulatorOptions())
    it.port.vanish()
    opened: list[float] = []
    reopen = it.open_port

    def open_port() -> Port:
        port = reopen()
        opened.append(it.clock.monotonic())
        return port

    it.open_port = open_port

    def until(update: Update) -> bool:
        if isinstance(update, LinkSnapshot) and update.state is LinkState.BACKOFF and not opened:
            it.port.return_()
            it.engine.submit(Intent.RETRY)
            it.engine.submit(Intent.RETRY)
        return state(LinkState.READY)(update)

    it.run(until=until)
    assert len(opened) == 1
