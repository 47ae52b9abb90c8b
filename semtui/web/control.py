"""Turning the web view on and off, and where it is found: for the command line and the screen."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from semtui.clock import Clock
from semtui.config import HttpSettings
from semtui.errors import ConfigError
from semtui.hub import Subscriber
from semtui.i18n import _
from semtui.model import Level, Notice
from semtui.web.access import Address, Gate, load_token, own_names, parse_address
from semtui.web.live import Live

if TYPE_CHECKING:
    from semtui.web.server import Server

REFUSALS_SECONDS = 60.0
"""Refused requests are told once in so long: whoever knocks at a door for ever fills no log."""


@dataclass(frozen=True, slots=True)
class WebStatus:
    """How the web view stands."""

    is_on: bool
    clients: int = 0
    """Pages that are open now."""
    url: str = ""
    """Where it is found, without the token."""
    secret_url: str = ""
    """The same with the token, for the QR code and the first visit; never to be logged."""


class WebControl:
    """Owns the server, from one `start` to the next `stop`; for any thread."""

    def __init__(
        self,
        live: Live,
        settings: HttpSettings,
        token_path: Path,
        history: Path | None,
        publish: Subscriber,
    ) -> None:
        self._live = live
        self._settings = settings
        self._token_path = token_path
        self._history = history
        self._publish = publish
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._gate: Gate | None = None
        self._refusals = Refusals(live.clock, publish)

    @property
    def status(self) -> WebStatus:
        """How it stands now."""
        server, gate = self._server, self._gate
        if server is None or gate is None:
            return WebStatus(False)
        url = url_of(server.address)
        secret = url if gate.token is None else f"{url}?token={gate.token}"
        return WebStatus(True, server.clients, url, secret)

    def start(self, text: str = "", *, tell: Callable[[Notice], None] | None = None) -> None:
        """Serve at `[HOST:]PORT`, or where the settings say; raises ConfigError.

        `tell` takes the notice of it, where nobody listens to the hub yet.
        """
        check_installed()
        # The server's libraries are imported by those who use it alone.
        from semtui.web.application import WebView
        from semtui.web.server import Server

        with self._lock:
            if self._server is not None:
                return
            address = parse_address(text or self._settings.listen or "3610")
            token = None
            if not (address.is_loopback or self._settings.open):
                token = load_token(self._token_path)
            # Whoever wrote a name for the address calls us by it.
            names = own_names([address.host, *self._settings.names.split()])
            gate = Gate(address, token, names)
            view = WebView(self._live, self._history, gate, self._refusals.note)

            def died(error: BaseException | None) -> None:
                self._on_death(server, error)

            server = Server(view, address, died)
            server.start()
            self._server, self._gate = server, gate
            url = url_of(server.address)
        (tell or self._publish)(self._on_notice(url, with_token=token is not None))

    def stop(self) -> None:
        """End it, where it runs."""
        with self._lock:
            server, self._server, self._gate = self._server, None, None
            if server is None:
                return
            server.stop()
        self._say(Level.INFO, _("The web view is off."))

    def toggle(self) -> None:
        """Turn it on or off; raises ConfigError."""
        if self._server is None:
            self.start()
        else:
            self.stop()

    def _on_death(self, server: Server, error: BaseException | None) -> None:
        with self._lock:
            # Where it was turned off meanwhile, or on again, nobody misses this one.
            if self._server is not server:
                return
            self._server = self._gate = None
        self._say(
            Level.ERROR,
            _("The web view has stopped."),
            "" if error is None else f"{type(error).__name__}: {error}",
            _("The readings go on. Turn it on again, or start semtui anew."),
        )

    def _on_notice(self, url: str, *, with_token: bool) -> Notice:
        """Where it is found, and where its token is; the token itself stands in no log."""
        title = _("The web view is on: {url}").format(url=url)
        detail = hint = ""
        if with_token:
            detail = _("A browser needs the token in {path} once.").format(path=self._token_path)
            hint = _("Open {url}?token= with it behind, or scan the dashboard's QR code (key W).")
        return Notice(self._live.clock.now(), Level.INFO, title, detail, hint.format(url=url))

    def _say(self, level: Level, title: str, detail: str = "", hint: str = "") -> None:
        self._publish(Notice(self._live.clock.now(), level, title, detail, hint))


class Refusals:
    """Counts refused requests, and tells of them now and then."""

    def __init__(self, clock: Clock, publish: Callable[[Notice], None]) -> None:
        self._clock = clock
        self._publish = publish
        self._count = 0
        self._told: float | None = None

    def note(self, why: str) -> None:
        """A request was refused; `why` is a sentence."""
        self._count += 1
        now = self._clock.monotonic()
        if self._told is not None and now - self._told < REFUSALS_SECONDS:
            return
        self._told = now
        at: datetime = self._clock.now()
        detail = _("{count} refused so far.").format(count=self._count)
        title = _("The web view refused a request.")
        self._publish(Notice(at, Level.WARNING, title, f"{why} {detail}"))


def url_of(address: Address) -> str:
    """Return where a browser finds what listens at `address`."""
    return f"http://{Address(shown_host(address), address.port)}/"


def shown_host(address: Address) -> str:
    """The host to write into a URL: where it listens, or how the house's network calls us."""
    try:
        listening = ipaddress.ip_address(address.host)
    except ValueError:
        return address.host
    if not listening.is_unspecified:
        return address.host
    return lan_address(listening.version == 6) or socket.gethostname()


def lan_address(v6: bool = False) -> str | None:
    """This machine's address in its network; None where it has none. Nothing is sent."""
    family = socket.AF_INET6 if v6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket only looks up the route.
            probe.connect(("2001:db8::1" if v6 else "192.0.2.1", 9))
        except OSError:
            return None
        host: str = probe.getsockname()[0]
        return host


def check_installed() -> None:
    """Raise ConfigError where the libraries of the web view are missing."""
    if all(find_spec(name) for name in ("starlette", "uvicorn", "prometheus_client", "segno")):
        return
    raise ConfigError(
        _("The web view is not installed."),
        _('It needs the packages of semtui\'s extra "web".'),
        _("Run: pipx inject semtui 'semtui[web]', or pip install 'semtui[web]'."),
    )
