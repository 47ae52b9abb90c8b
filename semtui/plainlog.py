"""`semtui log`: the same engine without a screen. Readings to stdout, talk to stderr."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TextIO

from semtui import signals
from semtui.crash import Restarts, notice_of
from semtui.errors import SemtuiError
from semtui.i18n import _
from semtui.model import (
    LinkReason,
    LinkSnapshot,
    LinkState,
    Notice,
    Reading,
    Update,
    WireLine,
)
from semtui.station import Station
from semtui.streams import Printer

OUTPUT_FAILED = 1
PROGRAM_FAILED = 1
PORT_FAILED = 3
LINK_FAILED = 4


def line_of(reading: Reading) -> str:
    """Return a reading as a line for people; a missing value is a dash."""
    watts = _value(reading.watts, "W")
    if reading.watts is not None:
        watts += " " + (_("exporting") if reading.watts < 0 else _("importing"))
    return "  ".join(
        (
            reading.at.isoformat(sep=" ", timespec="seconds"),
            watts,
            f"R {_value(reading.r_ampere, 'A')}",
            f"T {_value(reading.t_ampere, 'A')}",
            _value(None if reading.round_trip is None else f"{reading.round_trip:.2f}", "s"),
            reading.status.value,
        )
    )


def json_of(reading: Reading) -> str:
    """Return a reading as a JSON object in one line; a missing value is null."""
    return json.dumps(
        {
            "time": reading.at.isoformat(timespec="milliseconds"),
            "watts": reading.watts,
            "r_ampere": None if reading.r_ampere is None else float(reading.r_ampere),
            "t_ampere": None if reading.t_ampere is None else float(reading.t_ampere),
            "round_trip": None if reading.round_trip is None else round(reading.round_trip, 3),
            "status": reading.status.value,
        }
    )


def _value(value: object, unit: str) -> str:
    return "-" if value is None else f"{value} {unit}"


class LogRun:
    """Prints what the engine says until it has said enough, failed, or was told to stop."""

    def __init__(
        self,
        station: Station,
        form: Callable[[Reading], str],
        count: int | None,
        verbose: bool,
        out: TextIO,
        talk: TextIO,
    ) -> None:
        """`count` ends the run after that many readings; without it, it goes on for ever."""
        self._station = station
        self._form = form
        self._left = count
        self._verbose = verbose
        self._out = Printer(out)
        self._talk = Printer(talk)
        self._muted = False
        self._stop = threading.Event()
        self._stopped = threading.Event()
        self._left_at = threading.Event()
        self._proven = False
        self._retry_at: float | None = None
        """The next try of which was said that it comes."""
        self.exit_code = 0

    def run(self) -> int:
        """Run the engine here and return the exit code."""
        self._station.hub.subscribe(self._take)
        watcher = signals.Watcher(self)
        try:
            self._read_on()
        finally:
            self._stopped.set()
            self._station.close()
            self._left_at.set()
        return watcher.exit_code(self.exit_code)

    def _read_on(self) -> None:
        """Run the engine to its end, anew after each error that nobody foresaw."""
        station, clock = self._station, self._station.clock
        restarts = Restarts()
        while not self._stop.is_set():
            began = clock.monotonic()
            try:
                station.engine.run(self._stop, station.hub.publish)
            except SemtuiError:
                raise
            except Exception as error:  # said, kept in a file, and met by another run
                self._say(notice_of(error, station.folder, clock.now()))
                if self._left is not None and not self._proven:
                    self.exit_code = PROGRAM_FAILED
                    return
                if self._stop.is_set():
                    return
                wait = restarts.wait_after(clock.monotonic() - began)
                self._talk.line(_("  it is started again in {seconds:.0f} s").format(seconds=wait))
                clock.wait(self._stop, wait)
            else:
                return

    # What the signal thread calls

    def request_stop(self) -> None:
        self._stop.set()
        self._station.engine.wake()

    def wait_stopped(self, seconds: float) -> bool:
        return self._stopped.wait(seconds)

    def leave(self) -> None:
        """Nothing more to ask for: the run ends with the engine."""

    def wait_left(self, seconds: float) -> bool:
        return self._left_at.wait(seconds)

    def rescue(self) -> None:
        self._muted = True
        self._station.close()

    # What the engine says

    def _take(self, update: Update) -> None:
        if self._muted:
            return
        match update:
            case Reading():
                self._print(update)
            case Notice():
                self._say(update)
            case LinkSnapshot():
                self._judge(update)
            case WireLine() if self._verbose:
                at = update.at.isoformat(sep=" ", timespec="milliseconds")
                self._talk.line(f"{at} {update.direction.value} {update.text}")

    def _print(self, reading: Reading) -> None:
        if self._left == 0:
            return
        self._out.line(self._form(reading))
        if self._out.is_broken:
            self._left = 0
            self._stop.set()
            if not self._out.reader_left:
                self.exit_code = OUTPUT_FAILED
                self._talk.line(_("semtui: standard output cannot be written."))
                self._talk.line(str(self._out.error))
            return
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._stop.set()

    def _say(self, notice: Notice) -> None:
        self._talk.line(notice.title)
        for more in (notice.detail, notice.hint):
            if more:
                self._talk.line("  " + more)

    def _judge(self, snapshot: LinkSnapshot) -> None:
        """End the run where going on makes no sense: a port that never was, a count in vain."""
        if snapshot.state is LinkState.READY:
            self._proven = True
        if self._proven or snapshot.state not in (LinkState.BACKOFF, LinkState.FAILED):
            self._say_next_try(snapshot)
            return
        port = snapshot.reason is LinkReason.PORT
        counting = self._left is not None
        if port or counting or snapshot.state is LinkState.FAILED:
            self.exit_code = PORT_FAILED if port else LINK_FAILED
            self._stop.set()
        else:
            self._say_next_try(snapshot)

    def _say_next_try(self, snapshot: LinkSnapshot) -> None:
        """Say when the next try comes, once for each."""
        wait = snapshot.retry_wait
        if wait is None or snapshot.retry_at == self._retry_at:
            return
        self._retry_at = snapshot.retry_at
        said = _("  next try in {seconds:.0f} s: {what}")
        self._talk.line(said.format(seconds=wait, what=snapshot.retry_with))
