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
)
