"""The sentences for what can go wrong on the way to the meter, and what to try next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from semtui.i18n import _
from semtui.model import LinkReason, PanaProgress


@unique
class Retry(Enum):
    """What a try begins with."""

    SESSION = "session"
    """Only against a silence: it needs a session that stands."""
    OPEN = "open"
    PROBE = "probe"
    RESET = "reset"
    SCAN = "scan"
    JOIN = "join"

    @property
    def words(self) -> str:
        """What is said of it."""
        return {
            Retry.SESSION: _("renew the session"),
            Retry.OPEN: _("open the port"),
            Retry.PROBE: _("ask the module"),
            Retry.RESET: _("reset the module"),
            Retry.SCAN: _("scan"),
            Retry.JOIN: _("join"),
        }[self]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a state's work failed, in sentences, and where to go on."""

    reason: LinkReason
    title: str
    detail: str
    hint: str
    retry: Retry
    at_once: bool = False
    """Try again without waiting: nothing has been tried yet against this."""


def port_fault(title: str, detail: str, hint: str) -> Fault:
    """The port cannot be opened, or has gone; the sentences are the port's own."""
    return Fault(LinkReason.PORT, title, detail, hint, Retry.OPEN)


def module_silent(port: str) -> Fault:
    """Nothing answers on the port."""
    return Fault(
        LinkReason.MODULE_SILENT,
        _("No Wi-SUN module answers on {port}.").format(port=port),
        _(
            "The port is open, but nothing that was written to it was answered. The module may "
            "have no power, its TX and RX lines may be swapped, another program may have set it "
            "to another speed, or this is the port of something else."
        ),
        _(
            "Check the wiring and the port's name. On a Raspberry Pi check that the serial login "
            "console is off and the serial hardware on."
        ),
        Retry.OPEN,
    )


def module_refused(command: str, code: str) -> Fault:
    """The module answers, but not as SKSTACK-IP for Route B must."""
    return Fault(
        LinkReason.MODULE_REFUSED,
        _("The module refused {command} ({code}).").format(command=command, code=code),
        _(
            "Something answers on the port, but not as a Wi-SUN module for Route B does. It may "
            "be another device, or its firmware is not SKSTACK-IP for Route B; or its settings "
            "were disturbed by another program."
        ),
        _("Unplug the module and plug it in again; check that no other program uses it."),
        Retry.PROBE,
    )


def module_stuck(command: str) -> Fault:
    """The module stopped answering after it had answered."""
    return Fault(
        LinkReason.MODULE_SILENT,
        _("The module did not answer {command}.").format(command=command),
        _("It answered before, so it has most likely hung, restarted, or lost a byte."),
        _("Nothing to do: it will be asked again. If this repeats, check its power supply."),
        Retry.PROBE,
    )


def module_restarting() -> Fault:
    """The module restarts again as soon as it is set up."""
    return Fault(
        LinkReason.MODULE_REFUSED,
        _("The module keeps restarting."),
        _("It loses its settings as soon as it has them: most often its power supply is too weak."),
        _("Give it its own supply, or a powered USB hub; check the RESET line, if it is wired."),
        Retry.PROBE,
    )


def wrong_firmware() -> Fault:
    """The module speaks the binary protocol of BP35C0-J11."""
    return Fault(
        LinkReason.WRONG_FIRMWARE,
        _("This module carries the BP35C0-J11 firmware, which semtui does not speak."),
        _(
            "It is Wi-SUN too, but its commands are binary, not the SKSTACK-IP text commands of "
            "BP35A1, BP35C0 and BP35C2."
        ),
        _("Use a module with SKSTACK-IP firmware; then press n to look again."),
        Retry.PROBE,
    )


def no_pan(sweeps: int) -> Fault:
    """Every sweep ended without a beacon."""
    return Fault(
        LinkReason.NO_PAN,
        _("No meter answered in {sweeps} sweeps over all channels.").format(sweeps=sweeps),
        _(
            "A meter answers only to its own route-B id. So either the radio does not reach it, "
            "or the id is not exactly that of the utility's letter, or the utility has not "
            "switched Route B on yet. The password is not involved in this step."
        ),
        _(
            "Move the antenna nearer to the meter, away from metal; then compare the id with the "
            "letter (semtui setup asks for it again)."
        ),
        Retry.SCAN,
    )


