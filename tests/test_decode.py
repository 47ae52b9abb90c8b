"""What `semtui decode` makes of text that people paste."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.decode import DecodeError, decode_frame_json, decode_property_json
from semtui.echonet.values import Json
from semtui.errors import InputError


def test_white_space_and_lower_case_are_taken() -> None:
    pasted = "1081 0001 028801 05ff01 72 01 e7 04 0000 0278\n"
    assert decode_frame_json(pasted)["props"] == [{"epc": "E7", "pdc": 4, "edt": "00000278"}]


@pytest.mark.parametrize("text", ["1081000", "10 8x", "0x1081", "１０８１"])
def test_text_that_is_no_hex_says_so(text: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_frame_json(text)
    assert caught.value.code == "hex"
    assert isinstance(caught.value, InputError)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"epc": "E"}, "hex"),
        ({"epc": "E7E8"}, "epc"),
        ({"edt": "0"}, "hex"),
        ({"eoj": "0288"}, "eoj"),
        ({"coefficient": -1}, "coefficient"),
        ({"coefficient": 1_000_000}, "coefficient"),
        ({"unit": "0.5"}, "unit"),
        ({"unit": "kWh"}, "unit"),
        ({"unit": "NaN"}, "unit"),
        ({"unit": "sNaN"}, "unit"),
        ({"unit": "Infinity"}, "unit"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_property_json(**({"epc": "E7", "edt": "00000278"} | arguments))  # type: ignore[arg-type]
    assert caught.value.code == code
    assert caught.value.to_json() == {"error": {"code": code, "detail": caught.value.reason}}


def test_a_coefficient_and_a_unit_make_kwh() -> None:
    assert decode_property_json("E0", "00BC614E", coefficient=10, unit="0.001") == {
        "raw": 12345678,
        "kwh": "123456.78",
    }


def test_the_class_decides_what_a_code_means() -> None:
    assert decode_property_json("D3", "00000001") == {"coefficient": 1}
    assert decode_property_json("D3", "000001", eoj="0EF001") == {"instances": 1}


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_read_or_refused(first: str, second: str) -> None:
    attempts: list[Callable[[], Json]] = [
        lambda: decode_frame_json(first),
        lambda: decode_property_json(first, second),
        lambda: decode_property_json("E0", "00000001", eoj=first, unit=second),
    ]
    for attempt in attempts:
        try:
            shape = attempt()
        except DecodeError as error:
            shape = error.to_json()
        assert shape
