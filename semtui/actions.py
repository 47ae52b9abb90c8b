"""Every action once: the keys, the footer, the help page and the palette are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.i18n import _

DASHBOARD = "dashboard"
LINK = "link"
HISTORY = "history"
ENERGY = "energy"
CONSOLE = "console"

PLACEMENT = "placement"

NUMBERS = {DASHBOARD: 1, LINK: 2, HISTORY: 3, ENERGY: 4, CONSOLE: 7}
"""The screens with a number, which is also their key."""

SCREENS = tuple(NUMBERS)

PAST = (HISTORY, ENERGY)
"""Those that show what is stored."""

PRESENT = (DASHBOARD, LINK, CONSOLE)
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
        CONSOLE: _("Console"),
        PLACEMENT: _("Placement"),
    }


ACTIONS = (
    Action(
        "show-dashboard",
        "1",
        "1",
        _("Dashboard"),
        _("Show the dashboard: power now, the last minutes, how the link is"),
        "show('dashboard')",
        footer=3,
    ),
    Action(
        "show-link",
        "2",
        "2",
        _("Link"),
        _("Show the link: steps, scan, PANA, and what a failure usually means"),
        "show('link')",
        footer=3,
    ),
    Action(
        "show-history",
        "3",
        "3",
        _("History"),
        _("Show the history: power of a day, week, month or year, and its half hours"),
        "show('history')",
        footer=3,
        replay=False,
    ),
    Action(
        "show-energy",
        "4",
        "4",
        _("Energy"),
        _("Show the energy: kWh of days, weeks and months by the meter's own register"),
        "show('energy')",
        footer=3,
        replay=False,
    ),
    Action(
        "show-console",
        "7",
        "7",
        _("Console"),
        _("Show the console: the serial line and the notices, in words; sending by hand"),
        "show('console')",
        footer=3,
    ),
    Action(
        "console-send",
        "i",
        "i",
        _("Send"),
        _("Arm sending by hand; esc, leaving, or five idle minutes disarm it"),
        "console('send')",
        screens=(CONSOLE,),
        footer=3,
        replay=False,
    ),
    Action(
        "console-filter",
        "slash",
        "/",
        _("Filter"),
        _("Show only lines with a text in them; esc shows all again"),
        "console('filter')",
        screens=(CONSOLE,),
        footer=3,
    ),
    Action(
        "console-follow",
        "f",
        "f",
        _("Follow"),
        _("Stay at the newest line, or not; up and the page keys leave it, end returns to it"),
        "console('follow')",
        screens=(CONSOLE,),
        footer=4,
    ),
    Action(
        "console-view",
        "v",
        "v",
        _("View"),
        _("Wire and log, the wire alone, the log alone"),
        "console('view')",
        screens=(CONSOLE,),
        footer=4,
    ),
    Action(
        "console-level",
        "l",
        "l",
        _("Level"),
        _("All notices, warnings and errors, errors alone"),
        "console('level')",
        screens=(CONSOLE,),
        footer=6,
    ),
    Action(
        "console-decode",
        "d",
        "d",
        _("Decode"),
        _("Say under each line what it means, or not"),
        "console('decode')",
        screens=(CONSOLE,),
        footer=5,
    ),
    Action(
        "console-copy",
        "y",
        "y",
        _("Copy"),
        _("Copy the chosen line to the clipboard (OSC 52)"),
        "console('copy')",
        screens=(CONSOLE,),
        footer=6,
    ),
    Action(
        "console-save",
        "x",
        "x",
        _("Save"),
        _("Save what the filter shows to a file in the folder of the readings"),
        "console('save')",
        screens=(CONSOLE,),
        footer=5,
    ),
    Action(
        "past-cursor-back",
        "left",
        "left/right",
        _("Move"),
        _("History: the cursor a column back; Energy: the day before"),
        "past('left')",
        screens=PAST,
        footer=4,
        palette=False,
        replay=False,
    ),
    Action(
        "past-cursor-on",
        "right",
        "right",
        _("On"),
        _("History: the cursor a column on; Energy: the day after"),
        "past('right')",
        screens=PAST,
        palette=False,
        replay=False,
    ),
    Action(
        "past-before",
        "left_square_bracket,comma",
        "[ ]",
        _("Period"),
        _("The period before the one that is shown, or after it; Energy: a week back, or on"),
        "past('before')",
        screens=PAST,
        footer=2,
        replay=False,
    ),
    Action(
        "past-after",
        "right_square_bracket,full_stop",
        "]",
        _("Period after"),
        _("The period after the one that is shown; comma and full stop do the same as [ and ]"),
        "past('after')",
        screens=PAST,
        replay=False,
    ),
    Action(
        "past-goto",
        "g",
        "g",
        _("Go to"),
        _("Go to a date: 2026-11-03, 11-03, yesterday, -7; nothing typed is today"),
        "past('goto')",
        screens=PAST,
        footer=2,
        replay=False,
    ),
    Action(
        "past-day",
        "d",
        "d",
        _("Day"),
        _("History: show a day"),
        "past('day')",
        screens=(HISTORY,),
        footer=5,
        replay=False,
    ),
    Action(
        "past-week",
        "w",
        "w",
        _("Week"),
        _("History: show a week, from Monday"),
        "past('week')",
        screens=(HISTORY,),
        footer=5,
        replay=False,
    ),
    Action(
        "past-month",
        "m",
        "m",
        _("Month"),
        _("History: show a month"),
        "past('month')",
        screens=(HISTORY,),
        footer=5,
        replay=False,
    ),
    Action(
        "past-year",
        "y",
        "y",
        _("Year"),
        _("History: show a year"),
        "past('year')",
        screens=(HISTORY,),
        footer=5,
        replay=False,
    ),
    Action(
        "past-compare",
        "c",
        "c",
        _("Compare"),
        _("Show the period before as a second line, and the difference in kWh"),
        "past('compare')",
        screens=(HISTORY,),
        footer=2,
        replay=False,
    ),
    Action(
        "past-open",
        "enter",
        "enter",
        _("Open"),
        _("History: show the day under the cursor; Energy: show the chosen day's history"),
        "past('open')",
        screens=PAST,
        footer=6,
        replay=False,
    ),
    Action(
        "hold",
        "space",
        "space",
        _("Hold"),
        _("Freeze the picture; reading and logging go on"),
        "hold",
        footer=5,
        replay=False,
    ),
    Action(
        "zoom-in",
        "plus,equals_sign",
        "+",
        _("Zoom in"),
        _("Chart: less time, finer columns"),
        "zoom(-1)",
        screens=(DASHBOARD, HISTORY),
        footer=6,
    ),
    Action(
        "zoom-out",
        "minus",
        "-",
        _("Zoom out"),
        _("Chart: more time, coarser columns"),
        "zoom(1)",
        screens=(DASHBOARD, HISTORY),
        footer=6,
    ),
    Action(
        "rescan",
        "r",
        "r",
        _("Rescan"),
        _("Forget the known PAN and search all channels for the meter"),
        "intend('rescan')",
        screens=PRESENT,
        footer=4,
        replay=False,
    ),
    Action(
        "rejoin",
        "j",
        "j",
        _("Join again"),
        _("End the session and join the known PAN again"),
        "intend('rejoin')",
        screens=PRESENT,
        footer=7,
        replay=False,
    ),
    Action(
        "retry",
        "n",
        "n",
        _("Try now"),
        _("Do not wait for the next try"),
        "intend('retry')",
        footer=2,
        replay=False,
    ),
    Action(
        "record",
        "R",
        "R",
        _("Record"),
        _("Record this session, masked, for semtui replay; again to end it"),
        "record",
        footer=8,
        replay=False,
    ),
    Action(
        "doctor",
        "F",
        "F",
        _("Doctor"),
        _("Show the checks from the port to the first answer, a verdict, and the next step"),
        "doctor",
        footer=8,
        replay=False,
    ),
    Action(
        "turn",
        "v",
        "v",
        _("View"),
        _("The other page of the link: how it is joined, or how well it works"),
        "turn",
        screens=(LINK,),
        footer=4,
    ),
    Action(
        "noise",
        "e",
        "e",
        _("Noise"),
        _("Listen on channels 33 to 60 (ED scan); reading pauses for some seconds"),
        "listen",
        screens=(LINK,),
        footer=5,
        replay=False,
    ),
    Action(
        "placement",
        "p",
        "p",
        _("Place"),
        _("Placement: one large figure to follow while the antenna is moved; p again leaves"),
        "place",
        screens=(LINK, PLACEMENT),
        footer=4,
        replay=False,
    ),
    Action(
        "leave-placement",
        "escape",
        "esc",
        _("Back"),
        _("Leave the placement screen"),
        "unplace",
        screens=(PLACEMENT,),
        footer=2,
        palette=False,
    ),
    Action(
        "bell",
        "b",
        "b",
        _("Bell"),
        _("Placement: ring the terminal's bell at each answer, silence is a loss"),
        "toggle_bell",
        screens=(PLACEMENT,),
        footer=3,
    ),
    Action(
        "theme",
        "t",
        "t",
        _("Theme"),
        _("Next theme: dark, light, the terminal's own 16 colours"),
        "next_theme",
        footer=9,
    ),
    Action(
        "ascii",
        "a",
        "a",
        _("ASCII"),
        _("Draw with ASCII signs only, or with lines and braille again"),
        "toggle_ascii",
    ),
    Action(
        "help",
        "question_mark",
        "?",
        _("Help"),
        _("Keys, and what the state words mean"),
        "help",
        footer=2,
    ),
    Action(
        "palette",
        "ctrl+p",
        "ctrl+p",
        _("Commands"),
        _("Find a command by its name"),
        "command_palette",
        footer=10,
        palette=False,
    ),
    Action(
        "quit",
        "q",
        "q",
        _("Quit"),
        _("End the session with the meter and leave; a second q does not wait"),
        "leave",
        footer=1,
    ),
)


def actions_of(screen: str) -> tuple[Action, ...]:
    """The actions that apply on `screen`."""
    return tuple(action for action in ACTIONS if screen in action.screens)
