"""One verdict and one next step, from what the checks have found.

The odds are rules of thumb from what users report, not measurements. A weak
radio looks like a wrong password when messages get lost, so a join that
failed is laid to the credentials only where a scan has measured the radio: as
not weak and the meter said no in plain, or as good and the join ended without
a silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from semtui.doctor.checks import PASSIVE, CheckKey, Finding, FindingLevel, first_failure
from semtui.doctor.evidence import GOOD_LQI, WEAK_LQI, Evidence, quality_words
from semtui.i18n import _
from semtui.model import LinkReason, LinkSnapshot

FEW_MESSAGES = 3
"""Fewer PANA messages than this: the authentication was not ended, it broke off."""

WELL_EXIT, CONFIG_EXIT, PORT_EXIT, LINK_EXIT = 0, 2, 3, 4


@unique
class Cause(Enum):
    """What stands in the way."""

    WELL = "all well"
    PORT = "port"
    MODULE = "module"
    RADIO = "radio"
    CREDENTIALS = "credentials"
    METER = "meter"

    @property
    def words(self) -> str:
        """What it is called."""
        return {
            Cause.WELL: _("all well"),
            Cause.PORT: _("port"),
            Cause.MODULE: _("module"),
            Cause.RADIO: _("radio"),
            Cause.CREDENTIALS: _("credentials"),
            Cause.METER: _("meter"),
        }[self]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What it is, how sure that is, and what to do next."""

    cause: Cause
    title: str
    next_step: str
    odds: str = ""
    exit_code: int = LINK_EXIT


def verdict_of(findings: list[Finding], evidence: Evidence) -> Verdict | None:
    """Return the verdict; None while nothing has failed and not all is known."""
    failure = first_failure(findings)
    if failure is None:
        return _all_well(findings, evidence)
    if failure.key in PASSIVE or failure.key is CheckKey.OPEN:
        title = _("The serial port cannot be used.")
        return Verdict(Cause.PORT, title, failure.hint, exit_code=PORT_EXIT)
    if failure.key is CheckKey.CREDENTIALS:
        title = _("The route-B id and password are not there as they must be.")
        return Verdict(Cause.CREDENTIALS, title, failure.hint, exit_code=CONFIG_EXIT)
    if failure.key is CheckKey.SCAN:
        return _not_found()
    if failure.key is CheckKey.JOIN:
        return _not_joined(evidence)
    if failure.key is CheckKey.ANSWER:
        return _not_answered(evidence)
    title = _("The module does not work as a Wi-SUN module for Route B must.")
    if failure.key is CheckKey.BAUD:
        title = _("The module works, at another speed than the one that is set.")
    return Verdict(Cause.MODULE, title, failure.hint)


def _all_well(findings: list[Finding], evidence: Evidence) -> Verdict | None:
    if not any(each.key is CheckKey.ANSWER and each.level is FindingLevel.OK for each in findings):
        return None
    warned = next((each for each in findings if each.level is FindingLevel.WARN), None)
    if _is_weak(evidence):
        title = _("The meter answers, but the radio is weak: expect gaps.")
        step = _("Move the antenna nearer to the meter, away from metal.")
    elif warned is not None:
        title = _("The meter answers, though something is amiss.")
        step = warned.hint
    else:
        title = _("The meter answers.")
        step = _("Nothing to do: semtui shows the readings.")
    return Verdict(Cause.WELL, title, step, exit_code=WELL_EXIT)


def _not_found() -> Verdict:
    return Verdict(
        Cause.RADIO,
        _("No meter answered the scan: most likely the radio does not reach it."),
        _("Move the antenna nearer to the meter, away from metal, and run semtui doctor again."),
        _(
            "Odds: the radio 6 in 10, a route-B id that is not exactly the letter's 3 in 10, "
            "Route B not switched on yet 1 in 10. The password plays no part in a scan."
        ),
    )


