"""What the module says, as typed values: one class for each kind of thing it prints.

Fields hold the text as it stands on the wire, upper-case hex mostly; they are
None where this kind of module leaves the field out. `shown` is the line for
people: masked, with addresses shortened.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from semtui.radio.masking import (
    PANA_PORT,
    hide,
    mask_payload,
    mask_text,
    shorten_addresses,
)


def _line(*words: str | None) -> str:
    return shorten_addresses(" ".join(word for word in words if word))


@dataclass(frozen=True, slots=True)
class Ok:
    """The last command was taken (for ROPT and RUART with a value)."""

    value: str | None = None

    @property
    def shown(self) -> str:
        return _line("OK", self.value)


@dataclass(frozen=True, slots=True)
class Fail:
    """The last command was refused: ER04 unknown, ER05 number of arguments, ER06 argument,
    ER09 UART input, ER10 not now."""

    code: str

    @property
    def shown(self) -> str:
        return f"FAIL {self.code}"


@dataclass(frozen=True, slots=True)
class Echo:
    """The module repeats what was written to it (SFE = 1); already masked."""

    text: str

    @property
    def shown(self) -> str:
        return shorten_addresses(self.text)


@dataclass(frozen=True, slots=True)
class Version:
    """EVER: answer to SKVER."""

    version: str

    @property
    def shown(self) -> str:
        return f"EVER {self.version}"


@dataclass(frozen=True, slots=True)
class AppVersion:
    """EAPPVER: answer to SKAPPVER."""

    version: str

    @property
    def shown(self) -> str:
        return f"EAPPVER {self.version}"


@dataclass(frozen=True, slots=True)
class Info:
    """EINFO: answer to SKINFO. `tail` is FFFE on single-stack modules, a side on dual ones."""

    address: str
    mac: str
    channel: str
    pan_id: str
    tail: str

    @property
    def shown(self) -> str:
        return _line("EINFO", self.address, self.mac, self.channel, self.pan_id, self.tail)


@dataclass(frozen=True, slots=True)
class Register:
    """ESREG: answer to SKSREG without a value."""

    value: str

    @property
    def shown(self) -> str:
        return f"ESREG {self.value}"


@dataclass(frozen=True, slots=True)
class LinkLocalAddress:
    """The answer to SKLL64, which no OK follows."""

    address: str

    @property
    def shown(self) -> str:
        return _line(self.address)


@dataclass(frozen=True, slots=True)
class AddressTable:
    """EADDR: answer to SKTABLE 1."""

    addresses: tuple[str, ...]

    @property
    def shown(self) -> str:
        return _line("EADDR", *self.addresses)


@dataclass(frozen=True, slots=True)
class NeighbourTable:
    """ENEIGHBOR: answer to SKTABLE 2; (IP address, MAC, short MAC) each."""

    neighbours: tuple[tuple[str, ...], ...]

    @property
    def shown(self) -> str:
        return _line("ENEIGHBOR", *(" ".join(row) for row in self.neighbours))


@dataclass(frozen=True, slots=True)
class PortTable:
    """EPORT: answer to SKTABLE E; six UDP ports, then TCP ports where the firmware has TCP."""

    udp: tuple[int, ...]
    tcp: tuple[int, ...]

    @property
    def shown(self) -> str:
        return _line("EPORT", *(str(port) for port in (*self.udp, *self.tcp)))


@dataclass(frozen=True, slots=True)
class HandleTable:
    """EHANDLE: answer to SKTABLE F; (handle, address, remote port, local port) each."""

    handles: tuple[tuple[str, ...], ...]

    @property
    def shown(self) -> str:
        return _line("EHANDLE", *(" ".join(row) for row in self.handles))


@dataclass(frozen=True, slots=True)
class PanDescription:
    """EPANDESC: a coordinator that answered an active scan."""

    channel: str | None = None
    channel_page: str | None = None
    pan_id: str | None = None
    mac: str | None = None
    lqi: str | None = None
    side: str | None = None
    pairing_id: str | None = None
    """Only in a scan with information element (mode 2)."""

    @property
    def shown(self) -> str:
        pairing = None if self.pairing_id is None else "PairID:****"
        return _line(
            f"EPANDESC Channel:{self.channel} Pan ID:{self.pan_id} Addr:{self.mac}",
            f"LQI:{self.lqi}",
            pairing,
        )


@dataclass(frozen=True, slots=True)
class EnergyScan:
    """EEDSCAN: the noise heard on each channel, (channel, LQI) each."""

    levels: tuple[tuple[str, str], ...]
    side: str | None = None

    @property
    def shown(self) -> str:
        return _line("EEDSCAN", self.side, *(f"{channel} {lqi}" for channel, lqi in self.levels))


@dataclass(frozen=True, slots=True)
class Event:
    """EVENT: something happened (SKSTACK 4.8). `param` is the result of a send for number 21."""

    number: str
    address: str | None = None
    side: str | None = None
    param: str | None = None

    @property
    def shown(self) -> str:
        return _line("EVENT", self.number, self.address, self.side, self.param)


@dataclass(frozen=True, slots=True)
class Udp:
    """ERXUDP: a UDP datagram came."""

    source: str
    destination: str
    remote_port: str
    local_port: str
    mac: str
    lqi: str | None
    secured: str | None
    side: str | None
    payload: bytes = field(repr=False)

    @property
    def is_pana(self) -> bool:
        """Whether it belongs to the authentication, whose data is secret."""
        return PANA_PORT in (self.remote_port, self.local_port)

    @property
    def shown(self) -> str:
        size = len(self.payload)
        data = hide(size, "PANA") if self.is_pana else mask_payload(self.payload)
        return _line(
            f"ERXUDP {self.source} {self.destination} {self.remote_port} {self.local_port}",
            self.lqi,
            self.secured,
            self.side,
            f"{size:04X}",
            data,
        )


@dataclass(frozen=True, slots=True)
class Tcp:
    """ERXTCP: TCP data came."""

    source: str
    remote_port: str
    local_port: str
    payload: bytes

    @property
    def shown(self) -> str:
        size = f"{len(self.payload):04X}"
        return _line(
            "ERXTCP",
            self.source,
            self.remote_port,
            self.local_port,
            size,
            self.payload.hex().upper(),
        )


@dataclass(frozen=True, slots=True)
class TcpStatus:
    """ETCP: a TCP connection changed (1 open, 3 closed, 4 port in use, 5 sent)."""

    status: str
    handle: str | None = None
    address: str | None = None
    remote_port: str | None = None
    local_port: str | None = None

    @property
    def shown(self) -> str:
        return _line(
            "ETCP", self.status, self.handle, self.address, self.remote_port, self.local_port
        )


@dataclass(frozen=True, slots=True)
class Pong:
    """EPONG: an ICMP echo reply came."""

    address: str

    @property
    def shown(self) -> str:
        return _line("EPONG", self.address)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something this program does not know, or bytes that make no sense; already masked."""

    text: str
    hidden: bool = field(default=False, compare=False)
    """Whether nothing of it may be shown, because it may be the data of a torn datagram."""

    @property
    def shown(self) -> str:
        return shorten_addresses(mask_text(self.text))


ModuleEvent = (
    Ok
    | Fail
    | Echo
    | Version
    | AppVersion
    | Info
    | Register
    | LinkLocalAddress
    | AddressTable
    | NeighbourTable
    | PortTable
    | HandleTable
    | PanDescription
    | EnergyScan
    | Event
    | Udp
    | Tcp
    | TcpStatus
    | Pong
    | Unknown
)
"""Everything that can come from a module."""
