"""The chart of a period: mean power filled from zero, its band up to the extremes, a second line.

The bars come from plotext, as those of the dashboard do; what lies between
mean and extreme is dotted in here, cell by cell. Three tones tell what was
always drawn, what was drawn on the mean, and what was drawn at times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from semtui.i18n import _
from semtui.screens.lookup import HistoryPage, Power
from semtui.screens.period import Calendar, Length
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.chart import DOTS, Geometry, plot_rows
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.glyphs import BRAILLE
from semtui.screens.widgets.scale import Limits, limits_for
from semtui.screens.widgets.scene import Scene
from semtui.series import Bucket

LABELS = 4
"""Cells for the labels of the power axis, with the axis itself."""

_BITS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The dots of a braille cell, left and right, the lowest first."""

_PER_HOUR = (20, 12, 10, 8, 6, 5, 4, 3, 2, 1)
_PER_DAY = (48, 32, 24, 16, 12, 8, 6, 4, 2)

_ASCII = {
    "imports_low": "#",
    "exports_low": "#",
    "imports": ":",
    "exports": ":",
    "imports_band": ".",
    "exports_band": ".",
    "before": "o",
}
"""Signs of the tones where there is no braille."""


def bucket_count(length: Length, hours: float, columns: int) -> int:
    """How many buckets, two a column, a period of `hours` is drawn in: round steps of time."""
    room = 2 * max(2, columns)
    if length is Length.DAY:
        counts = [round(hours * n) for n in _PER_HOUR]
    elif length in (Length.WEEK, Length.MONTH):
        counts = [round(hours / 24) * n for n in _PER_DAY]
    else:
        counts = [room]
    return next((n for n in counts if n <= room and n % 2 == 0), room)


@dataclass(frozen=True, slots=True)
class _Bar:
    """Where a bucket's dots lie, counted from the lowest row; all bounds are included."""

    band: tuple[int, int]
    """From zero, or beyond it, to the extremes."""
    core: tuple[int, int]
    """What lies between zero and the extreme that is nearer to it."""


def _dot(watts: float, geometry: Geometry) -> int:
    """The dot that `watts` reaches, counted from the lowest one."""
    place = DOTS * geometry.rows_below + round(watts / geometry.watts_per_dot)
    return min(DOTS * geometry.rows - 1, max(0, place))


def _bar(bucket: Power | None, geometry: Geometry) -> _Bar | None:
    if bucket is None:
        return None
    zero = DOTS * geometry.rows_below
    low, high = _dot(bucket.low, geometry), _dot(bucket.high, geometry)
    near = max(low, zero) if bucket.mean >= 0 else min(high, zero)
    return _Bar((min(low, zero), max(high, zero)), (min(zero, near), max(zero, near)))


class BandChart:
    """The chart, with the cells of the page that it has drawn last.

    A page stays the same for a minute and longer, and is painted each second.
    """

    def __init__(self) -> None:
        self._page: HistoryPage | None = None
        self._geometry: Geometry | None = None
        self._cells: list[tuple[int, int, int, str]] = []
        """Column, row, dots and style of each cell that is not blank."""

    def paint(
        self, canvas: Canvas, area: Area, page: HistoryPage, cursor: int | None, scene: Scene
    ) -> None:
        """Draw the chart with its axes; `cursor` is the column that is marked."""
        columns, rows = len(page.buckets) // 2, area.height - 1
        if columns < 2 or rows < 1 or area.width < columns + LABELS:
            return
        limits = _limits(page, rows)
        geometry = Geometry.of(limits, rows)
        _power_axis(canvas, area, limits, geometry, scene)
        _time_axis(canvas, area, page, scene)
        left = area.x + LABELS
        if cursor is not None:
            for y in range(rows):
                canvas.write(left + cursor, area.y + y, scene.glyphs.lines[3], "frame")
            canvas.write(left + cursor, area.y + rows, scene.glyphs.cursor, "mark")
        if page is not self._page or geometry != self._geometry:
            self._page, self._geometry = page, geometry
            self._cells = _cells(page, geometry)
        for x, y, dots, style in self._cells:
            sign = _ASCII[style] if scene.glyphs.ascii else chr(BRAILLE + dots)
            if x == cursor and style != "before":
                style = f"{style.partition('_')[0]}_cursor"
            canvas.write(left + x, area.y + y, sign, style)


