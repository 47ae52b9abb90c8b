"""Screen 1: what the house draws now, the last minutes, and whether all is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from rich.cells import cell_len

from semtui.actions import DASHBOARD
from semtui.i18n import _
from semtui.screens.monitor import MonitorScreen
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.chart import LABEL_WIDTH, PowerChart
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.lists import LEVELS, paint_events, sentence
from semtui.screens.widgets.power import (
    amperes,
    paint_figures,
    paint_now,
    paint_phases,
    room_left,
    why_nothing,
)
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.session import paint_link, paint_link_summary, paint_log
from semtui.screens.wording import moment

FRAMED_WIDTH, FRAMED_HEIGHT = 64, 18
"""Boxes are drawn from this size of the board on."""

LARGE_WIDTH, LARGE_HEIGHT = 104, 30
"""From this size on there is room for the large figures and two boxes more."""

LEAST_WIDTH, LEAST_HEIGHT = 30, 6
"""Below this, one line of text is all there is."""


class DashboardScreen(MonitorScreen):
    """The dashboard, in four layouts by size."""

    key = DASHBOARD

    def __init__(self) -> None:
        super().__init__()
        self.chart = PowerChart()

    def zoom(self, steps: int) -> None:
        """Zoom the chart: less time with negative steps."""
        columns = max(1, self.size.width - 4 - LABEL_WIDTH)
        self.chart.zoom(steps, self.stage.scene().view, columns)

    ACTS: ClassVar[dict[str, Callable[[Any], None]]] = {
        "zoom-in": lambda self: self.zoom(-1),
        "zoom-out": lambda self: self.zoom(1),
    }

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        if width < LEAST_WIDTH or height < LEAST_HEIGHT:
            _draw_line(canvas, scene)
        elif not has_room_for_boxes(width, height):
            self._draw_narrow(canvas, scene)
        else:
            draw_boxes(canvas, self._boxes(width, height, scene), scene)

    def _boxes(self, width: int, height: int, scene: Scene) -> list[Box]:
        """Three boxes above, the chart between, link and events below."""
        large = has_room_for_all(width, height)
        top = 9 if large else 6
        link, events = (7, 7) if large else (4, 5 if height >= 22 else 4)
        first = width * 44 // 100
        third = max(22, width * 26 // 100)
        second = width - first - third + 2
        # Borders are shared: each box begins on the last line of the one before.
        chart = height - top - link - events + 3
        figures = scene.view.figures
        since = ""
        if figures.since is not None and third > 18:
            since = _("since {t}").format(t=moment(figures.since, scene.wall))
        note = self.chart.note(scene, width - 4)
        boxes = [
            Box(0, 0, first, top, _("Now"), paint_now),
            Box(first - 1, 0, second, top, _("Phases"), paint_phases),
            Box(width - third, 0, third, top, _("Meter"), paint_figures, since),
            Box(0, top - 1, width, chart, _("Power, W"), self._draw_chart, note),
        ]
        y = top + chart - 2
        if large:
            half = width * 54 // 100
            boxes += [
                Box(0, y, half, link, _("Link"), paint_link),
                Box(half - 1, y, width - half + 1, link, _("Log"), paint_log),
            ]
        else:
            boxes.append(Box(0, y, width, link, _("Link"), paint_link_summary))
        boxes.append(Box(0, y + link - 1, width, events, _("Events"), paint_events))
        return boxes

    def _draw_chart(self, canvas: Canvas, area: Area, scene: Scene) -> None:
        if scene.view.figures.count:
            self.chart.paint(canvas, area, scene)
            return
        text = _("The chart begins with the first reading.")
        y = area.y + area.height // 2
        x = area.x + max(0, (area.width - cell_len(text)) // 2)
        canvas.write(x, y, text, "dim", area.x + area.width)

    def _draw_narrow(self, canvas: Canvas, scene: Scene) -> None:
        """One column: the figure, the phases, a strip of chart, the last event."""
        width, height = canvas.width, canvas.height
        view = scene.view
        row = 3 if height >= 7 else 1
        end = width - 1
        if view.good is None:
            paint_now(canvas, Area(1, 0, width - 2, height - 1), scene)
        else:
            paint_now(canvas, Area(0, 0, width, row), scene)
            x = 1
            stale = view.is_stale(scene.now)
            present = "dim" if stale else "strong"
            for name, value in (("R", view.good.r_ampere), ("T", view.good.t_ampere)):
                x = canvas.write_runs(
                    x, row, [(f"{name} ", "dim"), (f"{amperes(value)} A", present)], end
                )
                x += 2
            room = (
                None
                if view.is_stale(scene.now)
                else room_left(view.good, view.settings.display.contract_ampere)
            )
            if room is not None:
                canvas.write(x, row, room[0], room[1], end)
            row += 1
        last = height - (2 if height >= 8 else 1)
        if view.figures.count and last - row >= 2:
            self.chart.paint(
                canvas, Area(1, row, width - 2, last - row), scene, axes=last - row > 3
            )
        if height >= 8:
            _draw_peak(canvas, last, scene)
        _draw_last_event(canvas, height - 1, scene)


def _draw_peak(canvas: Canvas, row: int, scene: Scene) -> None:
    figures = scene.view.figures
    if figures.peak is None or figures.mean is None:
        return
    text = _("peak {peak} W {time}  mean {mean:.0f} W").format(
        peak=figures.peak.watts, time=moment(figures.peak.at, scene.wall), mean=figures.mean
    )
    canvas.write(1, row, text, "dim", canvas.width - 1)


def _draw_last_event(canvas: Canvas, row: int, scene: Scene) -> None:
    if not scene.view.notices:
        return
    notice = scene.view.notices[-1]
    word, style = LEVELS[notice.level]
    runs = [(f"{moment(notice.at, scene.wall)} ", "dim"), (f"{word} ", style)]
    x = canvas.write_runs(1, row, runs, canvas.width - 1)
    text = fit(sentence(notice), canvas.width - 1 - x, scene.glyphs.ellipsis)
    canvas.write(x, row, text, "", canvas.width - 1)


def _draw_line(canvas: Canvas, scene: Scene) -> None:
    """The whole dashboard in a line or two of text."""
    good = scene.view.good
    if good is None:
        canvas.write(0, 0, fit(why_nothing(scene), canvas.width, scene.glyphs.ellipsis))
        return
    paint_now(canvas, Area(0, 0, canvas.width, 1), scene)
    canvas.write(0, 1, f"R {amperes(good.r_ampere)}  T {amperes(good.t_ampere)} A", "dim")
