"""How much one client may take: time for a request, bytes of it, connections at once.

A phone that walks out of the house leaves its connection half open; a client
that sends its headers a byte a minute holds one for ever. Both are ended here.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""From the connection, or the end of the answer before, to the last byte of a request's head."""
SEND_SECONDS = 30.0
"""How long a client may take none of what it is sent."""
MOST_CONNECTIONS = 100
MOST_HEADER_BYTES = 16 << 10


class TimedProtocol(H11Protocol):
    """A connection that is closed when its request does not come, or when there are too many."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or close it at once when there is no room."""
        super().connection_made(transport)
        self._overdue = self.loop.call_later(REQUEST_SECONDS, self._close_idle)
        self._stalled: asyncio.TimerHandle | None = None
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._overdue.cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Give the next request its time."""
        super().on_response_complete()
        self._overdue.cancel()
        self._overdue = self.loop.call_later(REQUEST_SECONDS, self._close_idle)

    def pause_writing(self) -> None:
        """The client does not take what it is sent: it has a while to go on."""
        super().pause_writing()
        self._stalled = self.loop.call_later(SEND_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It took something."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _close_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


def keep_alive(listener: socket.socket) -> None:
    """Have the kernel find out when the other end has vanished; accepted sockets inherit it."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options: Mapping[str, int] = {
        "TCP_KEEPIDLE": 30,
        "TCP_KEEPINTVL": 10,
        "TCP_KEEPCNT": 3,
        "TCP_USER_TIMEOUT": 60_000,
    }
    for name, value in options.items():
        if hasattr(socket, name):
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
