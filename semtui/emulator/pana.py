"""PANA (RFC 5191) on Route B, in bytes: what travels on port 02CC during an authentication.

Sizes and headers are those that meters use; keys and codes inside are
derived from the password in a simple way, which no serial client can see.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import IntEnum, IntFlag, unique


@unique
class Kind(IntEnum):
    """Message types."""

    INITIATION = 1
    AUTHENTICATION = 2
    TERMINATION = 3
    NOTIFICATION = 4


class Flag(IntFlag):
    """Header flags."""

    NONE = 0
    REQUEST = 0x8000
    START = 0x4000
    COMPLETE = 0x2000
    RENEWAL = 0x1000


@unique
class Avp(IntEnum):
    """Attribute codes."""

    AUTH = 1
    EAP = 2
    INTEGRITY = 3
    KEY_ID = 4
    NONCE = 5
    PRF = 6
    RESULT = 7
    LIFETIME = 8


RESEND_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds after each sending of a request until it is sent again, unanswered; behind the last it
is given up. The first wait, its doubling and the longest are those of RFC 5191, section 9; the RFC
goes on for longer than a client here is patient."""

PROTOCOLS = ((Avp.PRF, bytes([0, 0, 0, 5])), (Avp.INTEGRITY, bytes([0, 0, 0, 12])))
"""What either side offers in the first message of an authentication."""


@dataclass(frozen=True, slots=True)
class Message:
    """One PANA message; attributes keep their order."""

    kind: Kind
    flags: Flag
    session: int
    sequence: int
    attributes: tuple[tuple[Avp, bytes], ...] = ()

    def encode(self) -> bytes:
        """The bytes on the air; attributes are padded to four bytes."""
        body = bytearray()
        for code, value in self.attributes:
            body += code.to_bytes(2, "big") + bytes(2) + len(value).to_bytes(2, "big") + bytes(2)
            body += value + bytes(-len(value) % 4)
        return (
            bytes(2)
            + (16 + len(body)).to_bytes(2, "big")
            + self.flags.to_bytes(2, "big")
            + self.kind.to_bytes(2, "big")
            + self.session.to_bytes(4, "big")
            + self.sequence.to_bytes(4, "big")
            + bytes(body)
        )

    def attribute(self, code: Avp) -> bytes | None:
        """The value of an attribute, or None."""
        for own, value in self.attributes:
            if own is code:
                return value
        return None


def decode(data: bytes) -> Message | None:
    """Read a message; None for bytes that are not one."""
    if len(data) < 16 or int.from_bytes(data[2:4], "big") != len(data):
        return None
    attributes = []
    position = 16
    try:
        while position < len(data):
            code = Avp(int.from_bytes(data[position : position + 2], "big"))
            length = int.from_bytes(data[position + 4 : position + 6], "big")
            attributes.append((code, data[position + 8 : position + 8 + length]))
            position += 8 + length + -length % 4
        return Message(
            Kind(int.from_bytes(data[6:8], "big")),
            Flag(int.from_bytes(data[4:6], "big")),
            int.from_bytes(data[8:12], "big"),
            int.from_bytes(data[12:16], "big"),
            tuple(attributes),
        )
    except ValueError:
        return None


EAP_REQUEST, EAP_RESPONSE, EAP_SUCCESS, EAP_FAILURE = 1, 2, 3, 4
_EAP_PSK = 47


def eap(code: int, identifier: int, data: bytes = b"") -> bytes:
    """An EAP packet; requests and responses carry EAP-PSK data."""
    kind = bytes([_EAP_PSK]) if code in (EAP_REQUEST, EAP_RESPONSE) else b""
    length = 4 + len(kind) + len(data)
    return bytes([code, identifier & 0xFF]) + length.to_bytes(2, "big") + kind + data


def proof(route_b_id: str, password: str, challenge: bytes) -> bytes:
    """Sixteen bytes that only a holder of both credentials can make."""
    key = f"{password}\n{route_b_id}".encode("latin-1")
    return hmac.new(key, challenge, "sha256").digest()[:16]
