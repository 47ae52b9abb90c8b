"""The server's thread: started and stopped while the rest runs, and missed by nobody.

The port is bound before the thread begins, so that what is wrong with it is
said where the server was asked for. Whatever happens in the thread stays in it.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading
from collections.abc import Callable

import uvicorn

from semtui.errors import ConfigError, system_says
from semtui.i18n import _
from semtui.web.access import Address
from semtui.web.application import WebView
from semtui.web.limits import MOST_HEADER_BYTES, TimedProtocol, keep_alive

STOP_SECONDS = 3.0


class _Server(uvicorn.Server):
    """Lets nobody keep a connection open behind the end: uvicorn leaves those that outlast its
    patience to chance."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)  # in which the connections are lost


class Server:
    """Serves a `WebView` at an address, from `start` to `stop`."""

    def __init__(
        self, view: WebView, address: Address, died: Callable[[BaseException | None], None]
    ) -> None:
        """Bind the port; raises ConfigError. `died` is called, in the server's thread, when it
        ends without having been asked to."""
        self._view = view
        self._socket = bind(address)
        host, port = self._socket.getsockname()[:2]
        self.address = Address(host, port)
        self._died = died
        self._stopping = False
        # The thread of uvicorn must not print over the dashboard.
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
        self._server = _Server(
            uvicorn.Config(
                view.app,
                http=TimedProtocol,
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                h11_max_incomplete_event_size=MOST_HEADER_BYTES,
                timeout_keep_alive=10,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether it answers."""
        return self._thread.is_alive() and self._server.started

    @property
    def clients(self) -> int:
        """Pages that are open now: those that listen to the events."""
        return self._view.feed.clients

    def start(self) -> None:
        """Begin to answer; call it once."""
        self._thread.start()

    def stop(self) -> None:
        """End all answers and give the port back, within a few seconds; may be called twice."""
        self._stopping = True
        self._server.should_exit = True
        self._view.feed.end_soon()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        self._socket.close()

    def _run(self) -> None:
        failure: BaseException | None = None
        try:
            self._server.run(sockets=[self._socket])
        except (Exception, SystemExit) as error:
            # Told to the user by `died`: the readings go on without the page.
            failure = error
        if not self._stopping:
            self._view.feed.end_soon()
            self._socket.close()
            self._died(failure)


def bind(address: Address) -> socket.socket:
    """Return a socket that listens at `address`; raises ConfigError."""
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ConfigError(
            _("The web view cannot be served at {address}.").format(address=address),
            system_says(error),
            _("Give an address of this machine, as in --http 127.0.0.1:3610, or a port alone."),
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keep_alive(listener)
        listener.bind((address.host, address.port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        busy = error.errno == errno.EADDRINUSE
        why = _("Another program listens there, perhaps another semtui.") if busy else ""
        raise _cannot(address, why or system_says(error)) from error
    return listener


def _cannot(address: Address, detail: str) -> ConfigError:
    return ConfigError(
        _("The web view cannot be served at {address}.").format(address=address),
        detail,
        _("Choose another port, as in --http 3611."),
    )
