"""Inputs: the vectors and captures of the tests, small files, and mutations of them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path

from tests.radio.samples import CAPTURES, capture
from tests.vectors import load

ROUTE_B_ID = "00112233445566778899AABBCCDDEEFF"
_LONGEST = 4096
_RECORDINGS = Path(__file__).parents[2] / "recordings"
_PIECES = 8
"""How many pieces of each recording are inputs."""
_TOKENS = (
    b"\r\n", b"\r", b"\n", b"ERXUDP ", b"ERXTCP ", b"EVENT 21 ", b"EPANDESC\r\n", b"EEDSCAN\r\n",
    b"EPORT\r\n", b"OK", b"FAIL ER", b"FFFF ", b"0000 ", b"04D0 ", b"02CC ", b"\x10\x81", b"SK",
    b"\xff\xff\xff\xff", b"\x00", b"\x7f\xff", b"\x80\x00", b"\x80", b"\xfe", b"\xef\xbb\xbf",
    b"#", b"'", b'"', b"[", b"[[", b"]", b"{", b"}", b"(" * 200, b"[" * 200, b"=", b".", b"\\x",
    b"1e999", b"nan", b"-1", b"9" * 5000, b"\xe3\x83\xbc", b"\xe2\x80\x8b", b"null", b"true",
    b"-" * 300, b"\\u0000", b"1979-05-27T07:32:00Z", b"lambda: ", b"\x0c", b"# coding: rot13\n",
)  # fmt: skip
"""Pieces that mean something to one reader or another."""


def seeds() -> dict[str, list[bytes]]:
    """Good and nearly good inputs, by kind."""
    frames = [bytes.fromhex(vector.values["hex"]) for vector in load("frames")]
    properties = [vector.values for vector in load("properties")]
    owner = hashlib.sha256(f"00:{ROUTE_B_ID}".encode()).hexdigest()[:32]
    pan = {
        "format": 1, "salt": "00", "owner": owner, "channel": 57, "pan_id": 36085,
        "mac": "001C6400036E8CF5", "lqi": 98, "found_at": "2026-07-01T12:00:00+09:00",
        "address": "FE80:0000:0000:0000:021C:6400:036E:8CF5",
    }  # fmt: skip
    return {
        "serial": [capture(path) for path in CAPTURES] + [path.read_bytes() for path in CAPTURES],
        "frames": frames,
        "frame texts": [frame.hex().encode() for frame in frames],
        "properties": [
            bytes((0, int(values["epc"], 16))) + bytes.fromhex(values["edt"])
            for values in properties
        ],
        "property texts": [f"{values['epc']} {values['edt']}".encode() for values in properties],
        "toml": [
            b'[port]\nurl = "/dev/ttyUSB0"\nbaud = 115200\n\n[link]\nscan_durations = [4, 5, 6]\n',
            b"[poll]\ninterval = 3.0\n[gpio]\nreset_pin = 18\n[display]\nascii = true\n",
            b"",
        ],
        "values": [b"3.0", b"true", b"[4, 5, 6]", b"4,5,6", ROUTE_B_ID.encode(), b"0123456789AB"],
        # The first byte chooses one of the settings, however many there are.
        "settings": [
            bytes((number,)) + text
            for number in range(64)
            for text in (b"true", b"3.0", b"[4, 5, 6]")
        ],
        "credentials": [f'route_b_id = "{ROUTE_B_ID}"\npassword = "0123456789AB"\n'.encode()],
        "user_conf": [
            f"SEM_ROUTEB_ID = '{ROUTE_B_ID}'\nSEM_PASSWORD = '0123456789AB'\nimport os\n".encode(),
        ],
        "logs": [
            b"1469977200,512\n1469977203,None\n1469977206,-30\r\n1469977209123,7\n",
            b"time,watts,r_ampere,t_ampere,round_trip,status\n"
            b"2026-11-21T06:00:00.123+09:00,512,3.0,-2.5,0.432,ok\n"
            b"2026-11-21T06:00:03.000+09:00,,,,,timeout\n",
            b"\xef\xbb\xbfnote,status,time,watts,t_ampere,r_ampere,round_trip\n"
            b'x,ok,2026-11-21T06:00:00Z,"512",3,2.5,.432\n',
        ],
        "recordings": [
            piece for path in sorted(_RECORDINGS.glob("*.semrec")) for piece in _pieces_of(path)
        ],
        "pan cache": [json.dumps(pan).encode()],
    }


def _pieces_of(recording: Path) -> Iterator[bytes]:
    """Yield pieces of a recording from its begin to its end, each behind the header."""
    head, empty, body = recording.read_bytes().partition(b"\n\n")
    lines = body.splitlines(keepends=True)
    room = _LONGEST - len(head + empty)
    for number in range(_PIECES):
        piece = b""
        for line in lines[len(lines) * number // _PIECES :]:
            if len(piece) + len(line) > room:
                break
            piece += line
        yield head + empty + piece


def mutated(data: bytes, others: list[bytes], source: random.Random) -> bytes:
    """`data` with one to six changes; `others` are what it may be spliced with."""
    out = bytearray(data[:_LONGEST])
    for _change in range(source.choice((1, 1, 1, 1, 2, 3, 6))):
        place = source.randint(0, len(out))
        length = source.choice((1, 1, 2, 4, 16, 100))
        match source.randrange(14):
            case 0 | 8 | 9 | 10 if out:
                out[place % len(out)] ^= 1 << source.randrange(8)
            case 1 | 11 | 12 | 13 if out:
                out[place % len(out)] = source.randrange(256)
            case 2:
                del out[place : place + length]
            case 3:
                out[place:place] = source.randbytes(length)
            case 4:
                out[place:place] = out[place : place + length]
            case 5:
                del out[place:]
            case 6:
                other = source.choice(others)
                begin = source.randint(0, len(other))
                out[place:] = other[begin : begin + _LONGEST]
            case _:
                out[place : place + source.choice((0, length))] = source.choice(_TOKENS)
    return bytes(out)


def next_input(kind: list[bytes], source: random.Random) -> bytes:
    """The next input: a tenth is noise, the rest mutations of `kind`."""
    if source.random() < 0.1:
        return source.randbytes(source.choice((0, 1, 2, 5, 20, 100, 600)))
    return mutated(source.choice(kind), kind, source)
