"""The radio channel between stations: who hears whom, and nothing about serial lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from semtui.emulator.losses import Losses
from semtui.emulator.noise import Noise
from semtui.emulator.path import Path

if TYPE_CHECKING:
    from semtui.emulator.module import Module

ALL_NODES = "FF02:0000:0000:0000:0000:0000:0000:0001"
ECHONET_PORT = 0x0E1A
PANA_PORT = 0x02CC


def link_local(mac: str) -> str:
    """The link-local address of a 64-bit MAC: bit 02 of its first byte is flipped."""
    digits = f"{int(mac[:2], 16) ^ 0x02:02X}{mac[2:].upper()}"
    return "FE80:0000:0000:0000:" + ":".join(digits[i : i + 4] for i in range(0, 16, 4))


@dataclass(frozen=True, slots=True)
class Datagram:
    """A UDP datagram on the air."""

    source: str
    source_mac: str
    destination: str
    source_port: int
    destination_port: int
    payload: bytes
    key: int | None = None
    """Which session's key it is encrypted with; None in the clear."""
    strength: int = 0xE0
    """LQI at which it is received."""


@dataclass(frozen=True, slots=True)
class Beacon:
    """What a coordinator says about itself when asked."""

    channel: int
    pan_id: int
    mac: str
    lqi: int
    pairing_id: str


class Station(Protocol):
    """Something with an antenna."""

    @property
    def address(self) -> str: ...

    @property
    def mac(self) -> str: ...

    @property
    def channel(self) -> int: ...

    @property
    def pan_id(self) -> int: ...

    @property
    def listening(self) -> bool:
        """It is powered, awake and in reach."""
        ...

    def beacons(self, pairing_id: str | None, duration: int) -> list[Beacon]:
        """Answer a beacon request; `pairing_id` None asks everybody (no information element)."""
        ...

    def hear(self, datagram: Datagram) -> None: ...


class Air:
    """All stations in reach of each other."""

    def __init__(self, path: Path, noise: Noise, losses: Losses) -> None:
        """`path` is the way between two boards, `losses` what gets lost on that to a meter;
        `noise` is what is heard beside the stations."""
        self.path = path
        self.losses = losses
        self._noise = noise
        self._stations: list[Station] = []
        self._boards: dict[str, Module] = {}
        self._when_boards_talk: list[Callable[[], None]] = []

    def add(self, station: Station) -> None:
        """Put a station on the air."""
        self._stations.append(station)

    def add_board(self, module: Module) -> None:
        """Put a module on the air; between modules lies `path`."""
        self.add(module)
        self._boards[module.address] = module

    def board(self, sender: Station, destination: str) -> Module | None:
        """The module with that address, if it is in reach of the sender."""
        station = self.reachable(sender, destination)
        board = self._boards.get(destination)
        return board if station is board and self.path.in_reach else None

    def when_boards_talk(self, action: Callable[[], None]) -> None:
        """Call `action` once, at the next frame from one board to another."""
        self._when_boards_talk.append(action)

    def boards_talk(self) -> None:
        """A frame from one board has come to another."""
        waiting, self._when_boards_talk = self._when_boards_talk, []
        for action in waiting:
            action()

    def noise(self, asker: Station, channel: int) -> int:
        """What an energy scan hears on a channel, as LQI."""
        busy = any(
            station.channel == channel and station.listening and station is not asker
            for station in self._stations
            if station.address not in self._boards
        )
        return self._noise.level(channel, busy=busy)

    def beacons(self, asker: Station, pairing_id: str | None, duration: int) -> list[Beacon]:
        """All beacons that a full sweep hears.

        There is one request a channel, at whatever duration: where it gets lost, or the meter's
        beacon does, the channel shows nothing.
        """
        heard: list[Beacon] = []
        for station in self._stations:
            if station is asker or not station.listening or not self._hears(asker, station):
                continue
            answers = station.beacons(pairing_id, duration)
            if station.address in self._boards:
                heard += answers
            elif answers and self.losses.arrives():
                heard += [beacon for beacon in answers if self.losses.arrives()]
        return heard

    def reachable(self, sender: Station, destination: str) -> Station | None:
        """The station with that address on the sender's channel and PAN, if it listens."""
        for station in self._stations:
            if (
                station.address == destination
                and station is not sender
                and station.channel == sender.channel
                and station.pan_id == sender.pan_id
                and station.listening
            ):
                return station if self._hears(sender, station) else None
        return None

    def _hears(self, one: Station, other: Station) -> bool:
        """Whether the two are near enough; a module is never too far from a meter."""
        both = one.address in self._boards and other.address in self._boards
        return self.path.in_reach or not both

    def transmit(self, sender: Station, datagram: Datagram) -> None:
        """Hand over what arrives, to whoever is there for it."""
        if datagram.destination.startswith("FF"):
            for station in self._stations:
                if (
                    station is not sender
                    and station.channel == sender.channel
                    and station.pan_id == sender.pan_id
                    and station.listening
                ):
                    station.hear(datagram)
            return
        addressee = self.reachable(sender, datagram.destination)
        if addressee is not None:
            addressee.hear(datagram)
