"""What comes by itself and is kept for the procedures, with the moment at which it came."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.radio.commands import ECHONET_PORT
from semtui.radio.events import Event, ModuleEvent, Pong, Tcp, TcpStatus, Udp
from semtui.radio.search import number


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event, and its monotonic stamp."""

    event: ModuleEvent
    stamp: float


def is_arrival(event: ModuleEvent) -> bool:
    """Whether an event is kept: data on our port, what TCP and ICMP say."""
    match event:
        case Udp():
            return number(event.local_port) == ECHONET_PORT and not event.is_pana
        case Tcp() | TcpStatus() | Pong() | Event(number="05"):
            return True
    return False
