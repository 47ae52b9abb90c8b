"""What lines on the wire mean, in words; and that no line, however odd, breaks it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.echonet.scale import EnergyScale
from semtui.radio.masking import mask_payload
from semtui.wiretalk import details, frame_of, gist

SENT = "SKSENDTO 1 FE80:..:5A3C 0E1A 1 000E 108101A705FF010288016201E700"
BOTH = (
    "ERXUDP FE80:..:5A3C FE80:..:5678 0E1A 0E1A 001C640003ED5A3C 1 0018 "
    "108101A802880105FF017202E7040000032CE804007B002D"
)
DUAL = BOTH.replace(" 1 0018 ", " 9B 1 0 0018 ")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (SENT, "Get TID 01A7 -> 028801 E7"),
        (SENT.replace(" 1 000E", " 1 0 000E"), "Get TID 01A7 -> 028801 E7"),
        (BOTH, "Get_Res TID 01A8  E7 = 812 W, E8 = R 12.3 A T 4.5 A"),
        (DUAL, "Get_Res TID 01A8  E7 = 812 W, E8 = R 12.3 A T 4.5 A"),
        ("EVENT 21 FE80:..:5A3C 00", "EVENT 21: sent and acknowledged"),
        ("EVENT 21 FE80:..:5A3C 0 01", "EVENT 21: not sent, or not acknowledged"),
        ("EVENT 25 FE80:..:5A3C", "EVENT 25: the session stands: joined, or renewed"),
        ("EVENT 41 FE80:..:5A3C", ""),
        ("FAIL ER10", "ER10: understood, but not possible now"),
        ("FAIL ER04", "ER04: the module does not know this command"),
        ("FAIL ER01", "ER01: refused"),
        (
            "EPANDESC Channel:27 Pan ID:5A3C Addr:001C640003ED5A3C LQI:9B PairID:****",
            "a PAN: 5A3C on channel 39, LQI 9B",
        ),
        ("EPANDESC Channel:None Pan ID:None Addr:None LQI:None", ""),
        ("ERXUDP FE80:..:5A3C FE80:..:5678 02CC 02CC 001C640003ED5A3C 0 0028 "
         "<40 B hidden: PANA>", "PANA, 40 B hidden"),
        ("EINFO FE80:..:5678 001D129012345678 27 5A3C FFFE", "channel 39, PAN 5A3C"),
        ("SKSCAN 2 FFFFFFFF 6", "starts a scan for our meter"),
        ("SKSREG S02", "reads a register"),
        ("SKSREG SFE 0", "writes a register"),
        ("SKSETPWD ****", "hands the password over, hidden"),
        ("OK", ""),
        ("OK 01", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_lines_in_words(text: str, meaning: str) -> None:
    assert gist(text) == meaning


def test_the_renewal_is_told() -> None:
    assert gist("EVENT 29 FE80:..:5A3C").startswith("EVENT 29: the module renews the session")


def frame_line(payload: str) -> str:
    data = bytes.fromhex(payload)
    return f"ERXUDP FE80:..:1 FE80:..:2 0E1A 0E1A 0 1 {len(data):04X} {mask_payload(data)}"


def test_energies_are_counts_until_their_unit_is_known() -> None:
    line = frame_line("1081000102880105FF017201E0040002CF95")
    assert gist(line).endswith("E0 = 184213 counts")
    assert gist(line, EnergyScale(1, Decimal("0.1"))).endswith("E0 = 18421.3 kWh")


def test_no_data_is_said_and_not_a_number() -> None:
    assert gist(frame_line("1081000102880105FF017201E7047FFFFFFE")).endswith("E7 = no data")


def test_refused_properties_are_told() -> None:
    line = frame_line("1081000102880105FF015202E7040000032CE800")
    assert gist(line) == "Get_SNA TID 0001  E7 = 812 W, without E8"
    line = frame_line("1081000102880105FF015201D300")
    assert gist(line) == "Get_SNA TID 0001  refused: D3"


def test_malformed_and_unknown_properties() -> None:
    assert "E7 = malformed (length)" in gist(frame_line("1081000102880105FF017201E703000003"))
    assert "F0 = 0102" in gist(frame_line("1081000102880105FF017201F0020102"))


def test_the_id_stays_hidden_however_it_is_asked() -> None:
    secret = "FE000000001122334455667788990011"
    line = frame_line(f"1081000102880105FF017202C010{secret}E7040000032C")
    assert frame_of(line) is not None
    for text in (gist(line), *details(line)):
        assert "2A2A" not in text
        assert secret not in text
    assert "C0 = hidden, E7 = 812 W" in gist(line)


def test_a_line_in_full() -> None:
    head, power, currents = details(BOTH)
    assert head == "TID 01A8  SEOJ 028801 meter  DEOJ 05FF01 controller  ESV 72 Get_Res  OPC 2"
    assert power == "E7  instantaneous power: 812 W  (4 B 0000032C)"
    assert currents == "E8  instantaneous currents: R 12.3 A T 4.5 A  (4 B 007B002D)"
    assert details("OK") == []


def test_bytes_that_are_no_frame_are_said() -> None:
    assert gist(frame_line("1081000102880105FF0172")) == "data that is no ECHONET Lite frame"


@given(
    st.text()
    | st.binary(max_size=60).map(lambda data: frame_line(data.hex()))
    | st.binary(max_size=40).map(lambda data: frame_line("1081000102880105FF0172" + data.hex()))
    | st.from_regex(r"(EVENT|FAIL|EPANDESC|EINFO|SKSCAN|SKSREG) [0-9A-F :.]*", fullmatch=True)
)
def test_no_line_breaks_it(text: str) -> None:
    assert isinstance(gist(text), str)
    assert all(isinstance(line, str) for line in details(text))
