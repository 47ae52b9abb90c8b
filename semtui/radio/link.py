"""The link to the meter: one state machine, fed with bytes and time, that asks for effects.

It does no I/O and reads no clock. Its owner gives it what came from the port
(`receive`), lets time pass (`tick`), and carries out what it asks for
(`take_effects`). The states' own work is in `procedures`, the way from state
to state in `states`; beside them stand the command slot (`runner`) and the
send permit (`can_send`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from semtui.i18n import _
from semtui.model import (
    Credentials,
    LinkReason,
    LinkSnapshot,
    LinkState,
    ModuleFacts,
    Pan,
    StepKey,
)
from semtui.radio import commands, effects, faults, notes
from semtui.radio.backoff import Backoff
from semtui.radio.commands import Command
from semtui.radio.dialect import J11_MARK, SINGLE, Dialect
from semtui.radio.effects import Effect, SendOutcome
from semtui.radio.events import Echo, EnergyScan, Event, ModuleEvent, PanDescription, Udp
from semtui.radio.faults import Fault, Retry
from semtui.radio.masking import OwnSecrets
from semtui.radio.parser import Parser
from semtui.radio.permit import SendLimit
from semtui.radio.policy import LinkPolicy
from semtui.radio.procedures import PROCEDURES, RETRY_SIGNALS
from semtui.radio.runner import Runner
from semtui.radio.search import Search, noise_levels, number
from semtui.radio.sends import SendResults
from semtui.radio.session import Session
from semtui.radio.slot import Answer, Outcome, send_result
from semtui.radio.snapshots import snapshot_of
from semtui.radio.states import SESSION_STATES, SIGNALS_OF_A_NEW_SEARCH, TRANSITIONS, Signal
from semtui.radio.steps import Steps

_RESTART_WINDOW = 60.0
"""Seconds within which a second restart of the module means that it does not come up."""


class Link:
    """The state machine of one module and one meter."""

    def __init__(
        self,
        credentials: Credentials,
        policy: LinkPolicy,
        *,
        cached: tuple[Pan, str] | None = None,
        reset_wired: bool = False,
        random_source: random.Random | None = None,
    ) -> None:
        """`cached` is the PAN and meter address of an earlier run."""
        self.credentials = credentials
        self.policy = policy
        self.reset_wired = reset_wired
        self.state = LinkState.CLOSED
        self.changed = True
        """Whether `snapshot` would differ from the last one taken."""
        self.dialect: Dialect = SINGLE
        self.module: ModuleFacts | None = None
        self.pan: Pan | None = None
        self.meter_address: str | None = None
        self.echo_is_off = False
        self.limit = SendLimit()
        self.j11_seen = False
        self.port_name = ""
        self.joins = 0
        self.scans = 0
        self.sends = SendResults()
        self.renewal_is_ours = False
        """Whether the renewal that goes on was asked for by us, not begun by the module."""
        self.session = Session()
        self.runner: Runner[Signal | Fault] = Runner(self)
        self.steps = Steps()
        self.search = Search(credentials.route_b_id[-8:])
        self._cached = cached if policy.cached_join else None
        self.from_cache = False
        self.backoff = Backoff(policy, random_source or random.Random())
        self._now = 0.0
        self._at: datetime | None = None
        self.since = 0.0
        self._parser = Parser()
        self._effects: list[Effect] = []
        self.port_open = False
        self._stop_by: float | None = None
        self._join_failures = 0
        self.listening = False
        self._restarted_at = -_RESTART_WINDOW
        self._tail = b""
        self._secrets = OwnSecrets(credentials.route_b_id, credentials.password)

    # What the owner calls

    def start(self, now: float) -> None:
        """Begin: asks for the port to be opened."""
        self._now = self.since = now
        self.step_begins(StepKey.PORT)
        self._effects.append(effects.OpenPort())

    def port_opened(self, name: str, now: float) -> None:
        """The port that was asked for is open."""
        self._now = now
        self.port_name = name
        self.port_open = True
        self._parser = Parser()
        self.runner.clear()
        self.limit = SendLimit()
        self.step_done(StepKey.PORT, name)
        self._signal(Signal.OPENED)

    def port_lost(self, title: str, detail: str, hint: str, now: float) -> None:
        """The port could not be opened, or has gone; the sentences say why."""
        self._now = now
        self.port_open = False
        self.runner.clear()
        self.session.leave()
        self.steps.undo(StepKey.PORT)
        self.backoff.fault = faults.port_fault(title, detail, hint)
        self._signal(Signal.LOST)

    def receive(self, data: bytes, now: float, at: datetime) -> None:
        """Take in what came from the port; `at` is the wall clock, for what a scan finds."""
        self._now, self._at = now, at
        if self.state is LinkState.PROBING:
            self._tail = self._tail[-len(J11_MARK) :] + data
            self.j11_seen = self.j11_seen or J11_MARK in self._tail
        for event, raw in self._parser.hear(data):
            shown = self._secrets.mask_text(event.shown)
            self._effects.append(effects.Heard(shown, self._secrets.mask_wire(raw)))
            self._take(event)

    def tick(self, now: float) -> None:
        """Let time pass: deadlines, back-off."""
        self._now = now
        self.runner.tick(now)
        if self._stop_by is not None and now >= self._stop_by:
            self._stop_by = None
            self._signal(Signal.DONE)
        if self.backoff.is_over(now):
            self._retry()

    def next_deadline(self) -> float | None:
        """Return the stamp at which `tick` has something to do; None when nothing is due."""
        stamps = (self.backoff.retry_at, self._stop_by, self.runner.next_deadline)
        return min((stamp for stamp in stamps if stamp is not None), default=None)

    def take_effects(self) -> list[Effect]:
        """Return what is to be done, in order, and forget it."""
        asked, self._effects = self._effects, []
        return asked

    @property
    def can_send(self) -> bool:
        """The send permit: a session that is not being renewed, no limit, a free slot."""
        free = self.runner.is_free and not self.listening
        return self.state is LinkState.READY and not self.limit.holds and free

    def send(self, payload: bytes, now: float, *, to_all: bool = False) -> None:
        """Send a datagram to the meter, or to all nodes; a `Sent` effect tells what became of it.

        Only when `can_send`; otherwise ValueError, which is a mistake of the caller's.
        """
        if not self.can_send:
            raise ValueError(f"nothing may be sent while {self.state.value}")
        self._now = now
        self.sends.begin(len(payload), now)
        address = commands.ALL_NODES if to_all else self.address
        self.runner.send(commands.send_to(self.dialect, address, payload), now)

    def meter_answered(self) -> None:
        """The meter has answered: the link is proven, failures are forgotten."""
        self._join_failures = 0
        self.backoff.forget()
        if not self.steps.is_done(StepKey.READING):
            self.step_done(StepKey.READING)

    def meter_silent(self, misses: int, now: float) -> None:
        """The meter has left `misses` requests unanswered: renew the link, mildest step first."""
        if self.state is LinkState.READY and self.backoff.may_renew_session():
            self._now = now
            self._effects.append(notes.session_doubted(misses))
            self._signal(Signal.RENEW)
        else:
            self._renew(faults.meter_silent, misses, now)

    def send_failed(self, count: int, now: float) -> None:
        """The module could not send `count` requests in a row: renew the link likewise."""
        self._renew(faults.send_failed, count, now)

    def _renew(self, fault: Callable[[int, Retry, bool], Fault], count: int, now: float) -> None:
        self._now = now
        self.backoff.renew(fault, count)
        self._signal(Signal.DEAF)

    def rescan(self, now: float) -> None:
        """Forget the PAN and search again, as a person asked."""
        self._now = now
        waiting = self.state is LinkState.BACKOFF
        if waiting and not self.port_open:
            self._retry()
        else:
            self._signal(Signal.RETRY_SCAN if waiting else Signal.RESCAN)

    def rejoin(self, now: float) -> None:
        """Join again with the known PAN, as a person asked."""
        self._now = now
        self._signal(Signal.REJOIN)
        self.retry_now(now)

    def retry_now(self, now: float) -> None:
        """Do not wait for the back-off to end, as a person asked."""
        self._now = now
        if self.state in (LinkState.BACKOFF, LinkState.FAILED):
            self._retry()

    def stop(self, now: float, *, hurry: bool = False) -> None:
        """End the session within `terminate_seconds`, or leave it, and ask to close the port."""
        self._now = now
        patience = 0.0 if hurry else self.policy.terminate_seconds
        self._stop_by = now + patience
        self._effects = [each for each in self._effects if not isinstance(each, effects.OpenPort)]
        self._signal(Signal.STOP)
        if not patience:
            self._signal(Signal.DONE)

    def snapshot(self, at: datetime) -> LinkSnapshot:
        """The whole truth about the link as a frozen value."""
        self.changed = False
        return snapshot_of(self, at)

    # What procedures call

    @property
    def chosen_pan(self) -> Pan:
        """The PAN to join; ValueError before one is chosen."""
        if self.pan is None:
            raise ValueError("no PAN is chosen yet")
        return self.pan

    @property
    def address(self) -> str:
        """The meter's address; ValueError before it is resolved."""
        if self.meter_address is None:
            raise ValueError("the meter's address is not known yet")
        return self.meter_address

    def reset_line(self, *, low: bool) -> None:
        """Pull the module's RESET line low, or release it."""
        self._effects.append(effects.ResetLine(low))

    def step_begins(self, key: StepKey) -> None:
        """Mark a step of the way to the first reading as begun."""
        self.steps.begin(key, self._now)
        self.changed = True

    def step_done(self, key: StepKey, detail: str = "") -> None:
        """Mark it as done."""
        self.steps.done(key, self._now, detail)
        self.changed = True

    def use_known_pan(self) -> bool:
        """Take the PAN of this run, or else the one of an earlier run, once; False without."""
        if self.pan is not None and self.meter_address is not None:
            return True
        if self._cached is None:
            return False
        (self.pan, self.meter_address), self._cached = self._cached, None
        self.from_cache = True
        for key in (StepKey.SCAN, StepKey.ADDRESS):
            self.steps.skip(key, _("remembered"))
        return True

    def sweep_begins(self, sweep: int, duration: int) -> None:
        """A sweep of the channels begins."""
        if sweep == 1:
            self.step_begins(StepKey.SCAN)
        self.scans += 1
        self.search.begin(sweep, len(self.policy.scan_durations), duration, self._now)
        self._sweep_changed()

    def sweep_ends(self) -> bool:
        """The sweep is over; whether a PAN was found and chosen."""
        self.search.end(self._now)
        self._sweep_changed()
        best = self.search.best()
        if best is None:
            return False
        self.pan, self.from_cache = best, False
        self.step_done(StepKey.SCAN)
        return True

    def _sweep_changed(self) -> None:
        if self.search.progress is not None:
            self._effects.append(effects.SweepChanged(self.search.progress))

    def noise_scan_begins(self) -> None:
        """Nothing may be sent until it ends: the radio is away from the meter's channel."""
        self.listening = True

    def noise_scan_ends(self, heard: EnergyScan | None) -> None:
        """The noise scan is over; None when it brought nothing."""
        self.listening = False
        levels = () if heard is None else noise_levels(heard)
        self._effects.append(effects.NoiseHeard(levels) if levels else notes.noise_not_heard())

    def join_begins(self) -> None:
        """SKJOIN is about to be sent."""
        self.joins += 1
        self.session.begin(self._now)
        self.step_begins(StepKey.PANA)

    def join_failed(self) -> Signal | Fault:
        """Return what follows a join that was refused or not answered."""
        if self.from_cache:
            self._effects.append(notes.cached_join_failed())
            return Signal.CACHE_FAILED
        self._join_failures += 1
        messages = self.session.messages
        fault = faults.join_rejected(messages) if messages else faults.join_unanswered()
        if self._join_failures < self.policy.join_tries:
            return fault
        self._join_failures = 0
        self.search.refused(self.chosen_pan)
        self.pan = self.meter_address = None
        return replace(fault, retry=Retry.SCAN)

    def limit_read(self, answer: Answer) -> None:
        """Take the answer to SKSREG SFB: 0 when the limit is over."""
        self._say_limit(news=self.limit.read(answer, self._now))

    # What the runner calls

    def write(self, command: Command) -> None:
        """Put a command on the wire."""
        self._effects.append(effects.Write(command.wire, command.shown, command.raw))

    def procedure_ended(self, result: Signal | Fault) -> None:
        """The state's own work has ended."""
        if isinstance(result, Signal):
            self._signal(result)
        else:
            self.backoff.fault = result
            hopeless = result.reason is LinkReason.WRONG_FIRMWARE
            self._signal(Signal.HOPELESS if hopeless else Signal.FAULT)

    def datagram_ended(self, command: Command, answer: Answer) -> None:
        """SKSENDTO is done with."""
        result = send_result(command, answer.events)
        if answer.outcome is Outcome.FAILED or result == "01":
            outcome = SendOutcome.NOT_SENT
        else:
            outcome = SendOutcome.UNKNOWN if result is None else SendOutcome.SENT
        self._effects.append(effects.Sent(outcome))
        if answer.outcome is Outcome.TIMEOUT:
            self._signal(Signal.STUCK)

    # The machine

    def _signal(self, signal: Signal) -> None:
        """Go where the table says; a signal it does not name for this state changes nothing."""
        target = TRANSITIONS[self.state].get(signal)
        if target is None:
            return
        self.runner.drop()
        self.listening = False
        self.state, self.since = target, self._now
        self.backoff.end()
        self.changed = True
        if signal in SIGNALS_OF_A_NEW_SEARCH:
            self.pan = self.meter_address = None
            self.from_cache = False
        if target not in (*SESSION_STATES, LinkState.TERMINATING):
            self.session.leave()
        self._enter(target, signal)
        if target in PROCEDURES and self.state is target:
            self.runner.start(PROCEDURES[target](self), self._now)

    def _enter(self, state: LinkState, signal: Signal) -> None:
        """Do what entering a state wants done before its procedure runs."""
        match state:
            case LinkState.PROBING:
                self.echo_is_off = self.j11_seen = False
                if signal is Signal.RESTARTED:
                    self._effects.append(notes.module_restarted())
            case LinkState.READY:
                self.session.established(self._now)
                self.step_done(StepKey.PANA)
                if not self.steps.is_done(StepKey.READING):
                    self.step_begins(StepKey.READING)
                self._effects.append(effects.Proven(self.chosen_pan, self.address))
            case LinkState.REAUTHENTICATING:
                self.renewal_is_ours = signal is Signal.RENEW
                self.session.begin(self._now, renewal=True)
            case LinkState.BACKOFF:
                self.steps.fail_active(self._now)
                self.backoff.begin(self._now)
            case LinkState.FAILED:
                self.steps.fail_active(self._now)
            case LinkState.TERMINATING if not self.port_open:
                self._signal(Signal.DONE)
            case LinkState.CLOSED:
                self._stop_by = None
                self._effects.append(effects.ClosePort())

    def _retry(self) -> None:
        """Begin the next try."""
        self.backoff.end()
        retry = self.backoff.retry
        if retry is Retry.OPEN or not self.port_open:
            if self.port_open:
                self.port_open = False
                self._effects.append(effects.ClosePort())
            self.step_begins(StepKey.PORT)
            self._effects.append(effects.OpenPort())
            return
        if retry is Retry.RESET and self.module is None:
            retry = Retry.PROBE
        if retry is Retry.JOIN and (self.pan is None or self.meter_address is None):
            retry = Retry.SCAN
        self._signal(RETRY_SIGNALS[retry])

    # What the module says

    def _take(self, event: ModuleEvent) -> None:
        match event:
            case Event():
                self._take_event(event)
            case Udp():
                self._take_udp(event)
            case PanDescription() if self.search.add(event, self._at):
                self._sweep_changed()
            case Echo() if self.echo_is_off and self.runner.is_echo(event):
                self._restarted()
                return
        self.runner.take(event, self._now)

    def _take_event(self, event: Event) -> None:
        ours = event.address == self.meter_address
        ready = self.state is LinkState.READY
        match event.number:
            case "21" if self.state in SESSION_STATES:
                self.sends.took(event.param)
            case "25" if ours and ready:
                self.session.established(self._now)
                self.changed = True
            case "29" if ours:
                self._signal(Signal.LIFETIME)
            case "24" | "26" | "27" | "28" if ours:
                self.session.may_be_held = False
                if ready or (event.number != "24" and self.state in SESSION_STATES):
                    self._signal(Signal.ENDED)
            case "32":
                self._say_limit(news=self.limit.set(True, self._now))
            case "33":
                self._say_limit(news=self.limit.set(False, self._now))

    def _take_udp(self, datagram: Udp) -> None:
        if self.session.hear_quality(number(datagram.lqi), self._now):
            self.changed = True
        if datagram.is_pana:
            self.session.message(datagram.payload)
            self.changed = True
            return
        from_meter = datagram.source == self.meter_address
        to_us = number(datagram.local_port) == commands.ECHONET_PORT
        in_session = self.state in SESSION_STATES
        if in_session and from_meter and to_us and datagram.secured != "0":
            self._effects.append(effects.Received(datagram.payload))

    def _say_limit(self, *, news: bool) -> None:
        if news:
            self.changed = True
            said = notes.send_limit() if self.limit.holds else notes.send_limit_lifted()
            self._effects.append(said)

    def _restarted(self) -> None:
        """The module has lost its settings; one that does so again and again is waited for."""
        again = self._now < self._restarted_at + _RESTART_WINDOW
        self._restarted_at = self._now
        if again:
            self.backoff.fault = faults.module_restarting()
            self._signal(Signal.FAULT)
        else:
            self._signal(Signal.RESTARTED)
