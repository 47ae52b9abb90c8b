"""What the addresses answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST, VirtualClock
from semtui.config import DisplaySettings, Settings
from semtui.model import (
    EnergyReading,
    HalfHour,
    HalfHours,
    LinkCounts,
    LinkReason,
    LinkSnapshot,
    LinkState,
    Pan,
    SlotSource,
)
from semtui.storage.history.values import FILE_NAME
from semtui.storage.history.writer import HistoryStore
from semtui.web.past import MOST_POINTS, day_of, moment_of, step_of
from semtui.web.problems import Problem
from tests.web.serving import a_reading, serving

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=JST)


def error_code(answer: httpx.Response) -> str:
    assert answer.json()["error"]["message"].endswith((".", ".000"))
    code: str = answer.json()["error"]["code"]
    return code


def test_inst_power_is_the_number_alone_and_nothing_when_stale() -> None:
    with serving() as desk:
        assert (desk.get("/inst_power").status_code, desk.get("/inst_power").text) == (503, "")
        desk.read(812)
        assert desk.get("/inst_power").text == "812"
        desk.read(-150)
        assert desk.get("/inst_power").text == "-150"
        desk.clock.advance(9)
        assert desk.get("/inst_power").status_code == 200
        desk.read(None)
        desk.clock.advance(2)
        answer = desk.get("/inst_power")
        assert (answer.status_code, answer.content) == (503, b"")
        assert desk.get("/healthz").status_code == 503


def test_now_says_how_old_it_is() -> None:
    with serving(settings=Settings(display=DisplaySettings(contract_ampere=40))) as desk:
        assert desk.get("/api/v1/now").json()["reading"] is None
        desk.read(812)
        desk.live.handle(EnergyReading(NOW, 0.0, Decimal("20463.9"), None, "no E3"))
        desk.clock.advance(4.5)
        said = desk.get("/api/v1/now").json()
        assert said["reading"] == {
            "time": "2026-11-21T06:00:00.000+09:00",
            "watts": 812,
            "r_ampere": 7.1,
            "t_ampere": None,
            "round_trip": 0.31,
            "status": "ok",
        }
        assert (said["age"], said["fresh"], said["contract_ampere"]) == (4.5, True, 40)
        assert said["energy"]["import_kwh"] == 20463.9
        assert said["energy"]["export_kwh"] is None


def test_the_link_is_told_without_what_is_secret() -> None:
    pan = Pan(39, 0x5A3C, "001C640003ED5A3C", 120, "CCDDEEFF", found_at=NOW)
    link = LinkSnapshot(
        LinkState.BACKOFF,
        0.0,
        NOW,
        reason=LinkReason.NO_PAN,
        title="PAN not found.",
        attempt=2,
        retry_at=30.0,
        retry_with="scan",
        pan=pan,
        meter_address="FE80::21C:6400:3ED:5A3C",
    )
    with serving(link, LinkCounts(sent=5, answered=4, lost=1)) as desk:
        desk.read(None)
        text = desk.get("/api/v1/link").text
        assert "CCDDEEFF" not in text
        assert "001C64" not in text
        assert "FE80" not in text
        said = json.loads(text)
        assert (said["state"], said["reason"]) == ("backoff", "no PAN found")
        assert said["retry_in_seconds"] == 30.0
        assert said["pan"]["channel"] == 39
        assert (said["loss"], said["round_trip_p50"]) == (1.0, None)
        assert said["counts"]["lost"] == 1


def test_metrics_leave_out_what_is_not_known() -> None:
    with serving() as desk:
        text = desk.get("/metrics").text
        assert "semtui_power_watts" not in text
        assert 'semtui_link_state{state="ready"} 0.0' in text
        desk.read(812)
        desk.live.handle(EnergyReading(NOW, 0.0, Decimal("20463.9"), None))
        desk.live.handle(LinkCounts(sent=9, lost=2, joins=3, air_seconds=1.5))
        answer = desk.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        lines = answer.text.splitlines()
        for line in (
            "semtui_power_watts 812.0",
            'semtui_current_amperes{phase="R"} 7.1',
            "semtui_import_kwh_total 20463.9",
            "semtui_timeouts_total 2.0",
            "semtui_reconnects_total 2.0",
            "semtui_air_seconds 1.5",
            'semtui_round_trip_seconds_bucket{le="0.5"} 1.0',
            "semtui_round_trip_seconds_count 1.0",
        ):
            assert line in lines
        assert "semtui_export_kwh_total" not in answer.text
        desk.clock.advance(60)
        text = desk.get("/metrics").text
        assert "semtui_power_watts" not in text, "an old power is no power"
        assert "semtui_reading_age_seconds 60.0" in text


def filled(folder: Path, clock: VirtualClock, slots: Sequence[int] = range(49)) -> Path:
    """A store with an hour of readings, a gap in it, and half hours from 2026-11-20 on."""
    store = HistoryStore(folder, clock, lambda _update: None)
    for second in range(0, 3600, 10):
        if not 1200 <= second < 1800:
            at = NOW - timedelta(seconds=3600 - second)
            reading = a_reading(clock, 500 + second // 10)
            store.handle(type(reading)(at, 0.0, reading.watts, None, None, 0.3, reading.status))
    midnight = datetime(2026, 11, 20)
    store.handle(
        HalfHours(
            tuple(
                HalfHour(
                    midnight + timedelta(minutes=30 * slot),
                    Decimal("1000.0") + slot * Decimal("0.2"),
                    None,
                    SlotSource.BACKFILLED,
                )
                for slot in slots
            )
        )
    )
    store.end()
    store.flush()
    return folder / FILE_NAME


def test_the_past_has_gaps_and_no_zeros(tmp_path: Path) -> None:
    with serving(history=filled(tmp_path, VirtualClock())) as desk:
        said = desk.get("/api/v1/history?every=5m").json()
        assert said["every"] == 300
        assert said["from"] == "2026-11-21T05:00:00.000+09:00"
        assert said["mean"][0] == 514  # 500, 501 ... 529
        assert (said["low"][0], said["high"][0]) == (500, 529)
        assert said["mean"][4:6] == [None, None]
        assert len(said["mean"]) == len(said["low"]) == len(said["high"]) == 12
        span = desk.get("/api/v1/span").json()
        assert span["first"] == "2026-11-21T05:00:00.000+09:00"
        day = desk.get("/api/v1/energy?by=day&from=2026-11-19&to=2026-11-20").json()["rows"]
        assert [row["import_kwh"] for row in day] == [None, 9.6]
        assert [row["known"] for row in day] == [0, 48]
        month = desk.get("/api/v1/energy?by=month&from=2026-10-01&to=2026-11-30").json()["rows"]
        assert [(row["start"], row["import_kwh"]) for row in month] == [
            ("2026-10-01", None),
            ("2026-11-01", 9.6),
        ]
        slots = desk.get("/api/v1/energy?from=2026-11-20&to=2026-11-20").json()["rows"]
        assert len(slots) == 48
        assert slots[1] == {
            "start": "2026-11-20T00:30:00+09:00",
            "import_kwh": 0.2,
            "export_kwh": None,
            "source": "backfilled",
        }


def test_a_month_has_what_went_through_while_nothing_was_known(tmp_path: Path) -> None:
    """The registers before and behind a gap over midnight: no day has its kWh, the month does."""
    with serving(history=filled(tmp_path, VirtualClock(), (0, 10, 90, 95))) as desk:
        asked = "from=2026-11-20&to=2026-11-21"
        days = desk.get(f"/api/v1/energy?by=day&{asked}").json()["rows"]
        assert sum(row["import_kwh"] or 0 for row in days) < 19
        month = desk.get(f"/api/v1/energy?by=month&{asked}").json()["rows"]
        assert [row["import_kwh"] for row in month] == [19]
        assert month[0]["total"] == 96


def test_steps_begin_by_the_clock_of_japan_and_reach_the_end(tmp_path: Path) -> None:
    with serving(history=filled(tmp_path, VirtualClock())) as desk:
        said = desk.get("/api/v1/history?every=1d&from=2026-11-20T12:00:00%2B09:00").json()
        assert said["from"] == "2026-11-20T00:00:00.000+09:00"
        assert said["to"] == "2026-11-22T00:00:00.000+09:00"
        assert said["mean"][0] is None
        assert said["low"][1] == 500
        # Half a second into the next hour is a point of its own.
        begin, end = "2026-11-21T04:00:00%2B09:00", "2026-11-21T06:00:00.5%2B09:00"
        said = desk.get(f"/api/v1/history?every=1h&from={begin}&to={end}").json()
        assert (said["to"], len(said["mean"])) == ("2026-11-21T07:00:00.000+09:00", 3)


def test_what_nobody_expected_is_json_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as desk:
        monkeypatch.setattr("semtui.web.application.now_json", lambda _live: {}[0])
        answer = desk.get("/api/v1/now")
        assert (answer.status_code, error_code(answer)) == (500, "failure")
        assert desk.get("/healthz").status_code == 503


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/history?from=yesterday", "time"),
        ("/api/v1/history?from=2026-11-21&to=2026-11-20", "range"),
        (f"/api/v1/history?from=0&to={MOST_POINTS * 3600 + 7200}&every=1h", "too_many_points"),
        ("/api/v1/history?every=0", "every"),
        ("/api/v1/energy?by=year", "by"),
        ("/api/v1/energy?from=2026-13-01", "date"),
        ("/api/v1/energy?from=1990-01-01&to=2026-01-01", "too_many_points"),
        ("/api/v1/energy?from=2026-11-02&to=2026-11-01", "range"),
    ],
)
def test_a_wrong_question_is_a_code_and_a_sentence(tmp_path: Path, path: str, code: str) -> None:
    with serving(history=tmp_path / FILE_NAME) as desk:
        answer = desk.get(path)
        assert (answer.status_code, error_code(answer)) == (400, code)


def test_an_empty_history_answers_with_nothing(tmp_path: Path) -> None:
    with serving(history=tmp_path / FILE_NAME) as desk:
        assert set(desk.get("/api/v1/history").json()["mean"]) == {None}
        assert desk.get("/api/v1/span").json() == {"first": None, "last": None}


def test_no_history_and_a_damaged_one_are_said(tmp_path: Path) -> None:
    with serving() as desk:
        answer = desk.get("/api/v1/history")
        assert (answer.status_code, error_code(answer)) == (404, "no_history")
    broken = tmp_path / FILE_NAME
    broken.write_bytes(b"no database" * 1000)
    with serving(history=broken) as desk:
        answer = desk.get("/api/v1/span")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "history")


@given(st.text(max_size=40), st.text(max_size=12))
def test_any_words_are_a_time_and_a_step_or_a_problem(text: str, step: str) -> None:
    for parse in (lambda: moment_of(text, NOW), lambda: day_of(text), lambda: step_of(step, 60.0)):
        try:
            value = parse()
        except Problem:
            continue
        assert value is None or isinstance(value, int | date)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)))
def test_times_come_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=JST)
    assert moment_of(aware.isoformat(), NOW) == aware
    assert moment_of(aware.isoformat().replace("+", " "), NOW) == aware


def test_a_step_is_chosen_that_suits() -> None:
    assert [step_of("", seconds) for seconds in (600, 3600, 86400, 366 * 86400)] == [
        3,
        5,
        120,
        43200,
    ]
