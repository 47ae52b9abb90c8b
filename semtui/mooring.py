"""The engine's port: none, one that is being opened elsewhere, or an open one."""

from __future__ import annotations

import threading
from collections.abc import Callable

from semtui.clock import Clock
from semtui.radio.port import READ_LIMIT, Port
from semtui.radio.port_opening import PortOpener, PortOpening


class Mooring:
    """Holds the port for the worker thread; `wake` alone is for other threads.

    All but `wake` and `close` raise PortError when the port has gone or cannot be opened.
    """

    def __init__(self, open_port: PortOpener, clock: Clock) -> None:
        self._open_port = open_port
        self._clock = clock
        self._port: Port | None = None
        self._opening: PortOpening | None = None
        self.wakeup = threading.Event()
        """Ends a wait while there is no port."""

    @property
    def is_open(self) -> bool:
        """Whether there is a port to write to."""
        return self._port is not None

    def open(self, wake: Callable[[], None]) -> str | None:
        """Open the port and return its name, or begin to; `wake` is called when it is there.

        One that is open, or being opened, is left as it is: a person may ask twice.
        """
        if self._port is not None or self._opening is not None:
            return None
        found = self._open_port()
        if isinstance(found, PortOpening):
            self._opening = found
            found.start(wake)
            return None
        return self._moored(found)

    def follow(self) -> str | None:
        """Take the port that is being opened elsewhere, and return its name, once it is there."""
        port = None if self._opening is None else self._opening.take()
        if port is None:
            return None
        self._opening = None
        return self._moored(port)

    def write(self, data: bytes) -> None:
        """Write to the open port."""
        if self._port is not None:
            self._port.write(data)

    def read(self, seconds: float) -> bytes:
        """Wait at most so long, or 0.25 seconds, and return what has come."""
        port = self._port
        if port is not None:
            return port.read(seconds)
        self._clock.wait(self.wakeup, min(seconds, READ_LIMIT))
        return b""

    def wake(self) -> None:
        """End a `read` that is waiting."""
        self.wakeup.set()
        port = self._port
        if port is not None:
            port.wake()

    def close(self) -> None:
        """Close the port, and one that is still being opened as soon as it is open."""
        port, self._port = self._port, None
        if port is not None:
            port.close()
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.abandon()

    def _moored(self, port: Port) -> str:
        self._port = port
        return port.name
