"""Who may see the page: the token, its cookie, and the names under which the server answers.

A browser sends the name it was given in `Host`. A foreign page that has its
own name point to this machine (DNS rebinding) gives itself away by it, so
only names that can be ours are answered.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
import socket
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from semtui.errors import ConfigError, system_says
from semtui.i18n import _
from semtui.storage.atomic import replace_file

COOKIE = "semtui"
SHORTEST = 16
"""Characters; a shorter token in the file is refused."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_address(text: str) -> Address:
    """Return what `[HOST:]PORT` says; loopback without a host. Raises ConfigError."""
    host, colon, port = text.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        colon = "?"
    right = port.isascii() and port.isdigit() and 0 <= int(port or 0) <= 65535
    if not right or (colon and not host) or colon == "?":
        raise ConfigError(
            _("{text} is no address for the web view.").format(text=text),
            _("It must be a port, or a host and a port."),
            _("Write 3610 for this machine alone, or 0.0.0.0:3610 for the house's network."),
        )
    return Address(host or "127.0.0.1", int(port))


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides about a request by its headers alone."""

    address: Address
    token: str | None
    """None: whoever reaches it may look."""
    names: tuple[str, ...] = ()
    """Names of this machine besides its addresses."""

    def answers_to(self, host: str) -> bool:
        """Whether the `Host` header can be ours."""
        name = host.strip().lower()
        if name.startswith("["):
            name = name[1:].partition("]")[0]
        elif name.count(":") == 1:
            name = name.partition(":")[0]
        name = name.rstrip(".")
        if name == "localhost":
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return not self.address.is_loopback and name in self.names
        return address.is_loopback or not self.address.is_loopback

    def admits(self, cookie: str | None, bearer: str | None) -> bool:
        """Whether a request brings what it needs."""
        if self.token is None:
            return True
        by_cookie = cookie is not None and _same(cookie, cookie_of(self.token))
        return by_cookie or (bearer is not None and self.knows(bearer))

    def knows(self, token: str) -> bool:
        """Whether this is the token; takes as long for every wrong one."""
        return self.token is not None and _same(token, self.token)


def cookie_of(token: str) -> str:
    """What a browser keeps after its first visit: it lets in, but the token is not in it."""
    return hashlib.sha256(b"semtui cookie " + token.encode()).hexdigest()


def bearer_of(headers: Mapping[str, str]) -> str | None:
    """Return the token of an `Authorization: Bearer` header; None without one."""
    kind, _blank, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def load_token(path: Path) -> str:
    """Return the token kept in `path`, made at the first use; raises ConfigError.

    The file is for its owner alone (mode 600), and refused where others can read it.
    """
    try:
        with open(path, encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            token = file.read(1000).strip()
    except FileNotFoundError:
        return _new_token(path)
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, system_says(error) if isinstance(error, OSError) else "") from None
    if stat.S_IMODE(mode) & 0o077:
        raise ConfigError(
            _("Others can read the token of the web view in {path}.").format(path=path),
            _("Whoever has it sees when somebody is at home."),
            _("Run: chmod 600 {path}, or delete the file to get a new token.").format(path=path),
        )
    if len(token) < SHORTEST or not all(c.isalnum() or c in "-_" for c in token):
        raise _unusable(path, _("There is no token in it of 16 characters or more."))
    return token


def own_names(chosen: Iterable[str]) -> tuple[str, ...]:
    """The names under which this machine can be called in the house, and the `chosen` ones."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return tuple(dict.fromkeys((name, short, f"{short}.local", *(c.lower() for c in chosen))))


def _new_token(path: Path) -> str:
    token = secrets.token_urlsafe(24)
    try:
        replace_file(path, f"{token}\n".encode())
    except OSError as error:
        raise _unusable(path, system_says(error)) from error
    return token


def _unusable(path: Path, detail: str) -> ConfigError:
    return ConfigError(
        _("The token of the web view in {path} cannot be used.").format(path=path),
        detail,
        _("Delete the file to get a new one."),
    )


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
