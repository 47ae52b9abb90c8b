"""What real modules printed, and helpers to feed it in pieces."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from semtui.captures import read_capture
from semtui.radio.events import ModuleEvent
from semtui.radio.parser import Parser

CAPTURES = sorted(Path(__file__).with_name("captures").glob("*.txt"))


def capture(path: Path) -> bytes:
    """Return the bytes of a capture whose lines carry their escapes."""
    with path.open("rb") as file:
        return b"".join(piece for piece in read_capture(file) if isinstance(piece, bytes))


def in_chunks(data: bytes, source: random.Random) -> Iterator[bytes]:
    """Cut `data` at random places."""
    place = 0
    while place < len(data):
        size = source.choice((1, 2, 3, 7, 20, 64, 300))
        yield data[place : place + size]
        place += size


def read_all(pieces: Iterator[bytes] | list[bytes]) -> list[ModuleEvent]:
    """Return all events in the pieces, with what is open at their end."""
    parser = Parser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return events + parser.finish()
