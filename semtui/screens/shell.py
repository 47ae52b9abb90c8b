"""The app as far as it shows things: screens, painting, themes, toasts, help, palette.

It knows a view and a clock, and no engine; `semtui.app` adds that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction, parse
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from semtui.actions import (
    ACTIONS,
    CONSOLE,
    DASHBOARD,
    ENERGY,
    HISTORY,
    LINK,
    METER,
    PINGPONG,
    PLACEMENT,
    Action,
)
from semtui.clock import Clock
from semtui.i18n import _
from semtui.model import Level, LinkReason, LinkSnapshot, LinkState, Notice
from semtui.screens.crash import QuietApp
from semtui.screens.dashboard import DashboardScreen
from semtui.screens.monitor import MonitorScreen, Severity
from semtui.screens.themes import THEMES, dress
from semtui.screens.widgets.glyphs import ASCII, UNICODE, Glyphs
from semtui.screens.widgets.scene import Scene
from semtui.view import View

if TYPE_CHECKING:
    from semtui.doctor.checks import Finding

REPEAT_SECONDS = 300.0
"""A toast is not repeated within this time."""

_IN_SESSION = (LinkState.READY, LinkState.REAUTHENTICATING)


def _link_screen() -> Screen[None]:
    """Import the screen when it is first shown: the first paint comes sooner."""
    from semtui.screens.link import LinkScreen

    return LinkScreen()


def _history_screen() -> Screen[None]:
    from semtui.screens.history import HistoryScreen

    return HistoryScreen()


def _energy_screen() -> Screen[None]:
    from semtui.screens.energy import EnergyScreen

    return EnergyScreen()


def _console_screen() -> Screen[None]:
    from semtui.screens.console import ConsoleScreen

    return ConsoleScreen()


def _meter_screen() -> Screen[None]:
    from semtui.screens.meter import MeterScreen

    return MeterScreen()


def _pingpong_screen() -> Screen[None]:
    from semtui.screens.pingpong import PingPongScreen

    return PingPongScreen()


def _placement_screen() -> Screen[None]:
    from semtui.screens.placement import PlacementScreen

    return PlacementScreen()


def _can_listen(link: LinkSnapshot) -> bool:
    """Whether the engine has room for a noise scan: in a session, or in a wait with a module."""
    waits = link.state is LinkState.BACKOFF and link.module is not None
    return link.state in _IN_SESSION or (waits and link.reason is not LinkReason.PORT)


def _places(actions: Iterable[Action]) -> dict[tuple[str, tuple[object, ...]], set[str]]:
    """The screens on which each target applies, by its name and its parameters."""
    places: dict[tuple[str, tuple[object, ...]], set[str]] = {}
    for action in actions:
        _namespace, name, parameters = parse(action.target)
        places.setdefault((name, parameters), set()).update(action.screens)
    return places


class Shell(QuietApp[int]):
    """The screens around a view."""

    TITLE = "semtui"
    CSS_PATH = Path(__file__).with_name("semtui.tcss")
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {
        DASHBOARD: DashboardScreen,
        LINK: _link_screen,
        HISTORY: _history_screen,
        ENERGY: _energy_screen,
        CONSOLE: _console_screen,
        METER: _meter_screen,
        PINGPONG: _pingpong_screen,
        PLACEMENT: _placement_screen,
    }
    DEFAULT_MODE = DASHBOARD
    REGISTRY: ClassVar[tuple[Action, ...]] = ACTIONS
    """Everything that can be asked for in this app."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.key, action.target, action.label, show=False, id=action.name)
        for action in ACTIONS
        if action.key != App.COMMAND_PALETTE_BINDING
    ]

    def __init__(self, view: View, clock: Clock) -> None:
        super().__init__()
        self.view = view
        self.clock = clock
        display = view.settings.display
        self.glyphs: Glyphs = ASCII if display.ascii else UNICODE
        self._held: Scene | None = None
        self._toasts: dict[str, float] = {}
        self._said: dict[tuple[str, str], float] = {}
        """Until when each toast is there."""
        self._places = _places(self.REGISTRY)
        dress(self, display.theme)
        self.set_class(self.glyphs.ascii, "-ascii")

    # Painting.

    def scene(self, live: bool = False) -> Scene:
        """The picture to paint; with `live` the present one although another is held."""
        if self._held is not None and not live:
            return replace(self._held, glyphs=self.glyphs)
        return Scene(self.view, self.clock.monotonic(), self.clock.now(), self.glyphs)

    def repaint(self, full: bool = False) -> None:
        """Paint the screen that is shown; only differences are sent unless `full`."""
        if not self.screen_stack:
            return  # the app closes, and a timer of it still ran
        repaint = getattr(self.screen, "repaint", None)
        if callable(repaint):
            repaint(full)

    def toast(self, notice: Notice) -> None:
        """Show a notice with what to do, unless the same was shown a short while ago.

        Not over a page that says itself what fails; the console keeps all notices.
        """
        if getattr(self.screen, "tells_faults", False):
            return
        now = self.clock.monotonic()
        last = self._toasts.get(notice.title, -math.inf)
        if now - last < REPEAT_SECONDS:
            return
        self._toasts[notice.title] = now
        bad = notice.level is Level.ERROR
        more = notice.hint or notice.detail
        self.say(
            more or notice.title,
            title=notice.title if more else "",
            severity="error" if bad else "warning",
            seconds=12.0 if bad else 6.0,
        )

    def say(
        self, text: str, title: str = "", severity: Severity = "information", seconds: float = 4.0
    ) -> None:
        """Show a toast, in ASCII where that is wished."""
        text, title = self.glyphs.text(text), self.glyphs.text(title)
        now = self.clock.monotonic()
        self._said = {said: until for said, until in self._said.items() if until > now}
        if (title, text) in self._said:
            return  # it is still there
        self._said[title, text] = now + seconds
        self.notify(text, title=title, severity=severity, timeout=seconds, markup=False)

    def clear_notifications(self) -> None:
        """Take the toasts away; what they said may be said again."""
        self._said.clear()
        super().clear_notifications()

    # Actions.

    @property
    def screen_key(self) -> str:
        """The registry's name of the screen that is shown, or lies below a page."""
        return self.current_mode if self.current_mode in self.MODES else DASHBOARD

    def available(self, screen: str) -> list[Action]:
        """The actions that can be asked for on `screen` now."""
        here = (action for action in self.REGISTRY if screen in action.screens)
        return [action for action in here if self.possible(action.name, screen)]

    def possible(self, name: str, screen: str) -> bool:
        """Whether the action `name` can be asked for now, on `screen`."""
        link = self.view.link
        state = None if link is None else link.state
        if name == f"show-{screen}":
            return False
        if self.view.trouble is not None and name in ("retry", "rescan", "rejoin"):
            return name == "retry" and self.view.trouble.restart_at is not None
        if name in ("meter-read", "meter-read-all"):
            known = self.view.meter is not None and bool(self.view.meter.get_map)
            return known and self.view.trouble is None and state in _IN_SESSION
        if name in ("meter-open", "meter-filter", "meter-copy"):
            return bool(self.view.properties)
        if name == "noise":
            return self.view.trouble is None and link is not None and _can_listen(link)
        if name == "placement":
            return screen == PLACEMENT or (self.view.trouble is None and state in _IN_SESSION)
        if name == "retry":
            return state in (LinkState.BACKOFF, LinkState.FAILED)
        if name == "rescan":
            return state in (LinkState.READY, LinkState.BACKOFF)
        if name == "rejoin":
            known = link is not None and link.pan is not None
            return known and state in (LinkState.READY, LinkState.BACKOFF)
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse what does not apply on this screen: there the key may mean something else."""
        screens = self._places.get((action, parameters))
        if screens is not None and self.screen_key not in screens:
            return False
        return super().check_action(action, parameters)

    def action_show(self, screen: str) -> None:
        """Show one of the registry's screens."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if self.current_mode != screen:
            self.switch_mode(screen)

    def action_hold(self) -> None:
        """Freeze the picture, or let it go on."""
        if self._held is None:
            scene = self.scene()
            self._held = replace(scene, view=self.view.hold())
            self.view.held_at = scene.wall
        else:
            self._held = self.view.held_at = None
        self.repaint()

    def action_act(self, what: str) -> None:
        """Do something on the screen that is shown; not below a page that lies over it."""
        if not isinstance(self.screen, MonitorScreen):
            raise SkipAction
        self.screen.act(what)

    def action_next_theme(self) -> None:
        """Go to the next theme."""
        names = list(THEMES.values())
        index = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(index + 1) % len(names)]
        self.repaint(full=True)

    def action_toggle_ascii(self) -> None:
        """Switch between ASCII and the richer signs."""
        self.glyphs = UNICODE if self.glyphs.ascii else ASCII
        self.set_class(self.glyphs.ascii, "-ascii")
        self.repaint()

    def action_help(self) -> None:
        """Show the help page."""
        from semtui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen_key, self.REGISTRY))

    def action_doctor(self) -> None:
        """Show the doctor's page over the running link."""
        from semtui.screens.doctor import DoctorScreen

        if not isinstance(self.screen, DoctorScreen):
            self.clear_notifications()
            self.push_screen(DoctorScreen(self.view, self.look_at_port))

    def look_at_port(self) -> Iterator[Finding]:
        """The checks that send nothing to the module; the port may be open here."""
        from semtui.doctor.ports import demo_findings, port_findings

        if self.view.is_demo:
            return demo_findings()
        return port_findings(self.view.settings.port.url, ours=True)

    def action_command_palette(self) -> None:
        """Show the palette."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("What shall be done?")))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: what can be done now, by its name."""
        for action in self.available(self.screen_key):
            if action.palette:
                title = f"{action.label} ({action.show})"
                yield SystemCommand(title, action.text, self._runner(action))

    def _runner(self, action: Action) -> Callable[[], None]:
        def run() -> None:
            self.call_later(self.run_action, action.target)

        return run
