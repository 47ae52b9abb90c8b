"""The real port on a socket, a terminal server, and other things that are no device."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import serial
import serial.rfc2217

from semtui.errors import PortError, PortReason
from semtui.radio.port import _KEEPALIVE, READ_LIMIT, SerialPort
from semtui.radio.port_faults import open_fault
from tests.radio.test_port import collect, loss_of, reason_of


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_socket_is_a_port_too(server: socket.socket) -> None:
    port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}")
    module, _address = server.accept()
    with module:
        port.write(b"SKVER\r\n")
        assert module.recv(100) == b"SKVER\r\n"
        module.sendall(b"EVER 1.2.10\r\nOK\r\n" * 100)
        assert collect(port, 1700) == b"EVER 1.2.10\r\nOK\r\n" * 100
        port.wake()
        assert port.read(0.25) == b""
    assert loss_of(port).reason is PortReason.LOST
    port.close()


def test_a_socket_that_nobody_listens_on(server: socket.socket) -> None:
    number = server.getsockname()[1]
    server.close()
    reason, text = reason_of(f"socket://127.0.0.1:{number}")
    assert reason is PortReason.UNREACHABLE
    assert "Connection refused" in text


@pytest.mark.parametrize(
    "url",
    [
        "socket://",
        "socket://127.0.0.1",
        "SOCKET://127.0.0.1",
        "socket://127.0.0.1:",
        "socket://127.0.0.1:x",
        "socket://127.0.0.1:70000",
        "socket://[::1]",
        "socket://[",
        "rfc2217://127.0.0.1",
    ],
)
def test_a_url_without_a_port_number(url: str) -> None:
    reason, text = reason_of(url)
    assert reason is PortReason.NOT_FOUND
    assert f"{url} does not say which port number of the host is meant." in text
    assert "://HOST:PORT" in text
    assert "pyserial" not in text
    assert "The system says" not in text


@pytest.mark.filterwarnings("ignore:set(Daemon|Name)\\(\\) is deprecated:DeprecationWarning")
def test_a_plain_server_where_rfc2217_is_expected(server: socket.socket) -> None:
    reason, text = reason_of(f"rfc2217://127.0.0.1:{server.getsockname()[1]}")
    assert reason is PortReason.UNREACHABLE
    assert "RFC 2217" in text
    assert "write socket:// in place" in text
    assert "The system says" not in text


def test_a_host_that_does_not_answer() -> None:
    error = open_fault("socket://127.0.0.1:4000", timed_out())
    assert error.reason is PortReason.UNREACHABLE
    assert error.detail == "The system says: Connection timed out."


def timed_out() -> serial.SerialException:
    """What pyserial raises when it has waited for five seconds."""
    try:
        raise TimeoutError("timed out")
    except TimeoutError as error:
        failure = serial.SerialException(f"Could not open port socket://127.0.0.1:4000: {error}")
        failure.__context__ = error
        return failure


def test_an_unknown_kind_of_url() -> None:
    reason, text = reason_of("carrier-pigeon://coop")
    assert reason is PortReason.NOT_FOUND
    assert "socket://HOST:PORT" in text


def test_a_port_without_a_descriptor() -> None:
    port = SerialPort("loop://")
    port.write(b"OK\r\n")
    assert collect(port, 4) == b"OK\r\n"
    begin = time.monotonic()
    assert port.read(60.0) == b""
    assert READ_LIMIT - 0.01 <= time.monotonic() - begin < 2.0
    port.wake()
    begin = time.monotonic()
    assert port.read(60.0) == b""
    assert time.monotonic() - begin < READ_LIMIT
    port.close()
    with pytest.raises(PortError):
        port.read(0.0)


class Connection:
    """What pyserial's RFC 2217 server writes to."""

    def __init__(self, peer: socket.socket) -> None:
        self.peer = peer

    def write(self, data: bytes) -> None:
        self.peer.sendall(data)


def serve_rfc2217(server: socket.socket) -> None:
    """Be a terminal server whose port gives back what it gets, until the peer says QUIT."""
    peer, _address = server.accept()
    with peer, serial.serial_for_url("loop://", timeout=0) as line:
        manager = serial.rfc2217.PortManager(line, Connection(peer))  # type: ignore[arg-type]
        heard = b""
        while not heard.endswith(b"QUIT"):
            data = b"".join(manager.filter(peer.recv(1024)))
            heard += data
            peer.sendall(b"".join(manager.escape(data)))


# pyserial's client still calls what Python has renamed.
@pytest.mark.filterwarnings("ignore:set(Daemon|Name)\\(\\) is deprecated:DeprecationWarning")
def test_a_terminal_server_is_a_port_too(server: socket.socket) -> None:
    thread = threading.Thread(target=serve_rfc2217, args=(server,))
    thread.start()
    port = SerialPort(f"rfc2217://127.0.0.1:{server.getsockname()[1]}")
    every = bytes(range(256))
    port.write(every)
    assert collect(port, 256) == every
    port.write(b"QUIT")
    assert loss_of(port).reason is PortReason.LOST
    thread.join()
    port.close()


class Deaf(threading.Thread):
    """A terminal server that answers until the port is open, and then takes nothing more."""

    def __init__(self, server: socket.socket) -> None:
        super().__init__()
        self._server = server
        self.enough = threading.Event()
        self.end = threading.Event()
        self.start()

    def run(self) -> None:
        peer, _address = self._server.accept()
        # The port may be closed before it has heard all that the server tells of itself.
        with peer:
            with contextlib.suppress(OSError):
                self._answer(peer)
            self.end.wait()

    def _answer(self, peer: socket.socket) -> None:
        with serial.serial_for_url("loop://", timeout=0) as line:
            manager = serial.rfc2217.PortManager(line, Connection(peer))  # type: ignore[arg-type]
            peer.settimeout(0.05)
            while not self.enough.is_set():
                with contextlib.suppress(TimeoutError):
                    b"".join(manager.filter(peer.recv(1024)))


@pytest.mark.filterwarnings("ignore:set(Daemon|Name)\\(\\) is deprecated:DeprecationWarning")
@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_a_peer_that_takes_nothing_more_holds_a_write_for_a_quarter_second_at_most(
    server: socket.socket, scheme: str
) -> None:
    peer = Deaf(server)
    port = SerialPort(f"{scheme}://127.0.0.1:{server.getsockname()[1]}")
    peer.enough.set()
    begin = 0.0

    def fill() -> None:
        nonlocal begin
        for _write in range(10_000):
            begin = time.monotonic()
            port.write(bytes(65536))

    with pytest.raises(PortError) as caught:
        fill()
    last = time.monotonic() - begin
    assert caught.value.reason is PortReason.LOST
    assert READ_LIMIT - 0.01 <= last < 4 * READ_LIMIT
    port.close()
    peer.end.set()
    peer.join()


@pytest.mark.filterwarnings("ignore:set(Daemon|Name)\\(\\) is deprecated:DeprecationWarning")
@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_the_system_is_told_to_find_out_when_the_peer_has_gone(
    server: socket.socket, scheme: str
) -> None:
    peer = Deaf(server)
    port = SerialPort(f"{scheme}://127.0.0.1:{server.getsockname()[1]}")
    connection = port._connection
    assert connection is not None
    assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    for name, value in _KEEPALIVE.items():
        option = getattr(socket, name, None)
        if option is not None:
            assert connection.getsockopt(socket.IPPROTO_TCP, option) == value, name
    port.close()
    peer.enough.set()
    peer.end.set()
    peer.join()
