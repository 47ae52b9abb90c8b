"""The sentences of the screens: states, reasons, steps, and durations in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from semtui.i18n import _
from semtui.model import LinkReason, LinkSnapshot, LinkState, StepKey


@dataclass(frozen=True, slots=True)
class StateWord:
    """A state as the status line says it, and what it means."""

    word: str
    badge: str
    """Style of the word in the status line."""
    meaning: str


STATES = {
    LinkState.CLOSED: StateWord(_("CLOSED"), "badge_warn", _("No port is open.")),
    LinkState.PROBING: StateWord(
        _("PROBING"), "badge_busy", _("The port is open; the module is asked what it is.")
    ),
    LinkState.CONFIGURING: StateWord(
        _("CONFIGURING"),
        "badge_busy",
        _("The module has answered; route-B id and password are handed to it."),
    ),
    LinkState.SCANNING: StateWord(
        _("SCANNING"),
        "badge_busy",
        _(
            "The module listens on each of 28 channels for a meter that knows your route-B id. "
            "The password is not used yet: it comes with the PANA step."
        ),
    ),
    LinkState.RESOLVING: StateWord(
        _("RESOLVING"),
        "badge_busy",
        _("A PAN is chosen; its channel, PAN id and address are set in the module."),
    ),
    LinkState.JOINING: StateWord(
        _("JOINING"),
        "badge_busy",
        _(
            "Meter and module prove to each other that they know the password (PANA). "
            "It takes 2 to 5 seconds when all is well, and up to 40 before it is given up."
        ),
    ),
    LinkState.READY: StateWord(
        _("READY"),
        "badge_good",
        _(
            "A PANA session stands and the meter answers. At four fifths of its lifetime it "
            "renews itself; readings pause for some seconds then."
        ),
    ),
    LinkState.REAUTHENTICATING: StateWord(
        _("RENEWING"),
        "badge_busy",
        _(
            "The session is being renewed, as it is about once a day. "
            "Nothing may be sent meanwhile; readings go on by themselves."
        ),
    ),
    LinkState.BACKOFF: StateWord(
        _("BACKOFF"),
        "badge_warn",
        _("Something failed; the next try waits, each time a little longer."),
    ),
    LinkState.TERMINATING: StateWord(
        _("ENDING"),
        "badge_busy",
        _("The session is being ended, so that the meter is free for the next join."),
    ),
    LinkState.FAILED: StateWord(
        _("FAILED"),
        "badge_bad",
        _("The program cannot help this alone; it needs you."),
    ),
}

STEPS = {
    StepKey.PORT: _("open the port"),
    StepKey.MODULE: _("ask the module"),
    StepKey.DISPLAY: _("display mode"),
    StepKey.CREDENTIALS: _("id and password"),
    StepKey.SCAN: _("active scan"),
    StepKey.ADDRESS: _("link-local address"),
    StepKey.PANA: _("PANA authentication"),
    StepKey.READING: _("first reading"),
}

CAUSES = {
    LinkReason.PORT: (
        _("The adapter was unplugged or has another name: ls -l /dev/serial*"),
        _("Another program holds the port: a second semtui, a terminal, a getty."),
        _("You are not in the group dialout: sudo usermod -aG dialout $USER"),
    ),
    LinkReason.MODULE_SILENT: (
        _("The module is on another port: semtui --port PATH tries it."),
        _("The Linux console still uses the port: raspi-config, Serial Port."),
        _("Another speed than 115200 baud, TX and RX swapped, or no power."),
    ),
    LinkReason.MODULE_REFUSED: (
        _("The module was left in the middle of a command: pull its power once."),
        _("The route-B id or password has a sign the module does not take."),
    ),
    LinkReason.WRONG_FIRMWARE: (
        _("This module speaks the J11 protocol, which is not SKSTACK-IP."),
        _("A BP35A1, BP35C0, RL7023 or another with SKSTACK-IP is needed."),
    ),
    LinkReason.NO_PAN: (
        _("Weak signal: move the antenna towards the meter and away from metal."),
        _("A wrong route-B id: a meter answers only the id of its own house."),
        _("The route-B service is not active yet: the letter says from when."),
    ),
    LinkReason.JOIN_REJECTED: (
        _("Id or password differ from the letter: 0 and O, 1 and I look alike."),
        _("Another controller holds the session; a dead one may stay for a day."),
        _("Weak radio: under -85 dBm in the scan a join often breaks off."),
    ),
    LinkReason.JOIN_BROKEN_OFF: (
        _("Weak radio: messages got lost. Move the antenna towards the meter."),
        _("The meter was busy, or has stopped in the middle: the next try tells."),
    ),
    LinkReason.JOIN_UNANSWERED: (
        _("The known PAN or channel is no longer true: r searches again."),
        _("Another controller holds the session: end it there first."),
        _("Weak radio: move the antenna, then press n."),
    ),
    LinkReason.SEND_FAILED: (
        _("Something near the antenna fills the channel with noise: move it."),
        _("The meter has dropped us, or is out of reach: joining again tells."),
    ),
    LinkReason.METER_SILENT: (
        _("Radio trouble for a while: rain, a neighbour's meter. It often heals."),
        _("The meter restarted and forgot the session: joining again helps."),
    ),
}
"""What a reason usually means, the likeliest first."""

NOT_STARTED = _("The engine is starting: the port is opened first.")


def state_word(link: LinkSnapshot | None) -> StateWord:
    """The word for the state; a word of its own before the first snapshot."""
    if link is None:
        return StateWord(_("STARTING"), "badge_busy", NOT_STARTED)
    return STATES[link.state]


def reason_title(link: LinkSnapshot) -> str:
    """What happened, in the engine's words or else by the reason's name."""
    return link.title or (link.reason.value if link.reason else "")


def capital(sentence: str) -> str:
    """`sentence` as one begins, and without its full stop."""
    return (sentence[:1].upper() + sentence[1:]).rstrip(".")


def duration(seconds: float) -> str:
    """A long duration: "45 s", "12 min", "6h12m", "3d04h"."""
    whole = int(seconds)
    if whole < 60:
        return _("{n} s").format(n=whole)
    minutes = whole // 60
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}h{minutes:02d}m"
    days, hours = divmod(hours, 24)
    return f"{days}d{hours:02d}h"


def took(seconds: float) -> str:
    """How long a step took: "0.02 s", "8.9 s", "38.7 s"."""
    return _("{n} s").format(n=f"{seconds:.2f}" if seconds < 1 else f"{seconds:.1f}")


def countdown(seconds: float) -> str:
    """Time left as mm:ss, in steps of 5 s while it is long, so that it costs little to show."""
    left = max(0, math.ceil(seconds))
    if left > 10:
        left = 5 * math.ceil(left / 5)
    return f"{left // 60:02d}:{left % 60:02d}"


def fresh_age(seconds: float) -> str:
    """The age of a fresh reading, as an upper bound in steps of 5 s: it seldom changes."""
    return _("<{n} s").format(n=5 * (int(seconds // 5) + 1))


def stale_age(seconds: float) -> str:
    """The age of a stale reading, in steps of 5 s up to a minute."""
    if seconds < 60:
        return _("{n} s").format(n=5 * int(seconds // 5))
    return duration(seconds)


def masked(text: str | None, keep: int = 4) -> str:
    """The end of an identifier, the rest as stars."""
    if not text:
        return "--"
    return "*" * max(0, len(text) - keep) + text[-keep:]


def masked_mac(mac: str) -> str:
    """A MAC with its middle hidden."""
    return f"{mac[:6]}****{mac[-4:]}" if len(mac) == 16 else masked(mac)


def moment(at: datetime, now: datetime, clock: str = "%H:%M") -> str:
    """When something was: the time in the form `clock`, or the date when it was another day."""
    return at.strftime(clock if at.date() == now.date() else "%d %b")
