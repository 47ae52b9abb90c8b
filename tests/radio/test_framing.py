"""Framing: lines, product answers, datagrams by length; any bytes in any pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.radio.framing import MAX_LINE, Broken, Datagram, Framer, Line, Token

SINGLE = b"ERXUDP FE80:0000:0000:0000:021C:6400:030C:12A4 FE80:0000:0000:0000:021D:1290:0003:C890"
TAIL = b" 0E1A 0E1A 001C6400030C12A4 "


def tokens(*pieces: bytes) -> list[Token]:
    framer = Framer()
    return [token for piece in pieces for token in framer.feed(piece)]


def datagram(data: bytes, between: bytes = b"1 ", size: int | None = None) -> bytes:
    length = len(data) if size is None else size
    return SINGLE + TAIL + between + f"{length:04X} ".encode() + data + b"\r\n"


def payload(token: Token) -> bytes:
    assert isinstance(token, Datagram)
    return token.data


def test_lines_end_at_cr_lf_or_both() -> None:
    assert tokens(b"OK\r\nOK 01\rEVER 1\n\r\n\r\r\n") == [
        Line(b"OK"),
        Line(b"OK 01"),
        Line(b"EVER 1"),
    ]


def test_a_product_answer_does_not_wait_for_a_line_feed() -> None:
    assert tokens(b"OK 00\r") == [Line(b"OK 00")]


@pytest.mark.parametrize(
    ("between", "fields"),
    [
        (b"1 ", (None, b"1", None)),
        (b"1 0 ", (None, b"1", b"0")),
        (b"E1 1 0 ", (b"E1", b"1", b"0")),
        (b"E1 1 ", (b"E1", b"1", None)),
        (b"", (None, None, None)),
    ],
    ids=["single", "dual", "dual with LQI", "HAN with RSSI", "no SECURED"],
)
def test_the_header_tells_its_own_layout(between: bytes, fields: tuple[bytes | None, ...]) -> None:
    (token,) = tokens(datagram(b"\x10\x81\x0d\x0a", between))
    assert isinstance(token, Datagram)
    assert token.fields[5:] == fields
    assert token.data == b"\x10\x81\x0d\x0a"


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"\x00 \r\n\x0a\x0d", b"OK\r\n", b"", b"0A\r\n12"])
def test_binary_data_may_hold_anything(data: bytes) -> None:
    stream = datagram(b"\x10" + data) + b"OK\r\n"
    first, second = tokens(stream)
    assert payload(first) == b"\x10" + data
    assert second == Line(b"OK")


def test_hex_data_is_told_by_its_length() -> None:
    first, second = tokens(datagram(b"1081000D0A", size=5) + b"OK\r\n")
    assert payload(first) == b"\x10\x81\x00\x0d\x0a"
    assert second == Line(b"OK")


def test_a_datagram_behind_a_half_echo() -> None:
    half, whole = tokens(b"SKSENDTO" + datagram(b"\x10\x81"))
    assert half == Line(b"SKSENDTO", glued=True)
    assert payload(whole) == b"\x10\x81"


def test_binary_data_that_lost_a_byte_does_not_harm_what_follows() -> None:
    stream = datagram(b"\x10\x81\x00", size=4) + b"OK\r\n" + datagram(b"\x10\x82")
    read = tokens(stream)
    assert isinstance(read[0], Broken)
    assert Line(b"OK") in read
    assert payload(read[-1]) == b"\x10\x82"


def test_hex_data_that_was_cut_ends_at_its_line_end() -> None:
    read = tokens(datagram(b"10810001", size=18) + datagram(b"1082", size=2))
    assert isinstance(read[0], Broken)
    assert payload(read[1]) == b"\x10\x82"


@pytest.mark.parametrize("header", [b"ERXUDP \r\n", b"ERXUDP " + b"x" * 400 + b"\r\n"])
def test_a_header_without_length_is_broken_not_awaited(header: bytes) -> None:
    read = tokens(header + b"OK\r\n")
    assert isinstance(read[0], Broken)
    assert read[-1] == Line(b"OK")


def test_a_length_beyond_what_udp_carries_is_broken() -> None:
    read = tokens(datagram(b"12", size=0xFFFF) + b"OK\r\n")
    assert isinstance(read[0], Broken)
    assert read[-1] == Line(b"OK")


def test_tcp_data_is_read_by_length_too() -> None:
    (token,) = tokens(b"ERXTCP FE80:0000:0000:0000:021C:6400:030C:12A4 0E1A 0E1A 0004 \r\n\r\n\r\n")
    assert payload(token) == b"\r\n\r\n"


def test_a_flood_without_line_end_is_cut_and_memory_stays_bounded() -> None:
    framer = Framer()
    read = [token for _ in range(100) for token in framer.feed(b"x" * 1000)]
    assert framer.pending <= MAX_LINE + 16
    assert read[0] == Line(b"x" * MAX_LINE)


WORDS = st.sampled_from(
    [
        b"\r",
        b"\n",
        b"\r\n",
        b" ",
        b"OK",
        b"FAIL ER09",
        b"ERXUDP ",
        b"ERXTCP ",
        b"ERX",
        b"EVENT 21 ",
        b"0012",
        b"0004 ",
        b"\x00",
        b"\xff",
        b"1081",
        SINGLE + TAIL + b"1 0002 ",
        datagram(b"\x10\x81"),
        datagram(b"1081", size=2),
        b"x" * 500,
        b"A" * 300,
    ]
)
STREAMS = st.lists(st.one_of(WORDS, st.binary(max_size=20)), max_size=30).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(stream=STREAMS, cuts=st.lists(st.integers(0, 3000), max_size=20))
def test_any_bytes_in_any_pieces_give_the_same_tokens(stream: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[a:b] for a, b in pairwise(places)]
    assert tokens(*pieces) == tokens(stream)
    assert tokens(*(stream[i : i + 1] for i in range(len(stream)))) == tokens(stream)


@given(
    data=st.binary(min_size=1, max_size=200),
    hex_display=st.booleans(),
    between=st.sampled_from([b"1 ", b"1 0 ", b"5A 1 0 "]),
)
def test_what_a_module_prints_is_read_back(data: bytes, hex_display: bool, between: bytes) -> None:
    """ECHONET Lite and PANA data begin with 10 or 00, which no hex digit looks like."""
    data = b"\x10" + data
    printed = data.hex().upper().encode() if hex_display else data
    first, second = tokens(datagram(printed, between, size=len(data)) + b"OK\r\n")
    assert payload(first) == data
    assert second == Line(b"OK")


@given(data=st.binary(max_size=400), cut=st.integers(0, 400))
def test_the_raw_bytes_of_all_tokens_are_the_stream(data: bytes, cut: int) -> None:
    """Blank lines at its end wait for what comes next, as a half line does."""
    framer = Framer()
    tokens = [*framer.feed(data[:cut]), *framer.feed(data[cut:])]
    raw = b"".join(token.raw for token in tokens)
    left = data[len(raw) :]
    assert data.startswith(raw)
    assert left[: len(left) - framer.pending].strip() == b""
