"""The meter's objects (ECHONET Lite Part 2; Appendix Release F, class 0288)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from semtui.emulator import EmulatorOptions, MeterStyle
from tests.emulator.host import Host, frame

TOSHIBA_GET_MAP = "1941414160404000624300414040430202"


def joined(style: MeterStyle | None = None, **options: object) -> Host:
    host = Host(EmulatorOptions(display="hex", meter=style or MeterStyle(), **options))  # type: ignore[arg-type]
    host.join()
    return host


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def test_the_default_meter_serves_the_properties_of_a_real_one() -> None:
    host = joined(watts=-840, amps=(Decimal("1.0"), Decimal("-2.0")))
    expected = {
        0x80: "30",
        0x81: "00",
        0x82: "00004600",
        0x88: "42",
        0x8A: "000016",
        0x8D: b"SM00000001\x00\x00".hex(),
        0x97: "0600",
        0x98: "07EA0B15",
        0x9D: "03808188",
        0x9E: "0381E5ED",
        0x9F: TOSHIBA_GET_MAP,
        0xD3: "00000001",
        0xD7: "06",
        0xE1: "01",
        0xE5: "00",
        0xE7: "FFFFFCB8",
        0xE8: "000AFFEC",
        0xED: "FFFFFFFFFFFF01",
        0xEC: "FFFFFFFFFFFF01FFFFFFFEFFFFFFFE",
    }
    for code, value in expected.items():
        assert host.value(code).hex().upper() == value.upper()
    assert [len(host.value(code)) for code in (0xE0, 0xE2, 0xE3, 0xE4, 0xEA, 0xEB)] == [
        *(4, 194, 4, 194, 11, 11)
    ]


def test_several_properties_are_answered_in_order() -> None:
    host = joined(watts=668, amps=(Decimal(4), Decimal(4)))
    assert host.get(0xE7, 0xE8, tid=0x1002).hex().upper() == (
        "1081100202880105FF017202E7040000029CE80400280028"
    )


@pytest.mark.parametrize(("sna", "answer"), [("empty", "02D30080 0130"), ("dropped", "01800130")])
def test_a_refusal_shows_the_property_without_data_or_not_at_all(sna: str, answer: str) -> None:
    style = MeterStyle(sna=sna, missing=frozenset({0xD3}))  # type: ignore[arg-type]
    host = joined(style)
    assert host.get(0xD3, 0x80)[10:] == b"\x52" + bytes.fromhex(answer)
    assert host.get(0xD3)[10:] == bytes.fromhex("5201D300")


def test_missing_properties_are_missing_in_the_map_too() -> None:
    host = joined(MeterStyle(missing=frozenset({0xD3, 0xE1})))
    served = host.value(0x9F)
    assert served[0] == 23
    bits = sum(bin(byte).count("1") for byte in served[1:])
    assert bits == 23
    assert host.get(0xE1)[10:].hex() == "5201e100"


def test_more_properties_than_the_limit_are_cut_with_values_in_an_sna() -> None:
    host = joined(MeterStyle(opc_limit=6))
    payload = host.get(0x80, 0x81, 0x82, 0x88, 0x8A, 0xD7, 0xE1)
    assert payload[10:12].hex() == "5206"
    assert payload.endswith(bytes.fromhex("D70106"))


def test_two_wire_meters_have_no_t_phase() -> None:
    host = joined(MeterStyle(two_wire=True), watts=1000)
    assert host.value(0xE8).hex().upper() == "00327FFE"


@pytest.mark.parametrize(
    ("watts", "currents"),
    [
        (655_300, "7FFD7FFD"),
        (655_320, "7FFF7FFF"),
        (700_000, "7FFF7FFF"),
        (2_147_483_645, "7FFF7FFF"),
        (-655_340, "80018001"),
        (-700_000, "80008000"),
    ],
)
def test_currents_beyond_what_a_meter_can_show(watts: int, currents: str) -> None:
    host = joined(watts=watts)
    assert host.value(0xE8).hex().upper() == currents


def test_meters_without_reverse_energy_say_no_data() -> None:
    host = joined(MeterStyle(reverse="no data"))
    assert host.value(0xE3).hex().upper() == "FFFFFFFE"
    assert host.value(0xEB)[7:].hex().upper() == "FFFFFFFE"


def test_registers_count_in_the_unit_and_roll_over() -> None:
    fine, coarse = (joined(MeterStyle(unit_code=code, digits=8)) for code in (0x02, 0x01))
    assert number(fine.value(0xE0)) // 10 in (
        number(coarse.value(0xE0)),
        number(coarse.value(0xE0)) - 1,
    )
    assert number(joined(MeterStyle(digits=3)).value(0xE0)) < 1000
    ct = joined(MeterStyle(coefficient=10, digits=8))
    assert number(ct.value(0xE0)) == number(coarse.value(0xE0)) // 10


def test_ea_is_the_register_at_the_last_half_hour() -> None:
    host = joined()
    host.read(45 * 60)
    answer = host.value(0xEA)
    assert answer[:7].hex().upper() == "07EA0B15061E00"
    at = datetime.fromisoformat("2026-11-21T06:30:00+09:00")
    expected = int(host.emulator.household.energy(at).normal * 10)
    assert number(answer[7:]) == expected
    assert 0 <= number(host.value(0xE0)) - expected < 20


def test_history_1_has_the_register_at_each_half_hour_of_the_chosen_day() -> None:
    host = joined()
    answer = host.payloads(host.send(frame(0x61, (0xE5, b"\x01")), 3))[-1]
    assert answer[10:].hex() == "7101e500"
    history = host.value(0xE2)
    assert history[:2] == b"\x00\x01"
    slots = [number(history[2 + 4 * slot : 6 + 4 * slot]) for slot in range(48)]
    start = datetime.fromisoformat("2026-11-20T00:00:00+09:00")
    assert slots == [
        int(host.emulator.household.energy(start + timedelta(minutes=30 * slot)).normal * 10)
        for slot in range(48)
    ]
    assert slots == sorted(slots)


def test_history_of_today_has_no_future() -> None:
    host = joined()
    history = host.value(0xE2)
    slots = [history[2 + 4 * slot : 6 + 4 * slot].hex().upper() for slot in range(48)]
    assert "FFFFFFFE" not in slots[:13]
    assert set(slots[13:]) == {"FFFFFFFE"}


def test_history_without_a_chosen_day() -> None:
    host = joined(MeterStyle(selected_day=None))
    assert host.value(0xE5) == b"\xff"
    assert host.value(0xE2).hex().upper() == "00FF" + "FFFFFFFE" * 48


def test_history_takes_longer_than_a_plain_property() -> None:
    host = joined()
    start = host.clock.monotonic()
    host.write(host.send_command(frame(0x62, (0xE2, b""))))
    host.wait(b"ERXUDP")
    assert host.clock.monotonic() - start > 0.9


def test_history_2_runs_newest_first() -> None:
    host = joined()
    selector = bytes.fromhex("07EA0B15 0500 03")
    assert host.payloads(host.send(frame(0x61, (0xED, selector)), 3))[-1][10] == 0x71
    assert host.value(0xED) == selector
    rows = host.value(0xEC)
    assert rows[:7] == selector
    registers = [number(rows[7 + 8 * row : 11 + 8 * row]) for row in range(3)]
    newest = datetime.fromisoformat("2026-11-21T05:00:00+09:00")
    assert registers == [
        int(host.emulator.household.energy(newest - timedelta(minutes=30 * row)).normal * 10)
        for row in range(3)
    ]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (0xE5, "64"),
        (0xE5, "FF"),
        (0xE5, "0001"),
        (0x97, "0600"),
        (0x98, "07EA0B15"),
        (0xE7, "00000000"),
        (0xED, "07EA0B15050F01"),
        (0xED, "07EA0D15050001"),
        (0xED, "07EA0B1505000D"),
        (0xED, "00010101000001"),
        (0xED, "0001010105000B"),
        (0xED, "00000101050001"),
        (0xC1, "00"),
    ],
)
def test_a_refused_set_echoes_its_value(code: int, value: str) -> None:
    host = joined()
    data = bytes.fromhex(value)
    answer = host.payloads(host.send(frame(0x61, (code, data)), 3))[-1]
    assert answer[10:] == bytes((0x51, 1, code, len(data))) + data


def test_the_installation_place_can_be_set_and_seti_is_silent() -> None:
    host = joined()
    assert host.payloads(host.send(frame(0x60, (0x81, b"\x08")), 3)) == []
    assert host.value(0x81) == b"\x08"
    answer = host.payloads(host.send(frame(0x60, (0x80, b"\x31")), 3))[-1]
    assert answer[10] == 0x50


def test_the_oldest_half_hours_that_have_a_date_can_be_read() -> None:
    host = joined()
    selector = bytes.fromhex("00010101 0600 0C")
    assert host.payloads(host.send(frame(0x61, (0xED, selector)), 3))[-1][10] == 0x71
    assert host.value(0xEC).startswith(selector)


@pytest.mark.parametrize(
    "lists",
    ["01 E50101 01 E700", "00 01 E700", "01 E50101 00"],
)
def test_setget_is_refused_by_two_empty_lists(lists: str) -> None:
    host = joined()
    request = bytes.fromhex("1081000705FF010288016E" + lists)
    answer = host.payloads(host.send(request, 3))[-1]
    assert answer.hex().upper() == "1081000702880105FF015E0000"
    assert host.value(0xE5) == b"\x00"
    assert host.meter.requests == 2


def test_infc_is_confirmed_without_its_values() -> None:
    host = joined()
    notice = bytes.fromhex("1081000705FF01028801740280013081020102")
    answer = host.payloads(host.send(notice, 3))[-1]
    assert answer.hex().upper() == "1081000702880105FF017A0280008100"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "1081",
        "1081000105FF01028801",
        "1082000105FF010288016201E700",
        "1081000105FF010288016201E7",
        "1081000105FF010288016202E700",
        "1081000105FF010288016201E70000",
        "1081000105FF010288017001E700",
        "1081000105FF010288016E01E700",
        "1081000105FF010288016E01E70001",
        "1081000105FF010288016E0000",
        "1081000105FF010288017401E704",
        "1081000105FF010287017401800130",
        "1081000105FF010288026201E700",
        "1081000105FF010287016201E700",
    ],
)
def test_what_no_meter_answers(payload: str) -> None:
    host = joined()
    data = bytes.fromhex(payload) or b"\x00"
    assert host.payloads(host.send(data, 5)) == []


def test_requests_to_all_instances_are_answered_by_the_first() -> None:
    host = joined()
    data = bytes.fromhex("1081000105FF0102880062018000")
    assert host.payloads(host.send(data, 3))[-1][4:7].hex() == "028801"


def test_the_node_profile_answers() -> None:
    host = joined()
    for code, value in ((0xD6, "01028801"), (0xD3, "000001"), (0x82, "010a0100"), (0x9E, "00")):
        data = bytes.fromhex(f"1081000105FF010EF0016201{code:02X}00")
        answer = host.payloads(host.send(data, 3))[-1]
        assert answer[4:7].hex() == "0ef001"
        assert answer[14:].hex() == value
    request = bytes.fromhex("1081000105FF010EF0016301D500")
    answer = host.payloads(host.send(request, 3))[-1]
    assert answer[10:].hex() == "7301d50401028801"


def test_the_meters_clock_ignores_steps_of_the_hosts() -> None:
    host = joined()
    host.clock.step_wall(timedelta(days=-400))
    assert host.value(0x98).hex() == "07ea0b15"


def test_speed_makes_answers_faster() -> None:
    host = joined(speed=20)
    start = host.clock.monotonic()
    host.write(host.send_command(frame(0x62, (0xE7, b""))))
    host.wait(b"ERXUDP")
    assert host.clock.monotonic() - start < 0.06


def test_a_meter_of_release_r_serves_minutes_and_its_own_id() -> None:
    host = joined(MeterStyle(release="R"))
    assert host.value(0xC0).hex().upper() == host.emulator.options.route_b_id
    assert host.value(0x9F)[0] == 29
    assert host.value(0x9E).hex().upper() == "0481E5EDEF"
    minute = host.value(0xD0)
    assert minute[:7].hex().upper() == "07EA0B15060000"
    assert minute[7:11] == host.value(0xE0)
    assert host.value(0xEF).hex().upper() == "FFFFFFFFFFFF01"
    selector = bytes.fromhex("07EA0B15 053B 03")
    assert host.payloads(host.send(frame(0x61, (0xEF, selector)), 3))[-1][10] == 0x71
    rows = host.value(0xEE)
    assert rows[:7] == selector
    newest = datetime.fromisoformat("2026-11-21T05:59:00+09:00")
    assert [number(rows[7 + 8 * row : 11 + 8 * row]) for row in range(3)] == [
        int(host.emulator.household.energy(newest - timedelta(minutes=row)).normal * 10)
        for row in range(3)
    ]
    assert host.payloads(host.send(frame(0x61, (0xEF, selector[:6] + b"\x0b")), 3))[-1][10] == 0x51


@pytest.mark.parametrize(("nothing", "shown"), [("no data", 0xFFFFFFFE), ("zero", 0)])
def test_a_meter_forgets_after_some_weeks_and_has_holes(nothing: str, shown: int) -> None:
    hole = (datetime(2026, 11, 20, 3, 0), datetime(2026, 11, 20, 4, 0))
    host = joined(MeterStyle(memory_days=1, nothing=nothing, holes=(hole,)))  # type: ignore[arg-type]
    days = []
    for back in (1, 2):
        host.send(frame(0x61, (0xE5, bytes((back,)))), 3)
        history = host.value(0xE2)
        days.append([number(history[2 + 4 * slot : 6 + 4 * slot]) for slot in range(48)])
    assert [slot for slot, raw in enumerate(days[0]) if raw == shown] == [6, 7]
    assert set(days[1]) == {shown}


def test_a_meter_may_refuse_days_beyond_its_memory() -> None:
    host = joined(MeterStyle(memory_days=1, beyond_memory="refused"))
    answers = [
        host.payloads(host.send(frame(0x61, (0xE5, bytes((back,)))), 3))[-1][10] for back in (1, 2)
    ]
    assert answers == [0x71, 0x51]


def test_another_controller_may_choose_a_day_between_a_choice_and_its_history() -> None:
    host = joined()
    host.meter.faults.foreign_days = 1
    host.send(frame(0x61, (0xE5, b"\x01")), 3)
    assert [host.value(0xE2)[:2], host.value(0xE5)] == [b"\x00\x03", b"\x03"]


@pytest.mark.parametrize(
    ("style", "served", "settable"),
    [
        (MeterStyle(refused=frozenset({0xE4})), True, True),
        (MeterStyle(refused_sets=frozenset({0xE5})), True, True),
        (MeterStyle(not_settable=frozenset({0xE5})), True, False),
    ],
)
def test_what_is_refused_in_spite_of_the_maps(
    style: MeterStyle, served: bool, settable: bool
) -> None:
    host = joined(style)
    assert (host.value(0x9F).hex().upper() == TOSHIBA_GET_MAP) is served
    assert (host.value(0x9E).hex().upper() == "0381E5ED") is settable
    refused = host.get(0xE4)[10] == 0x52
    not_set = host.payloads(host.send(frame(0x61, (0xE5, b"\x01")), 3))[-1][10] == 0x51
    assert (refused, not_set) == (bool(style.refused), not style.refused)


def test_a_meter_may_answer_for_another_day_than_the_chosen_one() -> None:
    host = joined(MeterStyle(answered_day=4))
    host.send(frame(0x61, (0xE5, b"\x01")), 3)
    assert host.value(0xE2)[:2] == b"\x00\x04"
