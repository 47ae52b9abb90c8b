"""What a run of the radio bench says: one value an exchange, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from semtui.radio.pingpong.plan import Role, Transport


@unique
class Outcome(Enum):
    """What became of an exchange."""

    ANSWERED = "answered"
    LOST = "lost"
    """No answer within the timeout."""
    UNSENT = "unsent"
    """Lost, and the module had said that nobody acknowledged it (EVENT 21 with 01)."""
    LATE = "late"
    """The answer to a Ping that had been given up, and counted as lost, has come after all."""
    DUPLICATE = "duplicate"
    """An answer that had come before."""
    FOREIGN = "foreign"
    """Something else on the same port."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A Ping and what became of it; on the coordinator, a Ping that came and its Pong."""

    at: datetime
    """When it ended."""
    number: int | None
    """Counted from 0 over the whole run; None where it cannot be told, as for foreign data."""
    counter: int | None
    """The four digits on the air; None for SKPING, which has none."""
    size: int
    """Bytes of the payload."""
    outcome: Outcome
    round_trip: float | None = None
    """Seconds from the Ping to its answer; None without one, and on the coordinator."""
    ended: float = 0.0
    """Monotonic stamp of its end."""


@unique
class BenchStage(Enum):
    """How far a run has come."""

    OPENING = "opening the port"
    MODULE = "asking the module"
    LISTENING = "listening for noise"
    SEARCHING = "scanning"
    CONNECTING = "connecting"
    WAITING = "waiting for a device"
    RUNNING = "running"
    ENDING = "ending"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BenchState:
    """Where a run stands."""

    stage: BenchStage
    role: Role
    transport: Transport
    module: str = ""
    """What the module most likely is."""
    channel: int | None = None
    pan_id: int | None = None
    peer: str | None = None
    """The partner's address, once it is known."""
    noise: tuple[tuple[int, int], ...] = ()
    """What the energy scan heard: channel and LQI each."""
    air_seconds: float = 0.0
    """Of our own on the air within the last hour; 360 are allowed."""
