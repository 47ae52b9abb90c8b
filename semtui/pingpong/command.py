"""`semtui pingpong`: a line an exchange to stdout, a summary behind them, talk to stderr."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from semtui import signals
from semtui.clock import Clock
from semtui.errors import PortError, PortReason, SemtuiError, StorageError
from semtui.i18n import _
from semtui.model import Notice, WireLine
from semtui.pingpong import printing
from semtui.pingpong.csvfile import ExchangeFile
from semtui.pingpong.session import BenchSession, BenchUpdate
from semtui.radio.pingpong.plan import BenchPlan
from semtui.radio.pingpong.tally import Tally
from semtui.radio.pingpong.values import BenchStage, BenchState, Exchange, Outcome
from semtui.radio.port import Port
from semtui.streams import Printer

SOME_LOST = 1
LINK_FAILED = 4
OUTPUT_FAILED = 1


class PingPongRun:
    """One run of the bench, printed."""

    def __init__(
        self,
        plan: BenchPlan,
        open_port: Callable[[], Port],
        clock: Clock,
        out: TextIO,
        talk: TextIO,
        *,
        csv: Path | None = None,
        verbose: bool = False,
    ) -> None:
        """`csv` is where every exchange is kept; `verbose` shows the serial line."""
        self._plan = plan
        self._session = BenchSession(plan, open_port, clock, self._take)
        self._out = Printer(out)
        self._talk = Printer(talk)
        self._verbose = verbose
        self._csv = csv
        self._file: ExchangeFile | None = None
        self._failure: SemtuiError | None = None
        self._tally = Tally()
        self._by_size: dict[int, Tally] = {}
        self._stage = BenchStage.OPENING
        self._air_seconds = 0.0
        self._stop = threading.Event()
        self._stopped = threading.Event()
        self._left = threading.Event()

    def run(self) -> int:
        """Do all of it and return the exit code; raises StorageError, PortError."""
        with ExitStack() as stack:
            if self._csv is not None:
                self._file = ExchangeFile(self._csv)
                stack.callback(self._file.close)
            watcher = signals.Watcher(self)
            stack.callback(self._left.set)
            try:
                self._session.run(self._stop)
            except PortError as error:
                self._failure = with_offer(error)
            finally:
                self._stopped.set()
            self._end()
            return watcher.exit_code(self._exit_code())

    def _end(self) -> None:
        """Print what there is to say behind the exchanges."""
        if self._tally.sent or self._failure is None:
            for line in printing.summary(self._tally, self._air_seconds, self._by_size):
                self._out.line(line)
        trouble = self._session.trouble
        if trouble is not None:
            for text in (trouble.title, trouble.detail, trouble.hint):
                if text:
                    self._talk.line(text)
        if self._failure is not None:
            self._talk.line(f"semtui: {self._failure}")

    def _exit_code(self) -> int:
        if self._failure is not None:
            return self._failure.exit_code
        if self._session.trouble is not None:
            return LINK_FAILED
        if self._out.is_broken:
            return 0 if self._out.reader_left else OUTPUT_FAILED
        total = self._plan.total
        complete = total is None or self._tally.answered >= total
        return 0 if complete and not self._tally.lost else SOME_LOST

    # What the signal thread calls

    def request_stop(self) -> None:
        self._stop.set()
        self._session.wake()

    def wait_stopped(self, seconds: float) -> bool:
        return self._stopped.wait(seconds)

    def leave(self) -> None:
        """Nothing more to ask for: the run ends with the session."""

    def wait_left(self, seconds: float) -> bool:
        return self._left.wait(seconds)

    def rescue(self) -> None:
        """Every exchange is in the file as soon as it has ended."""

    # What the session says

    def _take(self, update: BenchUpdate) -> None:
        match update:
            case Exchange():
                self._take_exchange(update)
            case BenchState():
                self._air_seconds = update.air_seconds
                if update.stage is not self._stage:
                    self._stage = update.stage
                    self._talk.line(printing.stage_words(update))
            case Notice():
                for text in (update.title, update.detail, update.hint):
                    if text:
                        self._talk.line(text)
            case WireLine() if self._verbose:
                self._talk.line(f"{update.direction.value} {update.text}")

    def _take_exchange(self, exchange: Exchange) -> None:
        self._tally.take(exchange)
        counts = exchange.outcome not in (Outcome.LATE, Outcome.DUPLICATE, Outcome.FOREIGN)
        # A Ping that never came has no size on this side.
        if counts and exchange.size:
            self._by_size.setdefault(exchange.size, Tally()).take(exchange)
        self._out.line(printing.line_of(exchange, self._plan.role))
        if self._out.is_broken:
            self._stop.set()
        if self._file is None or self._failure is not None:
            return
        try:
            self._file.take(exchange)
        except StorageError as error:
            self._failure = error
            self._stop.set()


def with_offer(error: PortError) -> PortError:
    """Say of a port that is in use how it can be borrowed from the dashboard."""
    if error.reason is not PortReason.BUSY:
        return error
    offer = _(
        "If that is semtui's dashboard: its ping-pong screen (key 6) borrows the port, and joins "
        "the meter again afterwards. Otherwise end the other program, or give another --port."
    )
    return PortError(error.reason, error.title, error.detail, offer)
