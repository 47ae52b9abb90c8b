"""Screen 3: the power of a day, week, month or year, and its half hours by the meter's register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType

from semtui.actions import HISTORY
from semtui.clock import JST
from semtui.i18n import _
from semtui.screens.lookup import HistoryPage, HistoryQuery, load_history
from semtui.screens.past import PastScreen
from semtui.screens.period import LENGTHS, Calendar, Length, Period, length_names
from semtui.screens.takeout import Takeout
from semtui.screens.widgets.bandchart import LABELS, BandChart, bucket_count, column_words
from semtui.screens.widgets.canvas import Canvas, Run, fit
from semtui.screens.widgets.cursorline import against, cursor_runs
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.slottable import (
    coverage,
    export_of,
    import_of,
    paint_numbers,
    paint_table,
)
from semtui.screens.widgets.vacant import backfill_note, paint_vacant
from semtui.storage.export.query import Every

NUMBERS_WIDTH = 36
"""Of the box beside the table, where there is room for it."""


class HistoryScreen(PastScreen[HistoryPage]):
    """A period: chart, cursor, table."""

    key = HISTORY
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "row(1)", "Up"),
        ("down", "row(-1)", "Down"),
        ("pageup", "row(8)", "Page up"),
        ("pagedown", "row(-8)", "Page down"),
        ("home", "edge(0)", "Begin"),
        ("end", "edge(1)", "End"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.chart = BandChart()
        self.length = Length.DAY
        self.compare = False
        self._day: date | None = None
        """The date whose period is shown; None for the present one."""
        self._cursor: datetime | None = None
        """Where the cursor stands; None for the newest column with something in it."""

    # Asking

    @property
    def calendar(self) -> Calendar:
        """The days of the wall clock's time zone."""
        return Calendar.of(self.stage.scene().wall)

    @property
    def period(self) -> Period:
        """What is to be shown."""
        day = self._day
        return Period.around(self.length, self.here if day is None else day)

    @property
    def here(self) -> date:
        """The date on our own calendar."""
        return self.calendar.local(self.now).date()

    @property
    def follows(self) -> bool:
        return self.here in self.period

    def question(self, store: Path) -> Callable[[], HistoryPage]:
        period, calendar = self.period, self.calendar
        start, end = period.bounds(calendar)
        hours = (end - start).total_seconds() / 3600
        buckets = bucket_count(self.length, hours, self._columns())
        query = HistoryQuery(period, calendar, buckets, self.compare, self.now)
        return partial(load_history, store, query)

    def _columns(self) -> int:
        width, height = self.size.width, self.size.height - 2
        margin = 4 if has_room_for_boxes(width, height) else 2
        return max(4, width - margin - LABELS)

    def takeout(self) -> Takeout:
        """The table's half hours of days and weeks; the meter's days of months and years."""
        period = self.period
        if self.length in (Length.DAY, Length.WEEK):
            return Takeout(Every.HALF_HOUR, period.first, period.last, self.calendar)
        return Takeout(Every.DAY, period.first, period.last)

    # Keys

    def zoom(self, steps: int) -> None:
        """Show a longer period (positive), or a shorter one."""
        index = LENGTHS.index(self.length) + steps
        self._show(LENGTHS[min(len(LENGTHS) - 1, max(0, index))])

    def go_to(self, day: date) -> None:
        self._day = None if day in Period.around(self.length, self.here) else day
        self._cursor = None
        self.ask()

    def show_day(self, day: date) -> None:
        """Show the day `day`; for other screens."""
        self.length = Length.DAY
        self._day, self._cursor = (None if day == self.here else day), None

    def _show(self, length: Length) -> None:
        """Show the period of another length around the cursor, or around what was shown."""
        at = self.cursor_time()
        near = self.period.first if at is None else self.calendar.local(at).date()
        self.length = length
        present = self.here in Period.around(length, near)
        self._day = None if present else near
        self.ask()

    def _move(self, steps: int) -> None:
        moved = self.period.moved(steps)
        if moved.first > self.here:
            self._say_end()
            return
        self._day = None if self.here in moved else moved.first
        self._cursor = None
        self.ask()

    def _say_end(self) -> None:
        self.stage.say(_("This is the present: nothing comes after it."))

    def _compare(self) -> None:
        self.compare = not self.compare
        self.ask()

    def _open(self) -> None:
        """From longer periods to the day that the cursor is at."""
        if self.length is not Length.DAY:
            index = LENGTHS.index(self.length)
            self._show(Length.MONTH if index == 3 else Length.DAY)

    # The cursor

    def cursor(self) -> int | None:
        """The column that the cursor is at; None while nothing is known."""
        page = self.page
        if page is None or not page.buckets:
            return None
        if self._cursor is not None:
            return page.index_at(self._cursor) // 2
        known = [n for n, bucket in enumerate(page.buckets) if bucket is not None]
        return known[-1] // 2 if known else None

    def cursor_time(self) -> datetime | None:
        """The instant at which the cursor's column begins, or the instant it was sent to."""
        column = self.cursor()
        if self._cursor is not None or column is None or self.page is None:
            return self._cursor
        return self.page.bucket_start(2 * column)

    def row_at_cursor(self) -> int:
        """The line of the table that the cursor lies in."""
        at, page = self.cursor_time(), self.page
        if page is None or not page.rows:
            return 0
        if at is None:
            return len(page.rows) - 1
        return max((n for n, row in enumerate(page.rows) if row.start <= at), default=0)

    def _shift(self, columns: int) -> None:
        """Move the cursor by columns; past the edge into the next period."""
        page, column = self.page, self.cursor()
        if page is None or not page.buckets or page.query.period != self.period:
            return
        count = len(page.buckets) // 2
        column = (count - 1 if column is None else column) + columns
        if column < 0 or (column >= count and not page.query.is_current):
            self._move(1 if columns > 0 else -1)
            if column < 0:
                self._cursor = page.start - (page.end - page.start) / (4 * count)
            return
        last = count - 1
        if page.query.is_current:
            last = page.index_at(page.query.now) // 2
        self._cursor = page.bucket_start(2 * min(column, last))

    def action_row(self, rows: int) -> None:
        """Move by lines of the table, which has the newest one first."""
        page = self.page
        if page is not None and page.rows:
            index = self.row_at_cursor() + rows
            self._cursor = page.rows[min(len(page.rows) - 1, max(0, index))].start
            self._cursor = max(self._cursor, page.start)
            self.repaint()

    def action_edge(self, end: int) -> None:
        """The first column, or the newest."""
        self._cursor = None if end or self.page is None else self.page.start
        self.repaint()

    # Painting

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        if not has_room_for_boxes(width, height):
            self._draw_narrow(canvas, scene)
            return
        large = has_room_for_all(width, height)
        top = height // 2 + (0 if large else 1)
        chart = Box(0, 0, width, top, self._title(), self._draw_chart, self._note(width))
        below = height - top + 1
        page = self.page
        note = backfill_note(scene.view)
        titles = {Length.MONTH: _("Days"), Length.YEAR: _("Months")}
        title = titles.get(self.length, _("Half hours, by the meter's clock"))
        if scene.wall.utcoffset() != JST.utcoffset(None) and self.length not in titles:
            title = _("Half hours, by the meter's clock (JST)")
        if page is not None and page.rows and not note:
            note = coverage(page)
            if page.query.compare:
                title, note = title.partition(",")[0], f"{against(page)}   {note}"
        left = width - NUMBERS_WIDTH + 1 if large else width
        boxes = [chart, Box(0, top - 1, left, below, title, self._draw_table, note)]
        if large:
            name = length_names()[self.length]
            text = _("The {period} in numbers").format(period=name)
            boxes.append(Box(left - 1, top - 1, NUMBERS_WIDTH, below, text, self._draw_numbers))
        draw_boxes(canvas, boxes, scene)

    def _title(self) -> str:
        return f"< {self.period.title} >"

    def _note(self, width: int) -> str:
        names = length_names()
        words = " ".join(f"[{names[n]}]" if n is self.length else names[n] for n in LENGTHS)
        if self.page is not None and self.page.buckets and width >= 100:
            words += "   " + column_words(self.page)
        return words

    @property
    def shown(self) -> HistoryPage | None:
        """The page, where it is that of the period that is to be shown."""
        page = self.page
        if page is None or page.query.period != self.period or self.trouble is not None:
            return None
        return None if page.is_empty else page

    def _draw_chart(self, canvas: Canvas, area: Area, scene: Scene) -> None:
        page = self.shown
        if page is None:
            self._draw_vacant(canvas, area, scene)
            return
        self.chart.paint(
            canvas, Area(area.x, area.y, area.width, area.height - 1), page, self.cursor(), scene
        )
        runs = cursor_runs(page, self.cursor())
        canvas.write_runs(area.x, area.y + area.height - 1, runs, area.x + area.width)

    def _draw_vacant(self, canvas: Canvas, area: Area, scene: Scene) -> None:
        page = self.page
        current = page is not None and page.query.period == self.period
        paint_vacant(
            canvas,
            area,
            scene,
            what=self.period.title,
            exists=self.store is not None and (page is None or page.exists),
            span=page.span if page is not None and current else None,
            trouble=self.trouble,
            waiting=self.waiting and not current,
        )

    def _draw_table(self, canvas: Canvas, area: Area, scene: Scene) -> None:
        page = self.shown
        if page is not None and page.rows:
            paint_table(canvas, area, scene, page, self.row_at_cursor())

    def _draw_numbers(self, canvas: Canvas, area: Area, scene: Scene) -> None:
        page = self.shown
        if page is not None:
            paint_numbers(canvas, area, scene, page)

    def _draw_narrow(self, canvas: Canvas, scene: Scene) -> None:
        """One column: the period, its energy, the chart, the cursor's values."""
        width, height = canvas.width, canvas.height
        canvas.write(1, 0, fit(self._title(), width - 2, scene.glyphs.ellipsis), "title")
        page = self.shown
        if page is None:
            self._draw_vacant(canvas, Area(1, 1, max(1, width - 2), height - 1), scene)
            return
        runs: list[Run] = [
            (import_of(page.energy), "imports"),
            (_(" kWh import  "), "dim"),
            (export_of(page.energy), "exports"),
            (_(" export"), "dim"),
        ]
        if height >= 5:
            canvas.write_runs(1, 1, runs, width - 1)
        rows = height - 4
        if rows >= 2:
            self.chart.paint(
                canvas, Area(1, 2, max(1, width - 2), rows), page, self.cursor(), scene
            )
        runs = cursor_runs(page, self.cursor())
        # There is no room for all of it: what is compared goes before the lowest and the highest.
        before = runs[-2:] if page.before and len(runs) > 2 else []
        runs = runs[: len(runs) - len(before)]
        rest = [*before, *runs[3:]]
        if rest:
            rest[0] = (rest[0][0].lstrip(), rest[0][1])
        canvas.write_runs(1, height - 2, runs[:3], width - 1)
        canvas.write_runs(1, height - 1, rest, width - 1)

    ACTS: ClassVar[dict[str, Callable[[Any], None]]] = {
        **PastScreen.ACTS,
        "zoom-in": lambda self: self.zoom(-1),
        "zoom-out": lambda self: self.zoom(1),
        "left": lambda self: self._shift(-1),
        "right": lambda self: self._shift(1),
        "before": lambda self: self._move(-1),
        "after": lambda self: self._move(1),
        "day": lambda self: self._show(Length.DAY),
        "week": lambda self: self._show(Length.WEEK),
        "month": lambda self: self._show(Length.MONTH),
        "year": lambda self: self._show(Length.YEAR),
        "compare": _compare,
        "open": _open,
    }
