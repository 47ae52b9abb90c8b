"""The chart: scale, geometry, gaps, what plotext draws, and how little a reading changes."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.chart import LABEL_WIDTH, Geometry, PowerChart, plot_rows, watt_labels
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.glyphs import ASCII, UNICODE, Glyphs
from semtui.screens.widgets.scale import SETTLE_SECONDS, Limits, Scale, limits_for
from semtui.screens.widgets.scene import Scene
from semtui.series import Bucket
from tests.screens.stage import Scenes, Stage


def bucket(value: float, count: int = 1, high: float | None = None) -> Bucket:
    return Bucket(value * count, count, value, value if high is None else high)


WATTS = st.floats(-30000, 30000, allow_nan=False)


@given(WATTS, WATTS, st.integers(2, 6))
def test_limits_hold_the_values_in_1_2_5_steps(a: float, b: float, labels: int) -> None:
    low, high = min(a, b), max(a, b)
    limits = limits_for(low, high, labels)
    assert limits.lower <= low
    assert high <= limits.upper
    assert str(limits.step)[0] in "125"
    assert limits.above + limits.below <= labels or limits.step == 10
    assert limits.upper - limits.lower >= 100


@pytest.mark.parametrize(
    ("low", "high", "labels", "expected"),
    [
        (300, 1480, 4, Limits(500, 3, 0)),
        (300, 812, 5, Limits(200, 5, 0)),
        (0, 0, 4, Limits(50, 2, 0)),
        (-580, 142, 4, Limits(200, 1, 3)),
        (-900, -100, 4, Limits(500, 0, 2)),
        (0, 12000, 4, Limits(5000, 3, 0)),
    ],
)
def test_limits_are_tight(low: float, high: float, labels: int, expected: Limits) -> None:
    assert limits_for(low, high, labels) == expected


def test_the_scale_grows_at_once() -> None:
    scale = Scale()
    assert scale.fit(0, 900, 4, 0.0).upper == 1000
    assert scale.fit(0, 1100, 4, 0.1).upper == 1500


def test_the_scale_shrinks_late_and_only_with_room_to_spare() -> None:
    scale = Scale()
    scale.fit(0, 1900, 4, 0.0)
    assert scale.fit(0, 400, 4, SETTLE_SECONDS - 1).upper == 2000
    assert scale.fit(0, 1400, 4, SETTLE_SECONDS + 1).upper == 2000
    assert scale.fit(0, 400, 4, SETTLE_SECONDS + 2).upper == 400


@given(st.lists(st.floats(0, 5000), min_size=2, max_size=60))
def test_the_scale_does_not_flicker(values: list[float]) -> None:
    """With a reading each 3 s it shrinks at most every ten seconds, and always fits."""
    scale = Scale()
    before, shrunk = None, -100.0
    for index, value in enumerate(values):
        limits = scale.fit(0, value, 4, 3.0 * index)
        assert value <= limits.upper
        if before is not None and limits.upper < before:
            assert 3.0 * index - shrunk >= SETTLE_SECONDS
            shrunk = 3.0 * index
        before = limits.upper


@given(st.integers(0, 5), st.integers(0, 5), st.integers(2, 20))
def test_both_limits_are_inside_and_zero_is_an_edge(above: int, below: int, rows: int) -> None:
    limits = Limits(200, max(above, 1 - min(below, 1)), below)
    geometry = Geometry.of(limits, rows)
    assert geometry.bottom <= limits.lower + 1e-6
    assert limits.upper <= geometry.top + 1e-6 or not limits.above
    if geometry.rows_below < rows:
        assert geometry.row_of(0) == rows - 1 - geometry.rows_below
    assert 0 <= geometry.row_of(limits.upper) <= geometry.row_of(limits.lower) < rows


def test_gaps_are_blank() -> None:
    buckets = [bucket(500)] * 4 + [None] * 6 + [bucket(500)] * 4
    rows = plot_rows(buckets, Geometry.of(Limits(500, 2, 0), 3))
    assert [row[2:5] for row in rows] == ["   "] * 3
    assert rows[-1] == "⣿⣿   ⣿⣿"


def test_no_data_at_all_is_blank() -> None:
    rows = plot_rows([None] * 8, Geometry.of(Limits(500, 2, 0), 2))
    assert rows == ["    ", "    "]


def test_export_is_drawn_below_the_zero_row() -> None:
    geometry = Geometry.of(Limits(500, 1, 1), 4)
    rows = plot_rows([bucket(400)] * 4 + [bucket(-400)] * 4, geometry)
    above, below = rows[: 4 - geometry.rows_below], rows[4 - geometry.rows_below :]
    assert all(row[:2].strip() for row in above)
    assert not any(row[:2].strip() for row in below)
    assert below[0][2:].strip()


def test_a_crowded_bucket_shows_its_extreme_as_a_dot() -> None:
    geometry = Geometry.of(Limits(500, 2, 0), 4)
    quiet = plot_rows([bucket(250, 1, 1000)] * 2, geometry)
    crowded = plot_rows([bucket(250, 9, 1000)] * 2, geometry)
    assert not quiet[0].strip()
    assert crowded[0].strip()


@given(st.lists(st.one_of(st.none(), WATTS), min_size=8, max_size=60), st.integers(1, 12))
def test_any_values_make_rows_of_the_asked_size(values: list[float | None], rows: int) -> None:
    known = [v for v in values if v is not None]
    limits = limits_for(min(known, default=0.0), max(known, default=0.0), 4)
    buckets = [None if v is None else bucket(v) for v in values]
    lines = plot_rows(buckets, Geometry.of(limits, rows))
    assert [len(line) for line in lines] == [len(values) // 2] * rows
    assert set("".join(lines)) <= {" ", *map(chr, range(0x2800, 0x2900))}


def scene_of(stage: Stage, glyphs: Glyphs = UNICODE) -> Scene:
    view = stage.app.view
    return Scene(view, stage.clock.monotonic(), stage.clock.now(), glyphs)


def painted(chart: PowerChart, scene: Scene, width: int = 76, height: int = 9) -> Canvas:
    canvas = Canvas(width, height)
    chart.paint(canvas, Area(0, 0, width, height), scene)
    return canvas


def full_stage() -> Stage:
    stage = Stage("ready")
    for update in stage.engine.script:
        stage.app.view.apply(update)
    return stage


def test_a_reading_in_the_same_column_changes_only_that_column() -> None:
    stage, chart = full_stage(), PowerChart()
    before = painted(chart, scene_of(stage))
    stage.clock.advance(1)
    stage.app.view.apply(Scenes(stage.clock).reading(400))
    after = painted(chart, scene_of(stage))
    spans = after.changes(before)
    assert spans
    assert {(span.x, span.width) for span in spans} == {(75, 1)}


def test_the_next_column_moves_the_edges_and_not_the_area_under_them() -> None:
    stage, chart = full_stage(), PowerChart()
    before = painted(chart, scene_of(stage))
    stage.clock.advance(8)
    stage.app.view.apply(Scenes(stage.clock).reading(812))
    after = painted(chart, scene_of(stage))
    changed = sum(span.width for span in after.changes(before))
    assert 0 < changed < 76 * 9 / 2


def test_time_labels_stand_at_round_times() -> None:
    stage = full_stage()
    axis = painted(PowerChart(), scene_of(stage)).text()[-1]
    labels = [part for part in axis.replace("─", " ").replace("└", " ").split() if ":" in part]
    assert labels == ["┴09:38", "┴09:40", "┴09:42", "┴09:44", "┴09:46"]
    column = axis.index("┴09:46") - LABEL_WIDTH
    # The last column holds 09:46:40; the label's column holds 09:46:00, five columns before.
    assert column == 76 - LABEL_WIDTH - 1 - 5


def test_ascii_chart() -> None:
    canvas = painted(PowerChart(), scene_of(full_stage(), ASCII))
    assert all(row.isascii() for row in canvas.text())
    assert "::::" in canvas.text()[-2]


def test_columns_kept_from_the_last_frame_are_as_if_drawn_anew() -> None:
    """Readings, gaps, scales and zooms in a row: one chart draws what a fresh one would."""
    stage, chart = full_stage(), PowerChart()
    for k, watts in enumerate((812, 400, 4000, 400, -300, 90, 812, 5000)):
        stage.clock.advance(3 + 40 * (k % 3))
        stage.app.view.apply(Scenes(stage.clock).reading(watts))
        scene = scene_of(stage)
        buckets = chart.buckets(scene, 60)
        known = [b for b in buckets if b is not None]
        limits = limits_for(min(b.low for b in known), max(b.high for b in known), 4)
        geometry = Geometry.of(limits, 8)
        assert chart._rows(buckets, geometry) == plot_rows(buckets, geometry)


def test_a_reading_draws_one_column_however_long_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[int] = []

    def counting(buckets: Sequence[Bucket | None], geometry: Geometry) -> list[str]:
        drawn.append(len(buckets) // 2)
        return plot_rows(buckets, geometry)

    monkeypatch.setattr("semtui.screens.widgets.chart.plot_rows", counting)
    stage, chart = full_stage(), PowerChart()
    for k in range(5_000, 0, -1):
        at = stage.scenes.reading(500, 3.0 * k)
        stage.app.view.series.add(at.at, at.stamp, 500 + k % 700)
    for _poll in range(10):
        stage.clock.advance(3)
        stage.app.view.apply(Scenes(stage.clock).reading(700))
        painted(chart, scene_of(stage), 116, 14)
    assert 2 <= len(drawn) <= 10
    assert max(drawn[1:]) <= 2


def test_a_frame_is_fast() -> None:
    """A guard against drawing all of history at each reading, not a benchmark."""
    stage, chart = full_stage(), PowerChart()
    scene = scene_of(stage)
    painted(chart, scene, 116, 14)
    begin = time.process_time()
    for _frame in range(5):
        painted(chart, scene, 116, 14)
    assert (time.process_time() - begin) / 5 < 0.1


@pytest.mark.parametrize(
    ("limits", "labels"),
    [
        (Limits(500, 2, 1), ["-500", "0", "500", "1000"]),
        (Limits(500_000, 3, 0), ["0", "500k", "1000k", "1500k"]),
        (Limits(50_000, 0, 2), ["-100k", "-50k", "0"]),
        (Limits(1_000_000_000, 2, 1), ["-1000M", "0", "1000M", "2000M"]),
    ],
)
def test_labels_of_large_powers_are_never_cut(limits: Limits, labels: list[str]) -> None:
    drawn = watt_labels(limits)
    assert list(drawn.values()) == labels
    assert all(len(label) < LABEL_WIDTH for label in drawn.values())
