"""The map of half hours: a row a day, a cell a half hour, the darker the more was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from semtui.i18n import _
from semtui.screens.ledger import EnergyPage, MapDay
from semtui.screens.lookup import by_meter
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.slottable import kwh
from semtui.storage.history.values import SLOTS_A_DAY

NAME_WIDTH = 13
"""Cells before the first half hour: the mark, and the day's name."""

SHADES = 5
_NICE = tuple(Decimal(n).scaleb(-2) for n in (5, 10, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300))
"""kWh a half hour that a step between two shades may be."""


def shade_step(days: Sequence[MapDay]) -> Decimal:
    """kWh from one shade to the next: so that one half hour in twenty has the darkest."""
    known = sorted(s.normal_kwh for day in days for s in day.slots if s.normal_kwh is not None)
    if not known:
        return _NICE[0]
    high = known[min(len(known) - 1, len(known) * 19 // 20)]
    return next((step for step in _NICE if step * (SHADES - 1) >= high), _NICE[-1])


def shade_of(value: Decimal, step: Decimal) -> int:
    """The shade, 0 to 4, of a half hour."""
    return min(SHADES - 1, int(value / step))


def map_note(page: EnergyPage, scene: Scene) -> str:
    """What the shades mean."""
    step = shade_step(page.days)
    signs = scene.glyphs.shades
    parts = [f"{signs[n]}<{kwh(step * (n + 1))}" for n in range(SHADES - 1)]
    return " ".join([*parts, _("{sign} more").format(sign=signs[-1])])


def paint_map(canvas: Canvas, area: Area, scene: Scene, page: EnergyPage) -> None:
    """Write the hours, then the days, the newest first."""
    width = 2 if area.width >= NAME_WIDTH + 2 * SLOTS_A_DAY + 7 else 1
    x0, end = area.x + NAME_WIDTH, area.x + area.width
    for hour in range(0, 24, 2 if width == 2 else 3):
        canvas.write(x0 + 2 * hour * width, area.y, f"{hour:02d}", "dim", end)
    canvas.write(x0 + SLOTS_A_DAY * width + 4, area.y, _("kWh"), "dim", end)
    step = shade_step(page.days)
    present = by_meter(page.query.now)
    for y, day in enumerate(page.days[: area.height - 1], area.y + 1):
        mine = day.energy.day == page.query.day
        canvas.write(area.x, y, scene.glyphs.arrow if mine else " ", "key")
        weekend = day.energy.day.weekday() >= 5
        style = "strong" if mine else "" if weekend else "dim"
        canvas.write(area.x + 2, y, f"{day.energy.day:%a %d %b}", style, x0)
        for n, slot in enumerate(day.slots):
            if slot.normal_kwh is not None:
                shade = shade_of(slot.normal_kwh, step)
                sign = scene.glyphs.shades[shade] * width
                canvas.write(x0 + n * width, y, sign, f"heat{shade + 1}", end)
            elif slot.start < present and day.energy.known:
                canvas.write(x0 + n * width, y, " " * width, "frame", end)
        x = x0 + SLOTS_A_DAY * width
        energy = day.energy
        style = "imports" if energy.normal_kwh is not None else "dim"
        x = canvas.write(x, y, f"{kwh(energy.normal_kwh):>7}", style, end)
        if end - x >= 6:
            whole = energy.known == energy.total or energy.day == present.date()
            text = f"{energy.known:>3}/{energy.total}"
            canvas.write(x, y, text, "dim" if whole else "warn", end)
