"""A web view for the tests: what it knows, and a real server of it on a free port."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import httpx

from semtui.clock import VirtualClock
from semtui.config import Settings
from semtui.model import LinkSnapshot, LinkState, Reading, ReadingStatus, Update
from semtui.web.access import Address, Gate
from semtui.web.application import WebView
from semtui.web.live import Live
from semtui.web.server import Server

TOKEN = "a-token-of-the-tests-0123456789"


@dataclass
class Desk:
    """A running server and what stands behind it."""

    clock: VirtualClock
    live: Live
    view: WebView
    server: Server
    refusals: list[str] = field(default_factory=list)
    deaths: list[BaseException | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.server.address}"

    def get(self, path: str, **kwargs: object) -> httpx.Response:
        """Get a path with a fresh connection."""
        return httpx.get(self.url + path, timeout=20, **kwargs)  # type: ignore[arg-type]

    def connect(self) -> socket.socket:
        """A bare connection."""
        address = (self.server.address.host, self.server.address.port)
        return socket.create_connection(address, 20)

    def read(self, watts: int | None = 812) -> Reading:
        """Have the meter answer."""
        reading = a_reading(self.clock, watts)
        self.live.handle(reading)
        return reading


def a_reading(clock: VirtualClock, watts: int | None = 812) -> Reading:
    """A poll that ends now."""
    status = ReadingStatus.OK if watts is not None else ReadingStatus.TIMEOUT
    trip = None if watts is None else 0.31
    ampere = None if watts is None else Decimal("7.1")
    return Reading(clock.now(), clock.monotonic(), watts, ampere, None, trip, status)


def a_link(clock: VirtualClock, state: LinkState = LinkState.READY) -> LinkSnapshot:
    """The link as it has been since now."""
    return LinkSnapshot(state, clock.monotonic(), clock.now())


@contextmanager
def serving(
    *updates: Update,
    history: Path | None = None,
    token: str | None = None,
    host: str = "127.0.0.1",
    settings: Settings | None = None,
) -> Iterator[Desk]:
    """Serve on a free port; with `token` as if the house's network could reach it."""
    clock = VirtualClock()
    live = Live(clock, settings or Settings())
    refusals: list[str] = []
    deaths: list[BaseException | None] = []
    address = Address(host, 0)
    # What is served to the network is told by the address; the port is loopback's all the same.
    gate = Gate(replace(address, host="0.0.0.0" if token else host), token, ("semtui.local",))
    view = WebView(live, history, gate, refusals.append)
    server = Server(view, address, deaths.append)
    for update in updates:
        live.handle(update)
    server.start()
    try:
        desk = Desk(clock, live, view, server, refusals, deaths)
        # The kernel takes the connection before the server is up; it is answered then.
        assert desk.get("/healthz").status_code in (200, 503)
        yield desk
    finally:
        server.stop()
