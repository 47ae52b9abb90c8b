"""The chart of power: columns of time, drawn by plotext, placed between our own axes.

plotext is handed at most two points a column, one a bucket, in a fixed frame
without axes or colours. Columns that stay as they were are not drawn again, so
a frame takes a millisecond or two however long the program has run. Zero lies
on the edge of a row: what is above is import, what is below is export, and
each row has one colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from semtui.i18n import _
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scale import Limits, Scale
from semtui.screens.widgets.scene import Scene
from semtui.screens.wording import duration
from semtui.series import SIZES, Bucket
from semtui.view import View

LABEL_WIDTH = 7
"""Cells for the labels of the power axis, with the axis itself."""

TIME_STEPS = (10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds from one label of the time axis to the next."""

LABEL_GAP = 12
"""Cells from one time label to the next, at least."""

CROWD = 4
"""Readings in a bucket from which on its extreme says more than its mean."""

DOTS = 4
"""Braille dots in the height of a cell."""

_BLANK, _LEFT, _RIGHT = 0x2800, 0x47, 0xB8
"""The code of a braille cell without dots, and the bits of its left and right ones."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where watts lie in `rows` rows of cells."""

    rows: int
    rows_below: int
    """Rows under the zero line: export."""
    watts_per_dot: float

    @classmethod
    def of(cls, limits: Limits, rows: int) -> Geometry:
        """Share `rows` between import and export so that both limits fit.

        A single row has room for one of them: import.
        """
        if not limits.below or (limits.above and rows < 2):
            return cls(rows, 0, limits.upper / max(1, DOTS * rows - 1))
        if not limits.above:
            return cls(rows, rows, -limits.lower / (DOTS * rows))
        per_dot, below = min(
            (
                max(limits.upper / (DOTS * (rows - below) - 1), -limits.lower / (DOTS * below)),
                below,
            )
            for below in range(1, rows)
        )
        return cls(rows, below, per_dot)

    @property
    def bottom(self) -> float:
        """Watts of the lowest dot."""
        return -DOTS * self.rows_below * self.watts_per_dot

    @property
    def top(self) -> float:
        """Watts of the highest dot."""
        return self.bottom + (DOTS * self.rows - 1) * self.watts_per_dot

    def bar(self, watts: float) -> tuple[list[float], range]:
        """A bar from zero to `watts`: the heights of its dots in the row where it ends, and the
        rows, counted from the top, that it fills."""
        zero = DOTS * self.rows_below
        dot = min(DOTS * self.rows - 1, max(0, zero + round(watts / self.watts_per_dot)))
        row = dot // DOTS
        if dot >= zero:
            ends, rows = range(DOTS * row, dot + 1), range(self.rows_below, row)
        else:
            ends, rows = range(dot, DOTS * (row + 1)), range(row + 1, self.rows_below)
        heights = [self.bottom + end * self.watts_per_dot for end in ends]
        return heights, range(self.rows - rows.stop, self.rows - rows.start)

    def row_of(self, watts: float) -> int:
        """The row, counted from the top, in which `watts` is drawn."""
        dot = DOTS * self.rows_below + round(watts / self.watts_per_dot)
        return min(self.rows - 1, max(0, self.rows - 1 - dot // DOTS))


Look = tuple[float, float, bool] | None
"""All of a bucket that can be seen: its mean, its extreme, and whether that is shown."""

Pair = tuple[Look, Look]
"""A column: two buckets."""


def _look(bucket: Bucket | None) -> Look:
    if bucket is None:
        return None
    mean = bucket.mean
    return mean, bucket.high if mean >= 0 else bucket.low, bucket.count >= CROWD


def plot_rows(buckets: Sequence[Bucket | None], geometry: Geometry) -> list[str]:
    """Draw two buckets a column: the mean filled from zero, the extreme as a dot beyond it.

    plotext draws the cells in which something ends; the full ones between them and zero are
    filled here, since plotext would plot each of their dots.
    """
    import plotext

    width = len(buckets) // 2
    ends: tuple[list[int], list[float]] = ([], [])
    full = [[0] * width for _row in range(geometry.rows)]
    dots: tuple[list[int], list[float]] = ([], [])
    for x, bucket in enumerate(buckets[: 2 * width]):
        look = _look(bucket)
        if look is None:
            continue
        mean, extreme, crowded = look
        end, whole = geometry.bar(mean)
        ends[0].extend([x] * len(end))
        ends[1].extend(end)
        for row in whole:
            full[row][x // 2] |= _RIGHT if x % 2 else _LEFT
        if crowded and abs(extreme - mean) > 2 * geometry.watts_per_dot:
            dots[0].append(x)
            dots[1].append(extreme)
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(width, geometry.rows)
    plotext.frame(False)
    plotext.xaxes(False, False)
    plotext.yaxes(False, False)
    plotext.xticks([])
    plotext.yticks([])
    plotext.xlim(0, 2 * width - 1)
    plotext.ylim(geometry.bottom, geometry.top)
    for xs, ys in (ends, dots):
        if xs:
            plotext.scatter(xs, ys, marker="braille")
    lines = str(plotext.uncolorize(plotext.build())).split("\n")[: geometry.rows]
    return [
        "".join(map(_cell, line.ljust(width), cells))
        for line, cells in zip(lines, full, strict=True)
    ]


def _cell(drawn: str, dots: int) -> str:
    """A cell of plotext's with more of its dots set."""
    if not dots:
        return drawn
    return chr((_BLANK if drawn == " " else ord(drawn)) | dots)


class PowerChart:
    """The chart with what must outlive a frame: its zoom and its scale."""

    def __init__(self) -> None:
        self._scale = Scale()
        self._zoom: int | None = None
        self._geometry: Geometry | None = None
        self._drawn: dict[Pair, str] = {}
        """Columns that have been drawn for this geometry, each as its cells from the top."""

    def zoom(self, steps: int, view: View, columns: int) -> None:
        """Make columns coarser (positive) or finer."""
        index = self._index(view, columns) + steps
        self._zoom = min(len(SIZES) - 1, max(_finest(view.settings.poll.interval), index))

    def _index(self, view: View, columns: int) -> int:
        """The zoom chosen; or one that shows ten minutes or more, once there are as many."""
        if self._zoom is not None:
            return self._zoom
        finest = _finest(view.settings.poll.interval)
        usual = max(finest, 2 if columns < 100 else 3)
        since, reading = view.figures.since, view.reading
        if since is None or reading is None:
            return usual
        seconds = reading.stamp - view.figures.since_stamp
        fitting = (i for i in range(finest, usual) if 2 * SIZES[i] * columns >= seconds)
        return next(fitting, usual)

    def size(self, view: View, columns: int) -> int:
        """Seconds a bucket, two of which make a column."""
        return SIZES[self._index(view, columns)]

    def buckets(self, scene: Scene, width: int) -> list[Bucket | None]:
        """The buckets of `width` columns, the last poll in the last one."""
        view = scene.view
        size = self.size(view, width)
        if view.reading is None:
            return [None] * (2 * width)
        column = int(view.reading.at.timestamp() // (2 * size))
        return view.series.window(size, 2 * (column + 1), 2 * width)

    def note(self, scene: Scene, width: int) -> str:
        """What the chart shows, for the box's upper border."""
        columns = max(1, width - LABEL_WIDTH)
        size = self.size(scene.view, columns)
        known = [b for b in self.buckets(scene, columns) if b is not None and b.count]
        words = _("{span}, 1 column = {column}").format(
            span=duration(2 * size * columns), column=_column(2 * size)
        )
        if not known:
            return words
        mean = sum(b.total for b in known) / sum(b.count for b in known)
        figures = _("max {high:.0f}  mean {mean:.0f}  min {low:.0f} W").format(
            high=max(b.high for b in known), mean=mean, low=min(b.low for b in known)
        )
        both = f"{words}  {figures}"
        return both if len(both) + 12 <= width else figures

    def paint(self, canvas: Canvas, area: Area, scene: Scene, axes: bool = True) -> None:
        """Draw the chart with its axes, or the columns alone."""
        left = LABEL_WIDTH if axes else 0
        columns, rows = area.width - left, area.height - (1 if axes else 0)
        if columns < 4 or rows < 1:
            return
        buckets = self.buckets(scene, columns)
        known = [b for b in buckets if b is not None]
        limits = self._scale.fit(
            min((b.low for b in known), default=0.0),
            max((b.high for b in known), default=0.0),
            min(5, max(2, (rows + 1) // 2)),
            scene.now,
        )
        geometry = Geometry.of(limits, rows)
        if known:
            for y, line in enumerate(self._rows(buckets, geometry)):
                style = "imports" if y < rows - geometry.rows_below else "exports"
                canvas.write(area.x + left, area.y + y, scene.glyphs.chart(line), style)
        if axes:
            self._power_axis(canvas, area, limits, geometry, scene)
            last = scene.view.reading.at if scene.view.reading else scene.wall
            size = self.size(scene.view, columns)
            self._time_axis(canvas, area, columns, 2 * size, last, scene)

    def _rows(self, buckets: Sequence[Bucket | None], geometry: Geometry) -> list[str]:
        """Rows of cells; only columns unlike any of the last frame are drawn anew."""
        if geometry != self._geometry:
            self._geometry = geometry
            self._drawn.clear()
        columns = [(_look(buckets[i]), _look(buckets[i + 1])) for i in range(0, len(buckets), 2)]
        missing = {
            pair: (buckets[2 * i], buckets[2 * i + 1])
            for i, pair in enumerate(columns)
            if pair not in self._drawn
        }
        if missing:
            rows = plot_rows([bucket for pair in missing.values() for bucket in pair], geometry)
            cells = zip(*rows, strict=True)
            self._drawn |= zip(missing, map("".join, cells), strict=True)
        self._drawn = {pair: self._drawn[pair] for pair in columns}
        return ["".join(row) for row in zip(*(self._drawn[pair] for pair in columns), strict=True)]

    @staticmethod
    def _power_axis(
        canvas: Canvas, area: Area, limits: Limits, geometry: Geometry, scene: Scene
    ) -> None:
        x = area.x + LABEL_WIDTH - 1
        for y in range(geometry.rows):
            canvas.write(x, area.y + y, scene.glyphs.lines[3], "frame")
        labels = watt_labels(limits)
        for step in range(-limits.below, limits.above + 1):
            y = area.y + geometry.row_of(step * limits.step)
            canvas.write(area.x, y, f"{labels[step]:>{LABEL_WIDTH - 2}} ", "dim")
            canvas.write(x, y, scene.glyphs.axis, "frame")

    @staticmethod
    def _time_axis(
        canvas: Canvas, area: Area, columns: int, column_seconds: int, last: datetime, scene: Scene
    ) -> None:
        """Labels at round times of the readings' own time zone."""
        y = area.y + area.height - 1
        left = area.x + LABEL_WIDTH
        corner = scene.glyphs.lines[9]
        canvas.write(left - 1, y, corner + scene.glyphs.lines[12] * columns, "frame")
        step = next((s for s in TIME_STEPS if s >= column_seconds * LABEL_GAP), TIME_STEPS[-1])
        offset = last.utcoffset()
        east = 0.0 if offset is None else offset.total_seconds()
        end = int(last.timestamp() // column_seconds) + 1
        first = end - columns
        moment = -int(-(first * column_seconds + east) // step) * step
        pattern = "%H:%M:%S" if step < 60 else "%H:%M" if step < 86400 else "%d %b"
        while (x := int((moment - east) // column_seconds) - first) < columns:
            label = datetime.fromtimestamp(moment - east, last.tzinfo).strftime(pattern)
            if x >= 0 and x + 1 + len(label) <= columns:
                canvas.write(left + x, y, scene.glyphs.tick, "frame")
                canvas.write(left + x + 1, y, label, "dim")
            moment += step


def watt_labels(limits: Limits) -> dict[int, str]:
    """The labels of the power axis by their step; in k or M watts where one would be cut."""
    watts = {n: n * limits.step for n in range(-limits.below, limits.above + 1)}
    if all(len(str(value)) < LABEL_WIDTH for value in watts.values()):
        return {n: str(value) for n, value in watts.items()}
    unit, sign = (1, "") if limits.step % 1000 else (1000, "k")
    if limits.step % 1_000_000 == 0:
        unit, sign = 1_000_000, "M"
    return {n: f"{value // unit}{sign}" if value else "0" for n, value in watts.items()}


def _finest(interval: float) -> int:
    """The finest zoom in which each column can have a reading of its own."""
    return next((i for i, size in enumerate(SIZES) if 2 * size >= interval), len(SIZES) - 1)


def _column(seconds: int) -> str:
    """The seconds of a column in the largest unit that divides them."""
    for unit, name in ((3600, _("{n} h")), (60, _("{n} min"))):
        if seconds % unit == 0:
            return name.format(n=seconds // unit)
    return _("{n} s").format(n=seconds)
