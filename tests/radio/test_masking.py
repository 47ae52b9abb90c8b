"""Nothing secret is in what people may see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.radio.masking import OwnSecrets, mask_data, mask_payload, mask_text

HEADER = bytes.fromhex("1081000102880105FF017202")
ID = bytes.fromhex("00112233445566778899AABBCCDDEEFF")


@pytest.mark.parametrize("size", [0, 1, 8, 15, 16, 17])
def test_property_c0_is_starred_whatever_its_size(size: int) -> None:
    data = (ID + b"\x77")[:size]
    frame = HEADER + b"\xe7\x04\xc0\x10\x00\xe4" + bytes((0xC0, size)) + data
    shown = mask_payload(frame)
    assert shown.startswith(HEADER.hex().upper() + "E704C01000E4C0")
    assert shown.endswith("**" * size)
    assert len(shown) == 2 * len(frame)


def test_setget_lists_and_cut_frames_leak_nothing() -> None:
    for frame in (
        HEADER + b"\xe5\x01\x02\x01\xc0\x10" + ID,
        HEADER + b"\xc0\x11" + ID,
        HEADER + b"\xe7\x30\xc0\x10" + ID,
    ):
        assert ID.hex().upper()[4:] not in mask_payload(frame)


@given(before=st.binary(max_size=20))
def test_an_id_behind_c0_is_never_whole(before: bytes) -> None:
    shown = mask_payload(HEADER + bytes((0x80, len(before))) + before + b"\xc0\x10" + ID)
    assert shown.endswith("**" * 16)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("SKSETPWD C 0123456789AB", "SKSETPWD ****"),
        ("SKSETRBID 00112233445566778899AABBCCDDEEFF", "SKSETRBID ****"),
        ("SKSREG S0A CCDDEEFF", "SKSREG S0A ****"),
        ("  PairID:CCDDEEFF", "  PairID:****"),
        ("SKSREG S02 21", "SKSREG S02 21"),
        ("xSKSETPWDC0123456789AB", "xSKSETPWD ****"),
    ],
)
def test_lines(line: str, shown: str) -> None:
    assert mask_text(line) == shown


PROPERTIES = st.lists(st.tuples(st.integers(0x80, 0xFF), st.binary(max_size=20)), max_size=6)


@given(PROPERTIES, st.binary(max_size=3))
def test_on_the_wire_every_property_but_id_and_serial_stays_as_it_is(
    properties: list[tuple[int, bytes]], rest: bytes
) -> None:
    frame = wanted = HEADER
    for epc, edt in properties:
        frame += bytes((epc, len(edt))) + edt
        wanted += bytes((epc, len(edt))) + (b"*" * len(edt) if epc in (0xC0, 0x8D) else edt)
    assert mask_data(frame) == wanted
    cut = frame + bytes((0x80, len(rest) + 1)) + rest
    assert mask_data(cut) == wanted + b"*" * (len(rest) + 2)


def test_our_own_secrets_are_starred_wherever_a_damaged_line_leaves_them() -> None:
    own = OwnSecrets("00112233445566778899AABBCCDDEEFF", "0123456789AB")
    for secret in ("00112233445566778899aabbccddeeff", "CCDDEEFF", "0123456789AB"):
        assert own.mask_text(f"PaixID:{secret} ") == "PaixID:**** "
        masked = own.mask_wire(f"PaixID:{secret}\r\n".encode())
        assert masked == b"PaixID:" + b"*" * len(secret) + b"\r\n"


def test_without_credentials_nothing_is_starred() -> None:
    assert OwnSecrets("", "").mask_text("OK") == "OK"
    assert OwnSecrets("", "").mask_wire(b"OK\r\n") == b"OK\r\n"
