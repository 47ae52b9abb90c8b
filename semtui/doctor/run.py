"""`semtui doctor`: the checks in their order, on the real engine, up to the first failure."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TextIO

from semtui import signals
from semtui.clock import Clock
from semtui.config import Settings
from semtui.doctor import printing
from semtui.doctor.checks import CheckKey, Finding, FindingLevel, first_failure, not_reached
from semtui.doctor.evidence import Context, Evidence, link_findings, step_of
from semtui.doctor.verdict import CONFIG_EXIT, Cause, Verdict, verdict_of
from semtui.engine import Engine
from semtui.errors import GpioError, InputError
from semtui.hub import Hub
from semtui.i18n import _
from semtui.lines import ResetPin
from semtui.model import (
    Credentials,
    LinkReason,
    LinkSnapshot,
    LinkState,
    ScanProgress,
    StepKey,
    StepState,
    Update,
)
from semtui.radio.port_opening import PortOpener
from semtui.streams import Printer

LIMIT = 900.0
"""Seconds after which a link that has neither failed nor answered is given up."""
OTHER_RATES = (9600, 57600, 38400, 19200, 2400, 4800, 115200)
"""Speeds that are tried where nothing answers, the likeliest first."""
NOBODY = Credentials("0" * 32, "0" * 12)
"""Stands in where there are no credentials; the module is only asked what it is then."""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is to be looked at."""

    settings: Settings
    credentials: Credentials | None
    """None where they are missing or refused."""
    credentials_finding: Finding
    look: Callable[[], Iterator[Finding]]
    """The checks that send nothing to the module."""
    opener: Callable[[int], PortOpener]
    """Opens the port at a speed."""
    has_speed: bool
    """Whether the speed can be chosen; it cannot on a plain network socket."""
    clock: Clock
    reset_line: Callable[[], AbstractContextManager[ResetPin]] | None = None
    """Takes the module's RESET line, or raises GpioError; None where it is not wired."""


class Deadline(threading.Event):
    """Set by hand, by another event, or by the time."""

    def __init__(self, clock: Clock, seconds: float, other: threading.Event) -> None:
        super().__init__()
        self._clock = clock
        self._end = clock.monotonic() + seconds
        self._other = other

    def is_set(self) -> bool:
        """Whether the engine is to end."""
        late = self._clock.monotonic() >= self._end
        return super().is_set() or self._other.is_set() or late


