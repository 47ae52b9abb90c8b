"""The sentences for what can go wrong between two boards."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.i18n import _, ngettext
from semtui.model import Level, Pan
from semtui.radio.effects import Said
from semtui.radio.faults import Fault
from semtui.radio.runner import Work


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a run cannot go on."""

    title: str
    detail: str = ""
    hint: str = ""
    again: bool = False
    """The module has to be set up anew, and then it may go on."""
    no_tcp: bool = False
    """The firmware has no TCP; everything else would work."""


Part = Work[Trouble | None]
"""A procedure that ends with why it cannot go on, or with None where all is done."""


def of_module(fault: Fault) -> Trouble:
    """The module does not answer as it should; the sentences are the link's."""
    return Trouble(fault.title, fault.detail, fault.hint)


def stuck(command: str) -> Trouble:
    """The module stopped answering after it had answered."""
    return Trouble(
        _("The module did not answer {command}.").format(command=command),
        _("It answered before, so it has most likely hung, restarted, or lost a byte."),
        _("If this repeats, check its power supply."),
        again=True,
    )


def refused(command: str, code: str) -> Trouble:
    """The module refused a command that it must know."""
    return Trouble(
        _("The module refused {command} ({code}).").format(command=command, code=code),
        _("Its settings may have been disturbed by another program."),
        _("Unplug it and plug it in again; check that no other program uses it."),
    )


def no_coordinator(pairing_id: str, sweeps: int) -> Trouble:
    """No beacon with our pairing id."""
    return Trouble(
        ngettext(
            "No coordinator with the pairing id {id} answered in {count} sweep.",
            "No coordinator with the pairing id {id} answered in {count} sweeps.",
            sweeps,
        ).format(id=pairing_id, count=sweeps),
        _(
            "The other board is not running yet, is out of reach, has another pairing id, "
            "or was started as a device, too."
        ),
        _("Start it first, with: semtui pingpong --role coordinator"),
    )


def second_coordinator(pairing_id: str, pan: Pan) -> Trouble:
    """Somebody else is coordinator with our pairing id."""
    return Trouble(
        _("Another coordinator has the pairing id {id}, on channel {channel}.").format(
            id=pairing_id, channel=pan.channel
        ),
        _("Both boards were started as coordinator, or a second pair is at work near by."),
        _("Start one side with --role device, or give this pair another --pairing-id."),
    )


def no_noise_heard() -> Trouble:
    """The energy scan brought nothing."""
    return Trouble(
        _("The noise scan brought nothing."),
        _("The module was disturbed while it listened."),
        _("Try again."),
        again=True,
    )


def no_tcp() -> Trouble:
    """SKCONNECT is unknown."""
    return Trouble(
        _("The module's firmware has no TCP (SKCONNECT: ER04)."),
        _("Firmware for the later command references has lost it; nothing is wrong with it."),
        _("Use UDP instead: semtui pingpong --transport udp"),
        no_tcp=True,
    )


def not_connected() -> Trouble:
    """The TCP connection cannot be opened."""
    return Trouble(
        _("The TCP connection to the coordinator could not be opened."),
        _("It is out of reach, its firmware has no TCP, or it holds too many connections."),
        _("Restart the coordinator, or use --transport udp."),
    )


def partner_gone(losses: int) -> Trouble:
    """The partner does not answer any more, and cannot be found."""
    return Trouble(
        _("The other board has vanished: {count} exchanges in a row were lost.").format(
            count=losses
        ),
        _("It was stopped, has lost its power, or was moved out of reach."),
        _("Start the coordinator again, then this side."),
    )


def nobody_came(seconds: float) -> Trouble:
    """The coordinator waited for a first Ping in vain."""
    return Trouble(
        _("No device has sent a Ping in {seconds:.0f} s.").format(seconds=seconds),
        _("The other board is not running, out of reach, or was started as a coordinator, too."),
        _("Start it with: semtui pingpong --role device"),
    )


def said_two_coordinators(pairing_id: str, pan: Pan) -> Said:
    """Several coordinators answered with our pairing id; the best is taken."""
    return Said(
        Level.WARNING,
        _("Several coordinators have the pairing id {id}.").format(id=pairing_id),
        _("The strongest one is taken, on channel {channel}.").format(channel=pan.channel),
        _("Stop the others, or give each pair a --pairing-id of its own."),
    )


def said_not_answering(losses: int) -> Said:
    """The partner is looked for again."""
    return Said(
        Level.WARNING,
        _("{count} exchanges in a row were lost.").format(count=losses),
        _("The coordinator may have been restarted: it has another PAN then."),
        _("It is looked for again."),
    )


def said_found_again(pan: Pan) -> Said:
    """The coordinator has been found again."""
    return Said(
        Level.INFO,
        _("The coordinator is on channel {channel}, PAN {pan:04X}.").format(
            channel=pan.channel, pan=pan.pan_id
        ),
    )


def said_closed_by_peer() -> Said:
    """ETCP 03 came without our asking."""
    return Said(
        Level.WARNING,
        _("The TCP connection was closed."),
        _("The other side closed it, or nothing got through for some 20 seconds."),
        _("It is opened again."),
    )


def said_foreign(count: int) -> Said:
    """Something else is on port 3610."""
    return Said(
        Level.WARNING,
        ngettext(
            "{count} datagram on the port was no Ping or Pong.",
            "{count} datagrams on the port were no Ping or Pong.",
            count,
        ).format(count=count),
        _("Another program or device uses the same PAN; its data is counted and left alone."),
    )


def said_again(trouble: Trouble) -> Said:
    """The module is set up anew."""
    return Said(Level.WARNING, trouble.title, trouble.detail, _("It is set up again."))


def said_silence(seconds: float) -> Said:
    """No Ping has come for a while."""
    return Said(
        Level.INFO,
        _("No Ping for {seconds:.0f} s.").format(seconds=seconds),
        _("The device has ended, is out of reach, or was started as a coordinator, too."),
    )