def _limits(page: HistoryPage, rows: int) -> Limits:
    """The scale: for all that was measured, and for the means of the period before."""
    known = [b for b in page.buckets if b is not None]
    earlier = [b.mean for b in page.before if b is not None]
    return limits_for(
        min((*(b.low for b in known), *earlier), default=0),
        max((*(b.high for b in known), *earlier), default=0),
        min(5, max(2, (rows + 1) // 2)),
    )


def _cells(page: HistoryPage, geometry: Geometry) -> list[tuple[int, int, int, str]]:
    means = [None if b is None else Bucket(b.mean, 1, b.mean, b.mean) for b in page.buckets]
    bars = [_bar(bucket, geometry) for bucket in page.buckets]
    before = [None if b is None else _dot(b.mean, geometry) for b in page.before]
    if not before:
        before = [None] * len(bars)
    out: list[tuple[int, int, int, str]] = []
    for y, line in enumerate(plot_rows(means, geometry)):
        lowest = DOTS * (geometry.rows - 1 - y)
        side = "imports" if y < geometry.rows - geometry.rows_below else "exports"
        for x in range(len(bars) // 2):
            drawn = 0 if line[x] == " " else ord(line[x]) - BRAILLE
            pair, then = bars[2 * x : 2 * x + 2], before[2 * x : 2 * x + 2]
            dots, style = _cell(drawn, pair, then, lowest, side)
            if dots:
                out.append((x, y, dots, style))
    return out


def _cell(
    drawn: int, pair: Sequence[_Bar | None], before: Sequence[int | None], lowest: int, side: str
) -> tuple[int, str]:
    """The dots of a cell and its style; `lowest` is its lowest dot, `before` where the line is."""
    band = line = 0
    core = bool(drawn)
    for half, (bar, then) in enumerate(zip(pair, before, strict=True)):
        for n, bit in enumerate(_BITS[half]):
            dot = lowest + n
            if bar is not None and bar.band[0] <= dot <= bar.band[1] and (dot + half) % 2 == 0:
                band |= bit
            if then == dot:
                line |= bit
        if bar is not None and not bar.core[0] <= lowest <= lowest + DOTS - 1 <= bar.core[1]:
            core = False
    if line:
        return drawn | line, "before"
    if drawn:
        return drawn | band, f"{side}_low" if core else side
    return band, f"{side}_band"


def _power_axis(
    canvas: Canvas, area: Area, limits: Limits, geometry: Geometry, scene: Scene
) -> None:
    x = area.x + LABELS - 1
    for y in range(geometry.rows):
        canvas.write(x, area.y + y, scene.glyphs.lines[3], "frame")
    kilo = max(limits.upper, -limits.lower) >= 1000
    for step in range(-limits.below, limits.above + 1):
        y = area.y + geometry.row_of(step * limits.step)
        canvas.write(area.x, y, f"{power_label(step * limits.step, kilo):>{LABELS - 1}}", "dim")
        canvas.write(x, y, scene.glyphs.axis, "frame")
    canvas.write(area.x, area.y + geometry.rows, f"{'kW' if kilo else 'W':>2}", "dim")


def power_label(watts: int, kilo: bool) -> str:
    """A power in three cells, in kW where `kilo`: "4.0", "12", "-.5", "0"."""
    if not watts or not kilo:
        return str(watts)
    if watts % 1000 == 0 and abs(watts) >= 10_000:
        return str(watts // 1000)
    text = f"{watts / 1000:.1f}"
    return text.replace("-0.", "-.") if abs(watts) < 1000 else text.removesuffix(".0")


def _time_axis(canvas: Canvas, area: Area, page: HistoryPage, scene: Scene) -> None:
    """A line under what is known, points under gaps, and labels at round times."""
    y, left = area.y + area.height - 1, area.x + LABELS
    columns = len(page.buckets) // 2
    canvas.write(left - 1, y, scene.glyphs.lines[9], "frame")
    for x in range(columns):
        known = any(b is not None for b in page.buckets[2 * x : 2 * x + 2])
        canvas.write(left + x, y, scene.glyphs.lines[12] if known else scene.glyphs.silent, "frame")
    free = 0
    for at, label in time_labels(page):
        x = int((at - page.start) / (page.end - page.start) * columns)
        if x >= free and x + 1 + len(label) <= columns:
            canvas.write(left + x, y, scene.glyphs.tick, "frame")
            canvas.write(left + x + 1, y, label, "dim")
            free = x + len(label) + 2


def time_labels(page: HistoryPage) -> list[tuple[datetime, str]]:
    """Instants of the period and how they are written; those without room are left out."""
    period, calendar = page.query.period, page.query.calendar
    if period.length is Length.DAY:
        return _hours(page, calendar)
    if period.length is Length.YEAR:
        firsts = [day for day in period.days() if day.day == 1]
        return [(calendar.at(day), f"{day:%b}") for day in firsts]
    form = "%a %d" if period.length is Length.WEEK else "%d"
    days = [d for d in period.days() if period.length is Length.WEEK or d.day % 5 == 1]
    return [(calendar.at(day), day.strftime(form)) for day in days]


def _hours(page: HistoryPage, calendar: Calendar) -> list[tuple[datetime, str]]:
    """Every third hour by the wall clock, of which a day may have 23 or 25."""
    columns = len(page.buckets) // 2
    step = 3 if columns >= 64 else 6
    out: list[tuple[datetime, str]] = []
    at = page.start
    count = int((page.end - page.start).total_seconds() // 3600)
    for n in range(count):
        moment = page.bucket_start(0) + (page.end - page.start) * n / max(1, count)
        local = calendar.local(moment)
        if local.hour % step == 0 and local.minute == 0:
            out.append((moment, f"{local:%H:%M}"))
    return out or [(at, f"{calendar.local(at):%H:%M}")]


def column_words(page: HistoryPage) -> str:
    """How much time a column stands for."""
    columns = max(1, len(page.buckets) // 2)
    minutes = (page.end - page.start).total_seconds() / 60 / columns
    if minutes < 60:
        return _("1 column = {n} min").format(n=f"{minutes:g}")
    if minutes < 24 * 60:
        return _("1 column = {n} h").format(n=f"{minutes / 60:.3g}")
    return _("1 column = {n} days").format(n=f"{minutes / 1440:.2g}")
