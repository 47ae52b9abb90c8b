"""One tree of errors, each a sentence a user can act on.

`title` says what happened, `detail` why it is likely, `hint` what to do;
`exit_code` is the process's when the error ends a command.
"""

from __future__ import annotations

from enum import Enum, unique

from semtui.i18n import _


class SemtuiError(Exception):
    """Base of every error that may reach a user."""

    exit_code = 1

    def __init__(self, title: str, detail: str = "", hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        return "\n".join(part for part in (self.title, self.detail, self.hint) if part)


class InputError(SemtuiError):
    """Data given to a command could not be read (exit code 1)."""


class StorageError(SemtuiError):
    """A file or folder of readings could not be used (exit code 1)."""


class ConfigError(SemtuiError):
    """Wrong usage or configuration (exit code 2)."""

    exit_code = 2


@unique
class PortReason(Enum):
    """Why a port cannot be used."""

    NOT_FOUND = "not found"
    NO_PERMISSION = "no permission"
    BUSY = "busy"
    NOT_A_PORT = "not a serial port"
    UNREACHABLE = "unreachable"
    LOST = "lost"


class PortError(SemtuiError):
    """The serial port could not be opened or has gone (exit code 3)."""

    exit_code = 3

    def __init__(self, reason: PortReason, title: str, detail: str = "", hint: str = "") -> None:
        super().__init__(title, detail, hint)
        self.reason = reason


class LinkError(SemtuiError):
    """The link to the meter could not be established (exit code 4)."""

    exit_code = 4


class GpioError(SemtuiError):
    """A GPIO line was asked for and cannot be used here (exit code 2)."""

    exit_code = 2


def system_says(error: OSError) -> str:
    """Return the system's own words for `error` as a sentence, for a `detail`."""
    return _("The system says: {reason}.").format(reason=error.strerror or error)
