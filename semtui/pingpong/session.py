"""The body of a bench's thread: it owns the port and the board, and publishes frozen values.

Like the engine of the meter link: others call `wake` and set the stop event,
and nobody else touches the rest. `turn` and `read` are the steps of it, for
those who have a clock of their own.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from semtui.clock import Clock
from semtui.errors import PortError
from semtui.i18n import _
from semtui.model import Direction, Level, NoiseScan, Notice, ScanProgress, WireLine
from semtui.radio import effects
from semtui.radio.pingpong.board import Board, Exchanged
from semtui.radio.pingpong.plan import BenchPlan
from semtui.radio.pingpong.troubles import Trouble
from semtui.radio.pingpong.values import BenchState, Exchange
from semtui.radio.port import READ_LIMIT, Port

BenchUpdate = BenchState | Exchange | NoiseScan | ScanProgress | Notice | WireLine
Publish = Callable[[BenchUpdate], None]

REOPEN = 2.0
"""Seconds between two tries to open a port that has gone."""
PATIENCE = 60.0
"""Seconds for which it is looked for."""


class BenchSession:
    """One run on one port. `run` blocks; `wake` may be called from any thread."""

    def __init__(
        self,
        plan: BenchPlan,
        open_port: Callable[[], Port],
        clock: Clock,
        publish: Publish,
        *,
        seed: int | None = None,
    ) -> None:
        """`open_port` raises PortError; `seed` makes the coordinator's PAN id repeatable."""
        self.board = Board(plan, random.Random(seed))
        self._open_port = open_port
        self._clock = clock
        self._publish = publish
        self._port: Port | None = None
        self._gone_at = 0.0
        self._reopen_at = 0.0
        self._air_tenths = 0.0
        self._stopping = False
        self._wakeup = threading.Event()

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self.board.ended

    @property
    def trouble(self) -> Trouble | None:
        """Why it ended before everything was done."""
        return self.board.trouble

    def wake(self) -> None:
        """End the wait for bytes, so that a stop is seen at once."""
        self._wakeup.set()
        port = self._port
        if port is not None:
            port.wake()

    def run(self, stop: threading.Event) -> None:
        """Do all of the plan, or as much as comes before `stop` is set.

        Raises PortError when the port cannot be opened, or has gone for good.
        """
        try:
            self.open()
            while True:
                if stop.is_set():
                    self.stop()
                wait = self.turn()
                if self.ended:
                    return
                self.read(wait)
        finally:
            self.close()

    def open(self) -> None:
        """Open the port and begin; raises PortError."""
        self._port = self._open_port()
        self.board.opened(self._port.name, self._clock.monotonic(), self._clock.now())

    def stop(self) -> None:
        """End the run soon: what is open is closed first."""
        if not self._stopping:
            self._stopping = True
            self.board.stop(self._clock.monotonic(), connected=self._port is not None)

    def close(self) -> None:
        """Give the port back."""
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def turn(self) -> float:
        """Do what is due, and return the seconds until more is.

        Raises PortError when the port has gone and did not come back.
        """
        board, clock = self.board, self._clock
        now = clock.monotonic()
        if self._port is None:
            self._look_for_port(now)
        board.tick(now, clock.now())
        self._carry_out()
        if self._port is None:
            return REOPEN
        deadline = board.next_deadline()
        return READ_LIMIT if deadline is None else max(0.0, deadline - clock.monotonic())

    def read(self, wait: float) -> bool:
        """Take what comes within `wait` seconds, or less, and do what it calls for."""
        port = self._port
        if port is None:
            self._clock.wait(self._wakeup, min(wait, READ_LIMIT))
            return False
        try:
            data = port.read(min(wait, READ_LIMIT))
        except PortError as error:
            self._lost(error)
            return False
        if data:
            self.board.receive(data, self._clock.monotonic(), self._clock.now())
            self._carry_out()
        return bool(data)

    def _carry_out(self) -> None:
        """Do what the board asks for: writing first, since its answer is being timed."""
        while asked := self.board.take_effects():
            for effect in asked:
                if isinstance(effect, effects.Write):
                    self._write(effect)
            for effect in asked:
                self._tell(effect)
        air_tenths = self.board.sends.air_seconds(self._clock.monotonic())
        if self.board.changed or air_tenths != self._air_tenths:
            self._air_tenths = air_tenths
            self._publish(self.board.state())

    def _write(self, effect: effects.Write) -> None:
        port = self._port
        if port is None:
            return
        try:
            port.write(effect.data)
        except PortError as error:
            self._lost(error)

    def _tell(self, effect: object) -> None:
        at = self._clock.now()
        match effect:
            case Exchanged():
                self._publish(effect.exchange)
            case effects.Write() if effect.shown:
                self._publish(WireLine(at, Direction.SENT, effect.shown, effect.raw))
            case effects.Heard():
                self._publish(WireLine(at, Direction.RECEIVED, effect.shown, effect.raw))
            case effects.Said():
                self._publish(Notice(at, effect.level, effect.title, effect.detail, effect.hint))
            case effects.SweepChanged():
                self._publish(effect.progress)
            case effects.NoiseHeard():
                self._publish(NoiseScan(at, self._clock.monotonic(), effect.levels))

    # A port that goes and comes back

    def _lost(self, error: PortError) -> None:
        self.close()
        now = self._clock.monotonic()
        self._gone_at, self._reopen_at = now, now + REOPEN
        self.board.port_gone(now)
        hint = _("It is opened again as soon as it is back, for {seconds:.0f} s.")
        self._publish(
            Notice(
                self._clock.now(),
                Level.ERROR,
                error.title,
                error.detail,
                hint.format(seconds=PATIENCE),
            )
        )

    def _look_for_port(self, now: float) -> None:
        if self.board.ended or now < self._reopen_at:
            return
        self._reopen_at = now + REOPEN
        try:
            self.open()
        except PortError:
            if now >= self._gone_at + PATIENCE:
                raise
