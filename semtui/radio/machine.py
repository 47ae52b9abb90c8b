"""The way from state to state: what a signal leads to, and what entering a state wants done."""

from __future__ import annotations

import random

from semtui.model import Credentials, LinkReason, LinkState, Pan, StepKey
from semtui.radio import effects, faults, notes
from semtui.radio.backoff import Backoff
from semtui.radio.commands import Command
from semtui.radio.effects import SendOutcome
from semtui.radio.faults import Fault, Retry
from semtui.radio.policy import LinkPolicy
from semtui.radio.procedures import PROCEDURES, RETRY_SIGNALS
from semtui.radio.runner import Runner
from semtui.radio.slot import Answer, Outcome, send_result
from semtui.radio.states import SESSION_STATES, SIGNALS_OF_A_NEW_SEARCH, TRANSITIONS, Signal
from semtui.radio.vigil import Vigil
from semtui.radio.work import Work


class Machine(Work):
    """Runs each state's procedure, and goes where the table of `states` says."""

    def __init__(
        self,
        credentials: Credentials,
        policy: LinkPolicy,
        *,
        cached: tuple[Pan, str] | None,
        reset_wired: bool,
        random_source: random.Random,
    ) -> None:
        """`cached` is the PAN and meter address of an earlier run."""
        super().__init__(credentials, policy, cached=cached, reset_wired=reset_wired)
        self.port_name = ""
        self.port_open = False
        self.backoff = Backoff(policy, random_source)
        self.runner = Runner(self)
        self._stop_by: float | None = None
        self._vigil = Vigil()

    # What the runner calls

    def write(self, command: Command) -> None:
        """Put a command on the wire."""
        self._effects.append(effects.Write(command.wire, command.shown, command.raw))

    def procedure_ended(self, result: Signal | Fault) -> None:
        """The state's own work has ended."""
        if result is Signal.RESTARTED:
            self._restarted()
        elif isinstance(result, Signal):
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
        if answer.outcome is Outcome.TIMEOUT and self.state is not LinkState.READY:
            self._signal(Signal.STUCK)
        elif answer.outcome is not Outcome.OK:
            # Perhaps it is only the module's words that were lost: a session is worth a question.
            self._vigil.doubt(self._now)

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
            self.forget_pan()
        if target not in (*SESSION_STATES, LinkState.TERMINATING):
            self.session.leave()
            self._vigil.heard()
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
            case LinkState.CONFIGURING:
                # SKRESET switches the echo on.
                self.echo_is_off = False
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

    def _restarted(self) -> None:
        """The module has lost its settings; one that does so again and again is waited for."""
        if Signal.RESTARTED not in TRANSITIONS[self.state]:
            return
        if self._vigil.restarted(self._now):
            self.backoff.fault = faults.module_restarting()
            self._signal(Signal.FAULT)
        else:
            self._signal(Signal.RESTARTED)
