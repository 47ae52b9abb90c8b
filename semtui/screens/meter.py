"""Screen 5: what the meter says of itself, property by property."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, Protocol, cast

from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from semtui.actions import METER
from semtui.debug_report import debug_report
from semtui.echonet.asked import HISTORIES
from semtui.echonet.told import ROUTE_B_ID
from semtui.i18n import _
from semtui.screens.monitor import Stage
from semtui.screens.prompt import PromptScreen
from semtui.screens.saving import save
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.meterboxes import (
    Line,
    detail_title,
    full_detail,
    paint_detail,
    paint_empty,
    paint_identity,
    paint_module,
    paint_table,
    table_note,
    table_title,
)
from semtui.screens.widgets.prompt import Typing
from semtui.screens.widgets.properties import PropertyTable, readable_once
from semtui.screens.widgets.scene import Scene

MODULE_WIDTH = 46
"""Cells of the module's box, where there is room for it."""


class MeterStage(Stage, Protocol):
    """What the screen asks of the app beyond what every screen does."""

    def possible(self, name: str, screen: str) -> bool:
        """Whether the action `name` can be asked for now, on `screen`."""
        ...

    def read_properties(self, epcs: tuple[int, ...]) -> None:
        """Ask the engine for properties of the meter."""
        ...


class MeterScreen(PromptScreen):
    """The table of properties, and one of them in full."""

    key = METER
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "up(-1)", "Up"),
        ("down", "up(1)", "Down"),
        ("pageup", "page(-1)", "Page up"),
        ("pagedown", "page(1)", "Page down"),
        ("home", "up(-999)", "Top"),
        ("end", "up(999)", "Bottom"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.table = PropertyTable()
        self.opened = False
        """Whether the chosen property takes the table's place."""
        self._scroll = 0
        self._rows = 1
        self._serial: str | None = None
        """Whose properties were asked for."""

    @property
    def _app(self) -> MeterStage:
        return cast(MeterStage, self.app)

    # Painting

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        self.table.update(scene.view, scene.now)
        width, height = canvas.width, canvas.height
        boxed = has_room_for_boxes(width, height)
        if not self.table.total:
            self._draw_empty(canvas, scene, boxed)
        elif boxed:
            self._draw_boxes(canvas, scene)
        else:
            self._draw_narrow(canvas, scene)

    def _draw_empty(self, canvas: Canvas, scene: Scene, boxed: bool) -> None:
        width, height = canvas.width, canvas.height
        if boxed:
            draw_boxes(canvas, [Box(0, 0, width, height, _("Meter"), paint_empty)], scene)
        else:
            paint_empty(canvas, Area(1, 0, max(1, width - 2), height), scene)

    def _draw_boxes(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        roomy = has_room_for_all(width, height)
        top = 5 if roomy else 4
        left = width - MODULE_WIDTH + 1 if roomy else width
        boxes = [Box(0, 0, left, top, _("Meter 0288, low-voltage smart meter"), paint_identity)]
        if roomy:
            box = Box(left - 1, 0, MODULE_WIDTH, top, _("Radio module"), paint_module)
            boxes.append(box)
        rest = height - top + 1
        if self.opened:
            area = Box(0, top - 1, width, rest, "", paint_identity).inside
            lines = self._scrolled(full_detail(scene, self.table, area.width), area.height)
            paint = partial(_paint_lines, lines=lines[0])
            title = detail_title(self.table)
            boxes.append(Box(0, top - 1, width, rest, title, paint, lines[1]))
        else:
            below = 9 if roomy else 6
            self._rows = rest - below - 1
            boxes += [
                Box(
                    0,
                    top - 1,
                    width,
                    rest - below + 1,
                    table_title(self.table),
                    partial(paint_table, table=self.table),
                    table_note(self.table, scene),
                ),
                Box(
                    0,
                    height - below,
                    width,
                    below,
                    detail_title(self.table),
                    partial(paint_detail, table=self.table),
                ),
            ]
        draw_boxes(canvas, boxes, scene)

    def _draw_narrow(self, canvas: Canvas, scene: Scene) -> None:
        """The table alone, or one property alone."""
        width, height = canvas.width, canvas.height
        area = Area(1, 1, max(1, width - 2), max(0, height - 1))
        self._rows = max(1, area.height)
        if self.opened:
            title, note = detail_title(self.table), ""
            lines = self._scrolled(full_detail(scene, self.table, area.width), area.height)
            _paint_lines(canvas, area, scene, lines[0])
        else:
            title, note = table_title(self.table), table_note(self.table, scene)
            paint_table(canvas, area, scene, self.table)
        head = f"{title}  {note}".rstrip()
        canvas.write(1, 0, fit(head, width - 2, scene.glyphs.ellipsis), "title", width - 1)

    def _scrolled(self, lines: list[Line], height: int) -> tuple[list[Line], str]:
        """The lines from the one that is scrolled to, and where that is."""
        self._rows = max(1, height)
        self._scroll = max(0, min(self._scroll, len(lines) - height))
        if len(lines) <= height:
            return lines, ""
        last = min(len(lines), self._scroll + height)
        return lines[self._scroll : last], _("line {n} of {all}").format(n=last, all=len(lines))

    def repaint(self, full: bool = False) -> None:
        """Send what has changed; what the meter serves is read once, when it is first known."""
        self._read_once()
        super().repaint(full)

    # Reading

    def _read_once(self) -> None:
        """Ask for everything that nobody has seen yet, once for each meter."""
        view = self._app.view
        serial = None if view.meter is None else view.meter.serial
        if serial is not None and self._serial not in (None, serial):
            self.table.asked.clear()
        self._serial = serial or self._serial
        if self._app.possible("meter-read", METER):
            self._ask(epc for epc in readable_once(view) if epc not in self.table.asked)

    def _ask(self, epcs: Iterable[int]) -> int:
        """Hand the wish to the engine; return how many properties it is for."""
        wanted = tuple(epcs)
        if wanted:
            self.table.note_asked(wanted, self._app.clock.monotonic())
            self._app.read_properties(wanted)
        return len(wanted)

    def _read(self) -> None:
        """Read the chosen property again."""
        row = self.table.chosen
        if row is None:
            return
        if row.epc == ROUTE_B_ID:
            self._app.say(_("The route-B id is never asked for: it is half of your credentials."))
        elif self._may_read():
            self._ask((row.epc,))

    def _read_all(self) -> None:
        """Read again what can be read without a selector."""
        view = self._app.view
        if self._may_read() and view.meter is not None:
            served = (e for e in view.meter.get_map if e not in HISTORIES and e != ROUTE_B_ID)
            count = self._ask(served)
            text = _("{n} properties are read again, in the gaps between the readings.")
            self._app.say(text.format(n=count))

    def _may_read(self) -> bool:
        if self._app.possible("meter-read", METER):
            return True
        self._app.say(_("Nothing can be read now: no session stands."), severity="warning")
        return False

    # Keys

    def action_back(self) -> None:
        """esc: back to the table, or show everything again."""
        if self.typing is Typing.NOTHING and self.opened:
            self.opened = False
        else:
            self.table.needle = ""
        self.type_for(Typing.NOTHING)

    def action_up(self, rows: int) -> None:
        """Choose another property."""
        self._scroll = 0
        self.table.move(rows)
        self.repaint()

    def action_page(self, pages: int) -> None:
        """Move by what fits; in an opened property its text moves."""
        if self.opened:
            self._scroll += pages * max(1, self._rows - 1)
        else:
            self.table.move(pages * max(1, self._rows - 1))
        self.repaint()

    def _open(self) -> None:
        self.opened = not self.opened and self.table.chosen is not None
        self._scroll = 0

    def _copy(self) -> None:
        row = self.table.chosen
        if row is not None:
            self.app.copy_to_clipboard(row.line)
            self._app.say(_("The row is on its way to the clipboard (OSC 52; not all terminals)."))

    # The filter

    def _begin_filter(self) -> None:
        self.opened = False
        self.type_for(Typing.FILTER, self.table.needle)

    def on_screen_suspend(self) -> None:
        """What is typed is kept as the filter when the screen is left."""
        self.type_for(Typing.NOTHING)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.typing is Typing.FILTER:
            self.table.needle = self.field.value
            self.repaint()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.type_for(Typing.NOTHING)

    # The report

    def _report(self) -> None:
        folder = self._app.data_folder
        if folder is None:
            self._app.say(_("There is no folder to save it in."), severity="warning")
            return
        now = self._app.clock.now()
        path = folder / f"report-{now:%Y-%m-%d-%H%M%S}.txt"
        content = debug_report(self._app.view, now, self._app.clock.monotonic()).encode()
        told = {
            "saved": _("The report is saved, without secrets"),
            "failed": _("The report could not be saved"),
        }
        self.run_worker(save(self._app, path, content, **told), group="meter", exclusive=True)

    ACTS: ClassVar[dict[str, Callable[[Any], None]]] = {
        "open": _open,
        "filter": _begin_filter,
        "read": _read,
        "read-all": _read_all,
        "copy": _copy,
        "report": _report,
    }


def _paint_lines(canvas: Canvas, area: Area, scene: Scene, lines: list[Line]) -> None:
    for y, (text, style) in enumerate(lines[: area.height], area.y):
        canvas.write(area.x, y, scene.glyphs.text(text), style, area.x + area.width)
