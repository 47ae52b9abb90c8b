"""Screen 4: kWh by the meter's register: sums, a day's half hours, and the map of all days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType

from semtui.actions import ENERGY, HISTORY
from semtui.i18n import _
from semtui.screens.ledger import EnergyPage, EnergyQuery, load_energy, range_names
from semtui.screens.past import PastScreen
from semtui.screens.period import EARLIEST, Length, Period
from semtui.screens.takeout import Takeout
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.heatmap import map_note, paint_map
from semtui.screens.widgets.ledger import (
    day_runs,
    paint_bars,
    paint_day,
    paint_sums,
)
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.slottable import kwh
from semtui.screens.widgets.vacant import backfill_note, paint_vacant, why_no_kwh
from semtui.storage.export.query import Every

SUMS_HEIGHT = 6
"""Four rows and two borders."""

BARS_WIDTH = 53
"""Of the bars, a cell each, with their axis."""

FACTS_BESIDE = 101
"""Below this width the bars have a cell each, and the day's facts stand beside them."""

_DAY = timedelta(days=1)


class EnergyScreen(PastScreen[EnergyPage]):
    """Sums, the half hours of a day, and the map from which the day is chosen."""

    key = ENERGY
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "day(1)", "Up"),
        ("down", "day(-1)", "Down"),
        ("pageup", "day(7)", "Page up"),
        ("pagedown", "day(-7)", "Page down"),
        ("home", "edge(0)", "Oldest"),
        ("end", "edge(1)", "Today"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        """The day that is chosen; None for today."""
        self._top: date | None = None
        """The newest day of the map; None for today."""

    # Asking

    @property
    def day(self) -> date:
        """The day that is chosen, by the meter's calendar."""
        return self._day or self.today

    @property
    def follows(self) -> bool:
        return True

    def question(self, store: Path) -> Callable[[], EnergyPage]:
        rows = self._map_rows()
        top = self._top or self.today
        if self.day > top or top - self.day >= rows * _DAY:
            # The chosen day has left the map: it comes back into its middle.
            top = min(self.today, self.day + rows // 2 * _DAY)
        self._top = None if top >= self.today else top
        return partial(load_energy, store, EnergyQuery(self.day, top, rows, self.now))

    def _map_rows(self) -> int:
        """Days for which the map has room."""
        width, height = self.size.width, self.size.height - 2
        if not has_room_for_boxes(width, height):
            return 1
        return max(1, height - self._map_top(width, height) - 3)

    @staticmethod
    def _map_top(width: int, height: int) -> int:
        """The row in which the map's box begins."""
        bars = 12 if has_room_for_all(width, height) else 9
        return SUMS_HEIGHT + bars - 2

    def takeout(self) -> Takeout:
        """The half hours of the map."""
        days = [day.energy.day for day in self.page.days] if self.page is not None else []
        return Takeout(Every.HALF_HOUR, min([self.day, *days]), max([self.day, *days]))

    # Keys

    def go_to(self, day: date) -> None:
        day = max(EARLIEST, day)
        if day > self.today:
            self.stage.say(_("This is the present: nothing comes after it."))
            return
        self._day = None if day == self.today else day
        self.ask()

    def action_day(self, days: int) -> None:
        """Choose a day before or after; the newest stands on top."""
        self.go_to(min(self.today, self.day + days * _DAY))

    def action_edge(self, end: int) -> None:
        """Today, or the first day with a reading."""
        page = self.page
        if end:
            self.go_to(self.today)
        elif page is not None and page.span is not None:
            self.go_to(page.span.first.date())

    def _open(self) -> None:
        """Show the day's power."""
        from semtui.screens.history import HistoryScreen

        day = self.day
        self.app.switch_mode(HISTORY)
        if isinstance(self.app.screen, HistoryScreen):
            self.app.screen.show_day(day)

    # Painting

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        page = self.shown
        if not has_room_for_boxes(width, height):
            self._draw_narrow(canvas, scene)
            return
        if page is None:
            box = Box(0, 0, width, height, _("Energy"), self._draw_vacant)
            draw_boxes(canvas, [box], scene)
            return
        large = has_room_for_all(width, height)
        top = self._map_top(width, height)
        sums = width - 36 if large else width
        note = backfill_note(scene.view) or why_no_kwh(scene.view)
        name = Period(Length.DAY, page.query.day).title
        boxes = [
            Box(
                0,
                0,
                sums,
                SUMS_HEIGHT,
                _("Energy, by the meter's register"),
                partial(paint_sums, page=page),
                fit(note, max(0, sums - 40), scene.glyphs.ellipsis),
            ),
            Box(
                0,
                SUMS_HEIGHT - 1,
                width,
                top - SUMS_HEIGHT + 2,
                _("Half hours of {day}").format(day=f"< {name} >"),
                self._draw_bars,
            ),
            Box(
                0,
                top,
                width,
                height - top,
                _("Half hours by day, kWh"),
                partial(paint_map, page=page),
                map_note(page, scene),
            ),
        ]
        if large:
            day = partial(paint_day, page=page)
            boxes.append(Box(sums - 1, 0, width - sums + 1, SUMS_HEIGHT, _("The chosen day"), day))
        draw_boxes(canvas, boxes, scene)

    @property
    def shown(self) -> EnergyPage | None:
        page = self.page
        return None if page is None or page.is_empty or self.trouble is not None else page

    def _draw_vacant(self, canvas: Canvas, area: Area, scene: Scene) -> None:
        page = self.page
        paint_vacant(
            canvas,
            area,
            scene,
            what=_("the energy of these days"),
            exists=self.store is not None and (page is None or page.exists),
            span=page.span if page is not None else None,
            trouble=self.trouble,
            waiting=self.waiting and page is None,
        )

    def _draw_bars(self, canvas: Canvas, area: Area, scene: Scene) -> None:
        page = self.shown
        if page is not None:
            bars = Area(area.x, area.y, area.width, area.height - 1)
            if area.width < FACTS_BESIDE:
                bars = Area(area.x, area.y, BARS_WIDTH, area.height - 1)
                left = area.x + BARS_WIDTH + 2
                facts = Area(left, area.y, area.x + area.width - left, area.height - 1)
                paint_day(canvas, facts, scene, page)
            paint_bars(canvas, bars, scene, page)
            y = area.y + area.height - 1
            canvas.write_runs(area.x, y, day_runs(page, scene), area.x + area.width)

    def _draw_narrow(self, canvas: Canvas, scene: Scene) -> None:
        """One column: the sums, then the chosen day by hours."""
        width, height = canvas.width, canvas.height
        page = self.shown
        if page is None:
            self._draw_vacant(canvas, Area(1, 0, max(1, width - 2), height), scene)
            return
        end = width - 1
        row = 0
        for which, name in range_names().items():
            found = page.sums[which]
            canvas.write(1, row, name, "dim", end)
            runs = [
                (f"{kwh(found.normal_kwh):>8}", "imports"),
                (" kWh", "dim"),
                (f"{kwh(found.reverse_kwh):>8}", "exports" if found.reverse_kwh else "dim"),
                (_(" exp"), "dim"),
            ]
            canvas.write_runs(12, row, runs, end)
            row += 1
        if height - row >= 4:
            paint_bars(canvas, Area(1, row, width - 2, height - row), scene, page)

    ACTS: ClassVar[dict[str, Callable[[Any], None]]] = {
        **PastScreen.ACTS,
        "left": lambda self: self.action_day(-1),
        "right": lambda self: self.action_day(1),
        "before": lambda self: self.action_day(-7),
        "after": lambda self: self.action_day(7),
        "open": _open,
    }
