"""What is done in each state, as procedures: they yield commands and waits, take the answers,
and return the signal with which the state ends.

Each procedure is the work of one state of `states.TRANSITIONS`. It does no
I/O: the link runs it, with one command in flight at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Protocol

from semtui.model import LinkState, ModuleFacts, StepKey
from semtui.radio import commands, faults
from semtui.radio.commands import Command
from semtui.radio.dialect import Dialect, dialect_of, product_name
from semtui.radio.events import (
    AppVersion,
    EnergyScan,
    Event,
    Info,
    LinkLocalAddress,
    ModuleEvent,
    Ok,
    Udp,
    Version,
)
from semtui.radio.faults import Fault, Retry
from semtui.radio.search import number
from semtui.radio.slot import Answer, Outcome, Wait, is_event
from semtui.radio.states import Signal
from semtui.radio.work import Work

Procedure = Generator[Command | Wait, Answer, Signal | Fault]

QUIET = 0.1
"""Seconds after a line end in which a half line's FAIL comes."""
PROBE_TIMEOUT = 1.5
"""Seconds to wait for SKVER, which is asked several times."""
RESET_LOW = 0.02
"""Seconds for which RESET is held low; the module wants 1 ms."""
RESET_WAIT = 3.0
"""Seconds after RESET before the module listens."""
OLD_SESSION_WAIT = 3.0
"""Seconds to let the module end a session that an earlier program left."""
SWEEP_SLACK = 1.3
"""A sweep may take this much longer than by the formula, and 5 s."""
SWEEP_EXTRA = 5.0
LATE_BEACON = 0.5
"""Seconds behind the end of a sweep in which the beacon that it heard may still be printed."""
JOIN_TIMEOUT = 60.0
"""EVENT 24 comes after 38 to 40 s when nobody answers."""
RENEWAL_TIMEOUT = 60.0
"""Renewals took up to 42 s in the field."""
NOISE_DURATION = 4
"""Duration factor of an ED scan: about five seconds for all channels."""
NOISE_SLACK = 3.0
"""An ED scan was seen to take this much longer than the formula for active scans says."""


class Probed(Protocol):
    """What wants to know which module is on its port."""

    reset_wired: bool
    port_name: str
    j11_seen: bool
    dialect: Dialect
    module: ModuleFacts | None

    def reset_line(self, *, low: bool) -> None: ...
    def step_begins(self, key: StepKey) -> None: ...
    def step_done(self, key: StepKey, detail: str = "") -> None: ...


def probe(link: Probed) -> Procedure:
    """Find out what is on the port; ends half lines and announced data first."""
    if link.reset_wired:
        link.reset_line(low=True)
        yield Wait(RESET_LOW)
        link.reset_line(low=False)
        yield Wait(RESET_WAIT)
    link.step_begins(StepKey.MODULE)
    version = None
    refusal = ""
    for prelude in (commands.LINE_END, commands.LINE_END, commands.DATA_END, commands.J11_VERSION):
        yield prelude
        yield Wait(QUIET)
        if prelude is commands.J11_VERSION:
            yield Wait(PROBE_TIMEOUT)
        if link.j11_seen:
            return faults.wrong_firmware()
        answer = yield commands.version(PROBE_TIMEOUT)
        version = answer.first(Version)
        if version is not None:
            break
        refusal = answer.code or refusal
    if version is None:
        return (
            faults.module_refused("SKVER", refusal)
            if refusal
            else faults.module_silent(link.port_name)
        )
    answer = yield from _insist(commands.info())
    if answer.ok and answer.first(Info) is None:
        answer = yield commands.info()  # That OK was a late one, to an earlier command.
    info = answer.first(Info)
    if info is None:
        return faults.module_refused("SKINFO", answer.code or answer.outcome.value)
    link.dialect = dialect_of(info)
    app_version = (yield commands.app_version()).first(AppVersion)
    link.step_begins(StepKey.DISPLAY)
    display = (yield from _insist(commands.display_mode())).first(Ok)
    product_commands = display is not None and display.value is not None
    link.module = ModuleFacts(
        version=version.version,
        app_version=None if app_version is None else app_version.version,
        product=product_name(link.dialect.side is not None, product_commands, info.mac),
        dual_stack=link.dialect.side is not None,
        binary_display=display is not None and display.value == "00",
        mac=info.mac,
        address=info.address,
        port=link.port_name,
    )
    link.step_done(StepKey.MODULE, f"{link.module.product} {version.version}")
    link.step_done(StepKey.DISPLAY, "binary" if link.module.binary_display else "hex")
    return Signal.DONE


