"""How much one client may take: time for a request, bytes of it, connections at once.

A phone that walks out of the house leaves its connection half open; a client
that sends its headers a byte a minute holds one for ever. Both are ended here.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
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
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._overdue.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Give the next request its time."""
        super().on_response_complete()
        self._overdue.cancel()
        self._overdue = self.loop.call_later(REQUEST_SECONDS, self._close_idle)

    def _close_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


class Patience:
    """Middleware: no body is read, and a client that takes nothing is dropped."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_in_time(message: Message) -> None:
            await _within(send(message))

        await self._app(scope, receive, send_in_time if scope["type"] == "http" else send)


async def _within(sending: Awaitable[None]) -> None:
    try:
        await asyncio.wait_for(sending, SEND_SECONDS)
    except TimeoutError:
        raise ClientGoneError from None


class ClientGoneError(OSError):
    """A client has stopped taking what it is sent; starlette ends its answer at an OSError."""


def keep_alive(listener: socket.socket) -> None:
    """Have the kernel find out when the other end has vanished; accepted sockets inherit it."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options: MutableMapping[str, Any] = {
        "TCP_KEEPIDLE": 30,
        "TCP_KEEPINTVL": 10,
        "TCP_KEEPCNT": 3,
        "TCP_USER_TIMEOUT": 60_000,
    }
    for name, value in options.items():
        if hasattr(socket, name):
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
