"""Times as people type them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.errors import ConfigError
from semtui.storage.export.query import Every, query_of

NOW = datetime(2026, 11, 21, 6, 30, 15, tzinfo=JST)


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that is not in Japan: the meter's days are not its own."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


def start_of(text: str, every: Every = Every.RAW) -> str:
    start = query_of(every, text, None, NOW).start
    assert start is not None
    return start.isoformat()


def end_of(text: str, every: Every = Every.RAW) -> str:
    end = query_of(every, None, text, NOW).end
    assert end is not None
    return end.isoformat()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11-20", "2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"),
        ("2026-07-20T06:30", "2026-07-20T06:30:00+02:00", "2026-07-20T06:30:00+02:00"),
        ("2026-07-20 06:30:15", "2026-07-20T06:30:15+02:00", "2026-07-20T06:30:15+02:00"),
        ("2026-07-20T06:30+09:00", "2026-07-20T06:30:00+09:00", "2026-07-20T06:30:00+09:00"),
        ("2026-07-20T06:30Z", "2026-07-20T06:30:00+00:00", "2026-07-20T06:30:00+00:00"),
        ("today", "2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"),
        ("yesterday", "2026-11-19T00:00:00+01:00", "2026-11-20T00:00:00+01:00"),
        ("-7d", "2026-11-13T00:00:00+01:00", "2026-11-14T00:00:00+01:00"),
        ("7d", "2026-11-13T00:00:00+01:00", "2026-11-14T00:00:00+01:00"),
        ("-12h", "2026-11-20T10:30:15+01:00", "2026-11-20T10:30:15+01:00"),
        ("now", "2026-11-20T22:30:15+01:00", "2026-11-20T22:30:15+01:00"),
        # The night in which the clocks go back.
        ("2026-10-25", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"),
    ],
)
def test_a_time_is_this_machines_and_an_end_includes_its_day(
    text: str, start: str, end: str
) -> None:
    assert start_of(text) == start
    assert end_of(text) == end


@pytest.mark.parametrize("every", [Every.HALF_HOUR, Every.DAY])
def test_days_of_the_meter_are_japanese(every: Every) -> None:
    assert start_of("2026-11-20", every) == "2026-11-20T00:00:00+09:00"
    assert end_of("today", every) == "2026-11-22T00:00:00+09:00"
    assert start_of("2026-11-20T06:30", every) == "2026-11-20T06:30:00+09:00"
    assert start_of("2026-11-20T06:30+01:00", every) == "2026-11-20T06:30:00+01:00"


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "21.11.2026", "2026-13-01", "2026-11-21T25:00", "-999999d", "1w", "0"]
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="is no time") as refused:
        query_of(Every.RAW, text, None, NOW)
    assert "2026-11-21T06:30" in refused.value.hint


@given(st.text(max_size=20), st.sampled_from(Every))
def test_any_text_is_a_time_or_refused(text: str, every: Every) -> None:
    try:
        query = query_of(every, None, text, NOW)
    except ConfigError:
        return
    assert query.end is not None
    assert query.end.tzinfo is not None


def test_a_range_ends_after_it_begins() -> None:
    for start, end in pairwise(["today", "yesterday", "2026-01-01"]):
        with pytest.raises(ConfigError, match="before it begins"):
            query_of(Every.RAW, start, end, NOW)
    query = query_of(Every.RAW, "2026-11-20", "2026-11-20", NOW)
    assert query.start is not None
    assert query.end is not None
    assert query.end - query.start == timedelta(days=1)
    assert query.start.astimezone(UTC).hour == 23