def configure(link: Work) -> Procedure:
    """Set the module up: an old session ended, defaults, echo off, password and id."""
    link.step_begins(StepKey.CREDENTIALS)
    yield from _end_session(link, OLD_SESSION_WAIT)
    setup = [commands.reset(), commands.write_register("FE", "0")]
    if link.dialect.reports_lqi:
        setup.append(commands.write_register("A2", "1"))
    setup.append(commands.set_password(link.credentials.password))
    setup.append(commands.set_route_b_id(link.credentials.route_b_id))
    for command in setup:
        answer = yield from _insist(command)
        if answer.outcome is Outcome.TIMEOUT:
            return faults.module_stuck(command.shown)
        optional = command.shown == "SKSREG SA2 1"
        if not answer.ok and not optional:
            return faults.module_refused(command.shown, answer.code)
    link.echo_is_off = True
    link.limit_read((yield commands.read_register("FB")))
    link.step_done(StepKey.CREDENTIALS)
    return Signal.PAN_KNOWN if link.use_known_pan() else Signal.DONE


def scan(link: Work) -> Procedure:
    """Sweep the channels with rising duration until our meter answers."""
    if link.session.may_be_held:
        yield from _end_session(link, OLD_SESSION_WAIT)
    durations = link.policy.scan_durations
    sweeps = 0
    for sweep, duration in enumerate(durations, start=1):
        if not (yield from _may_send(link)):
            return faults.module_stuck("SKSREG SFB")
        link.sweep_begins(sweep, duration)
        answer = yield commands.active_scan(link.dialect, duration)
        if answer.code == "ER06" and sweep > 1:
            break  # Some firmware refuses long sweeps; the shorter ones have been made.
        if answer.outcome is Outcome.FAILED:
            return _unanswered("SKSCAN", answer)
        seconds = commands.scan_seconds(duration) * SWEEP_SLACK + SWEEP_EXTRA
        answer = yield from _wait_behind(answer, seconds, is_event("22"))
        if answer.ok and link.search.best() is None:
            yield Wait(LATE_BEACON)
        if link.sweep_ends():
            return Signal.DONE
        if not answer.ok:
            return faults.module_stuck("SKSCAN")
        sweeps = sweep
    return faults.no_pan(sweeps)


def resolve(link: Work) -> Procedure:
    """Learn the meter's IPv6 address."""
    link.step_begins(StepKey.ADDRESS)
    answer = yield from _insist(commands.link_local_address(link.chosen_pan.mac))
    address = answer.first(LinkLocalAddress)
    if address is None:
        return _unanswered("SKLL64", answer)
    link.meter_address = address.address
    link.step_done(StepKey.ADDRESS)
    return Signal.DONE


def join(link: Work) -> Procedure:
    """Tune to the PAN and authenticate."""
    pan, address = link.chosen_pan, link.address
    for command in (
        commands.write_register("2", f"{pan.channel:02X}"),
        commands.write_register("3", f"{pan.pan_id:04X}"),
    ):
        answer = yield from _insist(command)
        if not answer.ok:
            return _unanswered(command.shown, answer)
    if not (yield from _may_send(link)):
        return faults.module_stuck("SKSREG SFB")
    link.join_begins()
    answer = yield commands.join(address)
    if not answer.ok and not _has_begun(answer):
        return _unanswered("SKJOIN", answer)
    answer = yield from _wait_behind(answer, JOIN_TIMEOUT, is_event("24", "25", address=address))
    joined = is_event("25", address=address)
    if any(joined(event) for event in answer.events):
        return Signal.JOINED
    return link.join_failed()


def renew(link: Work) -> Procedure:
    """Wait for the module to renew the session; nothing may be sent meanwhile."""
    answer = Answer(Outcome.OK)
    if link.renewal_is_ours:
        answer = yield commands.rejoin()
        if answer.outcome is Outcome.FAILED:
            return Signal.ENDED
        if not answer.ok and not _has_begun(answer):
            return Signal.STUCK
    ends = is_event("24", "25", address=link.address)
    answer = yield from _wait_behind(answer, RENEWAL_TIMEOUT, ends)
    joined = is_event("25", address=link.address)
    return Signal.JOINED if any(map(joined, answer.events)) else Signal.ENDED


def terminate(link: Work) -> Procedure:
    """End the session, so that the meter is free for another controller at once."""
    if link.session.may_be_held:
        yield from _end_session(link, link.policy.terminate_seconds)
    return Signal.DONE


def idle(link: Work) -> Procedure:
    """Nothing to do but what comes; while the send-time limit holds, ask whether it still does."""
    while True:
        yield Wait(link.policy.limit_poll_seconds)
        if link.limit.holds and link.runner.is_free and not (yield from _ask_for_limit(link)):
            return Signal.STUCK


