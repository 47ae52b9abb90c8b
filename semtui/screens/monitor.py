"""The frame of every screen that watches the meter: status line, board, key line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, cast

from textual.app import ComposeResult
from textual.screen import Screen

from semtui.actions import NUMBERS, Action
from semtui.clock import Clock
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.keys import paint_hints, paint_keys
from semtui.screens.widgets.painted import Painted
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.spans import SpanCompositor
from semtui.screens.widgets.status import paint_status
from semtui.view import View

Severity = Literal["information", "warning", "error"]


class Stage(Protocol):
    """What the screens ask of the app."""

    view: View
    clock: Clock
    data_folder: Path | None
    """Where things are kept; None where there is no folder for them."""

    def scene(self, live: bool = False) -> Scene:
        """The picture to paint; with `live` the present one although another is held."""
        ...

    def available(self, screen: str) -> Sequence[Action]:
        """The actions that can be asked for on `screen` now."""
        ...

    def say(
        self, text: str, title: str = "", severity: Severity = "information", seconds: float = 4.0
    ) -> None:
        """Show a toast."""
        ...

    def clear_notifications(self) -> None:
        """Take the toasts away."""
        ...


class StatusLine(Painted):
    """Row 1 of a screen."""

    def paint(self, canvas: Canvas) -> None:
        screen = cast(MonitorScreen, self.screen)
        own = NUMBERS.get(screen.key)
        number = "" if own is None else f"{own}/{max(NUMBERS.values())}"
        paint_status(canvas, screen.stage.scene(live=True), number)


class KeyLine(Painted):
    """The last row of a screen."""

    def paint(self, canvas: Canvas) -> None:
        screen = cast(MonitorScreen, self.screen)
        hints = screen.typing_keys()
        if hints:
            paint_hints(canvas, hints)
        else:
            paint_keys(canvas, screen.stage.available(screen.key))


class Board(Painted):
    """Everything between the two: the boxes of the screen."""

    def paint(self, canvas: Canvas) -> None:
        screen = cast(MonitorScreen, self.screen)
        screen.draw(canvas, screen.stage.scene())


class MonitorScreen(Screen[None]):
    """A screen that shows the view; subclasses say what is on the board."""

    AUTO_FOCUS = ""
    """Nothing takes keys before it was asked for."""
    key = ""
    """Its name in the registry of actions."""
    ACTS: ClassVar[Mapping[str, Callable[[Any], None]]] = {}
    """What the registry asks of this screen, by the word that its target `act` has."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = SpanCompositor()

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield Board()
        yield KeyLine()

    @property
    def stage(self) -> Stage:
        """The app, as far as screens know it."""
        return cast(Stage, self.app)

    def act(self, what: str) -> None:
        """Do what the registry asks for; `what` is a word of `ACTS`."""
        self.ACTS[what](self)
        self.repaint()

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        """Paint the board."""
        raise NotImplementedError

    def typing_keys(self) -> list[tuple[str, str]]:
        """The keys that count while something is typed here; none while nothing is."""
        return []

    def repaint(self, full: bool = False) -> None:
        """Send what has changed, or everything."""
        for widget in self.query(Painted):
            widget.repaint(full)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was shown."""
        self.repaint()

    @property
    def lines(self) -> list[str]:
        """The screen as text, a string a row."""
        return [line for widget in self.query(Painted) for line in widget.lines]
