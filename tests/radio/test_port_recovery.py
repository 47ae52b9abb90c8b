"""An engine reads through a bridge on the network, whatever becomes of the bridge."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from semtui.clock import SystemClock
from semtui.config import PollSettings, PortSettings, Settings
from semtui.engine import Engine
from semtui.errors import PortError, PortReason
from semtui.model import (
    LinkSnapshot,
    LinkState,
    Reading,
    ReadingStatus,
    Update,
)
from semtui.radio.port import READ_LIMIT, Port, SerialPort
from semtui.radio.port_opening import PortOpening, may_take_long
from semtui.station import serial_port
from tests.radio.bridge import Bridge
from tests.simulation import CREDENTIALS

PATIENCE = 40.0

# pyserial's client still calls what Python has renamed.
pytestmark = pytest.mark.filterwarnings(
    "ignore:set(Daemon|Name)\\(\\) is deprecated:DeprecationWarning"
)


class Running:
    """An engine in its thread, and what it has said."""

    def __init__(self, url: str) -> None:
        base = Settings()
        settings = dataclasses.replace(
            base,
            port=PortSettings(url=url),
            poll=PollSettings(interval=1.0, answer_timeout=3.0),
            link=dataclasses.replace(base.link, reopen_seconds=0.2, backoff=(1.0,), deaf_after=3),
        )
        self.engine = Engine(
            open_port=serial_port(settings),
            credentials=CREDENTIALS,
            settings=settings,
            clock=SystemClock(),
            seed=1,
        )
        self.stop = threading.Event()
        self._said = threading.Condition()
        self.updates: list[Update] = []
        self._thread = threading.Thread(target=self.engine.run, args=(self.stop, self._publish))
        self._thread.start()

    def _publish(self, update: Update) -> None:
        with self._said:
            self.updates.append(update)
            self._said.notify()

    def wait(self, holds: Callable[[Update], bool], *, after: int = 0) -> Update:
        """Wait for an update past the first `after` ones for which `holds`."""
        found: list[Update] = []
        with self._said:
            came = self._said.wait_for(
                lambda: found.extend(filter(holds, self.updates[after:])) or found, PATIENCE
            )
            assert came, self.updates[-25:]
        return found[0]

    def end(self) -> float:
        """Stop; return how many seconds that took."""
        begin = time.monotonic()
        self.stop.set()
        self.engine.wake()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return time.monotonic() - begin


def reading(update: Update) -> bool:
    return isinstance(update, Reading) and update.status is ReadingStatus.OK


def backoff(update: Update) -> bool:
    return isinstance(update, LinkSnapshot) and update.state is LinkState.BACKOFF


@pytest.fixture
def engine_on() -> Iterator[Callable[[str], Running]]:
    running: list[Running] = []

    def start(url: str) -> Running:
        running.append(Running(url))
        return running[-1]

    yield start
    for each in running:
        each.end()


@pytest.mark.parametrize("rfc2217", [False, True], ids=["raw", "rfc2217"])
def test_a_bridge_that_dies_in_mid_payload_and_comes_back(
    engine_on: Callable[[str], Running], rfc2217: bool
) -> None:
    with Bridge(rfc2217=rfc2217) as bridge:
        it = engine_on(bridge.url)
        assert it.wait(reading).watts == 668  # type: ignore[union-attr]
        bridge.die_in_payload.set()
        assert bridge.dead.wait(PATIENCE)
        seen = len(it.updates)
        it.wait(backoff, after=seen - 1)
        bridge.back.set()
        assert it.wait(reading, after=seen).watts == 668  # type: ignore[union-attr]
        it.end()


def test_a_bridge_that_falls_silent_and_is_restarted(engine_on: Callable[[str], Running]) -> None:
    with Bridge() as bridge:
        it = engine_on(bridge.url)
        it.wait(reading)
        bridge.fall_silent.set()
        assert bridge.silent.wait(PATIENCE)
        bridge.die.set()
        assert bridge.dead.wait(PATIENCE)
        seen = len(it.updates)
        bridge.silent.clear()
        bridge.back.set()
        it.wait(reading, after=seen)
        it.end()


def test_nobody_listens_yet(engine_on: Callable[[str], Running]) -> None:
    with Bridge() as bridge:
        it = engine_on(bridge.url)
        it.wait(reading)
        bridge.die_in_payload.set()
        assert bridge.dead.wait(PATIENCE)
        refused = it.wait(lambda update: "Connection refused" in repr(update))
        assert "cannot be reached" in repr(refused)
        seen = len(it.updates)
        bridge.back.set()
        it.wait(reading, after=seen)
        it.end()


def test_a_name_that_nobody_knows_is_a_sentence(engine_on: Callable[[str], Running]) -> None:
    it = engine_on("socket://no-such-host.invalid:4000")
    told = it.wait(lambda update: "cannot be reached" in repr(update))
    assert "See whether host and port are right" in repr(told)
    assert "Errno" not in repr(told)


def full_server() -> tuple[socket.socket, list[socket.socket]]:
    """A server whose queue is full: who connects now hears nothing."""
    server = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    for _each in range(3):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(server.getsockname())
        waiting.append(client)
    return server, waiting


def test_a_host_that_does_not_answer_holds_up_nothing() -> None:
    server, waiting = full_server()
    it = Running(f"socket://127.0.0.1:{server.getsockname()[1]}")
    it.wait(lambda update: isinstance(update, LinkSnapshot))
    # pyserial would wait five seconds; a stop is not to.
    assert it.end() < 5 * READ_LIMIT
    for each in (server, *waiting):
        each.close()


class Silent:
    """A port that tells whether it was closed."""

    name = "silent"

    def __init__(self) -> None:
        self.closed = threading.Event()

    def read(self, timeout: float) -> bytes:
        return b""

    def write(self, data: bytes) -> None: ...

    def wake(self) -> None: ...

    def close(self) -> None:
        self.closed.set()


def test_a_port_that_opens_when_nobody_wants_it_any_more_is_closed() -> None:
    port, may_open, done = Silent(), threading.Event(), threading.Event()

    def open_port() -> Port:
        assert may_open.wait(PATIENCE)
        return port

    opening = PortOpening(open_port)
    opening.start(done.set)
    assert opening.take() is None
    opening.abandon()
    may_open.set()
    assert done.wait(PATIENCE)
    assert port.closed.is_set()
    assert opening.take() is None


def test_a_port_that_is_open_and_abandoned_is_closed() -> None:
    port, done = Silent(), threading.Event()
    opening = PortOpening(lambda: port)
    opening.start(done.set)
    assert done.wait(PATIENCE)
    opening.abandon()
    assert port.closed.is_set()


def test_a_port_that_is_taken_is_the_caller_s() -> None:
    port, done = Silent(), threading.Event()
    opening = PortOpening(lambda: port)
    opening.start(done.set)
    assert done.wait(PATIENCE)
    assert opening.take() is port
    opening.abandon()
    assert not port.closed.is_set()


def test_a_fault_is_told_to_whoever_takes() -> None:
    def open_port() -> Port:
        raise PortError(PortReason.UNREACHABLE, "no")

    done = threading.Event()
    opening = PortOpening(open_port)
    opening.start(done.set)
    assert done.wait(PATIENCE)
    with pytest.raises(PortError):
        opening.take()


@pytest.mark.parametrize(
    ("url", "long"),
    [("socket://a:1", True), ("RFC2217://a:1", True), ("loop://", False), ("/dev/ttyUSB0", False)],
)
def test_only_the_network_takes_long(url: str, long: bool) -> None:
    assert may_take_long(url) == long


def test_a_connection_is_kept_alive_and_closed_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}")
        peer, _address = server.accept()
        connection = port._connection
        assert connection is not None
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 15
        begin = time.monotonic()
        port.close()
        assert time.monotonic() - begin < READ_LIMIT
        with peer:
            peer.settimeout(PATIENCE)
            assert peer.recv(1) == b""
