"""The chart of a period: its steps, its tones, its gaps, the second line, its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.screens.lookup import HistoryPage, HistoryQuery, Power
from semtui.screens.period import Calendar, Length, Period
from semtui.screens.widgets.bandchart import (
    LABELS,
    BandChart,
    bucket_count,
    column_words,
    power_label,
    time_labels,
)
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.glyphs import ASCII, UNICODE
from semtui.screens.widgets.scene import Scene
from tests.screens.stage import Stage

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 22, 0, 46, tzinfo=UTC)
COLUMNS = 24
TOKYO = Calendar(JST)


def page_of(
    powers: Sequence[Power | None],
    before: Sequence[Power | None] = (),
    length: Length = Length.DAY,
    calendar: Calendar = TOKYO,
    day: date = DAY,
) -> HistoryPage:
    period = Period.around(length, day)
    query = HistoryQuery(period, calendar, len(powers), bool(before), NOW)
    start, end = query.bounds
    return HistoryPage(query, start, end, buckets=tuple(powers), before=tuple(before))


def flat(mean: float, low: float, high: float, count: int = 10) -> list[Power | None]:
    return [Power(mean, low, high, count)] * (2 * COLUMNS)


def painted(page: HistoryPage, ascii: bool = False, cursor: int | None = None) -> Canvas:
    stage = Stage()
    glyphs = ASCII if ascii else UNICODE
    scene = Scene(stage.app.view, stage.clock.monotonic(), stage.clock.now(), glyphs)
    canvas = Canvas(LABELS + COLUMNS, 9, ascii)
    BandChart().paint(canvas, Area(0, 0, canvas.width, canvas.height), page, cursor, scene)
    return canvas


def styles_at(canvas: Canvas, column: int) -> list[str]:
    """The styles of a column from the top, blanks left out."""
    x = LABELS + column
    return [canvas.styles[y][x] for y in range(8) if canvas.chars[y][x] != " "]


def test_three_tones_say_least_mean_and_most() -> None:
    canvas = painted(page_of(flat(500, 250, 1000)))
    styles = styles_at(canvas, 5)
    assert styles == sorted(styles, key=["imports_band", "imports", "imports_low"].index)
    assert set(styles) == {"imports_band", "imports", "imports_low"}


def test_ascii_tells_the_tones_by_signs() -> None:
    canvas = painted(page_of(flat(500, 250, 1000)), ascii=True)
    column = "".join(canvas.chars[y][LABELS + 5] for y in range(8)).strip()
    assert column == "".join(sorted(column, key=".:#".index))
    assert set(column) == set(".:#")
    assert "".join(canvas.text()).isascii()


def test_export_lies_below_zero_with_a_band_of_its_own() -> None:
    canvas = painted(page_of(flat(-500, -1000, -250)))
    styles = styles_at(canvas, 5)
    assert set(styles) == {"exports_low", "exports", "exports_band"}
    assert styles[-1] == "exports_band"


def test_a_gap_is_blank_and_is_marked_on_the_axis() -> None:
    powers = flat(500, 250, 1000)
    powers[10:14] = [None] * 4
    canvas = painted(page_of(powers))
    for column in (5, 6):
        assert all(canvas.chars[y][LABELS + column] == " " for y in range(8))
    axis = canvas.text()[8][LABELS:]
    assert axis[5] == UNICODE.silent or axis[6] == UNICODE.silent
    assert styles_at(canvas, 4)
    assert styles_at(canvas, 7)


def test_a_power_of_zero_is_no_gap() -> None:
    canvas = painted(page_of(flat(0, 0, 0)))
    assert styles_at(canvas, 5)


def test_the_register_alone_has_no_band() -> None:
    canvas = painted(page_of(flat(500, 500, 500, count=0)))
    assert "imports_band" not in styles_at(canvas, 5)


def test_the_period_before_is_a_line_over_bars_and_blanks() -> None:
    powers = flat(500, 400, 600)
    powers[24:] = [None] * 24
    canvas = painted(page_of(powers, flat(250, 100, 5000)))
    assert "before" in styles_at(canvas, 2)
    assert styles_at(canvas, 20) == ["before"]


def test_the_scale_is_made_for_the_line_and_not_for_its_extremes() -> None:
    with_peak = painted(page_of(flat(500, 400, 600), flat(500, 100, 9000)))
    without = painted(page_of(flat(500, 400, 600)))
    assert [row[:LABELS] for row in with_peak.text()] == [row[:LABELS] for row in without.text()]


def test_the_cursor_stands_in_its_column() -> None:
    canvas = painted(page_of(flat(500, 250, 1000)), cursor=7)
    assert canvas.chars[8][LABELS + 7] == UNICODE.cursor
    assert set(styles_at(canvas, 7)) <= {"imports_cursor", "frame"}


POWERS = st.one_of(
    st.none(),
    st.builds(
        lambda values, count: Power(sorted(values)[1], min(values), max(values), count),
        st.tuples(*[st.integers(-60_000, 60_000)] * 3),
        st.integers(0, 500),
    ),
)


@given(
    st.lists(POWERS, min_size=2 * COLUMNS, max_size=2 * COLUMNS),
    st.lists(POWERS, min_size=2 * COLUMNS, max_size=2 * COLUMNS),
    st.booleans(),
)
def test_any_power_is_drawn_where_it_is_known(
    powers: list[Power | None], before: list[Power | None], ascii: bool
) -> None:
    canvas = painted(page_of(powers, before), ascii)
    for column in range(COLUMNS):
        both = [*powers[2 * column : 2 * column + 2], *before[2 * column : 2 * column + 2]]
        assert bool(styles_at(canvas, column)) == any(p is not None for p in both)


@pytest.mark.parametrize("length", list(Length))
@pytest.mark.parametrize("columns", [20, 36, 72, 112, 200])
def test_columns_fit_and_are_even(length: Length, columns: int) -> None:
    for day in (date(2028, 2, 29), date(2026, 3, 29), date(2026, 10, 25)):
        period = Period.around(length, day)
        start, end = period.bounds(Calendar(ZoneInfo("Europe/Berlin")))
        hours = (end - start).total_seconds() / 3600
        count = bucket_count(length, hours, columns)
        assert count % 2 == 0
        assert columns // 3 <= count // 2 <= columns


def test_a_column_is_a_round_time() -> None:
    powers = [None] * bucket_count(Length.DAY, 24, 72)
    assert column_words(page_of(powers)) == "1 column = 20 min"
    week = [None] * bucket_count(Length.WEEK, 168, 112)
    assert column_words(page_of(week, length=Length.WEEK)) == "1 column = 1.5 h"


@pytest.mark.parametrize(
    ("watts", "kilo", "text"),
    [
        (0, True, "0"),
        (1500, True, "1.5"),
        (2000, True, "2"),
        (-500, True, "-.5"),
        (12_000, True, "12"),
        (200, False, "200"),
        (-2000, True, "-2"),
    ],
)
def test_power_labels(watts: int, kilo: bool, text: str) -> None:
    assert power_label(watts, kilo) == text


def test_hours_of_a_long_day_are_those_of_its_clocks() -> None:
    """25 October in Berlin: 03:00 comes four hours after midnight."""
    berlin = Calendar(ZoneInfo("Europe/Berlin"))
    powers = [None] * 150
    page = page_of(powers, calendar=berlin, day=date(2026, 10, 25))
    labels = time_labels(page)
    assert [text for _at, text in labels][:3] == ["00:00", "03:00", "06:00"]
    assert (labels[1][0] - labels[0][0]).total_seconds() == 4 * 3600


def test_labels_of_longer_periods() -> None:
    year = [text for _at, text in time_labels(page_of([None] * 144, length=Length.YEAR))]
    assert (year[0], len(year)) == ("Jan", 12)
    week = [text for _at, text in time_labels(page_of([None] * 112, length=Length.WEEK))]
    assert week[0] == "Mon 16"
    month = [text for _at, text in time_labels(page_of([None] * 120, length=Length.MONTH))]
    assert month == ["01", "06", "11", "16", "21", "26"]


def test_a_page_too_small_for_the_area_is_left_out() -> None:
    page = replace(page_of(flat(500, 250, 1000)), buckets=())
    assert painted(page).text() == [" " * (LABELS + COLUMNS)] * 9


def test_a_page_is_plotted_once_and_another_anew() -> None:
    stage = Stage()
    scene = Scene(stage.app.view, stage.clock.monotonic(), stage.clock.now(), UNICODE)
    chart, area = BandChart(), Area(0, 0, LABELS + COLUMNS, 9)

    def text(page: HistoryPage, cursor: int | None = None) -> list[str]:
        canvas = Canvas(area.width, area.height)
        chart.paint(canvas, area, page, cursor, scene)
        return canvas.text()

    one, other = page_of(flat(500, 250, 1000)), page_of(flat(800, 250, 1000))
    assert text(one) == painted(one).text()
    assert text(one, 7) == painted(one, cursor=7).text()
    assert text(other) == painted(other).text()
