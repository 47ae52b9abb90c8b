"""Periods over the ends of months and years, leap days, summer time; dates as people type them."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.screens.period import EARLIEST, LATEST, Calendar, Length, Period, parse_day

TODAY = date(2026, 11, 22)
DAYS = st.dates(EARLIEST, LATEST)
LENGTHS = st.sampled_from(list(Length))


@given(LENGTHS, DAYS)
def test_a_period_has_the_day_it_was_made_around(length: Length, day: date) -> None:
    assert day in Period.around(length, day)


@given(LENGTHS, st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(-30, 30))
def test_periods_follow_each_other_without_a_gap(length: Length, day: date, steps: int) -> None:
    period = Period.around(length, day)
    after = period.moved(1)
    assert after.first == period.end
    assert after.moved(-1) == period
    if EARLIEST.year + 40 < day.year < LATEST.year - 40:
        assert period.moved(steps).moved(-steps) == period


@pytest.mark.parametrize(
    ("length", "day", "first", "last"),
    [
        (Length.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Length.MONTH, date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
        (Length.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Length.YEAR, date(2028, 2, 29), date(2028, 1, 1), date(2028, 12, 31)),
        (Length.WEEK, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3)),
        (Length.WEEK, date(2028, 2, 29), date(2028, 2, 28), date(2028, 3, 5)),
        (Length.DAY, date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_first_and_last_days(length: Length, day: date, first: date, last: date) -> None:
    period = Period.around(length, day)
    assert (period.first, period.last) == (first, last)
    assert len(period.days()) == (last - first).days + 1


def test_titles() -> None:
    titles = [Period.around(length, TODAY).title for length in Length]
    assert titles == ["Sun 22 Nov 2026", "16 to 22 Nov 2026", "November 2026", "2026"]
    assert Period.around(Length.WEEK, date(2027, 1, 1)).title == "28 Dec to 3 Jan 2027"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("Asia/Tokyo", date(2026, 3, 29), 24),
    ],
)
def test_local_days_are_as_long_as_their_clocks_say(zone: str, day: date, hours: float) -> None:
    start, end = Period.around(Length.DAY, day).bounds(Calendar(ZoneInfo(zone)))
    assert end - start == timedelta(hours=hours)
    assert start.tzinfo is UTC


def test_days_meet_over_the_year_in_any_zone() -> None:
    """Where midnight is skipped or comes twice, too: no instant is in two days or in none."""
    for zone in ("Europe/Berlin", "America/Santiago", "Asia/Beirut", "America/Havana"):
        calendar = Calendar(ZoneInfo(zone))
        bounds = [p.bounds(calendar) for p in map(_day, Period.around(Length.YEAR, TODAY).days())]
        assert all(a[1] == b[0] for a, b in itertools.pairwise(bounds))
        assert all(start < end for start, end in bounds)


def _day(day: date) -> Period:
    return Period.around(Length.DAY, day)


def test_the_machines_own_zone_knows_its_summer_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Berlin")
        time.tzset()
        wall = datetime(2026, 11, 22, 9, 46).astimezone()
        calendar = Calendar.of(wall)
        start, end = _day(date(2026, 3, 29)).bounds(calendar)
        assert end - start == timedelta(hours=23)
        assert Calendar.of(wall.astimezone(JST)).zone == JST
    time.tzset()


def test_another_clocks_zone_is_taken_as_it_reads() -> None:
    zone = timezone(timedelta(hours=5, minutes=45))
    calendar = Calendar.of(datetime(2026, 11, 22, 1, 0, tzinfo=zone))
    assert calendar.at(TODAY) == datetime(2026, 11, 21, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-03", date(2026, 11, 3)),
        (" 2026/11/3 ", date(2026, 11, 3)),
        ("11-03", date(2026, 11, 3)),
        ("11/22", TODAY),
        ("11-23", date(2025, 11, 23)),
        ("2-29", date(2024, 2, 29)),
        ("yesterday", date(2026, 11, 21)),
        ("Today", TODAY),
        ("", TODAY),
        ("-7", date(2026, 11, 15)),
        ("2027-01-01", date(2027, 1, 1)),
        ("2026-02-29", None),
        ("13-01", None),
        ("11", None),
        ("1999-12-31", None),
        ("-99999", None),
        ("３-1", None),
        ("tomorrow's", None),
    ],
)
def test_dates_as_they_are_typed(text: str, day: date | None) -> None:
    assert parse_day(text, TODAY) == day


@given(st.text(max_size=12), DAYS)
def test_any_text_is_a_date_or_none(text: str, today: date) -> None:
    day = parse_day(text, today)
    assert day is None or EARLIEST <= day <= LATEST
