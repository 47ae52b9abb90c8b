"""Painters of the dashboard's upper boxes: power now, the phases, and the figures."""

from __future__ import annotations

from decimal import Decimal

from rich.cells import cell_len

from semtui.i18n import _
from semtui.model import LinkState, Reading, ReadingStatus
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.digits import block_digits, line_digits
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene, write_pair, write_text
from semtui.screens.wording import capital, moment, reason_title, state_word

AMPERE_SCALES = (10, 20, 30, 40, 50, 60, 80, 100, 120, 200, 400)
"""Full lengths of the phase bars where the contract is not known."""

MEAN_SECONDS = 300
"""The stretch of the short mean."""


def direction(watts: int) -> tuple[str, str]:
    """The word for the way power flows, and its style."""
    if watts > 0:
        return _("importing"), "imports"
    if watts < 0:
        return _("exporting"), "exports"
    return _("balanced"), "strong"


def why_nothing(scene: Scene) -> str:
    """Why there is no power to show, and where to look or what to press."""
    view = scene.view
    if view.trouble is not None:
        return f"{capital(view.trouble.title)}. {view.trouble.hint}"
    link = view.link
    if link is None:
        return state_word(None).meaning
    if view.reading is not None and link.state is LinkState.READY:
        return reading_trouble(view.reading)
    if link.state in (LinkState.BACKOFF, LinkState.FAILED):
        return _("{what}. Key 2 shows what to do.").format(what=capital(reason_title(link)))
    counts = view.counts
    if link.state is LinkState.READY and not counts.answered and counts.lost + counts.retries:
        return _("No answer yet, after {n} requests: many meters are deaf for minutes.").format(
            n=counts.sent
        )
    if link.state is LinkState.READY:
        return _("The session stands; the first reading is on its way.")
    return _("{word}: no reading yet. Key 2 shows the steps.").format(word=state_word(link).word)


def reading_trouble(reading: Reading) -> str:
    """What became of a poll that brought no power."""
    return {
        ReadingStatus.TIMEOUT: _("The meter did not answer the last request."),
        ReadingStatus.NOT_SENT: _("The module could not send the last request."),
        ReadingStatus.NO_DATA: _("The meter says that it has no value for power now."),
        ReadingStatus.REFUSED: _("The meter refuses to tell its power."),
        ReadingStatus.MALFORMED: _("The last answer made no sense."),
    }.get(reading.status, _("The last answer held no power."))


_DIGIT_ROWS = (5, 3)
_BESIDE = 12
"""Cells for what stands beside the digits: a gap, and the longest word or time."""