def _not_joined(evidence: Evidence) -> Verdict:
    link, messages = evidence.judged, evidence.pana_messages
    unanswered = link is not None and link.reason is LinkReason.JOIN_UNANSWERED
    antenna = _("Move the antenna nearer to the meter, away from metal, and try again.")
    if _is_weak(evidence) and evidence.is_refused:
        return Verdict(
            Cause.RADIO,
            _("The meter refuses the join, and the radio is too weak to trust that."),
            _(
                "Move the antenna nearer to the meter, away from metal; if it refuses there too, "
                "compare id and password with the letter."
            ),
            _("Odds: the radio 5 in 10, the password 5 in 10."),
        )
    if _is_weak(evidence):
        return Verdict(
            Cause.RADIO,
            _("The radio is too weak for the join: beacons are short, its messages are long."),
            antenna,
            _("Odds: the radio 8 in 10, another controller or the password 2 in 10."),
        )
    if (unanswered or messages == 0) and evidence.lqi is not None:
        return Verdict(
            Cause.METER,
            _("The meter is heard well and does not answer: another controller holds it."),
            _(
                "Switch other controllers off (HEMS, an older script, another module), or wait: "
                "a meter gives a dead session up after up to 24 hours."
            ),
            _("Odds: another controller 7 in 10, the radio 3 in 10; not the password."),
        )
    if evidence.lqi is None:
        return _unmeasured(evidence, antenna)
    if evidence.is_refused:
        return _wrong_credentials(_("the password 9 in 10, the radio 1 in 10"), evidence.lqi)
    if evidence.pana is not None and evidence.pana.fell_silent:
        return Verdict(
            Cause.RADIO,
            _("The meter began the join and fell silent: most likely messages got lost."),
            antenna,
            _("Odds: the radio 6 in 10, the meter 3 in 10, the password 1 in 10."),
        )
    if messages < FEW_MESSAGES or evidence.lqi < GOOD_LQI:
        title = _("The join ended without a clear no: most likely messages got lost.")
        if messages < FEW_MESSAGES:
            title = _(
                "The join broke off early, without a clear no: most likely messages got lost."
            )
        return Verdict(
            Cause.RADIO,
            title,
            antenna,
            _("Odds: the radio 6 in 10, the password 4 in 10."),
        )
    return _wrong_credentials(_("the password 7 in 10, the radio 3 in 10"), evidence.lqi)


def _wrong_credentials(odds: str, lqi: int) -> Verdict:
    return Verdict(
        Cause.CREDENTIALS,
        _("The meter takes part in the join and refuses it: the password is not its own."),
        _("Compare id and password with the letter; semtui setup asks for both again."),
        _("Odds: {odds}; the signal is {quality}.").format(odds=odds, quality=quality_words(lqi)),
    )


def _unmeasured(evidence: Evidence, antenna: str) -> Verdict:
    """No scan has said how well the meter is heard: what is not known of the radio comes first."""
    if evidence.pana_messages == 0:
        return Verdict(
            Cause.RADIO,
            _("The meter does not answer the join, and no scan says how well it is heard."),
            antenna,
            _("Odds: the radio 5 in 10, another controller 5 in 10; not the password."),
        )
    if evidence.pana is not None and evidence.pana.fell_silent:
        return Verdict(
            Cause.RADIO,
            _("The meter fell silent in the join, and no scan says how well it is heard."),
            antenna,
            _("Odds: the radio 7 in 10, the meter 2 in 10, the password 1 in 10."),
        )
    return Verdict(
        Cause.RADIO,
        _("The join fails, and no scan says how well the meter is heard."),
        _(
            "Put the antenna right beside the meter and try once more; if it fails there too, "
            "compare id and password with the letter."
        ),
        _("Odds: the radio 5 in 10, the password 5 in 10."),
    )


def _not_answered(evidence: Evidence) -> Verdict:
    link = evidence.judged
    if _is_weak(evidence) or _is_unsent(link):
        return Verdict(
            Cause.RADIO,
            _("Joined, but requests get lost on the air."),
            _("Move the antenna nearer to the meter, away from metal and from other radios."),
            _("Odds: the radio 8 in 10, the meter 2 in 10. Id and password are right."),
        )
    return Verdict(
        Cause.METER,
        _("Joined, but the meter answers no request."),
        _("Wait ten minutes and run semtui doctor again: many meters are deaf for some minutes."),
        _("Odds: the meter 8 in 10, the radio 2 in 10. Id and password are right."),
    )


def _is_unsent(link: LinkSnapshot | None) -> bool:
    return link is not None and link.reason is LinkReason.SEND_FAILED


def _is_weak(evidence: Evidence) -> bool:
    return evidence.lqi is not None and evidence.lqi < WEAK_LQI
