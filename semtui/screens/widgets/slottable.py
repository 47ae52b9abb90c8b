"""The table of the history: half hours, days or months, each with its energy and its power."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time
from decimal import Decimal

from semtui.i18n import _
from semtui.model import SlotSource
from semtui.screens.lookup import HistoryPage, Row, by_meter
from semtui.screens.period import Length
from semtui.screens.widgets.canvas import Canvas, Run, fit
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene, write_pair
from semtui.storage.history.values import EnergySum


def source_words() -> dict[SlotSource, tuple[str, str]]:
    """What the sources are called, and their styles."""
    return {
        SlotSource.ANNOUNCED: (_("announced"), ""),
        SlotSource.ASKED: (_("asked"), ""),
        SlotSource.BACKFILLED: (_("backfilled"), "mark"),
        SlotSource.DERIVED: (_("derived"), "dim"),
    }


def kwh(value: Decimal | None, places: int = 2) -> str:
    """An energy as tables show it: at least `places` decimals, and all that are not zero."""
    if value is None:
        return "--"
    text = f"{value:f}"
    whole, _dot, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<{places}}"


def import_of(found: EnergySum | None) -> str:
    """The import of a sum, as tables show it."""
    return kwh(None if found is None else found.normal_kwh)


def export_of(found: EnergySum | None) -> str:
    """The export of a sum, as tables show it."""
    return kwh(None if found is None else found.reverse_kwh)


def signed_kwh(value: Decimal) -> str:
    """A difference with its sign."""
    return ("+" if value >= 0 else "") + kwh(value)


def row_name(row: Row, page: HistoryPage) -> str:
    """What a line is about; half hours by the meter's clock, with their day where it changes."""
    at, length = by_meter(row.start), page.query.period.length
    if length is Length.DAY and not _spans_days(page):
        return f"{at:%H:%M}"
    if length in (Length.DAY, Length.WEEK):
        return f"{at:%a %H:%M}"
    if length is Length.MONTH:
        return f"{at:%a %d %b}"
    return f"{at:%b %Y}"


def _spans_days(page: HistoryPage) -> bool:
    """Whether a day here is no day of the meter's: the machine is not in Japan."""
    return by_meter(page.start).time() != time()


def _source(row: Row, now: datetime) -> Run:
    if row.slot is None:
        style = "" if row.known == row.total else "warn"
        return f"{row.known:>4}/{row.total}", style
    source = row.slot.source
    if row.end > now and row.slot.normal_kwh is None:
        return _("under way"), "dim"
    if source is None:
        return (_("gap"), "warn") if row.slot.normal_kwh is None else ("", "")
    word, style = source_words()[source]
    if row.slot.normal_kwh is None:
        return _("its end is missing"), "dim"
    return word, style