def check(link: Work) -> Procedure:
    """Ask the module whether it has restarted, then go on as `idle` does.

    One that echoes the question is known by that alone; one that keeps its echo
    off in its flash, by a PAN that is not the meter's; one with other firmware, which took
    the question for the rest of what it waits for, by refusing a command without arguments.
    What would cost the session is asked once more: a byte may have been lost on the line.
    """
    for is_second in (False, True):
        answer = yield commands.info()
        info = answer.first(Info)
        pan_id = None if info is None else number(info.pan_id)
        if pan_id == link.chosen_pan.pan_id:
            break
        if is_second and (pan_id is not None or answer.code in ("ER04", "ER05", "ER06")):
            return Signal.RESTARTED
        if is_second and answer.outcome is Outcome.TIMEOUT:
            return Signal.STUCK
    return (yield from idle(link))


def listen(link: Work) -> Procedure:
    """Hear how much noise there is on each channel, then go on with what the state does."""
    link.noise_scan_begins()
    answer = yield commands.energy_scan(link.dialect, NOISE_DURATION)
    if answer.ok:
        seconds = commands.scan_seconds(NOISE_DURATION) * NOISE_SLACK + SWEEP_EXTRA
        answer = yield Wait(seconds, lambda event: isinstance(event, EnergyScan))
    link.noise_scan_ends(answer.first(EnergyScan))
    if link.state is LinkState.READY:
        return (yield from idle(link))
    return Signal.DONE


def _end_session(link: Work, seconds: float) -> Generator[Command | Wait, Answer, None]:
    """Have the module end whatever session it has; ER10 says that it has none."""
    answer = yield commands.terminate()
    if answer.ok or _has_begun(answer):
        answer = yield from _wait_behind(answer, seconds, is_event("27", "28"))
    if answer.ok or answer.code == "ER10":
        link.session.end()


def _may_send(link: Work) -> Generator[Command | Wait, Answer, bool]:
    """Wait until the send-time limit is over; False where the module does not answer.

    Under it the module would cancel each frame of a scan or a join, which then looks like a
    meter that is not there.
    """
    while link.limit.holds:
        yield Wait(link.policy.limit_poll_seconds, is_event("33"))
        if link.limit.holds and not (yield from _ask_for_limit(link)):
            return False
    return True


def _ask_for_limit(link: Work) -> Generator[Command | Wait, Answer, bool]:
    """Ask whether the send-time limit holds; False where the module does not answer."""
    answer = yield from _insist(commands.read_register("FB"))
    link.limit_read(answer)
    return answer.outcome is not Outcome.TIMEOUT


def _insist(command: Command) -> Generator[Command | Wait, Answer, Answer]:
    """Give a command, once more where no answer came; only for one that does no harm twice."""
    answer = yield command
    if answer.outcome is Outcome.TIMEOUT:
        answer = yield command
    return answer


def _has_begun(answer: Answer) -> bool:
    """Whether a command without an OK shows its effect: the OK was lost, then."""
    is_at_work = answer.outcome is Outcome.TIMEOUT
    return is_at_work and any(isinstance(event, Event | Udp) for event in answer.events)


def _wait_behind(
    answer: Answer, seconds: float, accept: Callable[[ModuleEvent], bool]
) -> Generator[Command | Wait, Answer, Answer]:
    """Wait for an event, which may have come before the command's OK."""
    early = tuple(event for event in answer.events if accept(event))
    if early:
        return Answer(Outcome.OK, events=early)
    return (yield Wait(seconds, accept))


def _unanswered(command: str, answer: Answer) -> Fault:
    if answer.outcome is Outcome.TIMEOUT:
        return faults.module_stuck(command)
    return faults.module_refused(command, answer.code)


PROCEDURES: dict[LinkState, Callable[[Work], Procedure]] = {
    LinkState.PROBING: probe,
    LinkState.CONFIGURING: configure,
    LinkState.SCANNING: scan,
    LinkState.RESOLVING: resolve,
    LinkState.JOINING: join,
    LinkState.READY: idle,
    LinkState.REAUTHENTICATING: renew,
    LinkState.TERMINATING: terminate,
}
"""The work of each state; the others only wait."""

RETRY_SIGNALS = {
    Retry.PROBE: Signal.RETRY_PROBE,
    Retry.RESET: Signal.RETRY_RESET,
    Retry.SCAN: Signal.RETRY_SCAN,
    Retry.JOIN: Signal.RETRY_JOIN,
}
