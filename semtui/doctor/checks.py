"""The checks by name and order, and what one of them finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from semtui.i18n import _


@unique
class CheckKey(Enum):
    """The checks from the port to the first answer, in their order."""

    PORT = "port"
    PERMISSION = "permission"
    GROUP = "group"
    CONSOLE = "console"
    HOLDER = "holder"
    OPEN = "open"
    MODULE = "module"
    DIALECT = "dialect"
    DISPLAY = "display"
    BAUD = "baud"
    CREDENTIALS = "credentials"
    SCAN = "scan"
    JOIN = "join"
    ANSWER = "answer"


PASSIVE = (
    CheckKey.PORT,
    CheckKey.PERMISSION,
    CheckKey.GROUP,
    CheckKey.CONSOLE,
    CheckKey.HOLDER,
)
"""The checks that look at this computer and send nothing to the module."""


@unique
class FindingLevel(Enum):
    """How much a finding stands in the way."""

    OK = "ok"
    WARN = "warn"
    """It may work, but something is amiss."""
    FAIL = "fail"
    """It cannot work until this is put right."""
    SKIPPED = "skipped"
    """Not reached, or of no meaning here."""

    @property
    def sign(self) -> str:
        """What stands at the head of its line."""
        return {FindingLevel.FAIL: "FAIL", FindingLevel.SKIPPED: "--"}.get(self, self.value)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found."""

    key: CheckKey
    level: FindingLevel
    title: str = ""
    hint: str = ""
    """What to do; empty when nothing need be done."""
    seconds: float | None = None
    """How long it took; None where nothing was waited for."""


def check_names() -> dict[CheckKey, str]:
    """What the checks are called in lists."""
    return {
        CheckKey.PORT: _("port"),
        CheckKey.PERMISSION: _("permission"),
        CheckKey.GROUP: _("group"),
        CheckKey.CONSOLE: _("console"),
        CheckKey.HOLDER: _("in use"),
        CheckKey.OPEN: _("open"),
        CheckKey.MODULE: _("module"),
        CheckKey.DIALECT: _("dialect"),
        CheckKey.DISPLAY: _("display"),
        CheckKey.BAUD: _("baud"),
        CheckKey.CREDENTIALS: _("id, password"),
        CheckKey.SCAN: _("scan"),
        CheckKey.JOIN: _("join"),
        CheckKey.ANSWER: _("answer"),
    }


def not_reached(findings: list[Finding]) -> list[Finding]:
    """Return the checks that `findings` do not hold, as not reached."""
    made = {finding.key for finding in findings}
    return [Finding(key, FindingLevel.SKIPPED) for key in CheckKey if key not in made]


def first_failure(findings: list[Finding]) -> Finding | None:
    """Return the first finding that stands in the way, if any."""
    failures = (finding for finding in findings if finding.level is FindingLevel.FAIL)
    return next(failures, None)
