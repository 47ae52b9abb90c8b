"""How findings and the verdict are printed: lines for people, objects for programs."""

from __future__ import annotations

import json
import textwrap

from semtui.doctor.checks import Finding, FindingLevel, check_names
from semtui.doctor.verdict import Verdict
from semtui.i18n import _

_INDENT = 30
"""Cells before the text of a check."""
_LEAST_WIDTH = 60


def finding_text(finding: Finding, width: int | None) -> str:
    """Return the line of a check, wrapped to `width` where one is given.

    A warning's hint stands below it; a failure's is the verdict's next step.
    """
    seconds = "" if finding.seconds is None else f"{finding.seconds:.1f} s"
    head = f"{finding.level.sign:<5} {check_names()[finding.key]:<13} {seconds:>8}  "
    lines = _wrapped(head + finding.title, width)
    if finding.level is FindingLevel.WARN and finding.hint:
        lines += _wrapped(" " * _INDENT + finding.hint, width)
    return "\n".join(line.rstrip() for line in lines)


def verdict_text(verdict: Verdict, width: int | None) -> str:
    """Return the verdict, its odds, and the next step."""
    parts = [
        "",
        *_wrapped(
            _("verdict: {cause}. {title}").format(cause=verdict.cause.words, title=verdict.title),
            width,
            2,
        ),
    ]
    if verdict.odds:
        parts += _wrapped("  " + verdict.odds, width, 2)
    parts += _wrapped(_("next: {step}").format(step=verdict.next_step), width, 2)
    return "\n".join(parts)


def finding_json(finding: Finding) -> str:
    """Return a check as a JSON object."""
    return json.dumps(
        {
            "check": finding.key.value,
            "level": finding.level.value,
            "title": finding.title,
            "hint": finding.hint,
            "seconds": None if finding.seconds is None else round(finding.seconds, 3),
        }
    )


def verdict_json(verdict: Verdict) -> str:
    """Return the verdict as a JSON object."""
    return json.dumps(
        {
            "verdict": verdict.cause.value,
            "title": verdict.title,
            "odds": verdict.odds,
            "next": verdict.next_step,
            "exit": verdict.exit_code,
        }
    )


def _wrapped(text: str, width: int | None, indent: int = _INDENT) -> list[str]:
    if width is None or width < _LEAST_WIDTH:
        return [text]
    return textwrap.wrap(
        text,
        width,
        subsequent_indent=" " * indent,
        drop_whitespace=True,
        break_on_hyphens=False,
        break_long_words=False,
    ) or [text]
