"""Rows of an export are rows of the log, whatever is in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.model import Reading
from semtui.storage.dayfile import row_of
from semtui.storage.export import rows as rows_module
from semtui.storage.export.rows import RowText
from semtui.storage.history.samples import Row
from semtui.storage.history.values import STATUSES, from_ms, to_ms

ZONES: list[tzinfo] = [
    UTC,
    JST,
    timezone(timedelta(hours=-3, minutes=-30)),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Australia/Lord_Howe"),
]
values = st.none() | st.integers(-(2**31) + 1, 2**31 - 1)
rows = st.tuples(
    st.integers(to_ms(datetime(1973, 1, 1, tzinfo=UTC)), to_ms(datetime(2100, 1, 1, tzinfo=UTC))),
    values,
    st.none() | st.integers(-32768, 32767),
    st.none() | st.integers(-32768, 32767),
    st.none() | st.integers(0, 100_000_000),
    st.sampled_from(sorted(STATUSES)),
)


def as_logged(row: Row, zone: tzinfo) -> str:
    """The row that the log would have."""
    at, watts, r, t, trip, status = row
    reading = Reading(
        from_ms(at, zone),
        0.0,
        watts,
        None if r is None else Decimal(r) / 10,
        None if t is None else Decimal(t) / 10,
        None if trip is None else trip / 1000,
        STATUSES[status],
    )
    return row_of(reading).decode()


@given(st.lists(rows, max_size=20), st.sampled_from(ZONES), st.booleans())
def test_a_row_is_that_of_the_log(found: list[Row], zone: tzinfo, ascending: bool) -> None:
    if ascending:
        found.sort(key=lambda row: row[0])
    assert RowText(zone).of(found) == "".join(as_logged(row, zone) for row in found)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_the_changes_of_an_offset_are_followed(zone: tzinfo) -> None:
    """Every ten minutes of a year, in which clocks are put forth and back."""
    begin = to_ms(datetime(2026, 1, 1, tzinfo=UTC))
    year: list[Row] = [
        (begin + n * 600_000 + n % 1000, n, n % 90, None, n, 0) for n in range(52560)
    ]
    text = RowText(zone).of(year).splitlines(keepends=True)
    assert text == [as_logged(row, zone) for row in year]


def test_no_more_texts_are_kept_than_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_REMEMBERED", 10)
    text = RowText(UTC)
    many: list[Row] = [(n * 977, n, -n, None, n * n, n % 7) for n in range(5000)]
    assert text.of(many) == "".join(as_logged(row, UTC) for row in many)
    kept = (text._seconds, text._whole, text._tenths, text._trips)
    assert all(len(texts) <= 13 for texts in kept)
