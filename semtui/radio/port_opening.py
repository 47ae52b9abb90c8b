"""Opening a port that may keep one waiting: a host on the network, looked up and connected to.

pyserial gives a host five seconds, and the system may take longer over its
name, while the worker thread may block for a quarter of a second. So such a
port is opened in a thread of its own; the worker looks in until it is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from semtui.errors import PortError
from semtui.radio.port import Port


class PortOpener(Protocol):
    """Opens the configured port, or begins to; raises `PortError` with a reason."""

    def __call__(self) -> Port | PortOpening: ...


class PortOpening:
    """A port that is being opened in a thread of its own."""

    def __init__(self, open_port: Callable[[], Port]) -> None:
        """`open_port` raises nothing but PortError."""
        self._open_port = open_port
        self._lock = threading.Lock()
        self._port: Port | None = None
        self._error: PortError | None = None
        self._abandoned = False

    def start(self, done: Callable[[], None]) -> None:
        """Begin; `done` is called in the other thread when there is something to take."""
        threading.Thread(target=self._run, args=(done,), name="opening", daemon=True).start()

    def take(self) -> Port | None:
        """Return the open port, which is the caller's from now on, or None while it is not.

        Raises PortError when it cannot be opened.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            port, self._port = self._port, None
            return port

    def abandon(self) -> None:
        """Close the port as soon as it is open; nobody will take it."""
        with self._lock:
            self._abandoned = True
            port, self._port = self._port, None
        if port is not None:
            port.close()

    def _run(self, done: Callable[[], None]) -> None:
        try:
            port = self._open_port()
        except PortError as error:
            with self._lock:
                self._error = error
        else:
            with self._lock:
                wanted = not self._abandoned
                if wanted:
                    self._port = port
            if not wanted:
                port.close()
        done()


def may_take_long(url: str) -> bool:
    """Whether opening `url` means to wait for a host on the network."""
    return url.partition("://")[0].lower() in ("socket", "rfc2217")
