"""The texts on the air: `Ping...(0000) ` with a trailing space, answered with `Pong...(0000) `.

A longer payload goes on with dots behind that, which the partner of 2016
sends back as it sends back anything.
"""

from __future__ import annotations

import re

SHORTEST = 14
"""Bytes of the text with nothing behind it."""
LONGEST = 0x04D0
"""1232: more does not fit into SKSENDTO."""
COUNTERS = 10_000
"""The counter has four digits and begins again behind 9999."""

_TEXT = re.compile(rb"(Ping|Pong)\.\.\.\(([0-9]{4})\) ")
_FILLING = b"."


def ping(counter: int, size: int = SHORTEST) -> bytes:
    """Return the text of a Ping, `size` bytes long."""
    return b"Ping...(%04d) " % counter + _FILLING * (size - SHORTEST)


def pong(data: bytes) -> bytes | None:
    """Return what answers `data`; None where that is no Ping."""
    return answered(data) if is_ping(data) else None


def answered(data: bytes) -> bytes:
    """Return `data` with Pong for each Ping, as every partner does it."""
    return data.replace(b"Ping", b"Pong")


def is_ping(data: bytes) -> bool:
    """Whether `data` begins with a Ping's text."""
    found = _TEXT.match(data)
    return found is not None and found[1] == b"Ping"


def counter(data: bytes) -> int | None:
    """Return the number that a Ping or Pong carries; None where `data` is neither."""
    found = _TEXT.match(data)
    return None if found is None else int(found[2])


def is_pong_of(sent: bytes, data: bytes) -> bool:
    """Whether `data` answers the Ping `sent`, to the last byte."""
    return data.startswith(b"Pong") and data.replace(b"Pong", b"Ping") == sent
