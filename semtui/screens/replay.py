"""The screens on a recording: the app with a player in the engine's place."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from semtui.actions import ACTIONS, Action
from semtui.app import SemtuiApp
from semtui.config import Settings
from semtui.hub import Hub
from semtui.i18n import _
from semtui.replay import Player
from semtui.view import View

REPLAY_ACTIONS = (
    Action(
        "replay-pause",
        "p,space",
        "p",
        _("Pause"),
        _("Recording: pause, or go on"),
        "pause",
        footer=3,
    ),
    Action(
        "replay-step",
        "full_stop",
        ".",
        _("Step"),
        _("Recording: pause, and go to the next thing that happened"),
        "step",
        footer=5,
    ),
    Action(
        "replay-back",
        "left",
        "left",
        _("-10 s"),
        _("Recording: back by ten seconds"),
        "seek(-10)",
        footer=4,
    ),
    Action(
        "replay-forward",
        "right",
        "right",
        _("+10 s"),
        _("Recording: on by ten seconds"),
        "seek(10)",
        footer=4,
    ),
    Action(
        "replay-minute-back",
        "shift+left,left_square_bracket",
        "[",
        _("-1 min"),
        _("Recording: back by a minute (or shift and left)"),
        "seek(-60)",
    ),
    Action(
        "replay-minute-forward",
        "shift+right,right_square_bracket",
        "]",
        _("+1 min"),
        _("Recording: on by a minute (or shift and right)"),
        "seek(60)",
    ),
    Action(
        "replay-slower",
        "less_than_sign",
        "<",
        _("Slower"),
        _("Recording: half as fast"),
        "pace(0.5)",
        footer=6,
    ),
    Action(
        "replay-faster",
        "greater_than_sign",
        ">",
        _("Faster"),
        _("Recording: twice as fast"),
        "pace(2)",
        footer=6,
    ),
    Action(
        "replay-begin",
        "home",
        "home",
        _("Begin"),
        _("Recording: to its beginning"),
        "seek(-1e9)",
    ),
    Action("replay-end", "end", "end", _("End"), _("Recording: to its end"), "seek(1e9)"),
)
"""What can be asked for on a recording alone."""

REGISTRY = (
    *(action for action in ACTIONS if action.replay and action.name != "quit"),
    *REPLAY_ACTIONS,
    replace(
        next(action for action in ACTIONS if action.name == "quit"), text=_("Leave the recording")
    ),
)


class ReplayApp(SemtuiApp, inherit_bindings=False):
    """The dashboard around a recording."""

    REGISTRY: ClassVar[tuple[Action, ...]] = REGISTRY
    BINDINGS: ClassVar[list[BindingType]] = [
        *App.BINDINGS,
        *(
            Binding(action.key, action.target, action.label, show=False, id=action.name)
            for action in REGISTRY
            if action.key != App.COMMAND_PALETTE_BINDING
        ),
    ]

    def __init__(self, player: Player, *, ascii: bool = False) -> None:
        recorded = player.recording.header.settings
        settings = replace(recorded, display=replace(recorded.display, ascii=ascii))
        super().__init__(engine=player, hub=Hub(), settings=settings, clock=player.clock)
        self.view.played = True
        self._player = player
        self._settings: Settings = settings

    def on_mount(self) -> None:
        """Say what is missing of the recording; Textual calls the base's handler, too."""
        if self._player.recording.torn:
            self.say(
                _("Its last line is cut off, and left out: whoever wrote it was ended."),
                title=_("The recording has no end"),
                severity="warning",
            )

    def repaint(self, full: bool = False) -> None:
        """Paint, with the place in the recording in the status line."""
        self.view.badge = self._where()
        super().repaint(full)

    def _where(self) -> str:
        player = self._player
        text = _("REPLAY {time} x{speed:g}").format(
            time=f"{player.clock.now():%H:%M:%S}", speed=player.speed
        )
        if player.position >= player.recording.seconds:
            return text + " " + _("end")
        return text + (" " + _("paused") if player.paused else "")

    def action_pause(self) -> None:
        """Pause, or go on; from the end, from the beginning."""
        if self._player.position >= self._player.recording.seconds:
            self._go(0.0)
            if not self._player.paused:
                return
        self._player.pause()
        self.repaint()

    def action_step(self) -> None:
        """Pause, and go to the next item."""
        self._go(self._player.step())

    def action_seek(self, seconds: float) -> None:
        """Go back or on."""
        self._go(self._player.position + seconds)

    def action_pace(self, factor: float) -> None:
        """Play faster or slower."""
        self._player.set_speed(self._player.speed * factor)
        self.repaint()

    def _go(self, position: float) -> None:
        """Show the recording at `position`: a view is made from all that came before it."""
        past = self._player.seek(position, self._mailbox.take)
        view = View(self._settings, played=True)
        for item in past:
            view.apply(item.update)
        self.view = view
        self.repaint()

    def begin_quit(self) -> None:
        """There is no session that would have to be ended."""
        self._host.request_stop()
        self.exit(0)