def paint_table(canvas: Canvas, area: Area, scene: Scene, page: HistoryPage, at: int) -> None:
    """Write the lines, the newest first; line `at` of the page's rows is chosen."""
    length = page.query.period.length
    name_width = {Length.DAY: 6, Length.WEEK: 10, Length.MONTH: 11, Length.YEAR: 9}[length]
    if length is Length.DAY and _spans_days(page):
        name_width = 10
    wide = area.width >= 66
    names = {Length.DAY: _("slot"), Length.WEEK: _("slot"), Length.MONTH: _("day")}
    head = f"  {names.get(length, _('month')):<{name_width}}{_('import'):>9}{_('export'):>9}"
    if wide:
        head += f"{_('mean W'):>9}{_('max W'):>8}{_('samples'):>9}"
    head += "  " + (_("source") if length in (Length.DAY, Length.WEEK) else _("half hours"))
    end = area.x + area.width
    canvas.write(area.x, area.y, head, "title", end)
    room = area.height - 1
    rows = page.rows[::-1]
    chosen = len(rows) - 1 - at
    first = min(max(0, chosen - room // 2), max(0, len(rows) - room))
    for y, row in enumerate(rows[first : first + room], area.y + 1):
        mine = first + y - area.y - 1 == chosen
        strong = "strong" if mine else ""
        sign = scene.glyphs.arrow if mine else " "
        runs = [
            (f"{sign} ", "key"),
            (f"{row_name(row, page):<{name_width}}", strong),
            (f"{kwh(row.normal_kwh):>9}", "imports" if row.normal_kwh else "dim"),
            (f"{kwh(row.reverse_kwh):>9}", "exports" if row.reverse_kwh else "dim"),
        ]
        if wide:
            power = row.power
            mean, high = ("--", "--") if power is None else (f"{power.mean:.0f}", str(power.high))
            samples = "0" if power is None else str(power.count)
            runs.append((f"{mean:>9}{high:>8}{samples:>9}", strong if power else "dim"))
        x = canvas.write_runs(area.x, y, runs, end)
        word, style = _source(row, page.query.now)
        canvas.write(x + 2, y, fit(word, end - x - 2, scene.glyphs.ellipsis), style, end)


def coverage(page: HistoryPage) -> str:
    """How much of the period is known: "48 half hours: 46 known, 1 backfilled, 1 gap"."""
    total = sum(row.total for row in page.rows)
    known = sum(row.known for row in page.rows)
    words = _("{known} of {all} half hours known").format(known=known, all=total)
    sources = Counter(row.slot.source for row in page.rows if row.slot is not None and row.known)
    filled = sources[SlotSource.BACKFILLED]
    if filled:
        words += ", " + _("{n} backfilled").format(n=filled)
    return words


def span_words(page: HistoryPage, first: int, behind: int) -> str:
    """The time that the buckets from `first` up to `behind` stand for."""
    start, end = (page.query.calendar.local(page.bucket_start(n)) for n in (first, behind))
    if page.query.period.length is Length.DAY:
        return f"{start:%H:%M}-{end:%H:%M}"
    if page.query.period.length is Length.YEAR:
        return f"{start:%d %b}-{end:%d %b}"
    return f"{start:%d %b %H:%M}-{end:%H:%M}"


def paint_numbers(canvas: Canvas, area: Area, scene: Scene, page: HistoryPage) -> None:
    """The period in numbers, a pair a row."""
    known = [(n, b) for n, b in enumerate(page.buckets) if b is not None and b.count]
    energy = page.energy
    pairs: list[tuple[str, str, str]] = []
    pairs.append((_("import"), f"{import_of(energy)} kWh", "imports"))
    pairs.append((_("export"), f"{export_of(energy)} kWh", "exports"))
    if page.query.compare:
        pairs.append((_("before"), f"{import_of(page.energy_before)} kWh", "before"))
        difference = page.difference_kwh
        text = _("not known") if difference is None else f"{signed_kwh(difference)} kWh"
        pairs.append((_("difference"), text, "strong" if difference is not None else "dim"))
    if known:
        mean = sum(b.mean * b.count for _n, b in known) / sum(b.count for _n, b in known)
        top = max(known, key=lambda item: item[1].high)
        low = min(known, key=lambda item: item[1].low)
        for name, value, n in ((_("peak"), top[1].high, top[0]), (_("low"), low[1].low, low[0])):
            pairs.append((name, f"{value:.0f} W  {span_words(page, n, n + 1)}", "strong"))
        pairs.append((_("mean"), f"{mean:.0f} W", ""))
    if page.base_load is not None:
        pairs.append((_("base load"), f"{page.base_load} W", ""))
    total = sum(row.total for row in page.rows)
    pairs.append((_("half hours"), f"{sum(r.known for r in page.rows)} / {total}", ""))
    sources = Counter(row.slot.source for row in page.rows if row.slot is not None and row.known)
    for source, (word, style) in source_words().items():
        if sources[source]:
            pairs.append((f"  {word}", str(sources[source]), style))
    if energy is not None and energy.first_normal is not None and energy.last_normal is not None:
        pairs.append((_("register from"), kwh(energy.first_normal, 1), "dim"))
        pairs.append((_("to"), kwh(energy.last_normal, 1), "dim"))
    for row, pair in enumerate(pairs):
        write_pair(canvas, area, row, *pair)
