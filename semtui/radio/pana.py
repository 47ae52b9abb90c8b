"""What a client may read of PANA messages (RFC 5191): headers, and how long the session lives.

The module does the authentication by itself; the messages pass by and carry
the route-B id, so nothing else of them is looked at or kept.
"""

from __future__ import annotations

import struct

_HEADER = struct.Struct(">HHHHII")
_ATTRIBUTE = struct.Struct(">HHHH")
_COMPLETE = 0x2000
_AUTHENTICATION = 2
_SESSION_LIFETIME = 8


def header(message: bytes) -> bytes:
    """Return length, flags, kind, session and sequence: the same in a message that is resent."""
    return message[: _HEADER.size]


def session_lifetime(message: bytes) -> float | None:
    """Return the seconds that the meter grants to the session; None where it says nothing.

    The last message of an authentication (flag "complete") carries it as
    attribute 8.
    """
    if len(message) < _HEADER.size:
        return None
    _reserved, _length, flags, kind, _session, _sequence = _HEADER.unpack_from(message)
    if kind != _AUTHENTICATION or not flags & _COMPLETE:
        return None
    place = _HEADER.size
    while place + _ATTRIBUTE.size <= len(message):
        code, _flags, length, _vendor = _ATTRIBUTE.unpack_from(message, place)
        value = message[place + _ATTRIBUTE.size : place + _ATTRIBUTE.size + length]
        if code == _SESSION_LIFETIME and len(value) == 4:
            return float(int.from_bytes(value, "big"))
        place += _ATTRIBUTE.size + (length + 3) // 4 * 4
    return None
