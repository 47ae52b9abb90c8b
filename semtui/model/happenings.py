"""What is said besides: lines on the wire, notices, how the log file is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique


@unique
class Direction(Enum):
    """Which way a line on the wire went."""

    SENT = ">"
    RECEIVED = "<"
    NOTE = "-"


@dataclass(frozen=True, slots=True)
class WireLine:
    """A line on the serial wire, masked where it was made."""

    at: datetime
    direction: Direction
    text: str
    raw: bytes = b""
    """The bytes as they crossed the wire, secrets starred out at their own length; empty for
    notes."""


@unique
class Level(Enum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know; kept in the events list."""

    at: datetime
    level: Level
    title: str
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class StorageStatus:
    """How the log file is doing."""

    path: str
    rows: int = 0
    """Rows written by this run."""
    pending: int = 0
    """Rows that wait in memory for the file to be writable again."""
    dropped: int = 0
    """Rows given up because too many were waiting."""
    error: str = ""
    """Why rows cannot be written; empty while all is well."""
