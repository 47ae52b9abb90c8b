"""Which commands a person may send by hand, and what has to be said before they go out.

Pure: the screen asks here before it hands a line on, and the link asks again
before it writes one. A line that is not known is not sent; a line that may
hold a secret is refused in words that do not repeat it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import NamedTuple

from semtui.i18n import _

LONGEST = 128
"""Signs of a line; the module drops what goes beyond its own buffer."""


@unique
class Permission(Enum):
    """What has to happen before a line may be sent."""

    FREE = "free"
    """It only reads: nothing."""
    CONFIRM = "confirm"
    """It changes the module or the link: a typed YES."""
    FLASH = "flash"
    """It writes, or may overwrite settings from, the module's flash memory: a typed YES, with the
    warning that flash wears."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `classify` says about a line."""

    permission: Permission
    explanation: str
    """What the command does, or why it is refused; never a part of what was typed."""
    command: str = field(default="", repr=False)
    """The line as it may be sent, in upper case and without a line end; empty when refused."""
    on_air: bool = False
    """Whether the module sends by radio for it, which the send-time limit (EVENT 32) forbids."""

    @property
    def may_be_sent(self) -> bool:
        """Whether it may be sent at all, after a YES where one is needed."""
        return self.permission is not Permission.REFUSED


READ_ONLY = (
    "SKVER",
    "SKAPPVER",
    "SKINFO",
    "SKTABLE",
    "SKSREG",
    "SKLL64",
    "SKPING",
    "ROPT",
    "RUART",
)
"""The commands that need no YES (SKSREG without a value), in the order in which they are told."""

_IP = r"[0-9A-F]{1,4}(?::[0-9A-F]{1,4}){7}"
_MAC = r"[0-9A-F]{16}"
_BYTE = r"[0-9A-F]{1,2}"
_PORT = r"[0-9A-F]{1,4}"

_ALWAYS = ".*"


class _Rule(NamedTuple):
    """What is known of a command."""

    arguments: str
    """What its arguments look like."""
    permission: Permission
    explanation: str
    on_air: str | None = None
    """The arguments with which it goes on the air; None where the module sends nothing for it."""


_RULES: dict[str, _Rule] = {
    "SKVER": _Rule("", Permission.FREE, _("Reads the version of the stack.")),
    "SKAPPVER": _Rule("", Permission.FREE, _("Reads the version of the application.")),
    "SKINFO": _Rule("", Permission.FREE, _("Reads own addresses, channel and PAN id.")),
    "SKTABLE": _Rule(
        "[12EF]",
        Permission.FREE,
        _("Reads a table: 1 addresses, 2 neighbours, E ports, F TCP handles."),
    ),
    "SKLL64": _Rule(_MAC, Permission.FREE, _("Makes the link-local address of a MAC address.")),
    "SKPING": _Rule(
        # Modules of dual stack want the side first: 0 Route B, 1 HAN.
        rf"(?:[01] )?{_IP}",
        Permission.FREE,
        _("Sends an echo request; EPONG is its answer."),
        _ALWAYS,
    ),
    "ROPT": _Rule("", Permission.FREE, _("Reads the display mode: 00 binary, 01 hex.")),
    "RUART": _Rule("", Permission.FREE, _("Reads the settings of the serial line.")),
    "SKRESET": _Rule(
        "",
        Permission.CONFIRM,
        _("Restarts the stack: the session, the id and the password are forgotten."),
    ),
    "SKSCAN": _Rule(
        r"[0-3] [0-9A-F]{1,8} [0-9A-E](?: [01])?",
        Permission.CONFIRM,
        _("Scans the channels: the module hears no meter meanwhile."),
        "[123].*",
    ),
    "SKADDNBR": _Rule(
        rf"{_IP} {_MAC}",
        Permission.CONFIRM,
        _("Adds a neighbour; the oldest of eight gives way."),
    ),
    "SKJOIN": _Rule(
        _IP, Permission.CONFIRM, _("Starts to join a meter (PANA); a session may end."), _ALWAYS
    ),
    "SKREJOIN": _Rule(
        "", Permission.CONFIRM, _("Renews the session; readings pause meanwhile."), _ALWAYS
    ),
    "SKTERM": _Rule("", Permission.CONFIRM, _("Ends the session with the meter."), _ALWAYS),
    "SKSTART": _Rule(
        "",
        Permission.CONFIRM,
        _("Makes the module a coordinator: its sessions end, and no meter is read."),
    ),
    "SKUDPPORT": _Rule(
        rf"[1-6] {_PORT}",
        Permission.CONFIRM,
        _("Changes a UDP port; on a wrong one nothing of the meter arrives."),
    ),
    "SKTCPPORT": _Rule(rf"[1-4] {_PORT}", Permission.CONFIRM, _("Changes a TCP port.")),
    "SKCONNECT": _Rule(
        rf"{_IP} {_PORT} {_PORT}", Permission.CONFIRM, _("Opens a TCP connection."), _ALWAYS
    ),
    "SKCLOSE": _Rule("[0-9A-F]", Permission.CONFIRM, _("Closes a TCP connection."), _ALWAYS),
    "SKREGDEV": _Rule(_IP, Permission.CONFIRM, _("Adds a device to the list of known ones.")),
    "SKRMDEV": _Rule(_IP, Permission.CONFIRM, _("Takes a device off the list of known ones.")),
    "SKRMKEY": _Rule(_BYTE, Permission.CONFIRM, _("Removes a key: what it encrypts is lost.")),
    "SKSECENABLE": _Rule(
        rf"[01] {_IP} {_MAC}",
        Permission.CONFIRM,
        _("Switches the encryption for a device on or off."),
    ),
    "SKRFLO": _Rule(
        "0?[01]", Permission.CONFIRM, _("Changes the side of the receiver's oscillator.")
    ),
    "WOPT": _Rule(
        "0[01]",
        Permission.FLASH,
        _("Writes the display mode; semtui reads both and needs no change."),
    ),
    "WUART": _Rule(
        "[0-9A-F]{2}",
        Permission.FLASH,
        _("Writes speed and flow control: on another speed the module falls silent."),
    ),
    "SKSAVE": _Rule("", Permission.FLASH, _("Saves the registers for the next start.")),
    "SKERASE": _Rule("", Permission.FLASH, _("Erases the saved registers.")),
    "SKLOAD": _Rule(
        "",
        Permission.FLASH,
        _("Loads the saved registers over those in use; channel and PAN may change."),
    ),
}
"""By keyword; an ED scan (SKSCAN 0) only listens."""

