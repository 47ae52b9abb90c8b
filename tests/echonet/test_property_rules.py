"""The rules of the specification, each held against a second reading of it, on any input."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from semtui.echonet.frame import NODE_PROFILE, SMART_METER
from semtui.echonet.history import HALF_HOURS, MINUTES, SpanHistory, SpanKind
from semtui.echonet.properties import decode_property
from semtui.echonet.scale import UNITS, EnergyScale
from semtui.echonet.values import Json, PropertyError

NONE = EnergyScale()
U32 = st.integers(0, 0xFFFFFFFF)
SCALES = st.builds(
    EnergyScale,
    st.integers(0, 999_999),
    st.sampled_from(sorted(UNITS.values())),
)

SIZES = {
    (eoj, epc): size
    for size, eoj, epcs in (
        (1, SMART_METER, (0x80, 0x88, 0xD7, 0xE1, 0xE5)),
        (2, SMART_METER, (0x89, 0x97)),
        (3, SMART_METER, (0x8A, 0x8B)),
        (4, SMART_METER, (0x82, 0x8E, 0x98, 0xD3, 0xE0, 0xE3, 0xE7, 0xE8)),
        (7, SMART_METER, (0xED, 0xEF)),
        (11, SMART_METER, (0xEA, 0xEB)),
        (12, SMART_METER, (0x8C, 0x8D)),
        (15, SMART_METER, (0xD0,)),
        (16, SMART_METER, (0xC0,)),
        (194, SMART_METER, (0xE2, 0xE4)),
        (2, NODE_PROFILE, (0xD4,)),
        (3, NODE_PROFILE, (0xD3,)),
        (4, NODE_PROFILE, (0x82,)),
        (17, NODE_PROFILE, (0x83,)),
    )
    for epc in epcs
}


def read(epc: int, edt: bytes, scale: EnergyScale = NONE, eoj: int = SMART_METER) -> Json:
    """The value as `semtui decode` prints it, or the code of its error."""
    try:
        return decode_property(eoj, epc, edt).to_json(scale)
    except PropertyError as error:
        return {"error": error.code}


@given(st.sampled_from(sorted(SIZES)), st.binary(max_size=220))
def test_a_size_that_is_not_the_propertys_own_is_an_error_whatever_the_bytes(
    thing: tuple[int, int], edt: bytes
) -> None:
    eoj, epc = thing
    if len(edt) != SIZES[thing]:
        assert read(epc, edt, eoj=eoj) == {"error": "length"}
    else:
        assert read(epc, edt, eoj=eoj) != {"error": "length"}


@given(U32, SCALES)
def test_an_energy_is_exact_in_every_unit_or_has_no_kwh(raw: int, scale: EnergyScale) -> None:
    shape = read(0xE0, raw.to_bytes(4, "big"), scale)
    assert shape["raw"] == raw
    if raw == 0xFFFFFFFE:
        assert (shape["kwh"], shape["status"]) == (None, "no_data")
    elif raw > 99_999_999:
        assert (shape["kwh"], shape["status"]) == (None, "out_of_range")
    else:
        assert scale.unit is not None
        assert Fraction(shape["kwh"]) == raw * scale.coefficient * Fraction(scale.unit)
        assert "status" not in shape
        assert not shape["kwh"].endswith(".")
        assert "." not in shape["kwh"] or shape["kwh"][-1] != "0"


POWERS = U32 | st.sampled_from(
    [0x7FFFFFFD, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0]
)


@given(POWERS)
def test_a_power_is_a_signed_number_but_for_three_codes(number: int) -> None:
    edt = number.to_bytes(4, "big")
    codes = {0x7FFFFFFE: "no_data", 0x7FFFFFFF: "overflow", 0x80000000: "underflow"}
    if number in codes:
        assert read(0xE7, edt) == {"watts": None, "status": codes[number]}
    else:
        assert read(0xE7, edt) == {"watts": number - ((number >> 31) << 32)}


TENTHS = st.sampled_from([0x7FFE, 0x7FFF, 0x8000, 0x8001, 0xFFFE, 0, 0x7FFD]) | st.integers(
    0, 0xFFFF
)


@given(TENTHS, TENTHS)
def test_each_phase_has_codes_of_its_own(r: int, t: int) -> None:
    codes = {0x7FFE: "no_data", 0x7FFF: "overflow", 0x8000: "underflow"}
    shape = read(0xE8, r.to_bytes(2, "big") + t.to_bytes(2, "big"))
    for phase, raw in (("r", r), ("t", t)):
        if raw in codes:
            assert shape[phase] is None
            assert shape[f"{phase}_status"] == codes[raw]
        else:
            assert Fraction(shape[phase]) * 10 == raw - ((raw >> 15) << 16)
            assert f"{phase}_status" not in shape


EDGES = st.sampled_from([0, 1, 2, 4, 12, 13, 23, 24, 28, 29, 30, 31, 32, 59, 60, 255])
YEARS = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 1900, 2000, 2023, 2024, 2100, 9999, 10000])


@given(YEARS, EDGES, EDGES, EDGES, EDGES, EDGES)
def test_a_moment_is_one_of_the_calendar_or_an_error(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> None:
    edt = year.to_bytes(2, "big") + bytes((month, day, hour, minute, second)) + bytes(4)
    real = (
        1 <= year <= 9999
        and 1 <= month <= 12
        and 1 <= day <= calendar.monthrange(year, month)[1]
        and hour <= 23
        and minute <= 59
        and second <= 59
    )
    shape = read(0xEA, edt)
    if real:
        text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        assert shape["at"] == text
        assert read(0x98, edt[:4]) == {"date": text[:10]}
        assert read(0xEF, edt[:6] + b"\x01") == {"from": text[:16], "count": 1}
    else:
        assert shape == {"error": "datetime"}


DAYS = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 99, 100, 254, 255, 256])


@given(DAYS, st.lists(U32, min_size=48, max_size=48), SCALES)
def test_a_day_runs_from_the_oldest_slot_on(
    day: int, counts: list[int], scale: EnergyScale
) -> None:
    edt = day.to_bytes(2, "big") + b"".join(count.to_bytes(4, "big") for count in counts)
    for epc in (0xE2, 0xE4):
        shape = read(epc, edt, scale)
        if day > 99 and day != 0xFF:
            assert shape == {"error": "day_range"}
            continue
        assert shape["day"] == (None if day == 0xFF else day)
        assert (shape.get("status") == "unset") == (day == 0xFF)
        assert shape["raw"] == [None if count == 0xFFFFFFFE else count for count in counts]
        known = [count if count <= 99_999_999 else None for count in counts]
        assert [kwh is None for kwh in shape["kwh"]] == [count is None for count in known]
        assert shape["missing"] == known.count(None)


@given(st.integers(0, 0xFF))
def test_a_day_is_chosen_by_one_byte(day: int) -> None:
    expected: Json = {"day": day}
    if day == 0xFF:
        expected = {"day": None, "status": "unset"}
    elif day > 99:
        expected = {"error": "day_range"}
    assert read(0xE5, bytes((day,))) == expected


@given(
    st.sampled_from([(0xEC, 0xED, HALF_HOURS), (0xEE, 0xEF, MINUTES)]),
    st.datetimes() | st.datetimes().map(lambda at: at.replace(minute=at.minute // 30 * 30)),
    st.integers(0, 14),
    st.data(),
)
def test_rows_of_a_span_run_from_the_newest_back(
    kind: tuple[int, int, SpanKind], start: datetime, count: int, data: st.DataObject
) -> None:
    history, selector, span = kind
    moment = start.replace(second=0, microsecond=0)
    head = moment.year.to_bytes(2, "big") + bytes(
        (moment.month, moment.day, moment.hour, moment.minute, count)
    )
    rows = data.draw(st.lists(st.tuples(U32, U32), min_size=count, max_size=count))
    edt = head + b"".join(n.to_bytes(4, "big") + r.to_bytes(4, "big") for n, r in rows)
    limit = 12 if span is HALF_HOURS else 10
    on_grid = span is MINUTES or moment.minute in (0, 30)
    for epc, data_bytes in ((selector, head), (history, edt)):
        shape = read(epc, data_bytes)
        if not on_grid:
            assert shape["error"] in ("minute", "count_range")
        elif not 1 <= count <= limit:
            assert shape == {"error": "count_range"}
        elif "error" in shape:
            assert moment.year == 1
        else:
            assert (shape["from"], shape["count"]) == (f"{moment:%Y-%m-%dT%H:%M}".zfill(16), count)
    if on_grid and 1 <= count <= limit and moment.year > 1:
        value = decode_property(SMART_METER, history, edt)
        assert isinstance(value, SpanHistory)
        step = timedelta(minutes=30 if span is HALF_HOURS else 1)
        assert list(value.times()) == [moment - index * step for index in range(count)]
        assert [(normal.raw, reverse.raw) for normal, reverse in value.rows] == rows
        assert read(history, edt)["order"] == "newest_first"


@given(st.integers(0, 0xFF), st.binary(max_size=16))
def test_a_span_has_as_many_rows_as_it_says(count: int, more: bytes) -> None:
    edt = bytes.fromhex("07EA060F0A1E") + bytes((count,)) + more
    if len(more) != 8 * count:
        assert read(0xEC, edt) == {"error": "length"}
        assert read(0xEE, edt) == {"error": "length"}


@given(st.binary(min_size=16, max_size=16), st.integers(-1, 1))
def test_a_bitmap_is_read_by_low_nibble_and_bit(bits: bytes, lie: int) -> None:
    listed = sorted(
        high << 4 | low for low in range(16) for high in range(8, 16) if bits[low] >> (high - 8) & 1
    )
    count = len(listed) + lie
    if not 16 <= count <= 128:
        return
    shape = read(0x9F, bytes((count,)) + bits)
    if lie:
        assert shape == {"error": "map_count_mismatch"}
    else:
        epcs = [f"{epc:02X}" for epc in listed]
        assert shape == {"count": count, "form": "bitmap", "epcs": epcs}


@given(st.lists(st.integers(0, 0xFF), max_size=15))
def test_a_list_holds_codes_once_each(epcs: list[int]) -> None:
    shape = read(0x9E, bytes((len(epcs), *epcs)))
    if len(set(epcs)) < len(epcs):
        assert shape == {"error": "map_duplicate"}
    elif epcs and min(epcs) < 0x80:
        assert shape == {"error": "map_epc_range"}
    else:
        names = [f"{epc:02X}" for epc in sorted(epcs)]
        assert shape == {"count": len(epcs), "form": "list", "epcs": names}


@given(st.lists(st.integers(0, 0xFFFFFF), max_size=84))
def test_instances_keep_their_order(eojs: list[int]) -> None:
    edt = bytes((len(eojs),)) + b"".join(eoj.to_bytes(3, "big") for eoj in eojs)
    for epc in (0xD5, 0xD6):
        assert read(epc, edt, eoj=NODE_PROFILE) == {
            "count": len(eojs),
            "eojs": [f"{eoj:06X}" for eoj in eojs],
        }
        assert read(epc, edt + b"\0", eoj=NODE_PROFILE) == {"error": "length"}


@given(st.integers(0, 0xFF))
def test_digits_tell_where_the_register_starts_again(number: int) -> None:
    expected: Json = {"error": "range"}
    if 1 <= number <= 8:
        expected = {"digits": number, "rollover_raw": 10**number}
    assert read(0xD7, bytes((number,))) == expected


@given(st.integers(0, 0xFF))
def test_a_unit_is_one_of_nine_or_none(code: int) -> None:
    exponents = {0: 0, 1: -1, 2: -2, 3: -3, 4: -4, 0x0A: 1, 0x0B: 2, 0x0C: 3, 0x0D: 4}
    shape = read(0xE1, bytes((code,)))
    if code in exponents:
        assert Fraction(shape["unit"]) == Fraction(10) ** exponents[code]
    else:
        assert shape == {"error": "enum"}
