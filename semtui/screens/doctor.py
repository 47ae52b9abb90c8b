"""The doctor's page over the running dashboard: the checks as the link has come through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from semtui.doctor.checks import Finding, FindingLevel, check_names, first_failure, not_reached
from semtui.doctor.evidence import Context, link_findings
from semtui.doctor.verdict import Verdict, verdict_of
from semtui.i18n import _
from semtui.screens.page import Page, PageScreen
from semtui.screens.widgets.canvas import Canvas, Run, wrap
from semtui.screens.wording import state_word
from semtui.view import View

_STYLES = {
    FindingLevel.OK: "good",
    FindingLevel.WARN: "warn",
    FindingLevel.FAIL: "bad",
    FindingLevel.SKIPPED: "dim",
}
_SIGN_WIDTH = 6
_NAME_WIDTH = 14
_TIME_WIDTH = 8
_WIDE = 70
"""Cells from which on the text of a check stands beside its name, and the time before it."""


def doctor_rows(view: View, passive: list[Finding], width: int) -> list[list[Run]]:
    """The page: verdict and next step, then the checks; in rows of `width` cells.

    `passive` is what this computer looks like; the rest is what the link has said.
    """
    findings = all_findings(view, passive)
    verdict = verdict_of(findings, view.evidence)
    rows: list[list[Run]] = []
    rows += _verdict_rows(view, verdict, width)
    rows.append([])
    for finding in findings + not_reached(findings):
        rows += _finding_rows(finding, width)
    return rows


def all_findings(view: View, passive: list[Finding]) -> list[Finding]:
    """Return the passive checks, and those of the link where the port lets it run.

    A link that stands proves that the port can be used, whatever the look at it says.
    """
    evidence = view.evidence
    baud = view.settings.port.baud
    of_the_link = link_findings(evidence, Context(baud, baud))
    stands = any(finding.level is FindingLevel.OK for finding in of_the_link)
    if not stands and first_failure(passive) is not None:
        return passive
    return [_softened(finding) if stands else finding for finding in passive] + of_the_link


def _softened(finding: Finding) -> Finding:
    """A failure of a port that works all the same."""
    if finding.level is not FindingLevel.FAIL:
        return finding
    return Finding(finding.key, FindingLevel.WARN, finding.title, finding.hint)


def _verdict_rows(view: View, verdict: Verdict | None, width: int) -> list[list[Run]]:
    trouble = view.trouble
    if trouble is not None:
        rows = _paragraph(trouble.title, "bad", width)
        return rows + _paragraph(trouble.hint or trouble.detail, "", width)
    if verdict is None:
        text = _("Under way: {state}. Nothing has failed so far.").format(
            state=state_word(view.link).word
        )
        return _paragraph(text, "strong", width)
    style = "good" if verdict.exit_code == 0 else "bad"
    title = _("{cause}. {title}").format(cause=verdict.cause.words.upper(), title=verdict.title)
    rows = _paragraph(title, style, width)
    rows += _paragraph(_("Next: {step}").format(step=verdict.next_step), "strong", width)
    if verdict.odds:
        rows += _paragraph(verdict.odds, "dim", width)
    return rows


def _finding_rows(finding: Finding, width: int) -> list[list[Run]]:
    name = check_names()[finding.key]
    sign: Run = (f"{finding.level.sign:<{_SIGN_WIDTH}}", _STYLES[finding.level])
    seconds = "" if finding.seconds is None else f"{finding.seconds:.1f} s"
    hint = finding.hint if finding.level is FindingLevel.WARN else ""
    if width >= _WIDE:
        indent = _SIGN_WIDTH + _NAME_WIDTH + _TIME_WIDTH + 2
        head: list[Run] = [
            sign,
            (f"{name:<{_NAME_WIDTH}}", "key"),
            (f"{seconds:>{_TIME_WIDTH}}  ", "dim"),
        ]
        lines = wrap(finding.title, width - indent) or [""]
        rows = [[*head, (lines[0], "")]]
        rest = lines[1:]
    else:
        indent = _SIGN_WIDTH
        rows = [[sign, (f"{name:<{_NAME_WIDTH}}", "key"), (seconds, "dim")]]
        rest = wrap(finding.title, width - indent)
    rows += [[(" " * indent, ""), (line, "")] for line in rest]
    rows += [[(" " * indent, ""), (line, "dim")] for line in wrap(hint, width - indent)]
    return rows


def _paragraph(text: str, style: str, width: int) -> list[list[Run]]:
    return [[(line, style)] for line in wrap(text, width)]


class DoctorPage(Page):
    """The rows, from the one that is scrolled to."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view
        self.passive: list[Finding] = []

    def paint(self, canvas: Canvas) -> None:
        rows = doctor_rows(self._view, self.passive, canvas.width - 2)
        keys = [("esc", _("Back")), ("F", _("Look again"))]
        self.paint_rows(canvas, _("semtui  Doctor"), rows, keys)


class DoctorScreen(PageScreen[DoctorPage]):
    """The doctor's page above the screen it was asked for on; the port stays open."""

    BINDINGS: ClassVar[list[BindingType]] = [("F", "look_again", "Look again")]
    tells_faults = True
    """No toast need tell them too, and cover a part of the page."""

    def __init__(self, view: View, look: Callable[[], Iterator[Finding]]) -> None:
        """`look` makes the passive checks; it may take a while and runs in a thread."""
        super().__init__(DoctorPage(view))
        self._look = look

    def on_mount(self) -> None:
        """Look at the port at once."""
        self.action_look_again()

    def action_look_again(self) -> None:
        """Make the passive checks anew, beside the screen."""
        self.run_worker(
            lambda: list(self._look()), group="doctor", thread=True, exclusive=True, name="doctor"
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what the look has found."""
        if event.worker.group != "doctor":
            return
        event.stop()
        if event.state is WorkerState.SUCCESS and event.worker.result is not None:
            self.page.passive = event.worker.result
            self.repaint()
