"""Painters of the meter's screen: who the meter is, its properties, and one of them in full."""

from __future__ import annotations

from rich.cells import cell_len

from semtui.echonet.frame import SMART_METER
from semtui.echonet.values import hex_text
from semtui.i18n import _
from semtui.model import LinkState
from semtui.property_meanings import MEANINGS
from semtui.property_words import in_full
from semtui.screens.widgets.canvas import Canvas, fit, wrap
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.listing import scale_of
from semtui.screens.widgets.properties import (
    ENERGIES,
    HIDDEN,
    PropertyTable,
    Row,
    energy_problem,
)
from semtui.screens.widgets.scene import Scene, write_text
from semtui.screens.widgets.session import Fact, module_facts, quality_facts, write_facts
from semtui.screens.wording import duration, fresh_age, masked, state_word

CLOCK_TOLERANCE = 120.0
"""Seconds by which the meter's clock, read in whole minutes, may differ without a warning."""
COLUMNS_FROM = 12
"""More parts than these are told in columns: a day has 48 half hours."""
_COLUMN = 24
_WIDE = 100
"""Cells of width from which on access has a column of its own."""

Line = tuple[str, str]
"""A line of text and its style."""


def clock_words(offset: float | None) -> str:
    """The meter's clock beside ours: how far it is ahead or behind."""
    if offset is None:
        return _("not compared yet")
    if abs(offset) < 60:
        return _("agrees with this machine's, to the minute")
    text = _("{time} ahead of this machine's") if offset > 0 else _("{time} behind this machine's")
    return text.format(time=duration(abs(offset)))


def age_words(seconds: float) -> str:
    """How old a value is, in a few cells."""
    return fresh_age(seconds) if seconds < 60 else duration(seconds)


def paint_identity(canvas: Canvas, area: Area, scene: Scene) -> None:
    """Who the meter is, how its clock goes, and what its counts are worth."""
    meter = scene.view.meter
    if meter is None:
        write_facts(canvas, area, 0, [("", _("nothing is known yet"), "dim")])
        return
    maker = f"{meter.maker_name} ({meter.maker})" if meter.maker_name else meter.maker or ""
    who: list[Fact] = [
        (_("maker"), maker, "strong"),
        (_("release"), meter.release or "", "strong"),
        (_("serial"), masked(meter.serial) if meter.serial else "", "strong"),
    ]
    bad = bool(meter.fault)
    word = "" if meter.fault is None else _("reported") if bad else _("none")
    fault: Fact = (_("fault"), word, "bad" if bad else "strong")
    secret: Fact = (_("route-B id"), _("hidden"), "dim")
    offset = meter.clock_offset
    far = offset is not None and abs(offset) >= CLOCK_TOLERANCE
    clock: Fact = (_("clock"), clock_words(offset), "warn" if far else "strong")
    problem = energy_problem(scene.view)
    if problem:
        count: Fact = ("", problem, "warn")
    else:
        scale = scale_of(scene.view)
        each = scale.kwh(1)
        count = (_("a count is"), _("{n} kWh").format(n=each), "strong")
    if area.height > 2:
        rows = [who, [clock, fault], [count, secret]]
    else:
        named = [fault, *who] if bad else [*who, fault]
        rows = [[*named, secret], [count, clock] if problem else [clock, count]]
    for row, facts in enumerate(rows):
        write_facts(canvas, area, row, facts)


