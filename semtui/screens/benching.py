"""The shell while two boards play ping-pong: the meter's link makes room, and comes back."""

from __future__ import annotations

import time
from pathlib import Path

from semtui.clock import Clock
from semtui.radio.pingpong.plan import BenchPlan
from semtui.screens.bench import BenchHost, BenchView, Phase, boards_for
from semtui.screens.placing import PlacingShell
from semtui.view import View

CLOSE_SECONDS = 6.0
"""How long the bench waits for the meter's session to be ended."""


class BenchingShell(PlacingShell):
    """Closes the link for a run of the radio bench, and joins again behind it."""

    data_folder: Path | None = None

    def __init__(self, view: View, clock: Clock) -> None:
        super().__init__(view, clock)
        self.bench_host = BenchHost(clock, self.wake)
        self.boards_for = boards_for
        """Makes what a bench runs on."""

    def wake(self) -> None:
        """There is something to take; any thread may call it."""
        raise NotImplementedError

    @property
    def is_leaving(self) -> bool:
        """Whether the program is about to end."""
        raise NotImplementedError

    @property
    def link_is_closed(self) -> bool:
        """Whether the engine has ended, and given the port back."""
        raise NotImplementedError

    def close_link(self, *, hurry: bool = False) -> None:
        """Have the engine end; with `hurry` without ending its session."""
        raise NotImplementedError

    def open_link(self) -> None:
        """Start the engine again."""
        raise NotImplementedError

    @property
    def bench(self) -> BenchView:
        """The picture of the bench's run."""
        return self.bench_host.view

    def start_bench(self, plan: BenchPlan, url: str) -> None:
        """Close the link to the meter, and then make a run on the port `url`."""
        if self.is_leaving or self.bench.phase is not Phase.IDLE:
            return
        self.bench.phase = Phase.CLOSING
        self.close_link()
        self._bench_when_free(plan, url, time.monotonic() + CLOSE_SECONDS)

    def stop_bench(self) -> None:
        """End the run, or do not begin it."""
        if self.bench.phase is Phase.CLOSING:
            self.bench.phase = Phase.IDLE
        self.bench_host.stop()

    def clear_bench(self) -> None:
        """Forget the last run."""
        self.bench_host.view = BenchView(noise=self.bench.noise)

    def drain_bench(self) -> None:
        """Take what the bench has done; join the meter again once it has ended."""
        if self.bench_host.drain() and not self.is_leaving:
            self._join_again()
        self.view.bench = self.bench.phase is not Phase.IDLE

    def _bench_when_free(self, plan: BenchPlan, url: str, deadline: float) -> None:
        if self.is_leaving:
            return
        if self.bench.phase is not Phase.CLOSING:
            self._join_again()
        elif self.link_is_closed:
            demo = self.view.is_demo
            boards = self.boards_for(plan, url, self.view.settings, demo, self.clock)
            self.bench_host.begin(plan, boards, self.data_folder)
            self.repaint()
        else:
            if time.monotonic() > deadline:
                self.close_link(hurry=True)
            self.set_timer(0.05, lambda: self._bench_when_free(plan, url, deadline))

    def _join_again(self) -> None:
        """The bench has given the port back: join the meter."""
        if self.link_is_closed:
            self.open_link()
        elif not self.is_leaving:
            self.set_timer(0.05, self._join_again)
