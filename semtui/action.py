"""What an action is, and the names and numbers of the screens where it applies."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.i18n import _

DASHBOARD = "dashboard"
LINK = "link"
HISTORY = "history"
ENERGY = "energy"
METER = "meter"
PINGPONG = "pingpong"
CONSOLE = "console"

PLACEMENT = "placement"

NUMBERS = {DASHBOARD: 1, LINK: 2, HISTORY: 3, ENERGY: 4, METER: 5, PINGPONG: 6, CONSOLE: 7}
"""The screens with a number, which is also their key."""

SCREENS = tuple(NUMBERS)

PAST = (HISTORY, ENERGY)
"""Those that show what is stored."""

PRESENT = (DASHBOARD, LINK, METER, CONSOLE)
"""Those that show the link at work."""

EVERYWHERE = (*SCREENS, PLACEMENT)
"""Those, and the ones that are entered from them."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can ask for."""

    name: str
    """Stable: the id of its binding."""
    key: str
    """Textual's name of the key; alternatives are separated by commas."""
    show: str
    """How the key is printed."""
    label: str
    """One or two words, for the footer."""
    text: str
    """What it does, for the help page and the palette."""
    target: str
    """The method of the app, as Textual names actions."""
    screens: tuple[str, ...] = EVERYWHERE
    """Where it applies."""
    footer: int = 0
    """Rank in the footer, 1 the first to stay when there is little room; 0: not there."""
    palette: bool = True
    replay: bool = True
    """Whether it makes sense on a recording, too."""


def screen_names() -> dict[str, str]:
    """What the screens are called."""
    return {
        DASHBOARD: _("Dashboard"),
        LINK: _("Link"),
        HISTORY: _("History"),
        ENERGY: _("Energy"),
        METER: _("Meter"),
        PINGPONG: _("Ping-pong"),
        CONSOLE: _("Console"),
        PLACEMENT: _("Placement"),
    }
