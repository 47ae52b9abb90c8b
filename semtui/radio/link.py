"""The link to the meter: one state machine, fed with bytes and time, that asks for effects.

It does no I/O and reads no clock. Its owner gives it what came from the port
(`receive`), lets time pass (`tick`), and carries out what it asks for
(`take_effects`). The states' own work is in `procedures`, what it works on in
`work`, the way from state to state in `states` and `machine`; beside them stand
the command slot (`runner`) and the send permit (`can_send`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from semtui.model import (
    Credentials,
    LinkSnapshot,
    LinkState,
    Pan,
    StepKey,
)
from semtui.radio import commands, effects, faults, notes
from semtui.radio.commands import Command
from semtui.radio.dialect import J11_MARK
from semtui.radio.effects import Effect
from semtui.radio.events import Echo, Event, ModuleEvent, Ok, PanDescription, Udp
from semtui.radio.faults import Fault, Retry
from semtui.radio.machine import Machine
from semtui.radio.masking import OwnSecrets
from semtui.radio.parser import Parser
from semtui.radio.permit import SendLimit
from semtui.radio.policy import LinkPolicy
from semtui.radio.procedures import check
from semtui.radio.search import number
from semtui.radio.snapshots import snapshot_of
from semtui.radio.states import SESSION_STATES, Signal


class Link(Machine):
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
        super().__init__(
            credentials,
            policy,
            cached=cached,
            reset_wired=reset_wired,
            random_source=random_source or random.Random(),
        )
        self._parser = Parser()
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
        self._parser = Parser(guarded=self._parser.guarded)
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
            if isinstance(event, Ok) and not self.runner.holds_secret:
                self._parser.guarded = False

    def tick(self, now: float) -> None:
        """Let time pass: deadlines, back-off."""
        self._now = now
        self.runner.tick(now)
        if self._stop_by is not None and now >= self._stop_by:
            self._stop_by = None
            self._signal(Signal.DONE)
        if self.backoff.is_over(now):
            self._retry()
        if self.can_send and self._vigil.is_due(now):
            self.runner.start(check(self), now)

    def next_deadline(self) -> float | None:
        """Return the stamp at which `tick` has something to do; None when nothing is due."""
        stamps = (
            self.backoff.retry_at,
            self._stop_by,
            # What makes room for the question has a stamp of its own.
            self._vigil.ask_at if self.can_send else None,
            self.runner.next_deadline,
        )
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
        self._vigil.sent(now)
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
        if self.state is not LinkState.BACKOFF:
            self._signal(Signal.RESCAN)
        elif self.port_open and self.backoff.retry in (Retry.SCAN, Retry.JOIN):
            self._signal(Signal.RETRY_SCAN)
        else:
            # The module has to be found or set up first: without the id it would hear no meter.
            self.forget_pan()
            self._retry()

    def rejoin(self, now: float) -> None:
        """Join again with the known PAN, as a person asked."""
        self._now = now
        self._signal(Signal.REJOIN)
        self.retry_now(now)

    def renew(self, now: float) -> None:
        """Have the session renewed, as a person asked."""
        self._now = now
        self._signal(Signal.RENEW)

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

    # What the runner calls

    def write(self, command: Command) -> None:
        """Put a command on the wire; its echo is guarded if it carries a secret."""
        if command.is_secret:
            self._parser.guarded = True
        super().write(command)

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
        from_meter = datagram.source == self.meter_address
        if datagram.is_pana:
            if from_meter:
                self.session.message(datagram.payload, self._now)
                self.changed = True
            return
        to_us = number(datagram.local_port) == commands.ECHONET_PORT
        in_session = self.state in SESSION_STATES
        if in_session and from_meter and to_us and datagram.secured != "0":
            self._vigil.heard()
            self._effects.append(effects.Received(datagram.payload))