def paint_module(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The radio module that speaks with it."""
    rows = [facts for facts in (module_facts(scene), quality_facts(scene)) if facts]
    for row, facts in enumerate(rows or [[("", _("not known yet"), "dim")]]):
        write_facts(canvas, area, row, facts)


def table_title(table: PropertyTable) -> str:
    """The table's name, and how it is filtered."""
    if table.needle:
        return _("Properties  filter: {text}").format(text=table.needle)
    return _("Properties")


def table_note(table: PropertyTable, scene: Scene) -> str:
    """How many there are of each kind."""
    meter = scene.view.meter
    if table.needle:
        return _("{shown} of {all}").format(shown=len(table.rows), all=table.total)
    if meter is None:
        return ""
    sizes = (len(meter.get_map), len(meter.set_map), len(meter.inf_map))
    return _("Get {get}  Set {set}  Inf {inf}").format(get=sizes[0], set=sizes[1], inf=sizes[2])


def paint_table(canvas: Canvas, area: Area, scene: Scene, table: PropertyTable) -> None:
    """A row a property: code, name, access, bytes, value, age."""
    if not table.rows:
        text = _("no property passes the filter; esc shows all") if table.total else ""
        canvas.write(area.x, area.y, text, "dim", area.x + area.width)
        return
    for y, row in enumerate(table.window(area.height), area.y):
        _paint_row(canvas, area, y, row, scene, row is table.chosen)


def _paint_row(canvas: Canvas, area: Area, y: int, row: Row, scene: Scene, is_chosen: bool) -> None:
    end = area.x + area.width
    if is_chosen:
        canvas.write(area.x - 1, y, scene.glyphs.arrow, "key")
    age = ""
    if row.waiting:
        age = _("asked")
    elif row.value is not None:
        age = age_words(max(0.0, scene.now - row.value.stamp))
    canvas.write(max(area.x, end - cell_len(age)), y, age, "dim", end)
    x = canvas.write(area.x, y, f"{row.epc:02X}", "key" if is_chosen else "title") + 2
    room = end - 7 - x
    if area.width < 60:
        names, raws = max(0, room * 2 // 5), 0
    elif area.width < _WIDE:
        names, raws = 24, 11
    else:
        names, raws = 36, 25
    ellipsis = scene.glyphs.ellipsis
    canvas.write(x, y, fit(row.name, names, ellipsis), "strong" if is_chosen else "", end)
    x += names + 1
    if raws:
        if area.width >= 60:
            canvas.write(x, y, row.access, "dim", end)
            x += 5
        canvas.write(x, y, fit(row.raw, raws, ellipsis), "dim", end)
        x += raws + 2
    canvas.write(x, y, fit(row.text, end - 7 - x, ellipsis), row.style, end - 7)


def detail_title(table: PropertyTable) -> str:
    """Which property is told in full."""
    row = table.chosen
    return _("Details") if row is None else f"{row.epc:02X} {row.name}"


def paint_detail(canvas: Canvas, area: Area, scene: Scene, table: PropertyTable) -> None:
    """The chosen property in few rows: its parts behind one another, then what it means."""
    row = table.chosen
    if row is None:
        return
    lines: list[Line] = []
    fields = in_full_of(row, scene)
    if fields:
        first, *more = wrap(", ".join(f"{name} {text}" for name, text in fields), area.width)
        lines.append((first, "strong"))
        if more:
            rest = " ".join(more[:2])
            lines.append((fit(rest, area.width, scene.glyphs.ellipsis), "strong"))
    lines += _around(row, scene, area.width)
    lines += [(line, "") for line in wrap(MEANINGS.get(row.epc, ""), area.width)]
    for y, (text, style) in enumerate(lines[: area.height], area.y):
        canvas.write(area.x, y, scene.glyphs.text(text), style, area.x + area.width)


def full_detail(scene: Scene, table: PropertyTable, width: int) -> list[Line]:
    """All there is to say of the chosen property, in lines of at most `width` cells."""
    row = table.chosen
    if row is None:
        return []
    lines: list[Line] = [(line, "") for line in wrap(MEANINGS.get(row.epc, ""), width)]
    lines.append(("", ""))
    lines += [(line, "strong") for line in _columns(in_full_of(row, scene), width)]
    lines += _around(row, scene, width)
    if row.value is not None and row.value.raw is not None and row.epc not in HIDDEN:
        data = row.value.raw
        size = _("{n} bytes").format(n=len(data))
        text = f"{size}  {hex_text(data)}"
        lines += [(line, "dim") for line in _chopped(text, width)]
    return lines


def in_full_of(row: Row, scene: Scene) -> list[tuple[str, str]]:
    """The parts of a property's value; what stands in its place where there is none."""
    if row.value is None or row.value.raw is None:
        return [(_("value"), row.text or row.raw or _("not read yet"))]
    return in_full(SMART_METER, row.epc, row.value.raw, scale_of(scene.view))


def _around(row: Row, scene: Scene, width: int) -> list[Line]:
    """When it came and what may be done with it; and why there are no kWh."""
    said = []
    if row.value is not None:
        value = row.value
        how = _("announced") if value.announced else _("answered")
        if value.raw is None:
            how = _("refused") if value.refused else _("no answer")
        said.append(
            _("{how} {time}, {age} ago").format(
                how=how,
                time=f"{value.at:%H:%M:%S}",
                age=age_words(max(0.0, scene.now - value.stamp)),
            )
        )
        if value.round_trip is not None:
            said.append(_("round trip {n:.2f} s").format(n=value.round_trip))
    words = {"G": _("can be read"), "S": _("can be set"), "I": _("is announced")}
    said += [words[letter] for letter in row.access if letter in words]
    lines: list[Line] = [(line, "dim") for line in wrap(", ".join(said), width)]
    problem = energy_problem(scene.view) if row.epc in ENERGIES else ""
    return [(line, "warn") for line in wrap(problem, width)] + lines


def _columns(fields: list[tuple[str, str]], width: int) -> list[str]:
    """A part on a line; many of them in columns, to be read from top to bottom."""
    if len(fields) <= COLUMNS_FROM:
        indent = max((cell_len(name) for name, _text in fields), default=0) + 2
        out = []
        for name, text in fields:
            first, *rest = wrap(text, max(8, width - indent)) or [""]
            out.append(f"{name:<{indent}}{first}")
            out += [" " * indent + line for line in rest]
        return out
    head, cells = fields[0], [f"{name}  {text}" for name, text in fields[1:]]
    size = max(_COLUMN, max(map(cell_len, cells)) + 3)
    columns = max(1, width // size)
    rows = -(-len(cells) // columns)
    lines = [
        "".join(f"{cell:<{size}}" for cell in cells[start::rows]).rstrip() for start in range(rows)
    ]
    return [f"{head[0]}  {head[1]}", *lines]


def _chopped(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), max(1, width))]


def paint_empty(canvas: Canvas, area: Area, scene: Scene) -> None:
    """Before the meter has told what it serves: what will be seen here."""
    link = scene.view.link
    joined = link is not None and link.state is LinkState.READY
    if joined:
        head = _("The meter is asked what it can tell; that takes some seconds.")
    else:
        head = _("No meter yet: {state}. Key 2 shows how far it is.").format(
            state=state_word(link).word
        )
    row = write_text(canvas, area, head, "strong", 0, scene.glyphs) + 1
    for text in (
        _("Here you will see all that your meter can tell, as it says itself:"),
        _("- each property by name, with its value, its bytes and its age;"),
        _("- what it refuses, and what that means for the figures elsewhere;"),
        _("- its clock beside this machine's, its maker, its release;"),
        _("- and a report without secrets, for when something is to be asked (D)."),
        _("It is read once, in the gaps between the readings of power."),
    ):
        row = write_text(canvas, area, text, "", row, scene.glyphs)
