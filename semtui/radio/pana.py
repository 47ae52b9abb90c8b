"""What a client may read of PANA messages (RFC 5191): how an authentication ends, and how long
the session lives.

The module does the authentication by itself; the messages pass by and carry
the route-B id, so nothing else of them is looked at or kept.
"""

from __future__ import annotations

import struct

_HEADER = struct.Struct(">HHHHII")
_ATTRIBUTE = struct.Struct(">HHHH")
_COMPLETE = 0x2000
_AUTHENTICATION = 2
_RESULT_CODE = 7
_SESSION_LIFETIME = 8

HEADER_SIZE = _HEADER.size
"""Bytes of a header: length, flags, kind, session and sequence, none of them secret."""


def session_lifetime(message: bytes) -> float | None:
    """Return the seconds that the meter grants to the session; None where it says nothing.

    The last message of an authentication (flag "complete") carries it as
    attribute 8.
    """
    seconds = _number_at_the_end(message, _SESSION_LIFETIME)
    return None if seconds is None else float(seconds)


def is_refusal(message: bytes) -> bool:
    """Whether it ends an authentication with another Result-Code than 0, which is success."""
    return bool(_number_at_the_end(message, _RESULT_CODE))


def _number_at_the_end(message: bytes, wanted: int) -> int | None:
    """Return a 32-bit attribute of the last message of an authentication; None of any other."""
    if len(message) < _HEADER.size:
        return None
    _reserved, _length, flags, kind, _session, _sequence = _HEADER.unpack_from(message)
    if kind != _AUTHENTICATION or not flags & _COMPLETE:
        return None
    place = _HEADER.size
    while place + _ATTRIBUTE.size <= len(message):
        code, _flags, length, _vendor = _ATTRIBUTE.unpack_from(message, place)
        value = message[place + _ATTRIBUTE.size : place + _ATTRIBUTE.size + length]
        if code == wanted and len(value) == 4:
            return int.from_bytes(value, "big")
        place += _ATTRIBUTE.size + (length + 3) // 4 * 4
    return None
