"""Properties in words: in short and in full, never a secret, never a number that is none."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.echonet.frame import SMART_METER
from semtui.echonet.history import encode_day_history, encode_span_history
from semtui.echonet.properties import PROPERTIES
from semtui.echonet.scale import EnergyScale
from semtui.property_meanings import MEANINGS
from semtui.property_words import in_full, in_short

TENTH = EnergyScale(1, Decimal("0.1"))
NONE = EnergyScale()
DAY = encode_day_history(1, [100 + slot for slot in range(47)] + [None])
SPAN = encode_span_history(datetime(2026, 11, 21, 12, 30), [(103, 7), (101, None)])


@pytest.mark.parametrize(
    ("epc", "edt", "words"),
    [
        (0xE7, "0000032C", "812 W"),
        (0xE7, "FFFFFF38", "-200 W"),
        (0xE7, "7FFFFFFE", "no data"),
        (0xE7, "7FFFFFFF", "overflow"),
        (0xE7, "80000000", "underflow"),
        (0xE8, "007B002D", "R 12.3 A T 4.5 A"),
        (0xE8, "007B7FFE", "R 12.3 A T -- A"),
        (0xE0, "0002CF95", "18421.3 kWh"),
        (0xE0, "0000000A", "1.0 kWh"),
        (0xE0, "FFFFFFFE", "no data"),
        (0xE0, "FFFFFFFF", "out of range"),
        (0xEA, "07EA0B150C1E000002CF95", "18421.3 kWh at 12:30"),
        (0xD0, "07EA0B150C1F000002CF95FFFFFFFE", "18421.3 kWh / no data at 12:31"),
        (0xE1, "03", "0.001 kWh"),
        (0xE1, "05", "malformed (enum)"),
        (0xD3, "0000000A", "10"),
        (0xD7, "06", "6 digits"),
        (0x80, "30", "on"),
        (0x80, "31", "off"),
        (0x88, "41", "fault"),
        (0x88, "42", "no fault"),
        (0x8A, "000016", "Toshiba"),
        (0x8A, "FFFFFF", "FFFFFF"),
        (0x8D, "413137583037343137350000", "******4175"),
        (0x82, "00004600", "release F"),
        (0x81, "00", "not set"),
        (0x81, "FF", "not fixed"),
        (0x81, "61", "garden 1"),
        (0x81, "09", "living room 1"),
        (0x81, "81", "by a free code, 81"),
        (0x81, "01" + "22" * 16, "by a code of 16 bytes"),
        (0x97, "0C22", "12:34"),
        (0x98, "07EA0B15", "2026-11-21"),
        (0x9D, "03808188", "3: 80 81 88"),
        (0x9E, "00", "none"),
        (0x9F, "1941414160404000624300414040430202", "25: 80 81 82 88 +21"),
        (0xE5, "00", "today"),
        (0xE5, "02", "2 days back"),
        (0xE5, "FF", "not set"),
        (0xE2, DAY.hex(), "1 day back: 47 of 48 half hours"),
        (0xED, "FFFFFFFFFFFF01", "not set"),
        (0xED, "07EA0B150C1E06", "6 rows back from 2026-11-21 12:30"),
        (0xEC, SPAN.hex(), "2 rows back from 2026-11-21 12:30"),
        (0xF1, "0102", "0102"),
        (0xC0, "00000016" + "41" * 12, "hidden"),
    ],
)
def test_a_value_in_short(epc: int, edt: str, words: str) -> None:
    assert in_short(SMART_METER, epc, bytes.fromhex(edt), TENTH) == words


@pytest.mark.parametrize("epc", [0xE0, 0xE3])
def test_without_a_unit_an_energy_is_a_count(epc: int) -> None:
    assert in_short(SMART_METER, epc, bytes.fromhex("0002CF95"), NONE) == "184213 counts"
    fields = in_full(SMART_METER, epc, bytes.fromhex("0002CF95"), NONE)
    assert not any("kWh" in text for _name, text in fields)


def test_a_register_in_full_says_what_a_count_is_worth() -> None:
    scale = EnergyScale(10, Decimal("0.001"))
    assert in_full(SMART_METER, 0xE0, bytes.fromhex("00BC614E"), scale) == [
        ("energy", "123456.780 kWh"),
        ("counts", "12345678"),
        ("a count", "0.01 kWh (coefficient 10 x unit 0.001)"),
    ]


def test_where_the_register_starts_again() -> None:
    assert in_full(SMART_METER, 0xD7, b"\x06", TENTH) == [
        ("digits", "6"),
        ("starts again", "behind 999999 counts, each 100000 kWh"),
    ]
    assert in_full(SMART_METER, 0xD7, b"\x06", NONE)[1] == (
        "starts again",
        "behind 999999 counts",
    )


def test_a_day_in_full_has_every_half_hour_the_oldest_first() -> None:
    fields = in_full(SMART_METER, 0xE2, DAY, TENTH)
    assert fields[:3] == [("day", "1 day back"), ("00:00", "10.0 kWh"), ("00:30", "10.1 kWh")]
    assert fields[-1] == ("23:30", "no data")
    assert len(fields) == 49


def test_a_span_in_full_has_every_row_the_newest_first() -> None:
    assert in_full(SMART_METER, 0xEC, SPAN, TENTH)[1:] == [
        ("11-21 12:30", "10.3 kWh / 0.7 kWh"),
        ("11-21 12:00", "10.1 kWh / no data"),
    ]
    unset = encode_span_history(None, [(None, None)])
    assert in_full(SMART_METER, 0xEC, unset, TENTH)[1][0] == "time unknown"


SECRET = st.binary(min_size=16, max_size=16)


@given(SECRET)
def test_the_route_b_id_is_in_no_words(secret: bytes) -> None:
    said = in_short(SMART_METER, 0xC0, secret, TENTH) + str(
        in_full(SMART_METER, 0xC0, secret, TENTH)
    )
    assert said == "hidden[('value', 'hidden: it is half of your credentials')]"


def test_the_serial_number_keeps_its_end_only() -> None:
    edt = b"F24G366505\0\0"
    said = in_short(SMART_METER, 0x8D, edt, TENTH) + str(in_full(SMART_METER, 0x8D, edt, TENTH))
    assert "F24G36" not in said
    assert "6505" in said


@given(st.integers(0, 0xFF), st.binary(max_size=210), st.sampled_from([TENTH, NONE]))
def test_any_bytes_have_words(epc: int, edt: bytes, scale: EnergyScale) -> None:
    assert isinstance(in_short(SMART_METER, epc, edt, scale), str)
    for name, text in in_full(SMART_METER, epc, edt, scale):
        assert name
        assert text


def test_every_property_of_the_meter_has_a_meaning() -> None:
    assert set(MEANINGS) == {epc for code, epc in PROPERTIES if code == SMART_METER >> 8}
