"""Properties: every vector by name, what the specification adds, and any bytes at all."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.decode import DecodeError, decode_property_json
from semtui.echonet import energy, history, maps, power
from semtui.echonet.frame import CONTROLLER, NODE_PROFILE, SMART_METER
from semtui.echonet.identity import MAKERS, RouteBId, maker_name
from semtui.echonet.properties import PROPERTIES, decode_property, find_property
from semtui.echonet.scale import UNITS, EnergyScale, decimal_text
from semtui.echonet.values import Json, PropertyError
from tests.vectors import Vector, load

VECTORS = load("properties")
GOOD = [vector for vector in VECTORS if "decoded" in vector.values]
BAD = [vector for vector in VECTORS if "error" in vector.values]
TENTH = EnergyScale(1, Decimal("0.1"))


def decoded(eoj: int, epc: int, edt: str) -> Json:
    return decode_property(eoj, epc, bytes.fromhex(edt)).to_json(TENTH)


@pytest.mark.parametrize("vector", GOOD, ids=str)
def test_good_data_reads_as_listed(vector: Vector) -> None:
    line = vector.values
    assert decode_property_json(line["epc"], line["edt"], **line["context"]) == line["decoded"]


@pytest.mark.parametrize("vector", BAD, ids=str)
def test_bad_data_is_refused_for_the_listed_reason(vector: Vector) -> None:
    line = vector.values
    with pytest.raises(DecodeError) as caught:
        decode_property_json(line["epc"], line["edt"], **line["context"])
    assert caught.value.to_json()["error"] == line["error"]


@pytest.mark.parametrize(
    ("eoj", "epc", "edt", "shape"),
    [
        (SMART_METER, 0x80, "31", {"on": False}),
        (SMART_METER, 0x88, "41", {"fault": True}),
        (SMART_METER, 0x88, "42", {"fault": False}),
        (SMART_METER, 0x82, "00006101", {"release": "A", "revision": 1}),
        (SMART_METER, 0x98, "07EA0514", {"date": "2026-05-20"}),
        (SMART_METER, 0x9D, "00", {"count": 0, "form": "list", "epcs": []}),
        (SMART_METER, 0xD3, "000F423F", {"coefficient": 999999}),
        (SMART_METER, 0xD3, "00000000", {"coefficient": 0}),
        (SMART_METER, 0xD7, "08", {"digits": 8, "rollover_raw": 100000000}),
        (SMART_METER, 0xE5, "FF", {"day": None, "status": "unset"}),
        (SMART_METER, 0xE0, "FFFFFFFF", {"raw": 0xFFFFFFFF, "kwh": None, "status": "out_of_range"}),
        (SMART_METER, 0xE7, "7FFFFFFF", {"watts": None, "status": "overflow"}),
        (SMART_METER, 0xE7, "FFFFFFFE", {"watts": -2}),
        (SMART_METER, 0x81, "01" + "00" * 16, {"code": "01" + "00" * 16}),
        (SMART_METER, 0x8C, "5350" + "20" * 10, {"product": "SP"}),
        (SMART_METER, 0x89, "0000", {"fault_code": "0000"}),
        (SMART_METER, 0xD7, "06", {"digits": 6, "rollover_raw": 1000000}),
        (NODE_PROFILE, 0xD4, "0002", {"classes": 2}),
        (NODE_PROFILE, 0xD7, "0105FF", {"count": 1, "classes": ["05FF"]}),
        (NODE_PROFILE, 0xD3, "000001", {"instances": 1}),
        (NODE_PROFILE, 0xBF, "8001", {"id": "8001"}),
        (NODE_PROFILE, 0x82, "010C0100", {"version": "1.12", "format1": True, "format2": False}),
        (
            NODE_PROFILE,
            0x83,
            "FE000016" + "AB" * 13,
            {"maker": "000016", "unique": "AB" * 13},
        ),
        (CONTROLLER, 0x8A, "000016", {"maker": "000016"}),
    ],
)
def test_values_that_no_vector_has(eoj: int, epc: int, edt: str, shape: Json) -> None:
    assert decoded(eoj, epc, edt) == shape
    assert decode_property(eoj, epc, bytes.fromhex(edt)).encode().hex().upper() == edt or (
        epc == 0x8C
    )


@pytest.mark.parametrize(
    ("eoj", "epc", "edt", "code"),
    [
        (SMART_METER, 0x80, "32", "enum"),
        (SMART_METER, 0x88, "40", "enum"),
        (SMART_METER, 0x81, "02", "reserved"),
        (SMART_METER, 0x81, "00" * 17, "length"),
        (SMART_METER, 0x82, "00006200", "release_letter"),
        (SMART_METER, 0x82, "01004600", "reserved"),
        (SMART_METER, 0x83, "01" * 17, "reserved"),
        (SMART_METER, 0x8D, "41" * 11 + "80", "ascii"),
        (SMART_METER, 0x8D, "4100" + "41" * 10, "ascii"),
        (SMART_METER, 0x97, "003C", "datetime"),
        (SMART_METER, 0x98, "07E7021D", "datetime"),
        (SMART_METER, 0x9E, "028181", "map_duplicate"),
        (SMART_METER, 0x9E, "017F", "map_epc_range"),
        (SMART_METER, 0x9F, "10" + "00" * 16, "map_count_mismatch"),
        (SMART_METER, 0x9F, "10" + "00" * 15, "length"),
        (SMART_METER, 0xD3, "000F4240", "range"),
        (SMART_METER, 0xD3, "000001", "length"),
        (SMART_METER, 0xD7, "09", "range"),
        (SMART_METER, 0xEA, "FFFFFFFFFFFFFF00000000", "datetime"),
        (SMART_METER, 0xEA, "07E7021D00000000000000", "datetime"),
        (SMART_METER, 0xEA, "07EA05141800000000FE68", "datetime"),
        (SMART_METER, 0xEA, "07EA05140E003C0000FE68", "datetime"),
        (SMART_METER, 0xEC, "07EA0514", "length"),
        (SMART_METER, 0xEC, "07EA05140E0000", "count_range"),
        (SMART_METER, 0xEC, "07EA05140E0F01" + "00" * 8, "minute"),
        (SMART_METER, 0xEC, "00010101000002" + "00" * 16, "datetime"),
        (SMART_METER, 0xED, "07EA05140E000D", "count_range"),
        (SMART_METER, 0xEF, "07EA05140E000B", "count_range"),
        (SMART_METER, 0xD6, "0105FF01", "unknown_epc"),
        (NODE_PROFILE, 0xD3, "00000001", "length"),
        (NODE_PROFILE, 0xD5, "", "length"),
        (NODE_PROFILE, 0xD5, "55" + "028801" * 85, "count_range"),
        (NODE_PROFILE, 0xD7, "09" + "0288" * 9, "count_range"),
        (NODE_PROFILE, 0x82, "010E0101", "reserved"),
        (NODE_PROFILE, 0xE7, "00000278", "unknown_epc"),
        (CONTROLLER, 0xE7, "00000278", "unknown_epc"),
        (0x013001, 0xE7, "00000278", "unknown_epc"),
    ],
)
def test_data_that_no_vector_refuses(eoj: int, epc: int, edt: str, code: str) -> None:
    with pytest.raises(PropertyError) as caught:
        decode_property(eoj, epc, bytes.fromhex(edt))
    assert caught.value.code == code


def test_a_day_of_half_hours_keeps_numbers_no_register_can_have_out_of_kwh() -> None:
    counts: list[int | None] = [None, 100_000_000, 7, *([0] * 45)]
    shape = decoded(SMART_METER, 0xE2, history.encode_day_history(3, counts).hex())
    assert shape["raw"][:3] == [None, 100_000_000, 7]
    assert shape["kwh"][:3] == [None, None, "0.7"]
    assert shape["missing"] == 2


def test_without_a_unit_nothing_is_said_in_kwh() -> None:
    assert decode_property_json("E0", "0000FE73") == {
        "raw": 65139,
        "kwh": None,
        "status": "no_unit",
    }
    day = decode_property_json("E2", history.encode_day_history(1, [5] * 48).hex())
    assert day["status"] == "no_unit"
    assert day["kwh"] == [None] * 48


@pytest.mark.parametrize("unit", UNITS.values(), ids=str)
def test_the_largest_register_is_exact_in_every_unit(unit: Decimal) -> None:
    scale = EnergyScale(999_999, unit)
    kwh = scale.kwh(99_999_999)
    assert kwh is not None
    assert kwh / unit == 99_999_999 * 999_999
    assert "E" not in decimal_text(kwh)


def test_the_official_example_of_a_scaled_register() -> None:
    assert energy.Register(0x00BC614E).kwh(EnergyScale(10, Decimal("0.001"))) == Decimal(
        "123456.78"
    )


def test_a_day_has_as_many_slots_as_it_has() -> None:
    with pytest.raises(ValueError, match="48"):
        history.encode_day_history(0, [1] * 47)


def test_rows_of_a_span_run_backwards_through_midnight() -> None:
    edt = history.encode_span_history(datetime(2026, 1, 1, 0, 30), [(3, 0), (2, 0), (1, None)])
    span = history.decode_span_history(edt, history.HALF_HOURS)
    assert list(span.times()) == [
        datetime(2026, 1, 1, 0, 30),
        datetime(2026, 1, 1, 0, 0),
        datetime(2025, 12, 31, 23, 30),
    ]
    assert span.rows[2][1].kwh(TENTH) is None


@given(st.sampled_from(sorted(PROPERTIES)), st.binary(max_size=210))
def test_any_data_is_a_value_or_a_property_error(key: tuple[int, int], edt: bytes) -> None:
    eoj = key[0] << 8 | 1
    try:
        value = decode_property(eoj, key[1], edt)
    except PropertyError:
        return
    assert isinstance(value.to_json(TENTH), dict)
    assert isinstance(value.to_json(EnergyScale()), dict)


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFF), st.binary(max_size=20))
def test_any_object_and_code_are_known_or_not(eoj: int, epc: int, edt: bytes) -> None:
    code = ""
    try:
        decode_property(eoj, epc, edt)
    except PropertyError as error:
        code = error.code
    assert (code == "unknown_epc") == (find_property(eoj, epc) is None)


EXACT = [
    (SMART_METER, epc, size)
    for epc, size in {
        0xD0: 15,
        0xD3: 4,
        0xD7: 1,
        0xE0: 4,
        0xE1: 1,
        0xE3: 4,
        0xE5: 1,
        0xE7: 4,
        0xE8: 4,
        0xEA: 11,
        0xED: 7,
        0xEE: 23,
        0x97: 2,
        0x98: 4,
        0xC0: 16,
    }.items()
]


@given(st.sampled_from(EXACT), st.data())
def test_what_can_be_read_is_written_as_it_was(
    thing: tuple[int, int, int], data: st.DataObject
) -> None:
    eoj, epc, size = thing
    moment = data.draw(
        st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 31)).map(
            lambda at: energy.encode_stamped_register(at, 0)[:7]
        )
    )
    random = data.draw(st.binary(min_size=size, max_size=size))
    # Few random bytes are a date; some of the examples are given one.
    edt = data.draw(st.sampled_from([random, (moment + random)[:size], b"\1" * size]))
    try:
        value = decode_property(eoj, epc, edt)
    except PropertyError:
        return
    assert value.encode() == edt


@given(st.sets(st.integers(0x80, 0xFF)))
def test_any_map_survives_the_round_trip(epcs: set[int]) -> None:
    edt = maps.encode_map(epcs)
    assert maps.decode_map(edt).epcs == tuple(sorted(epcs))
    assert len(edt) == (1 + len(epcs) if len(epcs) < 16 else 17)


@given(st.integers(-0x7FFFFFFF, 0x7FFFFFFD))
def test_any_power_survives_the_round_trip(watts: int) -> None:
    assert power.decode_power(power.encode_power(watts)).watts == watts


@given(st.integers(-32767, 32765), st.none() | st.integers(-32767, 32765))
def test_any_currents_survive_the_round_trip(r: int, t: int | None) -> None:
    tenths = [None if raw is None else Decimal(raw) / 10 for raw in (r, t)]
    currents = power.decode_currents(power.encode_currents(tenths[0], tenths[1]))
    assert [currents.r_ampere, currents.t_ampere] == tenths


@given(
    st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 31)),
    st.lists(
        st.tuples(st.none() | st.integers(0, 99_999_999), st.none() | st.integers(0, 99_999_999)),
        min_size=1,
        max_size=12,
    ),
)
def test_any_span_survives_the_round_trip(
    start: datetime | None, rows: list[tuple[int | None, int | None]]
) -> None:
    if start is not None:
        start = start.replace(minute=start.minute // 30 * 30, second=0, microsecond=0)
    edt = history.encode_span_history(start, rows)
    span = history.decode_span_history(edt, history.HALF_HOURS)
    assert span.start == start
    assert [(n.kwh(TENTH), r.kwh(TENTH)) for n, r in span.rows] == [
        tuple(None if raw is None else raw * Decimal("0.1") for raw in row) for row in rows
    ]
    assert span.encode() == edt


def test_units_are_written_by_their_code_or_not_at_all() -> None:
    assert energy.encode_unit(Decimal("0.01")) == b"\x02"
    with pytest.raises(ValueError, match="no code"):
        energy.encode_unit(Decimal("0.5"))


def test_no_data_is_written_as_the_code_of_its_type() -> None:
    assert power.encode_power(None).hex() == "7ffffffe"
    assert power.encode_currents(Decimal("1.0"), None).hex() == "000a7ffe"
    assert energy.encode_register(None).hex() == "fffffffe"


def test_makers_are_known_by_their_code() -> None:
    assert maker_name("000016") == "Toshiba"
    assert maker_name("FFFFFF") is None
    assert all(len(code) == 6 and code == code.upper() for code in MAKERS)


def test_the_route_b_id_does_not_show_in_a_repr() -> None:
    value = decode_property(SMART_METER, 0xC0, bytes.fromhex("00000016") + b"ABCDEFGHIJKL")
    assert isinstance(value, RouteBId)
    assert "ABCDEFGHIJKL" not in repr(value)
