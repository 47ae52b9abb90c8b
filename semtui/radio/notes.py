"""The sentences for what happens on the link without being a failure of a try."""

from __future__ import annotations

from semtui.i18n import _
from semtui.model import Level
from semtui.radio.effects import Said


def cached_join_failed() -> Said:
    """The PAN of the last run does not let us in."""
    return Said(
        Level.WARNING,
        _("The join with the remembered PAN failed."),
        _("The meter may use another channel now, or does not hear us."),
        _("Searching for it on all channels."),
    )


def module_restarted() -> Said:
    """The module echoes although it was told not to: it has lost its settings."""
    return Said(
        Level.WARNING,
        _("The module has restarted by itself and lost its settings."),
        _("Most often its supply voltage dropped for a moment."),
        _("It is set up again; if this repeats, look at its power supply."),
    )


def session_doubted(misses: int) -> Said:
    """The meter does not answer; the session is renewed before anything harder is tried."""
    return Said(
        Level.WARNING,
        _("The meter has not answered {count} requests in a row.").format(count=misses),
        _("Its side may have dropped the session, or the radio is disturbed for a while."),
        _("The session is renewed (SKREJOIN); stronger steps follow if that does not help."),
    )


def noise_not_heard() -> Said:
    """The ED scan was refused or brought nothing."""
    return Said(
        Level.WARNING,
        _("The noise scan brought nothing."),
        _("The module refused the command, or was disturbed while it listened."),
        _("Try again in a moment; the link goes on as before."),
    )


def send_limit() -> Said:
    """EVENT 32."""
    return Said(
        Level.WARNING,
        _("The module has used up its send time (EVENT 32)."),
        _("Radio rules allow 360 seconds an hour; ordinary polling uses far less."),
        _("Nothing is sent until the module lifts the limit; nothing to do."),
    )


def send_limit_lifted() -> Said:
    """EVENT 33, or SFB read as 0."""
    return Said(Level.INFO, _("The send-time limit is lifted."))
