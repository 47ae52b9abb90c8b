"""Painters of energy: the sums, the bars of a day's half hours, and what the day comes to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.cells import cell_len

from semtui.i18n import _
from semtui.screens.ledger import EnergyPage, Range, range_names
from semtui.screens.lookup import HALF_HOUR, by_meter
from semtui.screens.widgets.canvas import Canvas, Run
from semtui.screens.widgets.chart import DOTS, Geometry
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scale import limits_for
from semtui.screens.widgets.scene import Scene, write_pair
from semtui.screens.widgets.slottable import export_of, import_of, kwh
from semtui.storage.history.values import EnergySum, Slot

LABELS = 5
"""Cells for the labels of the energy axis, with the axis itself."""

_EIGHTHS = 8


def paint_sums(canvas: Canvas, area: Area, scene: Scene, page: EnergyPage) -> None:
    """A column a range: import, export, and how many of its half hours are known."""
    end = area.x + area.width
    labels = ("", _("import kWh"), _("export kWh"), _("half hours"))
    indent = max(map(len, labels)) + 1
    column = min(15, (area.width - indent) // len(Range))
    for row, label in enumerate(labels):
        canvas.write(area.x, area.y + row, label, "dim", end)
    x = area.x + indent
    for which, name in range_names().items():
        found = page.sums.get(which)
        rows = [(name, "title"), *_sum_runs(found)]
        for y, (text, style) in enumerate(rows[: area.height], area.y):
            canvas.write(x + column - cell_len(text), y, text, style, end)
        x += column


def _sum_runs(found: EnergySum | None) -> list[Run]:
    if found is None:
        return [("--", "dim")] * 3
    return [
        (kwh(found.normal_kwh), "imports" if found.normal_kwh is not None else "dim"),
        (kwh(found.reverse_kwh), "exports" if found.reverse_kwh else "dim"),
        (_("{n} of {all}").format(n=found.known, all=found.total), coverage_style(found)),
    ]


def coverage_style(found: EnergySum) -> str:
    """Warns where a half hour is not known."""
    return "dim" if found.known == found.total else "warn"


def paint_bars(canvas: Canvas, area: Area, scene: Scene, page: EnergyPage) -> None:
    """A bar each half hour, or each hour where there is little room: import up, export down.

    What is not known is a point on the axis; what is still to come is blank.
    """
    room, rows = area.width - LABELS, area.height - 1
    per_bar = 1 if room >= 48 else 2
    width = max(1, room * per_bar // 48)
    if rows < 1 or room < 24:
        return
    groups = [page.slots[n : n + per_bar] for n in range(0, len(page.slots), per_bar)]
    normal = [_sum([s.normal_kwh for s in group]) for group in groups]
    reverse = [_sum([s.reverse_kwh for s in group]) for group in groups]
    up, down = max((_wh(v) for v in normal), default=0), max((_wh(v) for v in reverse), default=0)
    limits = limits_for(-down, up, min(5, max(2, (rows + 1) // 2)))
    geometry = Geometry.of(limits, rows)
    per_row = DOTS * geometry.watts_per_dot
    above = rows - geometry.rows_below
    x0 = area.x + LABELS
    for y in range(rows):
        canvas.write(x0 - 1, area.y + y, scene.glyphs.lines[3], "frame")
    for step in range(-limits.below, limits.above + 1):
        y = area.y + geometry.row_of(step * limits.step)
        label = f"{abs(step * limits.step) / 1000:g}"
        canvas.write(area.x, y, f"{label:>{LABELS - 1}}", "dim")
        canvas.write(x0 - 1, y, scene.glyphs.axis, "frame")
    present = by_meter(page.query.now)
    top = max((v for v in normal if v is not None), default=None)
    for n, (group, imported, exported) in enumerate(zip(groups, normal, reverse, strict=True)):
        x = x0 + n * width
        if imported is None and exported is None:
            if group[0].start < present:
                canvas.write(x, area.y + above - 1, scene.glyphs.silent * width, "frame")
            continue
        style = "imports_cursor" if imported == top and top else "imports"
        height = round(_EIGHTHS * _wh(imported) / per_row)
        if imported:
            _draw_up(canvas, x, area.y + above - 1, max(1, height), width, style, scene)
        if exported:
            height = round(_EIGHTHS * _wh(exported) / per_row)
            _draw_down(canvas, x, area.y + above, max(1, height), width, scene)
    _hour_axis(canvas, area, x0, width, per_bar, scene)


def _draw_up(
    canvas: Canvas, x: int, y: int, eighths: int, width: int, style: str, scene: Scene
) -> None:
    full, rest = divmod(eighths, _EIGHTHS)
    levels = scene.glyphs.levels
    for n in range(full):
        canvas.write(x, y - n, levels[-1] * width, style)
    if rest:
        canvas.write(x, y - full, levels[rest - 1] * width, style)


def _draw_down(canvas: Canvas, x: int, y: int, eighths: int, width: int, scene: Scene) -> None:
    """Terminals have no lower-cut blocks but the upper half and the upper eighth."""
    full, rest = divmod(eighths, _EIGHTHS)
    signs = "::#" if scene.glyphs.ascii else "▔▀█"
    for n in range(full):
        canvas.write(x, y + n, signs[2] * width, "exports")
    if rest:
        canvas.write(x, y + full, signs[(rest + 1) // 4] * width, "exports")


def _hour_axis(canvas: Canvas, area: Area, x0: int, width: int, per_bar: int, scene: Scene) -> None:
    y = area.y + area.height - 1
    cells = 48 // per_bar * width
    canvas.write(area.x, y, _("kWh"), "dim")
    canvas.write(x0 - 1, y, scene.glyphs.lines[9] + scene.glyphs.lines[12] * cells, "frame")
    step = 2 if cells >= 48 else 6
    for hour in range(0, 24, step):
        x = x0 + 2 * hour // per_bar * width
        canvas.write(x, y, scene.glyphs.tick, "frame")
        canvas.write(x + 1, y, f"{hour:02d}", "dim")


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal()) if known else None


def _wh(value: Decimal | None) -> float:
    """An energy in Wh, for drawing."""
    return 0.0 if value is None else float(value * 1000)


def day_runs(page: EnergyPage, scene: Scene) -> list[Run]:
    """The day's registers and what is known of it, in one line."""
    found = page.energy
    if found is None:
        return []
    runs: list[Run] = []
    if found.first_normal is not None and found.last_normal is not None:
        arrow = "->" if scene.glyphs.ascii else "→"
        runs.append((_("register "), "dim"))
        runs.append((f"{kwh(found.first_normal, 1)} {arrow} {kwh(found.last_normal, 1)}", ""))
        runs.append(("   ", ""))
    text = _("{n} of {all} half hours known").format(n=found.known, all=found.total)
    return [*runs, (text, coverage_style(found))]


def day_facts(page: EnergyPage, wide: bool) -> list[tuple[str, str, str]]:
    """What the chosen day comes to: a name, a value and its style each."""
    found = page.energy
    facts = [
        (_("import"), f"{import_of(found)} kWh", "imports"),
        (_("export"), f"{export_of(found)} kWh", "exports"),
    ]
    if page.peak is not None:
        hours, value = peak_hours(page.peak), f"{kwh(page.peak.normal_kwh)} kWh"
        if wide:
            facts.append((_("peak"), f"{hours}  {value}", "strong"))
        else:
            facts += [(_("peak"), value, "strong"), ("", hours, "dim")]
    base = "--" if page.base_load is None else f"{page.base_load} W"
    facts.append((_("base load"), base, "strong"))
    return facts


def peak_hours(slot: Slot) -> str:
    """From when to when a half hour lasts."""
    return f"{slot.start:%H:%M}-{slot.start + HALF_HOUR:%H:%M}"


def paint_day(canvas: Canvas, area: Area, scene: Scene, page: EnergyPage) -> None:
    """The chosen day in numbers, a pair a row."""
    for row, (name, value, style) in enumerate(day_facts(page, area.width >= 28)):
        write_pair(canvas, area, row, name, value, style)