def join_failed(pana: PanaProgress | None) -> Fault:
    """A join has failed: by what the meter said, by its silence, or without a word of it."""
    if pana is None or not pana.messages:
        return _join_unanswered()
    if pana.fell_silent:
        return _join_broken_off(len(pana.messages))
    return _join_refused(len(pana.messages)) if pana.refused else _join_ended(len(pana.messages))


def _join_refused(messages: int) -> Fault:
    """The meter took part in the authentication and ended it with a no."""
    return Fault(
        LinkReason.JOIN_REJECTED,
        _("The meter refused the join (EVENT 24 after {count} PANA messages).").format(
            count=messages
        ),
        _(
            "The meter took part in the authentication and ended it with a no. Most often the "
            "password or the id is not that of the letter."
        ),
        _("Compare id and password with the letter; the command semtui setup asks for them again."),
        Retry.JOIN,
    )


def _join_ended(messages: int) -> Fault:
    """The authentication ended right behind a message of the meter's that is no plain no."""
    return Fault(
        LinkReason.JOIN_REJECTED,
        _("The join was ended (EVENT 24 right after {count} PANA messages).").format(
            count=messages
        ),
        _(
            "The meter took part in the authentication, which ended without a silence, but no "
            "plain no was heard. Either the meter's last message got lost on a weak radio, or the "
            "password or the id is not that of the letter."
        ),
        _("Move the antenna nearer to the meter; if that does not help, compare id and password."),
        Retry.JOIN,
    )


def _join_broken_off(messages: int) -> Fault:
    """The meter took part in the authentication, and then nothing came of it any more."""
    return Fault(
        LinkReason.JOIN_BROKEN_OFF,
        _("The join broke off: silence after {count} PANA messages.").format(count=messages),
        _(
            "The meter began the authentication and did not refuse it; then nothing more came, "
            "until the module gave up. Most likely messages got lost: they are longer than the "
            "beacons of a scan, and need a better radio. Id and password are not in doubt yet."
        ),
        _("Move the antenna nearer to the meter, away from metal; it is tried again by itself."),
        Retry.JOIN,
    )


def _join_unanswered() -> Fault:
    """Not one PANA message came from the meter."""
    return Fault(
        LinkReason.JOIN_UNANSWERED,
        _("The meter did not answer the join."),
        _(
            "Its beacon was heard, but no PANA message came. Either the radio is too weak for "
            "longer messages, or another controller still holds the meter's only session (a dead "
            "one is kept for up to 24 hours)."
        ),
        _("Switch other controllers off (HEMS, an older script); move the antenna."),
        Retry.JOIN,
    )


def send_failed(count: int, retry: Retry, at_once: bool) -> Fault:
    """Joined, but the module cannot put anything on the air."""
    return Fault(
        LinkReason.SEND_FAILED,
        _("The module could not send {count} requests in a row (EVENT 21).").format(count=count),
        _(
            "Either the channel is never free, because something near the antenna disturbs it, or "
            "the meter does not acknowledge what is sent: it is out of reach, or has dropped us."
        ),
        _("Nothing to do at first: the link is renewed. If this repeats, move the antenna."),
        retry,
        at_once,
    )


def meter_silent(misses: int, retry: Retry, at_once: bool) -> Fault:
    """Joined, but requests stay unanswered."""
    return Fault(
        LinkReason.METER_SILENT,
        _("The meter has not answered {count} requests in a row.").format(count=misses),
        _(
            "The session looks alive, but nothing comes back. Meters do this when their side has "
            "dropped the session, for some minutes a day, or when the radio is disturbed."
        ),
        _("Nothing to do: the link is renewed step by step, the mildest first."),
        retry,
        at_once,
    )