def short_mean(scene: Scene) -> float | None:
    """Mean power of the last minutes; None where there was no reading."""
    view = scene.view
    if view.good is None:
        return None
    end = int(view.good.at.timestamp() // 4) + 1
    known = [b for b in view.series.window(4, end, MEAN_SECONDS // 4) if b and b.count]
    count = sum(b.count for b in known)
    return sum(b.total for b in known) / count if count else None


def paint_now(canvas: Canvas, area: Area, scene: Scene) -> None:
    """Power in big figures, which way it flows, and when it was read."""
    view = scene.view
    good = view.good
    if good is None or good.watts is None:
        canvas.write(area.x, area.y, _("-- W"), "dim", area.x + area.width)
        write_text(canvas, area, why_nothing(scene), "", 1, scene.glyphs)
        return
    stale = view.is_stale(scene.now)
    word, style = direction(good.watts)
    drawn = _digits(str(good.watts), area, scene.glyphs.ascii)
    top = area.y + (1 if area.height > len(drawn) + 2 else 0)
    end = area.x + area.width
    if not drawn:
        x = canvas.write(area.x, area.y, f"{good.watts} W ", "dim" if stale else style, end)
        canvas.write(x, area.y, _("STALE") if stale else word, "bad" if stale else style, end)
        return
    for y, line in enumerate(drawn):
        canvas.write(area.x + 1, top + y, line, "dim" if stale else style, end)
    beside = area.x + 1 + len(drawn[0]) + 2
    canvas.write(beside, top, "W", "dim", end)
    canvas.write(beside, top + 1, _("STALE") if stale else word, "bad" if stale else style, end)
    canvas.write(beside, top + len(drawn) - 1, moment(good.at, scene.wall, "%H:%M:%S"), "dim", end)
    y = area.y + area.height - 1
    mean = short_mean(scene)
    if y < top + len(drawn) or mean is None:
        return
    words = [_("5 min mean {mean:.0f} W").format(mean=mean)]
    if view.before is not None and view.before.watts is not None:
        words.append(_("change {watts:+d} W").format(watts=good.watts - view.before.watts))
    line = "   ".join(words)
    canvas.write(area.x + 1, y, line if cell_len(line) < area.width else words[0], "dim", end)


def _digits(text: str, area: Area, ascii_only: bool) -> list[str]:
    """The largest digits that leave room for the words beside them; none where no size does."""
    sizes = (
        [line_digits(text)] if ascii_only else [block_digits(text, rows) for rows in _DIGIT_ROWS]
    )
    for drawn in sizes:
        roomy = len(drawn) == 3 or area.height >= 6
        if roomy and area.height >= len(drawn) and area.width >= len(drawn[0]) + _BESIDE:
            return drawn
    return []


def amperes(value: Decimal | None) -> str:
    """A current with one decimal."""
    return "--" if value is None else f"{value:.1f}"


def ampere_sum(reading: Reading) -> Decimal | None:
    """R and T together, negative while exporting; R alone on two-wire meters."""
    if reading.r_ampere is None:
        return None
    return reading.r_ampere + (reading.t_ampere or Decimal(0))


def room_left(reading: Reading, contract: int) -> tuple[str, str] | None:
    """The room under the contract in words, and its style; None where it cannot be known."""
    total = ampere_sum(reading)
    if not contract or total is None:
        return None
    left = contract - max(total, Decimal(0))
    if left < 0:
        return _("over by {n:.1f} A").format(n=-left), "bad"
    style = "warn" if left * 5 < contract else "good"
    return _("room left {n:.1f} A").format(n=left), style


def paint_phases(canvas: Canvas, area: Area, scene: Scene) -> None:
    """A bar a phase; with a contract known, their sum and the room left under it."""
    reading = scene.view.good
    if reading is None:
        write_text(canvas, area, _("R and T come with the first reading."), "dim", 0, scene.glyphs)
        return
    contract = scene.view.settings.display.contract_ampere
    phases = [("R", reading.r_ampere), ("T", reading.t_ampere)]
    largest = max((abs(a) for _name, a in phases if a is not None), default=Decimal(0))
    full = contract or next((s for s in AMPERE_SCALES if s >= largest), AMPERE_SCALES[-1])
    row = 1 if area.height >= 6 else 0
    for name, value in phases:
        if name == "T" and value is None and reading.r_ampere is not None:
            canvas.write(area.x, area.y + row, _("T  none: two wires"), "dim", area.x + area.width)
        else:
            _paint_bar(canvas, area, row, name, value, full, scene)
        row += 1
    row += 1 if area.height >= 6 else 0
    total = ampere_sum(reading)
    if total is None:
        return
    if scene.view.is_stale(scene.now):
        end = area.x + area.width
        canvas.write(area.x, area.y + row, _("old, not the present"), "dim", end)
        return
    room = room_left(reading, contract)
    end = area.x + area.width
    if room is None:
        canvas.write(area.x, area.y + row, _("sum {n:.1f} A").format(n=total), "", end)
        scale = _("bars to {n} A").format(n=full)
        canvas.write(area.x, area.y + row + 1, scale, "dim", end)
        return
    words = _("sum {n:.1f} of {contract} A").format(n=total, contract=contract)
    share = f"{100 * max(total, Decimal(0)) / contract:.0f} %"
    if cell_len(words) + cell_len(share) + 2 <= area.width:
        canvas.write(end - cell_len(share), area.y + row, share, "dim", end)
    canvas.write(area.x, area.y + row, words, "", end)
    canvas.write(area.x, area.y + row + 1, room[0], room[1], end)


def _paint_bar(
    canvas: Canvas,
    area: Area,
    row: int,
    name: str,
    value: Decimal | None,
    full: int,
    scene: Scene,
) -> None:
    y, end = area.y + row, area.x + area.width
    canvas.write(area.x, y, name, "title", end)
    stale = scene.view.is_stale(scene.now)
    canvas.write(area.x + 2, y, f"{amperes(value):>5} A", "dim" if stale else "strong", end)
    width = area.width - 10
    if value is None or width < 3:
        return
    length = min(width, round(float(abs(value)) / full * width))
    length = max(length, 1 if value else 0)
    style = "exports" if value < 0 else "bad" if abs(value) > full else "imports"
    style = "dim" if stale else style
    canvas.write(area.x + 10, y, scene.glyphs.bar_full * length, style, end)
    canvas.write(area.x + 10 + length, y, scene.glyphs.bar_rest * (width - length), "rest", end)


def kwh(value: Decimal | None) -> str:
    """A counter with its own number of decimals."""
    return _("no value") if value is None else _("{n} kWh").format(n=value)


def paint_figures(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The meter's counters, and what this run has seen of power."""
    view = scene.view
    energy, figures = view.energy, view.figures
    rows: list[tuple[str, str, str]] = []
    if energy is None:
        rows += [(_("import"), "--", "dim"), (_("export"), "--", "dim")]
    else:
        for label, value in ((_("import"), energy.normal_kwh), (_("export"), energy.reverse_kwh)):
            rows.append((label, kwh(value), "dim" if value is None else "strong"))
    peak, low = figures.peak, figures.low
    mean = figures.mean
    rows.append(_moment(_("peak"), peak, scene, area.width))
    rows.append((_("mean"), "--" if mean is None else f"{mean:.0f} W", "strong"))
    if area.height > len(rows):
        rows.append(_moment(_("low"), low, scene, area.width))
    if area.height > len(rows) and energy and view.first_energy:
        first, now = view.first_energy.normal_kwh, energy.normal_kwh
        if first is not None and now is not None:
            rows.append((_("this run"), _("{n:+f} kWh").format(n=now - first), "strong"))
    for row, (label, words, style) in enumerate(rows):
        write_pair(canvas, area, row, label, fit(words, area.width), style)


def _moment(label: str, reading: Reading | None, scene: Scene, width: int) -> tuple[str, str, str]:
    if reading is None or reading.watts is None:
        return label, "--", "dim"
    when = moment(reading.at, scene.wall)
    units = ((1, "W"), (1000, "kW"), (1_000_000, "MW"))
    words = [f"{reading.watts / n:.0f} {unit} {when}" for n, unit in units]
    room = width - cell_len(label) - 1
    return label, next((w for w in words if cell_len(w) <= room), words[-1]), "strong"
