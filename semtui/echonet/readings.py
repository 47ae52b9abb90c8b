"""From a finished round of questions to the value that screens and files get."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from semtui.echonet.energy import decode_register
from semtui.echonet.facts import FactBook
from semtui.echonet.pair import Pair
from semtui.echonet.power import decode_currents, decode_power
from semtui.echonet.values import PropertyError, ValueStatus
from semtui.i18n import _
from semtui.model import EnergyReading, Reading, ReadingStatus

POWER = 0xE7
CURRENTS = 0xE8
NORMAL = 0xE0
REVERSE = 0xE3


def make_reading(poll: Pair, at: datetime, now: float, failure: ReadingStatus | None) -> Reading:
    """The reading of a round of E7 and E8; `failure`: why the round ended early, if it did.

    `at` and `now` are when it ended; the reading tells when the watts came, if they did.
    """
    watts = r_ampere = t_ampere = None
    malformed = no_power = False
    if (edt := poll.values.get(POWER)) is not None:
        try:
            watts = decode_power(edt).watts
        except PropertyError:
            malformed = True
        else:
            no_power = watts is None
    if (edt := poll.values.get(CURRENTS)) is not None:
        try:
            currents = decode_currents(edt)
        except PropertyError:
            malformed = True
        else:
            r_ampere, t_ampere = currents.r_ampere, currents.t_ampere
    if malformed:
        status = ReadingStatus.MALFORMED
    elif no_power:
        status = ReadingStatus.NO_DATA
    elif not poll.values:
        status = failure or ReadingStatus.REFUSED
    elif watts is None or (r_ampere is None and CURRENTS in poll.wanted):
        status = ReadingStatus.PARTIAL
    else:
        # A missing T phase is no loss: single-phase two-wire meters have none.
        status = ReadingStatus.OK
    round_trip = poll.round_trip if poll.values or poll.refused else None
    if poll.moment is not None:
        now, at = poll.moment
    return Reading(at, now, watts, r_ampere, t_ampere, round_trip, status)


def make_energy_reading(registers: Pair, book: FactBook, at: datetime, now: float) -> EnergyReading:
    """The reading of a round of E0 and E3, in kWh as far as the meter's scale is known."""
    normal, why_normal = _side(registers, NORMAL, book)
    reverse, why_reverse = _side(registers, REVERSE, book)
    if registers.moment is not None:
        now, at = registers.moment
    reasons = dict.fromkeys(reason for reason in (why_normal, why_reverse) if reason)
    return EnergyReading(at, now, normal, reverse, "; ".join(reasons))


def _side(registers: Pair, epc: int, book: FactBook) -> tuple[Decimal | None, str]:
    """A register in kWh, or None and why; a register that the meter lacks needs no excuse."""
    edt = registers.values.get(epc)
    if edt is None:
        if epc in registers.refused:
            return None, _("the meter refuses the register")
        if epc in registers.wanted:
            return None, _("the register was left out after a lost answer")
        return None, ""
    try:
        register = decode_register(edt)
    except PropertyError as error:
        return None, _("the register cannot be read ({why})").format(why=error)
    if register.status is ValueStatus.NO_DATA:
        return None, _("the meter has no value")
    if register.status is not ValueStatus.OK:
        return None, _("the register is out of range")
    if book.scale is None:
        return None, book.scale_problem
    return register.kwh(book.scale), ""
