"""The arguments of the commands that need no meter: `semtui emulate` and `semtui decode`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from semtui.i18n import _

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_subparsers` returns; argparse has no public name for it."""
Run = Callable[[argparse.Namespace], int]
"""What a command does; returns the exit code."""


def add_emulate(commands: Commands, run: Run) -> None:
    """The flags of `semtui emulate`."""
    parser = commands.add_parser(
        "emulate", help=_("an emulated Wi-SUN module and meter on a pseudo terminal")
    )
    parser.add_argument("--module", metavar="NAME", help=_("the module; a wrong name lists them"))
    parser.add_argument("--display", choices=("hex", "binary"))
    parser.add_argument("--link", type=Path, metavar="PATH", help=_("make this a link to the pty"))
    parser.add_argument(
        "--id", metavar="HEX32", help=_("the meter's route-B id; without it, one that is printed")
    )
    parser.add_argument(
        "--password", metavar="PW", help=_("the meter's password; without it, one that is printed")
    )
    parser.add_argument("--watts", type=int, metavar="N", help=_("a fixed power"))
    parser.add_argument("--amps", metavar="R,T", help=_("fixed currents"))
    parser.add_argument("--speed", type=float, metavar="X", help=_("a faster radio"))
    parser.add_argument("--seed", type=int, metavar="N", help=_("another house and meter"))
    parser.add_argument(
        "--boards",
        type=positive,
        default=1,
        metavar="N",
        help=_("so many modules on one air, each on a port of its own"),
    )
    parser.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="NAME",
        help=_("a bad day by name, perhaps with a number: deaf, loss:30; may be given again"),
    )
    parser.add_argument(
        "--list-scenarios", action="store_true", help=_("show all scenarios, and end")
    )
    parser.set_defaults(run=run)


def add_pingpong(commands: Commands, common: argparse.ArgumentParser, run: Run) -> None:
    """The flags of `semtui pingpong`."""
    from semtui.pingpong.arguments import add_to

    parser = commands.add_parser(
        "pingpong", parents=[common], help=_("test the radio between two boards, without a meter")
    )
    add_to(parser, positive)
    parser.set_defaults(run=run)


def add_decode(commands: Commands, *, frame: Run, prop: Run, serial: Run) -> None:
    """The arguments of `semtui decode` and of its three kinds."""
    parser = commands.add_parser(
        "decode",
        help=_("what a frame, a property or a capture says, as JSON"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_(
            "examples:\n"
            "  semtui decode frame 1081000102880105FF017201E704000001F8\n"
            "  semtui decode property E7 000001F8\n"
            "  semtui decode property E0 00012345 --coefficient 1 --unit 0.1\n"
            "  semtui decode serial capture.txt"
        ),
    )
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    parser = kinds.add_parser("frame", help=_("an ECHONET Lite frame; - reads lines from stdin"))
    parser.add_argument("hex", metavar="HEX")
    parser.set_defaults(run=frame)
    parser = kinds.add_parser(
        "property", help=_("the data of a property; with - as EDT, lines of it from stdin")
    )
    parser.add_argument("epc", metavar="EPC")
    parser.add_argument("edt", metavar="EDT")
    parser.add_argument("--eoj", default="028801", help=_("the object it belongs to"))
    parser.add_argument("--coefficient", type=int, default=1, metavar="N")
    parser.add_argument("--unit", metavar="U", help=_("kWh a count, for example 0.1"))
    parser.set_defaults(run=prop)
    parser = kinds.add_parser("serial", help=_("a capture of a module's serial line"))
    parser.add_argument("file", metavar="FILE", help=_("raw or with notes; - reads stdin"))
    parser.set_defaults(run=serial)


def positive(text: str) -> int:
    """Return a count, 1 or more; raises argparse's own error."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(_("must be a whole number, 1 or more"))
    return int(text)
