"""Commands to the module, each with the twin that may be shown.

SK commands end in CRLF, product commands (ROPT) in CR, and SKSENDTO in
neither: its data is taken by count, and a line end after it would be one
more, empty, command.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from semtui.radio.dialect import Dialect
from semtui.radio.masking import mask_command, mask_payload, mask_text, shorten_addresses

ALL_CHANNELS = 0xFFFFFFFF
FIRST_CHANNEL = 33
CHANNELS = 28
UDP_HANDLE = 1
"""The handle whose own port is 3610, which is ECHONET Lite's."""
ECHONET_PORT = 0x0E1A
ALL_NODES = "FF02:0000:0000:0000:0000:0000:0000:0001"
ENCRYPTED = 1
"""SKSENDTO's sec: encrypted, or not sent at all. Never 2, which falls back to plain text."""
PLAIN = 0
"""The same in the clear: between two boards of our own, never to a meter."""

NORMAL = 3.0
"""Seconds for a command that is answered at once; the module takes 3 to 10 ms."""
PRODUCT = 2.0
TERMINATE = 15.0
"""SKTERM sends to the meter before it says OK."""
SEND = 10.0
"""SKSENDTO blocks until the radio is done: 0.1 to 0.4 s, seconds on a busy channel."""


@unique
class Ending(Enum):
    """What ends the answer to a command."""

    OK = "ok"
    ADDRESS = "address"
    """SKLL64 answers with an address and no OK."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command line, its data, and what may be shown of it."""

    wire: bytes
    """All bytes to write, line end and data included."""
    shown: str
    timeout: float = NORMAL
    """Seconds until it counts as unanswered."""
    ending: Ending = Ending.OK
    destination: str | None = None
    """For SKSENDTO: whose EVENT 21 tells what became of it."""

    @property
    def is_secret(self) -> bool:
        """Whether it hands the id or the password over."""
        return self.wire.startswith((b"SKSETPWD", b"SKSETRBID"))

    @property
    def raw(self) -> bytes:
        """The bytes to write as they may be shown: secrets starred out at their own length."""
        return mask_command(self.wire)


def _sk(line: str, timeout: float = NORMAL, ending: Ending = Ending.OK) -> Command:
    return Command(line.encode("ascii") + b"\r\n", shown(line), timeout, ending)


def shown(line: str) -> str:
    """Return a command line as people may see it."""
    return shorten_addresses(mask_text(line))


def version(timeout: float = NORMAL) -> Command:
    """SKVER: the version of the stack."""
    return _sk("SKVER", timeout)


def app_version() -> Command:
    """SKAPPVER: the version of the application; unknown to Tessera's sticks."""
    return _sk("SKAPPVER")


def info() -> Command:
    """SKINFO: own addresses, channel, PAN id, and what tells the dialect."""
    return _sk("SKINFO")


def display_mode() -> Command:
    """ROPT: 00 binary display, 01 hex. Reads only."""
    return Command(b"ROPT\r", "ROPT", PRODUCT)


def reset() -> Command:
    """SKRESET: stack and registers to defaults; echo is on again."""
    return _sk("SKRESET")


def read_register(number: str) -> Command:
    """SKSREG without a value."""
    return _sk(f"SKSREG S{number}")


def write_register(number: str, value: str) -> Command:
    """SKSREG with a value in hex."""
    return _sk(f"SKSREG S{number} {value}")


def set_password(password: str) -> Command:
    """SKSETPWD; secret. The length goes in hex."""
    return _sk(f"SKSETPWD {len(password):X} {password}")


def set_route_b_id(route_b_id: str) -> Command:
    """SKSETRBID; secret. Sets the pairing id S0A to its last eight characters, too."""
    return _sk(f"SKSETRBID {route_b_id}")


def active_scan(dialect: Dialect, duration: int, *, any_id: bool = False) -> Command:
    """SKSCAN 2: beacon requests with the pairing id, over all channels; SKSCAN 3 to anybody."""
    line = f"SKSCAN {3 if any_id else 2} {ALL_CHANNELS:08X} {duration:X}"
    return _sk(line if dialect.side is None else f"{line} {dialect.side}")


def scan_seconds(duration: int) -> float:
    """Return how long an active scan of all channels takes: 0.0096 s x (2^D + 1) a channel."""
    return CHANNELS * 0.0096 * ((1 << duration) + 1)


def link_local_address(mac: str) -> Command:
    """SKLL64: the IPv6 link-local address of a MAC address."""
    return _sk(f"SKLL64 {mac}", ending=Ending.ADDRESS)


def join(address: str) -> Command:
    """SKJOIN: start PANA authentication with the meter."""
    return _sk(f"SKJOIN {address}")


def rejoin() -> Command:
    """SKREJOIN: renew the session now; ER10 where there is none."""
    return _sk("SKREJOIN")


def energy_scan(dialect: Dialect, duration: int) -> Command:
    """SKSCAN 0: listen on all channels, and send nothing."""
    line = f"SKSCAN 0 {ALL_CHANNELS:08X} {duration:X}"
    return _sk(line if dialect.side is None else f"{line} {dialect.side}")


def typed(line: str) -> Command:
    """A command line that a person typed; product commands end in CR alone."""
    if line.startswith("SK"):
        ending = Ending.ADDRESS if line.startswith("SKLL64") else Ending.OK
        return _sk(line, SEND, ending)
    return Command(line.encode("ascii") + b"\r", shown(line), PRODUCT)


def terminate() -> Command:
    """SKTERM: end the PANA session, so that another controller may join."""
    return _sk("SKTERM", TERMINATE)


def send_to(dialect: Dialect, address: str, payload: bytes, security: int = ENCRYPTED) -> Command:
    """SKSENDTO: a UDP datagram, encrypted unless said otherwise, to port 3610 of `address`."""
    side = "" if dialect.side is None else f"{dialect.side} "
    head = (
        f"SKSENDTO {UDP_HANDLE} {address} {ECHONET_PORT:04X} {security} {side}{len(payload):04X} "
    )
    text = shorten_addresses(head) + mask_payload(payload)
    return Command(head.encode("ascii") + payload, text, SEND, destination=address)


def ping(address: str) -> Command:
    """SKPING: an ICMP echo request; EPONG follows when it is answered."""
    return _sk(f"SKPING {address}")


def connect(address: str) -> Command:
    """SKCONNECT: open a TCP connection from port 3610 to port 3610; ETCP follows."""
    return _sk(f"SKCONNECT {address} {ECHONET_PORT:04X} {ECHONET_PORT:04X}")


def send_over(handle: int, payload: bytes) -> Command:
    """SKSEND: data over a TCP connection; ETCP follows when it has been acknowledged."""
    head = f"SKSEND {handle:X} {len(payload):04X} "
    return Command(head.encode("ascii") + payload, head + mask_payload(payload), SEND)


def close(handle: int) -> Command:
    """SKCLOSE: end a TCP connection; ETCP follows."""
    return _sk(f"SKCLOSE {handle:X}")


LINE_END = Command(b"\r\n", "", 0.0)
"""Ends a half line that an earlier program may have left in the module."""
DATA_END = Command(b"\r" * 1233, "<1233 x CR>", 0.0)
"""Fills up the data that an earlier program announced and never sent (at most 1232 bytes)."""
J11_VERSION = Command(
    bytes.fromhex("D0EA83FC 006B 0004 03A8 0000".replace(" ", "")), "<J11 version request>", 0.0
)
"""Asks for the firmware's version in the binary protocol of BP35C0-J11; no CR in it, so that
SKSTACK takes it for the beginning of a line."""
