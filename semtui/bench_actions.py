"""The actions of the screen on which two boards play ping-pong."""

from __future__ import annotations

from semtui.action import PINGPONG, Action
from semtui.i18n import _

BENCH_ACTIONS = (
    Action(
        "bench-start",
        "enter",
        "enter",
        _("Start"),
        _("Close the meter link, and start the run that is set up"),
        "act('start')",
        screens=(PINGPONG,),
        footer=2,
        replay=False,
    ),
    Action(
        "bench-stop",
        "s",
        "s",
        _("Stop"),
        _("End the run, and join the meter again"),
        "act('stop')",
        screens=(PINGPONG,),
        footer=2,
        replay=False,
    ),
    Action(
        "bench-edit",
        "i",
        "i",
        _("Edit"),
        _("Type the value of the field; left and right take the usual ones"),
        "act('edit')",
        screens=(PINGPONG,),
        footer=2,
        replay=False,
    ),
    Action(
        "bench-role",
        "v",
        "v",
        _("Role"),
        _("Be the coordinator or the device"),
        "act('role')",
        screens=(PINGPONG,),
        footer=3,
        replay=False,
    ),
    Action(
        "bench-sweep",
        "w",
        "w",
        _("Sweep"),
        _("Go through all payload sizes, or not"),
        "act('sweep')",
        screens=(PINGPONG,),
        footer=3,
        replay=False,
    ),
    Action(
        "bench-clear",
        "c",
        "c",
        _("Clear"),
        _("Forget the last run; its file stays"),
        "act('clear')",
        screens=(PINGPONG,),
        footer=6,
        replay=False,
    ),
)
