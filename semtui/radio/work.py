"""What the states' procedures work on: the facts about module, meter and session, and what they
may do with them.

The link builds on it: it adds the way from state to state and what comes in.
A procedure sees no more than this.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from semtui.i18n import _
from semtui.model import Credentials, LinkState, ModuleFacts, Pan, StepKey
from semtui.radio import effects, faults, notes
from semtui.radio.dialect import SINGLE, Dialect
from semtui.radio.effects import Effect
from semtui.radio.events import EnergyScan
from semtui.radio.faults import Fault, Retry
from semtui.radio.permit import SendLimit
from semtui.radio.policy import LinkPolicy
from semtui.radio.runner import Runner
from semtui.radio.search import Search, noise_levels
from semtui.radio.sends import SendResults
from semtui.radio.session import Session
from semtui.radio.slot import Answer
from semtui.radio.states import Signal
from semtui.radio.steps import Steps


class Work:
    """The facts of one module and one meter, and the steps that change them."""

    runner: Runner[Signal | Fault]
    port_name: str

    def __init__(
        self,
        credentials: Credentials,
        policy: LinkPolicy,
        *,
        cached: tuple[Pan, str] | None,
        reset_wired: bool,
    ) -> None:
        """`cached` is the PAN and meter address of an earlier run."""
        self.credentials = credentials
        self.policy = policy
        self.reset_wired = reset_wired
        self.state = LinkState.CLOSED
        self.since = 0.0
        self.changed = True
        """Whether a snapshot would differ from the last one taken."""
        self.dialect: Dialect = SINGLE
        self.module: ModuleFacts | None = None
        self.pan: Pan | None = None
        self.meter_address: str | None = None
        self.from_cache = False
        self.echo_is_off = False
        self.limit = SendLimit()
        self.j11_seen = False
        self.joins = 0
        self.scans = 0
        self.sends = SendResults()
        self.renewal_is_ours = False
        """Whether the renewal that goes on was asked for by us, not begun by the module."""
        self.listening = False
        self.session = Session()
        self.steps = Steps()
        self.search = Search(credentials.route_b_id[-8:])
        self._cached = cached if policy.cached_join else None
        self._join_failures = 0
        self._now = 0.0
        self._at: datetime | None = None
        self._effects: list[Effect] = []

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

    def forget_pan(self) -> None:
        """Take neither the PAN of this run nor that of an earlier one any more."""
        self.pan = self.meter_address = self._cached = None
        self.from_cache = False

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
        """Return what follows a join that was refused, broken off or not answered."""
        self.session.failed(self._now)
        if self.from_cache:
            self._effects.append(notes.cached_join_failed())
            return Signal.CACHE_FAILED
        self._join_failures += 1
        fault = faults.join_failed(self.session.exchange)
        if self._join_failures < self.policy.join_tries:
            return fault
        self._join_failures = 0
        self.search.refused(self.chosen_pan)
        self.pan = self.meter_address = None
        return replace(fault, retry=Retry.SCAN)

    def limit_read(self, answer: Answer) -> None:
        """Take the answer to SKSREG SFB: 0 when the limit is over."""
        self._say_limit(news=self.limit.read(answer, self._now))

    def _say_limit(self, *, news: bool) -> None:
        if news:
            self.changed = True
            said = notes.send_limit() if self.limit.holds else notes.send_limit_lifted()
            self._effects.append(said)
