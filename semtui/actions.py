"""Every action once: the keys, the footer, the help page and the palette are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.i18n import _

DASHBOARD = "dashboard"
LINK = "link"
CONSOLE = "console"
PINGPONG = "pingpong"

PLACEMENT = "placement"

SCREENS = (DASHBOARD, LINK, CONSOLE)
"""The screens with a number, in their order."""

EVERYWHERE = (*SCREENS, PINGPONG, PLACEMENT)
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
        CONSOLE: _("Console"),
        PINGPONG: _("Ping-pong"),
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
        "show-console",
        "3",
        "3",
        _("Console"),
        _("Show the console: the serial line and the notices, in words; sending by hand"),
        "show('console')",
        footer=3,
    ),
    Action(
        "show-pingpong",
        "6",
        "6",
        _("Ping-pong"),
        _("Show the radio bench: two boards, one says Ping and the other answers Pong"),
        "show('pingpong')",
        footer=7,
        replay=False,
    ),
    Action(
        "bench-start",
        "enter",
        "enter",
        _("Start"),
        _("Close the meter link, and start the run that is set up"),
        "bench('start')",
        screens=(PINGPONG,),
        footer=3,
        replay=False,
    ),
    Action(
        "bench-stop",
        "s",
        "s",
        _("Stop"),
        _("End the run, and join the meter again"),
        "bench('stop')",
        screens=(PINGPONG,),
        footer=3,
        replay=False,
    ),
    Action(
        "bench-edit",
        "i",
        "i",
        _("Edit"),
        _("Type the value of the field; left and right take the usual ones"),
        "bench('edit')",
        screens=(PINGPONG,),
        footer=4,
        replay=False,
    ),
    Action(
        "bench-role",
        "v",
        "v",
        _("Role"),
        _("Be the coordinator or the device"),
        "bench('role')",
        screens=(PINGPONG,),
        footer=5,
        replay=False,
    ),
    Action(
        "bench-sweep",
        "w",
        "w",
        _("Sweep"),
        _("Go through all payload sizes, or not"),
        "bench('sweep')",
        screens=(PINGPONG,),
        footer=5,
        replay=False,
    ),
    Action(
        "bench-clear",
        "c",
        "c",
        _("Clear"),
        _("Forget the last run; its file stays"),
        "bench('clear')",
        screens=(PINGPONG,),
        footer=6,
        replay=False,
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
        _("Chart: fewer minutes, finer columns"),
        "zoom(-1)",
        screens=(DASHBOARD,),
        footer=6,
    ),
    Action(
        "zoom-out",
        "minus",
        "-",
        _("Zoom out"),
        _("Chart: more minutes, coarser columns"),
        "zoom(1)",
        screens=(DASHBOARD,),
        footer=6,
    ),
    Action(
        "rescan",
        "r",
        "r",
        _("Rescan"),
        _("Forget the known PAN and search all channels for the meter"),
        "intend('rescan')",
        screens=SCREENS,
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
        screens=SCREENS,
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