_SECRET = ("SKSETPWD", "SKSETRBID", "SKSETPSK", "SKSETKEY")
_FORBIDDEN = {
    "SKSENDTO": _("Data for the meter is bytes and cannot be typed; semtui sends it by itself."),
    "SKSEND": _("Data for a connection is bytes and cannot be typed."),
    "SKDSLEEP": _("The module would sleep until its wake-up pin is pulled, and hear nothing."),
}
_REGISTER = re.compile(r"S([0-9A-F]{1,2})(?: ([0-9A-F]{1,16}))?")
_PAIRING_REGISTERS = ("0A", "0B")
_PAIRING_ID = re.compile(r"SKSREG S0?[AB] \S")
_ID_DIGITS = re.compile(r"(?<![0-9A-F])(?:[0-9A-F][ -]?){31}[0-9A-F](?![0-9A-F])")

_SECRET_WORDS = _(
    "Id, password and keys do not belong on a screen; semtui setup takes them, and semtui hands "
    "them to the module by itself."
)


def holds_secret(text: str) -> bool:
    """Whether a line, finished or not, carries or is about to carry a secret.

    Said of commands that set one, of 32 hex digits in a row, which may be the
    route-B id, and of a value for the pairing id, which is its end.
    """
    line = " ".join(text.upper().split())
    if any(word in line for word in _SECRET):
        return True
    return bool(_ID_DIGITS.search(line) or _PAIRING_ID.search(line))


def classify(text: str) -> Verdict:
    """Return what may be done with a line that a person typed; any text gets a verdict.

    Spaces at the ends and between words do not matter, nor does the case.
    """
    if holds_secret(text):
        return _refused(_SECRET_WORDS)
    if any(not " " <= char <= "~" for char in text):
        return _refused(_("Only letters, digits and the ASCII signs can be sent."))
    line = " ".join(text.upper().split())
    if not line:
        return _refused(_("There is nothing to send."))
    if len(line) > LONGEST:
        return _refused(_("The line is longer than the module takes."))
    word, _space, rest = line.partition(" ")
    if word in _FORBIDDEN:
        return _refused(_FORBIDDEN[word])
    if word == "SKSREG":
        return _register(rest)
    rule = _RULES.get(word)
    if rule is None:
        return _refused(_("That is no command of SKSTACK-IP that semtui knows."))
    if re.fullmatch(rule.arguments, rest) is None:
        return _refused(
            _("The arguments do not fit. {word}: {what}").format(word=word, what=rule.explanation)
        )
    on_air = rule.on_air is not None and re.fullmatch(rule.on_air, rest) is not None
    return Verdict(rule.permission, rule.explanation, line, on_air)


def _register(rest: str) -> Verdict:
    """SKSREG: reading is free, writing is not."""
    match = _REGISTER.fullmatch(rest)
    if match is None:
        return _refused(_("SKSREG takes a register, S02 for example, and a value to change it."))
    if match[1].zfill(2) in _PAIRING_REGISTERS:
        return _refused(_SECRET_WORDS)
    line = f"SKSREG S{match[1]:0>2}"
    if match[2] is None:
        return Verdict(Permission.FREE, _("Reads a register."), line)
    what = _("Changes a register until the module restarts; a wrong value ends the link.")
    return Verdict(Permission.CONFIRM, what, f"{line} {match[2]}")


def _refused(why: str) -> Verdict:
    return Verdict(Permission.REFUSED, why)
