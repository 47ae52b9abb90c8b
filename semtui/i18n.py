"""The one door through which every sentence a user sees goes.

English is the source language; a catalogue for another one is a file
`locale/<language>/LC_MESSAGES/semtui.mo` beside this module, chosen by the
usual variables (`LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`).
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "semtui"

_catalogue = gettext.translation(
    DOMAIN, localedir=str(Path(__file__).with_name("locale")), fallback=True
)


def _(message: str) -> str:
    """Return `message` in the user's language."""
    return _catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that goes with `count`, in the user's language."""
    return _catalogue.ngettext(singular, plural, count)
