"""What a link that runs tells about its checks: kept from its updates, judged on demand.

The engine does all the work; this only reads what it publishes. So the
command and the dashboard say the same of the same link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from semtui.doctor.checks import CheckKey, Finding, FindingLevel
from semtui.i18n import _, ngettext
from semtui.model import (
    LinkReason,
    LinkSnapshot,
    Pan,
    PanaProgress,
    Reading,
    ScanProgress,
    Step,
    StepKey,
    StepState,
    Update,
)

WEAK_LQI = 0x30
"""Below this, longer messages get lost: about -91 dBm by ROHM's curve."""
GOOD_LQI = 0x60
"""From this on the radio is no matter: about -78 dBm."""

FAILS_AT = {
    LinkReason.PORT: CheckKey.OPEN,
    LinkReason.MODULE_SILENT: CheckKey.MODULE,
    LinkReason.MODULE_REFUSED: CheckKey.MODULE,
    LinkReason.WRONG_FIRMWARE: CheckKey.MODULE,
    LinkReason.NO_PAN: CheckKey.SCAN,
    LinkReason.JOIN_REJECTED: CheckKey.JOIN,
    LinkReason.JOIN_BROKEN_OFF: CheckKey.JOIN,
    LinkReason.JOIN_UNANSWERED: CheckKey.JOIN,
    LinkReason.SEND_FAILED: CheckKey.ANSWER,
    LinkReason.METER_SILENT: CheckKey.ANSWER,
}
"""The check that a failure of the link is the failure of."""


@dataclass(slots=True)
class Evidence:
    """The newest of what the checks need."""

    link: LinkSnapshot | None = None
    fault: LinkSnapshot | None = None
    """The link as it was when it failed last; None since the meter has answered."""
    sweeps: tuple[ScanProgress, ...] = ()
    """The finished sweeps of the last search."""
    reading: Reading | None = None
    """The last poll that the meter answered."""

    def take(self, update: Update) -> None:
        """Keep what `update` says."""
        match update:
            case LinkSnapshot():
                self.link = update
                if update.reason is not None:
                    self.fault = update
                elif step_of(update, StepKey.READING).state is StepState.DONE:
                    self.fault = None
            case ScanProgress() if update.finished is not None:
                before = self.sweeps if update.sweep > 1 else ()
                self.sweeps = (*before, update)
            case Reading() if update.round_trip is not None:
                self.reading = update

    @property
    def judged(self) -> LinkSnapshot | None:
        """The link as it is judged: at its last failure, or now where there was none."""
        return self.fault or self.link

    @property
    def lqi(self) -> int | None:
        """Link quality of the meter that was chosen; None where no scan has measured it."""
        link = self.judged
        if link is None:
            return None
        scanned = None if link.pan is None else link.pan.lqi
        return link.live_lqi if scanned is None else scanned

    @property
    def pana(self) -> PanaProgress | None:
        """The last authentication; None before the first."""
        link = self.judged
        return None if link is None else link.pana

    @property
    def pana_messages(self) -> int:
        """How many messages of the last authentication came from the meter."""
        return 0 if self.pana is None else len(self.pana.messages)

    @property
    def is_refused(self) -> bool:
        """Whether the meter ended the last authentication with a plain no."""
        return self.pana is not None and self.pana.refused


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the link's own words. Secret in parts: never printed."""

    baud: int
    """The speed at which the port is open."""
    set_baud: int
    """The speed that is set."""
    pairing_id: str | None = field(default=None, repr=False)
    """The last eight characters of our id; None where it is not known here."""
    credentials: Finding | None = None
    """What the file of credentials looks like; None: the module's word for it."""
    after_reset: bool = False
    """Whether the module was silent before its RESET line was pulled."""


def link_findings(evidence: Evidence, context: Context) -> list[Finding]:
    """Return the checks that the link has come through, and the one it failed, in order."""
    link = evidence.judged
    findings: list[Finding] = []
    if link is None:
        return findings
    failed = None if link.reason is None else FAILS_AT[link.reason]
    for key, look in _LOOKS:
        if key is failed:
            title = f"{link.title} {link.detail}".strip()
            seconds = step_of(link, _STEPS[key]).seconds
            findings.append(Finding(key, FindingLevel.FAIL, title, link.hint, seconds))
            break
        finding = look(link, evidence, context)
        if finding is None:
            break
        findings.append(finding)
        if finding.level is FindingLevel.FAIL:
            break
    return findings


def step_of(link: LinkSnapshot, key: StepKey) -> Step:
    """Return a step of the link; one still to come where it has not been said."""
    return next((step for step in link.steps if step.key is key), Step(key))


def quality_words(lqi: int) -> str:
    """Return what a link quality means."""
    if lqi < WEAK_LQI:
        return _("weak")
    return _("fair") if lqi < GOOD_LQI else _("good")


def _open(link: LinkSnapshot, _evidence: Evidence, context: Context) -> Finding | None:
    step = step_of(link, StepKey.PORT)
    if step.state is not StepState.DONE:
        return None
    title = _("Open at {baud} baud.").format(baud=context.baud)
    return Finding(CheckKey.OPEN, FindingLevel.OK, title, seconds=step.seconds)


def _module(link: LinkSnapshot, _evidence: Evidence, context: Context) -> Finding | None:
    facts = link.module
    if facts is None:
        return None
    application = facts.app_version or _("unknown")
    title = _("{product}: SKSTACK-IP {version}, application {application}.").format(
        product=facts.product, version=facts.version, application=application
    )
    seconds = step_of(link, StepKey.MODULE).seconds
    if context.after_reset:
        title += " " + _("It was silent before it was reset.")
        hint = _("It had hung. If this repeats, look at its power supply.")
        return Finding(CheckKey.MODULE, FindingLevel.WARN, title, hint, seconds)
    return Finding(CheckKey.MODULE, FindingLevel.OK, title, seconds=seconds)


