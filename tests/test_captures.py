"""Captures in all the forms in which people publish them, and raw ones."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.captures import BarePayload, Piece, read_capture

SHARED = sorted((Path(__file__).parents[2] / "shared" / "transcripts").glob("*.txt"))


class Trickle(io.BytesIO):
    """A pipe that gives a few bytes at a time."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(7)


def pieces(text: bytes) -> list[Piece]:
    """What is read of `text`, whole; checked to be the same through a pipe."""
    whole = list(read_capture(io.BytesIO(text)))
    if text.startswith(b"#"):
        assert list(read_capture(Trickle(text))) == whole
    return whole


def said(text: bytes) -> bytes:
    return b"".join(piece for piece in pieces(text) if isinstance(piece, bytes))


@pytest.mark.parametrize(
    ("text", "bytes_of_it"),
    [
        (b"# a terminal\nSKVER\nEVER 1.5.2\nOK\n", b"SKVER\r\nEVER 1.5.2\r\nOK\r\n"),
        (b"SOURCE: somebody\r\nOK\r\n", b"OK\r\n"),
        (b"# no end of line\nOK", b"OK\r\n"),
        (b"# empty lines stay\n\nOK\n", b"\r\nOK\r\n"),
        (b"# a note behind a line\nSKSREG S2 39    <- Channel\nOK\n", b"SKSREG S2 39\r\nOK\r\n"),
        (b"# an editor's cut\nOK\n(author: omitted)\nOK\n", b"OK\r\nOK\r\n"),
        (b"# what was sent\n> SKVER\nOK\n", b"OK\r\n"),
        (
            b"# escapes\nOK 01\\r\n\\r\\n\nERX \\x10\\x81\\\\\\r\\n\n",
            b"OK 01\r\r\nERX \x10\x81\\\r\n",
        ),
        (b"OK\\r\\n\nFAIL ER04\\r\n", b"OK\r\nFAIL ER04\r"),
        (b"# literals\n06:11:07.5 Write: b'SKSETPWD C x'\n06:11:07.6 b'OK\\r\\n'\n", b"OK\r\n"),
        (b"b'OK\\r'\nb\"\\n\"\n", b"OK\r\n"),
        (b'>> "SKVER"\n<< "OK"\n<< "  LQI:9B"\n', b"OK\r\n  LQI:9B\r\n"),
        (
            b"2026/04/01 17:52:51 trce: >>SKVER\n2026/04/01 17:52:51 trce: <<EVER 1.5.2\n"
            b"2026/04/01 17:52:51 trce: <<ECHO:SKVER\n",
            b"EVER 1.5.2\r\n",
        ),
        (
            b"starting...OK\n[  12][D][a.cpp:9] w(): [SEND] SKVER\n"
            b"[  13][D][a.cpp:9] r(): [RECEIVE] OK\n[  13][D][a.cpp:9] r(): [RECEIVE]   LQI:B2\n"
            b'[  14][D][a.cpp:9] l(): [MAIN] EPANDESC "Addr":"00","LQI":"B2","PairID":"11"\n'
            b'[  15][D][a.cpp:9] l(): [MAIN] EVENT "NUM":"22","SENDER":"FE80::1"\n'
            b"[  16][D][a.cpp:9] l(): [MAIN] Connected\n",
            b"OK\r\nEPANDESC\r\n  Addr:00\r\n  LQI:B2\r\n  PairID:11\r\nEVENT 22 FE80::1\r\n",
        ),
        (
            b'[  15][D][a.cpp:9] l(): [MAIN] ERXUDP "DATA":"1081","DATALEN":"0002","DEST":"D",'
            b'"LPORT":"0E1A","RPORT":"02CC","SECURED":"1","SENDER":"S","SENDERLLA":"M"\n',
            b"ERXUDP S D 02CC 0E1A M 1 0002 1081\r\n",
        ),
    ],
)
def test_each_form_gives_what_the_module_said(text: bytes, bytes_of_it: bytes) -> None:
    assert said(text) == bytes_of_it


def test_a_frame_alone_is_the_data_of_a_datagram() -> None:
    assert pieces(b"# only the payload\nb'\\x10\\x81\\n#'\nhex: 10810A23\n") == [
        BarePayload(b"\x10\x81\n#")
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"SKVER\r\nEVER 1.5.2\r\nOK\r\n> (a)\r\n",
        b"FAIL ER04\rOK\r\n",
        b"ERXUDP a b c d e 1 0006 \x10\x81\n<<\n\r\n",
        b"ERXUDP a b c d e 1 000A \x00\\r\n# note\r\n",
    ],
)
def test_a_raw_capture_is_handed_on_untouched(raw: bytes) -> None:
    assert said(raw) == raw
    assert b"".join(map(bytes, read_capture(Trickle(raw)))) == raw  # type: ignore[arg-type]


def test_a_raw_capture_is_handed_on_as_it_comes() -> None:
    class Live(io.BytesIO):
        """A port that has said one thing so far."""

        def read1(self, size: int | None = -1, /) -> bytes:
            data = super().read1(size)
            assert data, "nobody may wait for more before the first piece is out"
            return data

    assert next(read_capture(Live(b"OK\r\n"))) == b"OK\r\n"


def test_long_lines_and_long_captures_are_cut_to_pieces() -> None:
    text = b"# a long one\n" + b"x" * 500_000 + b"\n" + b"OK\n" * 100_000
    found = [piece for piece in read_capture(io.BytesIO(text)) if isinstance(piece, bytes)]
    assert max(len(piece) for piece in found) < 200_000
    assert b"".join(found).replace(b"\r\n", b"") == b"x" * 500_000 + b"OK" * 100_000


@given(st.binary(max_size=300), st.sampled_from([b"", b"#\n", b"SOURCE\n<<OK\n", b"#\nb''\n"]))
def test_any_bytes_are_a_capture(data: bytes, head: bytes) -> None:
    assert all(isinstance(piece, bytes | BarePayload) for piece in read_capture(io.BytesIO(head)))
    list(read_capture(io.BytesIO(head + data)))
