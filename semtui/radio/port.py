"""The byte stream to a Wi-SUN module: what the engine needs of any port, and the real one."""

from __future__ import annotations

import contextlib
import io
import select
import socket
import termios
import threading
import time
from typing import Protocol

import serial

from semtui.radio.port_faults import lost_fault, open_fault
from semtui.radio.port_list import PortCandidate, list_ports

__all__ = ["READ_LIMIT", "Port", "PortCandidate", "SerialPort", "list_ports"]

READ_LIMIT = 0.25
"""Seconds that the thread which owns the port may block at the most."""

_CHUNK = 4096
_POLL_STEP = 0.02
"""Seconds between two looks at a port that cannot be selected on."""
_KEEPALIVE = {
    "TCP_KEEPIDLE": 15,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 30_000,
}
"""A network port whose host lost its power without a word is given up after half a minute: the
first three are for a connection that is silent, the last for bytes that nobody acknowledges.
By name, since not every system has them all."""
_FAILURES = (OSError, termios.error, TypeError, ValueError)
"""What pyserial raises, besides its own exception, which is an OSError: termios.error from
tcgetattr and tcflush, TypeError when its descriptor is gone, ValueError for a URL or rate."""


class Port(Protocol):
    """An open byte stream to a module. All but `wake` belong to one thread."""

    @property
    def name(self) -> str:
        """What to call it in sentences: a device path or a URL."""
        ...

    def read(self, timeout: float) -> bytes:
        """Return what has come, waiting at most `timeout` seconds (the port may wait less).

        Empty when nothing came or `wake` was called. Raises `PortError` when
        the port has gone.
        """
        ...

    def write(self, data: bytes) -> None:
        """Write all of `data`; raises `PortError` when the port has gone."""
        ...

    def wake(self) -> None:
        """End a `read` that is waiting in another thread."""
        ...

    def close(self) -> None:
        """Close it; never raises, and may be called twice."""
        ...


class SerialPort:
    """A `Port` on anything that pyserial opens, held for this process alone."""

    def __init__(self, url: str, baud: int = 115200) -> None:
        """Open `url` (a device path, `socket://`, `rfc2217://` ...) at `baud` 8N1.

        Raises PortError with the likely reason. What had come before is dropped.
        A host on the network that does not answer takes five seconds to be given up:
        see `semtui.radio.port_opening`.
        """
        self._url = url
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)
        try:
            self._serial = serial.serial_for_url(url, baudrate=baud, exclusive=True, timeout=0)
            self._descriptor = _descriptor(self._serial)
            if self._descriptor is not None:
                self._serial.write_timeout = READ_LIMIT
            self._connection: socket.socket | None = getattr(self._serial, "_socket", None)
            if self._connection is not None:
                _keep_alive(self._connection)
                if self._descriptor is None:
                    # pyserial leaves the five seconds that a connection may take to all it sends.
                    self._connection.settimeout(READ_LIMIT)
        except _FAILURES as error:
            self._wake_reader.close()
            self._wake_writer.close()
            raise open_fault(url, error) from error

    @property
    def name(self) -> str:
        """The device path or URL it was opened with."""
        return self._url

    def read(self, timeout: float) -> bytes:
        """Return all that has come, after at most `timeout` or 0.25 seconds, whichever is less.

        Empty when nothing came or `wake` was called. Raises PortError (LOST).
        """
        patience = min(max(timeout, 0.0), READ_LIMIT)
        try:
            if self._descriptor is None:
                return self._poll(patience)
            waker = self._wake_reader.fileno()
            ready, _writable, _broken = select.select([self._descriptor, waker], [], [], patience)
            if waker in ready:
                self._drain_wakes()
            if self._descriptor not in ready:
                return b""
            return bytes(self._serial.read(_CHUNK))
        except _FAILURES as error:
            raise lost_fault(self._url) from error

    def write(self, data: bytes) -> None:
        """Write all of `data`; raises PortError (LOST) when that takes over 0.25 s or fails."""
        try:
            self._serial.write(data)
        except _FAILURES as error:
            raise lost_fault(self._url) from error

    def wake(self) -> None:
        """End a `read` that waits in another thread."""
        # A full pipe means that a wake-up is on its way; a closed one, that nobody reads.
        with contextlib.suppress(OSError):
            self._wake_writer.send(b"\0")

    def close(self) -> None:
        """Close it and let others open it; never raises."""
        if self._connection is None:
            self._shut()
        else:
            # pyserial sleeps for 0.3 s and more behind a connection that it closes.
            threading.Thread(target=self._shut, daemon=True).start()
        self._descriptor = None
        self._wake_reader.close()
        self._wake_writer.close()

    def _shut(self) -> None:
        with contextlib.suppress(*_FAILURES):
            self._serial.close()
        if self._connection is not None:
            # pyserial leaves it open where the other end has gone first.
            self._connection.close()

    def _poll(self, patience: float) -> bytes:
        """Wait where there is nothing to select on; rfc2217:// has a queue in place of a file."""
        end = time.monotonic() + patience
        while not (waiting := self._serial.in_waiting):
            left = end - time.monotonic()
            if left <= 0:
                return b""
            woken, _writable, _broken = select.select(
                [self._wake_reader], [], [], min(left, _POLL_STEP)
            )
            if woken:
                self._drain_wakes()
                return b""
        return bytes(self._serial.read(waiting))

    def _drain_wakes(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while len(self._wake_reader.recv(_CHUNK)) == _CHUNK:
                pass


def _keep_alive(connection: socket.socket) -> None:
    """Have the system find out when the other end has gone without saying so."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _descriptor(port: serial.Serial) -> int | None:
    """Return what to select on; None for rfc2217:// and loop://, which keep a queue."""
    try:
        return int(port.fileno())
    except io.UnsupportedOperation:
        return None
