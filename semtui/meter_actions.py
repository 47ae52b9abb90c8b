"""The actions of the meter's screen."""

from __future__ import annotations

from semtui.action import METER, Action
from semtui.i18n import _

METER_ACTIONS = (
    Action(
        "meter-open",
        "enter",
        "enter",
        _("Details"),
        _("Meter: the chosen property in full, or the table again"),
        "act('open')",
        screens=(METER,),
        footer=2,
        replay=False,
    ),
    Action(
        "meter-filter",
        "slash",
        "/",
        _("Filter"),
        _("Meter: only properties with a text in code, name or value; esc shows all again"),
        "act('filter')",
        screens=(METER,),
        footer=2,
        replay=False,
    ),
    Action(
        "meter-read",
        "g",
        "g",
        _("Get"),
        _("Meter: read the chosen property again, between the readings of power"),
        "act('read')",
        screens=(METER,),
        footer=2,
        replay=False,
    ),
    Action(
        "meter-read-all",
        "G",
        "G",
        _("Get all"),
        _("Meter: read all but the histories again; it takes a minute or two"),
        "act('read-all')",
        screens=(METER,),
        footer=5,
        replay=False,
    ),
    Action(
        "meter-copy",
        "y",
        "y",
        _("Copy"),
        _("Meter: copy the chosen row to the clipboard (OSC 52)"),
        "act('copy')",
        screens=(METER,),
        footer=6,
        replay=False,
    ),
    Action(
        "meter-report",
        "D",
        "D",
        _("Report"),
        _("Meter: save a report without secrets, to be sent to somebody who helps"),
        "act('report')",
        screens=(METER,),
        footer=4,
        replay=False,
    ),
)
