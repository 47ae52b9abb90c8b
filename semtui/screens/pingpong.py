"""Screen 6: two boards as a radio bench."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Protocol, cast

from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from semtui.actions import PINGPONG
from semtui.errors import ConfigError
from semtui.i18n import _
from semtui.radio.pingpong.plan import BenchPlan
from semtui.screens.bench import BenchView, Phase
from semtui.screens.benchform import BenchForm, Field
from semtui.screens.monitor import Stage
from semtui.screens.prompt import PromptScreen
from semtui.screens.widgets.bench import (
    paint_bench_noise,
    paint_histogram,
    paint_last,
    paint_result,
    paint_setup,
    paint_sweep,
    paint_words,
)
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.prompt import Typing
from semtui.screens.widgets.scene import Scene

SETUP_ROWS = 9


class BenchStage(Stage, Protocol):
    """What this screen asks of the app beyond what every screen does."""

    @property
    def bench(self) -> BenchView:
        """The picture of the run."""
        ...

    @property
    def bench_shown(self) -> BenchView:
        """The picture to paint: the held one while the screens are held."""
        ...

    def start_bench(self, plan: BenchPlan, url: str) -> None:
        """Close the meter link, and make a run on a port."""
        ...

    def stop_bench(self) -> None:
        """End the run."""
        ...

    def clear_bench(self) -> None:
        """Forget the last run."""
        ...


class PingPongScreen(PromptScreen):
    """The set-up, and the run as it goes on."""

    key = PINGPONG
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "field(-1)", "Up"),
        ("down", "field(1)", "Down"),
        ("left", "change(-1)", "Less"),
        ("right", "change(1)", "More"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._form: BenchForm | None = None

    @property
    def form(self) -> BenchForm:
        """What is set."""
        if self._form is None:
            view = self._app.view
            self._form = BenchForm("" if view.is_demo else view.settings.port.url or "")
        return self._form

    @property
    def _app(self) -> BenchStage:
        return cast(BenchStage, self.app)

    @property
    def is_idle(self) -> bool:
        """Whether the set-up may be changed."""
        return self._app.bench.phase is Phase.IDLE

    # Painting

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        bench = self._app.bench_shown
        if not has_room_for_boxes(width, height):
            self._draw_narrow(canvas, scene)
            return
        words = 2
        large = has_room_for_all(width, height)
        draw_boxes(canvas, self._boxes(width, height - words, large), scene)
        area = Area(2, height - words, width - 4, words)
        paint_words(canvas, area, scene, bench=bench)

    def _boxes(self, width: int, height: int, large: bool) -> list[Box]:
        bench = self._app.bench_shown
        left = 50 if large else 36
        setup = partial(paint_setup, form=self.form, idle=self.is_idle)
        last = 4 if large else 3
        noise = 9 if large else 5
        middle = height - SETUP_ROWS - last - noise + 3
        half = width // 2 if large else width
        histogram = partial(paint_histogram, tally=bench.tally)
        y = SETUP_ROWS - 1
        boxes = [
            Box(0, 0, left, SETUP_ROWS, _("Set-up"), setup),
            Box(
                left - 1,
                0,
                width - left + 1,
                SETUP_ROWS,
                _("Result"),
                partial(paint_result, bench=bench),
            ),
            Box(0, y, half, middle, _("Round trips, ms"), histogram),
        ]
        if large:
            sweep = partial(paint_sweep, bench=bench)
            boxes.append(Box(half - 1, y, width - half + 1, middle, _("By payload"), sweep))
        y += middle - 1
        strip = _("Last results   . answered   l late   x lost")
        boxes += [
            Box(0, y, width, last, strip, partial(paint_last, tally=bench.tally)),
            Box(
                0,
                y + last - 1,
                width,
                noise,
                _("Noise, dBm"),
                partial(paint_bench_noise, bench=bench),
            ),
        ]
        return boxes

    def _draw_narrow(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        area = Area(1, 0, max(1, width - 2), max(0, height - 3))
        bench = self._app.bench_shown
        if self.is_idle and not bench.tally.sent:
            paint_setup(canvas, area, scene, form=self.form, idle=True)
        else:
            paint_result(canvas, area, scene, bench=bench)
        if height >= 4:
            below = Area(1, height - 3, area.width, 3)
            paint_words(canvas, below, scene, bench=bench)

    # Keys

    def action_field(self, rows: int) -> None:
        """Go to another field."""
        if self.is_idle and self.typing is Typing.NOTHING:
            self.form.move(rows)
            self.repaint()

    def action_change(self, steps: int) -> None:
        """Another value of the field."""
        if self.is_idle and self.typing is Typing.NOTHING:
            self.form.change(steps)
            self.repaint()

    def act(self, what: str) -> None:
        if what == "stop":
            self._app.stop_bench()
        elif not self.is_idle:
            self._app.say(_("A run goes on; s stops it."))
        elif what == "start":
            self._start()
        elif what == "role":
            self.form.role = self.form.role.other
        elif what == "sweep":
            self.form.sweep = not self.form.sweep
        elif what == "edit":
            self._edit()
        elif what == "clear":
            self._app.clear_bench()
        self.repaint()

    def _start(self) -> None:
        try:
            plan = self.form.plan()
        except ConfigError as error:
            self._refuse(error)
        else:
            self._app.start_bench(plan, self.form.port)

    def _edit(self) -> None:
        """Type the value of the field; where there are only a few, take the next of them."""
        if self.form.field in (Field.ROLE, Field.TRANSPORT):
            self.form.change(1)
            return
        self.type_for(Typing.VALUE, self.form.text(self.form.field))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self.form.type(event.value)
        except ConfigError as error:
            self._refuse(error)
            return
        self.type_for(Typing.NOTHING)

    def _refuse(self, error: ConfigError) -> None:
        text = f"{error.detail} {error.hint}"
        self._app.say(text, title=error.title, severity="warning", seconds=8.0)