class DoctorRun:
    """Makes the checks and prints them as they end."""

    def __init__(self, patient: Patient, out: TextIO, talk: TextIO, *, as_json: bool) -> None:
        """Findings and verdict go to `out`, what is being waited for to `talk`."""
        self._patient = patient
        self._out = Printer(out)
        self._talk = Printer(talk)
        self._json = as_json
        self._width = shutil.get_terminal_size().columns if out.isatty() else None
        self.findings: list[Finding] = []
        self._told: set[CheckKey] = set()
        self.evidence = Evidence()
        self._interrupted = threading.Event()
        self._stopped = threading.Event()
        self._left = threading.Event()
        self._engine: Engine | None = None
        self._said: set[str] = set()

    def run(self) -> int:
        """Make the checks here and return the exit code; signals end the session first."""
        watcher = signals.Watcher(self)
        try:
            verdict = self.examine()
        finally:
            self._stopped.set()
            self._left.set()
        if self._out.is_broken and not self._out.reader_left:
            raise InputError(_("The result could not be written."), str(self._out.error))
        return watcher.exit_code(0 if verdict is None else verdict.exit_code)

    def examine(self) -> Verdict | None:
        """Make the checks and print them; None when it was interrupted."""
        self._look()
        if first_failure(self.findings) is None and not self._interrupted.is_set():
            self._listen()
        if self._interrupted.is_set():
            return None
        verdict = verdict_of(self.findings, self.evidence) or _unfinished(self.evidence.link)
        if not self._patient.settings.port.url and verdict.cause is Cause.PORT:
            verdict = replace(verdict, exit_code=CONFIG_EXIT)
        for finding in not_reached(self.findings):
            self._tell(finding)
        line = printing.verdict_json(verdict) if self._json else None
        self._out.line(line or printing.verdict_text(verdict, self._width))
        return verdict

    # What the signal thread calls

    def request_stop(self) -> None:
        self._interrupted.set()
        engine = self._engine
        if engine is not None:
            engine.wake()

    def wait_stopped(self, seconds: float) -> bool:
        return self._stopped.wait(seconds)

    def leave(self) -> None:
        """Nothing more to ask for: the run ends with the engine."""

    def wait_left(self, seconds: float) -> bool:
        return self._left.wait(seconds)

    def rescue(self) -> None:
        """Nothing is kept that would have to be saved."""

    # The checks

    def _look(self) -> None:
        """The checks that send nothing, up to the first failure."""
        for finding in self._patient.look():
            self.findings.append(finding)
            self._tell(finding)
            if finding.level is FindingLevel.FAIL or self._interrupted.is_set():
                return

    def _listen(self) -> None:
        """The checks by the engine; at other speeds too, where nothing answers at the set one."""
        before = list(self.findings)
        set_baud = self._patient.settings.port.baud
        context = self._run_engine(set_baud, before)
        if self._never_answered() is not None and not self._interrupted.is_set():
            context = self._reset_and_run(before) or context
        silent = self._never_answered()
        if silent is not None and self._patient.has_speed:
            for baud in OTHER_RATES:
                if baud == set_baud or self._interrupted.is_set():
                    continue
                self._say(_("Nothing answers; trying {baud} baud.").format(baud=baud))
                found = self._run_engine(baud, before)
                if self.evidence.link is not None and self.evidence.link.module is not None:
                    context = found
                    break
            else:
                self.evidence = Evidence(silent, silent)
        self.findings = before + link_findings(self.evidence, context)
        for finding in self.findings:
            self._tell(finding)

    def _never_answered(self) -> LinkSnapshot | None:
        """The link as it failed, where nothing at all answered on the port."""
        fault = self.evidence.fault
        silent = fault is not None and fault.reason is LinkReason.MODULE_SILENT
        return fault if silent and fault is not None and fault.module is None else None

    def _reset_and_run(self, before: list[Finding]) -> Context | None:
        """Wake a module that hangs by its RESET line, and look again; None where that is not wired.

        It costs four seconds, and without it a module that hangs looks like none at all.
        """
        if self._patient.reset_line is None:
            return None
        self._say(_("Nothing answers; resetting the module by its RESET line."))
        try:
            with self._patient.reset_line() as line:
                return self._run_engine(self._patient.settings.port.baud, before, line)
        except GpioError as error:
            self._say(f"{error.title} {error.hint}".strip())
            return None

    def _run_engine(
        self, baud: int, before: list[Finding], reset_pin: ResetPin | None = None
    ) -> Context:
        """Run the engine up to a failure, the first reading, or as far as is of use."""
        patient = self._patient
        credentials = patient.credentials or NOBODY
        context = Context(
            baud,
            patient.settings.port.baud,
            credentials.route_b_id[-8:],
            patient.credentials_finding,
            after_reset=reset_pin is not None,
        )
        for_module_only = patient.credentials is None or baud != patient.settings.port.baud
        evidence = self.evidence = Evidence()
        stop = Deadline(patient.clock, LIMIT, self._interrupted)

        def follow(update: Update) -> None:
            if stop.is_set():
                return
            evidence.take(update)
            self._talk_of(update)
            if _is_enough(evidence, for_module_only):
                stop.set()
            for finding in link_findings(evidence, context):
                if finding.level is not FindingLevel.FAIL:
                    self._tell(finding)

        hub = Hub()
        hub.subscribe(follow)
        self._engine = Engine(
            open_port=patient.opener(baud),
            credentials=credentials,
            settings=patient.settings,
            clock=patient.clock,
            reset_pin=reset_pin,
        )
        self._engine.run(stop, hub.publish)
        return context

    # Printing

    def _tell(self, finding: Finding) -> None:
        """Print a check once."""
        if finding.key in self._told:
            return
        self._told.add(finding.key)
        line = printing.finding_json(finding) if self._json else None
        self._out.line(line or printing.finding_text(finding, self._width))

    def _talk_of(self, update: Update) -> None:
        """Say what is being waited for, where that may take long."""
        match update:
            case ScanProgress() if update.finished is None:
                self._say(
                    _("Sweep {sweep} of {sweeps} over all channels: {seconds:.0f} s.").format(
                        sweep=update.sweep, sweeps=update.sweeps, seconds=update.expected
                    )
                )
            case LinkSnapshot(state=LinkState.JOINING):
                self._say(_("Joining: 2 to 5 s when all is well, about 40 s when not."))
            case LinkSnapshot(state=LinkState.READY):
                self._say(_("Waiting for the first answer."))

    def _say(self, text: str) -> None:
        """Talk, once the same."""
        if not self._json and text not in self._said:
            self._said.add(text)
            self._talk.line(f"      {text}")


def _is_enough(evidence: Evidence, for_module_only: bool) -> bool:
    """Whether the engine need go no further."""
    link = evidence.link
    if link is None:
        return False
    if evidence.fault is not None or (for_module_only and link.module is not None):
        return True
    answered = step_of(link, StepKey.READING).state is StepState.DONE
    return answered and evidence.reading is not None


def _unfinished(link: LinkSnapshot | None) -> Verdict:
    if link is not None and link.arib_limited:
        return Verdict(
            Cause.MODULE,
            _("The module has used up its send time, and sends nothing for now."),
            _("Stop what else sends through it, wait an hour, and run semtui doctor again."),
        )
    return Verdict(
        Cause.METER,
        _("The link neither failed nor brought an answer within {n:.0f} minutes.").format(
            n=LIMIT / 60
        ),
        _("Run semtui doctor again; if this repeats, watch the Link screen (key 2)."),
    )
