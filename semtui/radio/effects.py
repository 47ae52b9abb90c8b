"""What the link asks its owner to do; it does no I/O itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from semtui.model import Level, Pan, ScanProgress


@dataclass(frozen=True, slots=True)
class Write:
    """Write `data` to the port; `shown` is the line that people may see, `raw` the bytes."""

    data: bytes
    shown: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Heard:
    """A line came from the module; `shown` and `raw` are what people may see of it."""

    shown: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class OpenPort:
    """Open the port, then call `port_opened` or `port_lost`."""


@dataclass(frozen=True, slots=True)
class ClosePort:
    """Close the port."""


@dataclass(frozen=True, slots=True)
class ResetLine:
    """Pull the module's RESET line low, or release it."""

    low: bool


@dataclass(frozen=True, slots=True)
class Received:
    """An ECHONET Lite datagram came from the meter."""

    payload: bytes


@unique
class SendOutcome(Enum):
    """What became of a datagram, as far as the module can tell."""

    SENT = "sent"
    """It went out, or waits for a neighbour solicitation; the meter may have heard it."""
    NOT_SENT = "not sent"
    """Channel busy, send-time limit, no acknowledgement, or refused."""
    UNKNOWN = "unknown"
    """The module did not say."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The datagram given to `send` is done with."""

    outcome: SendOutcome


@dataclass(frozen=True, slots=True)
class SweepChanged:
    """A sweep began, heard a beacon or ended."""

    progress: ScanProgress


@dataclass(frozen=True, slots=True)
class NoiseHeard:
    """An ED scan has ended: channel and LQI each."""

    levels: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """A session stands with this PAN and address: worth remembering."""

    pan: Pan
    address: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something a person should know."""

    level: Level
    title: str
    detail: str = ""
    hint: str = ""


Effect = (
    Write
    | Heard
    | OpenPort
    | ClosePort
    | ResetLine
    | Received
    | Sent
    | SweepChanged
    | NoiseHeard
    | Proven
    | Said
)
"""Everything the link asks for."""
