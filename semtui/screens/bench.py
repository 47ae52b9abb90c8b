"""The radio bench behind its screen: the thread that it runs in, and the picture of a run.

Everything but `stop` belongs to the thread of the screens; what the bench says
waits in a box until `drain` puts it into the picture.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, unique
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from semtui.clock import Clock
from semtui.config import Settings
from semtui.errors import PortError, SemtuiError, StorageError
from semtui.i18n import _
from semtui.model import Level, NoiseScan, Notice
from semtui.radio.pingpong.plan import BenchPlan
from semtui.radio.pingpong.tally import Tally
from semtui.radio.pingpong.values import BenchState, Exchange, Outcome

if TYPE_CHECKING:
    from semtui.pingpong.csvfile import ExchangeFile
    from semtui.pingpong.session import BenchSession, BenchUpdate
    from semtui.radio.port import Port

WAITING = 5000
"""Most things said that wait for a screen that does not come; the file has them all."""


@unique
class Phase(Enum):
    """What happens between the meter link and the bench."""

    IDLE = "idle"
    CLOSING = "closing the meter link"
    RUNNING = "running"


@dataclass
class BenchView:
    """The picture of the run that goes on, or of the last one."""

    phase: Phase = Phase.IDLE
    plan: BenchPlan | None = None
    state: BenchState | None = None
    tally: Tally = field(default_factory=Tally)
    by_size: dict[int, Tally] = field(default_factory=dict)
    noise: NoiseScan | None = None
    notice: Notice | None = None
    """What was said last."""
    path: Path | None = None
    """Where every exchange is kept."""

    def apply(self, update: BenchUpdate) -> None:
        """Put what was said into the picture."""
        match update:
            case Exchange():
                self.tally.take(update)
                counts = update.outcome not in (Outcome.LATE, Outcome.DUPLICATE, Outcome.FOREIGN)
                # A Ping that never came has no size on this side.
                if counts and update.size:
                    self.by_size.setdefault(update.size, Tally()).take(update)
            case BenchState():
                self.state = update
            case NoiseScan():
                self.noise = update
            case Notice():
                self.notice = update


class OtherBoard(Protocol):
    """The partner that plays along in the demo."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Boards:
    """What a run is made on: the port of our board, and in the demo the other board."""

    open_port: Callable[[], Port]
    other: OtherBoard | None = None


def boards_for(plan: BenchPlan, url: str, settings: Settings, demo: bool, clock: Clock) -> Boards:
    """Return what a run on the port `url` is made on; the demo has boards of its own."""
    if demo:
        from semtui.pingpong.partner import Partner

        partner = Partner(plan, clock)
        return Boards(partner.open_port, partner)
    from semtui.radio.port import SerialPort

    return Boards(lambda: SerialPort(url, settings.port.baud))


class BenchHost:
    """Runs one bench at a time in a thread of its own."""

    def __init__(self, clock: Clock, wake: Callable[[], None]) -> None:
        """`wake` is called in the bench's thread when there is something to drain."""
        self._clock = clock
        self._wake = wake
        self._lock = threading.Lock()
        self._said: deque[BenchUpdate] = deque(maxlen=WAITING)
        self._stop = threading.Event()
        self._session: BenchSession | None = None
        self.view = BenchView()
        self.done = threading.Event()
        """Set while no bench runs; any thread may wait for it."""
        self.done.set()

    def begin(self, plan: BenchPlan, boards: Boards, folder: Path | None) -> None:
        """Start a run whose exchanges are kept in `folder`, where there is one."""
        # Imported when the first run begins: the first picture of the program comes sooner.
        from semtui.pingpong.csvfile import ExchangeFile
        from semtui.pingpong.session import BenchSession

        noise = self.view.noise
        self.view = BenchView(Phase.RUNNING, plan, noise=noise)
        file = None
        if folder is not None:
            path = folder / f"pingpong-{self._clock.now():%Y%m%d-%H%M%S}.csv"
            try:
                file = ExchangeFile(path)
            except StorageError as error:
                self.view.notice = self._notice(error)
            else:
                self.view.path = path
        self._stop.clear()
        self.done.clear()
        session = BenchSession(
            plan, boards.open_port, self._clock, lambda update: self._take(update, file)
        )
        self._session = session
        threading.Thread(
            target=self._run, args=(session, boards, file), name="bench", daemon=True
        ).start()

    def stop(self) -> None:
        """Ask the run to end; what is open is closed first. Any thread may call it."""
        self._stop.set()
        session = self._session
        if session is not None:
            session.wake()

    def drain(self) -> bool:
        """Put what was said into the picture; whether a run has ended since the last time."""
        with self._lock:
            said = list(self._said)
            self._said.clear()
        for update in said:
            self.view.apply(update)
        if self.view.phase is Phase.RUNNING and self.done.is_set():
            self.view.phase = Phase.IDLE
            return True
        return False

    def _take(self, update: BenchUpdate, file: ExchangeFile | None) -> None:
        if file is not None and isinstance(update, Exchange):
            try:
                file.take(update)
            except StorageError as error:
                self._say(self._notice(error))
                self._stop.set()
        self._say(update)

    def _say(self, update: BenchUpdate) -> None:
        with self._lock:
            self._said.append(update)
        self._wake()

    def _notice(self, error: SemtuiError) -> Notice:
        return Notice(self._clock.now(), Level.ERROR, error.title, error.detail, error.hint)

    def _run(self, session: BenchSession, boards: Boards, file: ExchangeFile | None) -> None:
        try:
            if boards.other is not None:
                boards.other.start()
            session.run(self._stop)
            trouble = session.trouble
            if trouble is not None:
                hint = _("Choose UDP (right) and start again.") if trouble.no_tcp else trouble.hint
                at = self._clock.now()
                self._say(Notice(at, Level.ERROR, trouble.title, trouble.detail, hint))
        except PortError as error:
            self._say(self._notice(error))
        finally:
            if boards.other is not None:
                boards.other.stop()
            if file is not None:
                file.close()
            self.done.set()
            self._wake()
