"""What the set-up wizard asks of the rest of the program, and what has been answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from semtui.model import Credentials


class Candidate(Protocol):
    """A port that may have a module."""

    @property
    def path(self) -> str: ...

    @property
    def description(self) -> str: ...


class Level(Protocol):
    """How much a finding matters: "ok", "warn" or "fail"."""

    @property
    def value(self) -> str: ...


class Found(Protocol):
    """What a check of a port found."""

    @property
    def level(self) -> Level: ...

    @property
    def title(self) -> str: ...

    @property
    def hint(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SetupServices:
    """What the wizard asks of the rest of the program."""

    list_ports: Callable[[], Sequence[Candidate]]
    check_port: Callable[[str], Sequence[Found]]
    parse_route_b_id: Callable[[str], str]
    """Raises ConfigError."""
    parse_password: Callable[[str], str]
    """Raises ConfigError."""
    read_user_conf: Callable[[Path], Credentials]
    """Raises ConfigError."""
    check_setting: Callable[[str, object], object]
    """Raises ConfigError for a value that the setting cannot have."""
    save_credentials: Callable[[Path, Credentials], None]
    save_settings: Callable[[Path, Mapping[str, object]], None]


@dataclass(slots=True)
class Answers:
    """What has been answered so far. Secret in parts: never printed."""

    port: str = ""
    route_b_id: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    interval: float = 3.0
