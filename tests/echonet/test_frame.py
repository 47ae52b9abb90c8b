"""Frames: every vector by name, and any bytes at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.decode import DecodeError, decode_frame_json
from semtui.echonet.frame import Esv, Frame, FrameError, Property, decode_frame
from tests.vectors import Vector, load

VECTORS = load("frames")
GOOD = [vector for vector in VECTORS if "parsed" in vector.values]
BAD = [vector for vector in VECTORS if "error" in vector.values]

properties = st.builds(Property, st.integers(0x80, 0xFF), st.binary(max_size=255))
eojs = st.integers(0, 0xFFFFFF)
SETGET = [Esv.SETGET, Esv.SETGET_RES, Esv.SETGET_SNA]


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    esv = draw(st.sampled_from(Esv))
    fewest = 0 if esv is Esv.SETGET_SNA else 1
    lists = st.lists(properties, min_size=fewest, max_size=5).map(tuple)
    gets = draw(lists) if esv in SETGET else ()
    return Frame(draw(st.integers(0, 0xFFFF)), draw(eojs), draw(eojs), esv, draw(lists), gets)


@pytest.mark.parametrize("vector", GOOD, ids=str)
def test_good_datagram_reads_as_listed(vector: Vector) -> None:
    assert decode_frame_json(vector.values["hex"]) == vector.values["parsed"]


@pytest.mark.parametrize("vector", GOOD, ids=str)
def test_good_datagram_survives_the_round_trip(vector: Vector) -> None:
    data = bytes.fromhex(vector.values["hex"])
    assert decode_frame(data).encode() == data


@pytest.mark.parametrize("vector", BAD, ids=str)
def test_bad_datagram_is_refused_for_the_listed_reason(vector: Vector) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_frame_json(vector.values["hex"])
    assert caught.value.to_json()["error"] == vector.values["error"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("1082000102880105FF017201E70400000278", "format2"),
        ("1081000102880105FF01720178010000", "epc_range"),
        ("1081000102880105FF017E0001E700", "opc_zero"),
        ("1081000102880105FF017E01E50000", "opc_zero"),
        ("1081000102880105FF015E00", "truncated"),
    ],
)
def test_rules_that_no_capture_shows(data: str, code: str) -> None:
    with pytest.raises(FrameError) as caught:
        decode_frame(bytes.fromhex(data))
    assert caught.value.code == code


@given(st.binary(max_size=80) | st.binary(max_size=40).map(lambda tail: b"\x10\x81" + tail))
def test_any_bytes_are_a_frame_or_a_frame_error(data: bytes) -> None:
    try:
        frame = decode_frame(data)
    except FrameError:
        return
    assert frame.encode() == data


@given(frames())
def test_any_frame_survives_the_round_trip(frame: Frame) -> None:
    assert decode_frame(frame.encode()) == frame


@given(frames(), st.data())
def test_a_cut_frame_is_never_a_frame(frame: Frame, data: st.DataObject) -> None:
    whole = frame.encode()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(FrameError) as caught:
        decode_frame(whole[:cut])
    assert caught.value.code == "truncated"


@given(frames(), st.binary(min_size=1, max_size=20))
def test_bytes_behind_a_frame_spoil_it(frame: Frame, extra: bytes) -> None:
    with pytest.raises(FrameError) as caught:
        decode_frame(frame.encode() + extra)
    assert caught.value.code == "trailing"


def test_the_route_b_id_does_not_show_in_a_repr() -> None:
    secret = bytes.fromhex("00000016303132333435363738394142")
    frame = Frame(3, 0x028801, 0x05FF01, Esv.GET_RES, (Property(0xC0, secret),))
    assert "30313233" not in repr(frame)
    assert "0123" not in repr(frame)