def _dialect(link: LinkSnapshot, _evidence: Evidence, _context: Context) -> Finding | None:
    if link.module is None:
        return None
    title = (
        _("Dual stack (Route B and HAN): commands with a side.")
        if link.module.dual_stack
        else _("Single stack (Route B): commands without a side.")
    )
    return Finding(CheckKey.DIALECT, FindingLevel.OK, title)


def _display(link: LinkSnapshot, _evidence: Evidence, _context: Context) -> Finding | None:
    if link.module is None:
        return None
    title = (
        _("Binary; read as it is, nothing is written to the module's flash.")
        if link.module.binary_display
        else _("Hex digits.")
    )
    return Finding(CheckKey.DISPLAY, FindingLevel.OK, title)


def _baud(link: LinkSnapshot, _evidence: Evidence, context: Context) -> Finding | None:
    if link.module is None:
        return None
    if context.baud == context.set_baud:
        title = _("It answers at {baud} baud.").format(baud=context.baud)
        return Finding(CheckKey.BAUD, FindingLevel.OK, title)
    title = _("The module answers at {baud} baud, and {set_baud} is set.")
    hint = _("Write baud = {baud} below [port] in config.toml, or set SEMTUI_PORT_BAUD={baud}.")
    return Finding(
        CheckKey.BAUD,
        FindingLevel.FAIL,
        title.format(baud=context.baud, set_baud=context.set_baud),
        hint.format(baud=context.baud),
    )


def _credentials(link: LinkSnapshot, _evidence: Evidence, context: Context) -> Finding | None:
    if context.credentials is not None:
        return None if link.module is None else context.credentials
    step = step_of(link, StepKey.CREDENTIALS)
    if step.state is not StepState.DONE:
        return None
    title = _("The module has taken both; whether they are right shows in the join.")
    return Finding(CheckKey.CREDENTIALS, FindingLevel.OK, title, seconds=step.seconds)


def _scan(link: LinkSnapshot, evidence: Evidence, context: Context) -> Finding | None:
    step = step_of(link, StepKey.SCAN)
    pan = link.pan
    if pan is None or step.state not in (StepState.DONE, StepState.SKIPPED):
        return None
    if step.state is StepState.SKIPPED:
        title = _("Not needed: the meter is remembered on channel {channel}.")
        return Finding(CheckKey.SCAN, FindingLevel.OK, title.format(channel=pan.channel))
    found = evidence.sweeps[-1].pans if evidence.sweeps else (pan,)
    words = [
        ngettext("{count} PAN found.", "{count} PANs found.", len(found)).format(count=len(found)),
        _chosen_words(pan),
    ]
    level, hint = FindingLevel.OK, ""
    if context.pairing_id is not None:
        ours = pan.pairing_id == context.pairing_id
        words.append(_("Its pairing id is ours.") if ours else _("Its pairing id is not ours."))
        if not ours:
            level = FindingLevel.WARN
            hint = _("Compare the last eight characters of the id with the letter.")
    if pan.lqi is not None and pan.lqi < WEAK_LQI:
        level = FindingLevel.WARN
        hint = hint or _("Move the antenna nearer to the meter, away from metal.")
    return Finding(CheckKey.SCAN, level, " ".join(words), hint, step.seconds)


def _chosen_words(pan: Pan) -> str:
    if pan.lqi is None or pan.rssi_dbm is None:
        return _("Channel {channel}; its quality is not known.").format(channel=pan.channel)
    return _("Channel {channel}, LQI {lqi:02X} ({dbm:.0f} dBm): {quality}.").format(
        channel=pan.channel, lqi=pan.lqi, dbm=pan.rssi_dbm, quality=quality_words(pan.lqi)
    )


def _join(link: LinkSnapshot, evidence: Evidence, _context: Context) -> Finding | None:
    step = step_of(link, StepKey.PANA)
    if step.state is not StepState.DONE:
        return None
    count = evidence.pana_messages
    title = ngettext(
        "Joined after {count} PANA message.", "Joined after {count} PANA messages.", count
    ).format(count=count)
    return Finding(CheckKey.JOIN, FindingLevel.OK, title, seconds=step.seconds)


def _answer(link: LinkSnapshot, evidence: Evidence, _context: Context) -> Finding | None:
    reading = evidence.reading
    answered = step_of(link, StepKey.READING).state is StepState.DONE
    if not answered or reading is None or reading.round_trip is None:
        return None
    title = _("The meter answered in {seconds:.2f} s.").format(seconds=reading.round_trip)
    return Finding(CheckKey.ANSWER, FindingLevel.OK, title, seconds=reading.round_trip)


_LOOKS: tuple[tuple[CheckKey, Callable[[LinkSnapshot, Evidence, Context], Finding | None]], ...] = (
    (CheckKey.OPEN, _open),
    (CheckKey.MODULE, _module),
    (CheckKey.DIALECT, _dialect),
    (CheckKey.DISPLAY, _display),
    (CheckKey.BAUD, _baud),
    (CheckKey.CREDENTIALS, _credentials),
    (CheckKey.SCAN, _scan),
    (CheckKey.JOIN, _join),
    (CheckKey.ANSWER, _answer),
)
_STEPS = {
    CheckKey.OPEN: StepKey.PORT,
    CheckKey.MODULE: StepKey.MODULE,
    CheckKey.SCAN: StepKey.SCAN,
    CheckKey.JOIN: StepKey.PANA,
    CheckKey.ANSWER: StepKey.READING,
}
"""The step whose seconds a failed check took."""
