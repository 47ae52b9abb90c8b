"""A run of many virtual days with things going wrong, watched as it goes; nothing piles up."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from pathlib import Path

from semtui.clock import VirtualClock
from semtui.config import PollSettings, Settings
from semtui.emulator.bench import build
from semtui.emulator.port import EmulatedPort
from semtui.engine import Engine
from semtui.model import Reading, ReadingStatus, Update
from semtui.radio.commands import scan_seconds
from semtui.radio.masking import OwnSecrets
from semtui.recorder import Recorder
from semtui.recording import Source
from semtui.storage.csvlog import CsvLog
from semtui.storage.history.writer import HistoryStore
from tests.simulation import CREDENTIALS
from tests.soak.plan import Plan
from tests.soak.secrets import Watch

DAY = 86_400.0
GAP = 90.0
"""Seconds between two good readings in which the link still counts as working, beyond the
default pause between polls: a lost answer to two properties takes sixty to be given up."""
KEPT = DAY / 2
"""Seconds in which a recorder and the history run along: a recording costs half of an engine."""
_COMMIT = 3600.0
_PAGE = 4096


def recovery_bound(settings: Settings) -> float:
    """Seconds from the end of a fault to the next reading, at the worst, as the waits imply.

    The link may have just begun its longest wait; the try that follows may
    still be one that a fault had spoiled (a join that nobody answered takes a
    minute to fail), and so be followed by one more wait; a deafness may not
    have been noticed yet (five misses, of sixty and twenty seconds, with a
    minute between the later ones). Then module, sweeps and join take their time.
    """
    link, poll = settings.link, settings.poll
    wait = link.backoff[-1] * (1 + link.backoff_jitter)
    noticing = poll.answer_timeout_multi + link.deaf_after * (poll.answer_timeout + 60.0)
    sweeps = sum(scan_seconds(each) * 1.3 + 5 for each in link.scan_durations)
    return noticing + 2 * (wait + sweeps + 60.0 + 60.0)


@dataclass
class Outcome:
    """What became of a run."""

    days: float
    polls: int = 0
    good: int = 0
    rows: int = 0
    """Rows found in the CSV files behind the run."""
    doubled: int = 0
    """Rows that stand there twice."""
    disordered: int = 0
    """Rows whose moment lies before that of the row above."""
    leaked: int = 0
    """Things published and files written with a secret in them."""
    pana: int = 0
    """PANA datagrams that were seen to hide what they carry."""
    kept: tuple[str, ...] = ()
    """The kinds of files, by their suffixes, that were searched for secrets."""
    bound: float = 0.0
    slowest: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds from the end of a fault, or of the last one that joined it, to the next good
    reading: the worst of each kind."""
    total: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The same seconds, for faults that no other one joined."""
    joined: list[float] = field(default_factory=list)
    """For faults after which another began before a reading had come: the seconds from the end
    of the last of those."""
    never: list[str] = field(default_factory=list)
    """Faults after which no reading came."""
    possible: float = 0.0
    """Seconds in which the link could have worked."""
    worked: float = 0.0
    """Seconds of those in which readings came."""
    pages: list[int] = field(default_factory=list)
    """Resident memory in bytes, once a day."""
    threads: int = 0
    """Threads left over."""

    @property
    def availability(self) -> float:
        """Share of the time in which the link could have worked, and did."""
        return self.worked / self.possible if self.possible else 0.0


@dataclass(frozen=True, slots=True)
class _Ended:
    """A fault that has ended, and that no reading has followed yet."""

    name: str
    since: float
    """Its end, or that of the last fault that joined it."""
    joined: bool = False


class Soak:
    """An engine, a log file and an emulator under a plan of faults.

    In the first `KEPT` seconds a recorder and the history keep all of it, too.
    """

    def __init__(self, plan: Plan, days: float, interval: float = 3.0) -> None:
        """`interval` is the pause between polls in seconds."""
        self.plan = plan
        self.settings = replace(Settings(), poll=PollSettings(interval=interval))
        self._end = days * DAY
        self._clock = VirtualClock()
        self._emulator = build(plan.options(), self._clock)
        self._port = EmulatedPort(self._emulator)
        self._folder = Path(tempfile.mkdtemp())
        self._log = CsvLog(self._folder, self._clock, self._publish)
        mask = OwnSecrets(CREDENTIALS.route_b_id, CREDENTIALS.password).mask_text
        self._recorder = Recorder(
            self._clock, self.settings, Source.EMULATOR, self._publish, mask=mask
        )
        self._history = HistoryStore(self._folder, self._clock, self._publish)
        self._keeps = True
        self._next_commit = _COMMIT
        self._watch = Watch(CREDENTIALS)
        self._stop = threading.Event()
        self._open: list[_Ended] = []
        self._pending = deque(sorted(plan.episodes, key=lambda each: each.end))
        self._last_good: float | None = None
        self._next_day = DAY
        self.outcome = Outcome(days, bound=recovery_bound(self.settings))

    def run(self) -> Outcome:
        """Run it and return what became of it."""
        threads = set(threading.enumerate())
        try:
            self._recorder.start(self._folder / "begin.semrec")
            self.plan.install(self._emulator, self._port)
            Engine(
                open_port=self._port.reopen,
                credentials=CREDENTIALS,
                settings=self.settings,
                clock=self._clock,
                seed=self.plan.seed,
            ).run(self._stop, self._publish)
            self._log.close()
            self._stop_keeping()
            self._read_back()
            self.outcome.leaked += self._watch.finds_in_files(self._folder)
            self.outcome.pana = self._watch.pana
        finally:
            shutil.rmtree(self._folder)
        self.outcome.threads = len(set(threading.enumerate()) - threads)
        last = self._end - self.outcome.bound
        self.outcome.never += [each.name for each in self._open if each.since < last]
        self.outcome.possible = self._end - sum(b - a for a, b in self.plan.impaired(self._end))
        return self.outcome

    def _publish(self, update: Update) -> None:
        self._log.handle(update)
        now = self._clock.monotonic()
        if isinstance(update, Reading):
            self._reading(update)
        self.outcome.leaked += self._watch.finds_in(update)
        while self._pending and self._pending[0].end <= now:
            ended = self._pending.popleft()
            self._open.append(_Ended(ended.name, ended.end))
        if self._keeps:
            self._keep(update, now)
        if now >= self._next_day:
            self._next_day += DAY
            self.outcome.pages.append(_resident())
        if now >= self._end:
            self._stop.set()

    def _keep(self, update: Update, now: float) -> None:
        self._recorder.handle(update)
        self._history.handle(update)
        if now >= KEPT:
            self._stop_keeping()
        elif now >= self._next_commit:
            self._next_commit += _COMMIT
            self._history.flush()

    def _stop_keeping(self) -> None:
        if self._keeps:
            self._keeps = False
            self._recorder.stop()
            self._history.end()
            self._history.flush()

    def _reading(self, reading: Reading) -> None:
        outcome = self.outcome
        outcome.polls += 1
        if reading.status not in (ReadingStatus.OK, ReadingStatus.PARTIAL):
            return
        outcome.good += 1
        if self._last_good is not None:
            self._count_as_worked(self._last_good, reading.stamp)
        self._last_good = reading.stamp
        # What was read before a fault ended, and is told after it, says nothing about its end.
        waiting = [each for each in self._open if each.since <= reading.stamp]
        self._open = [each for each in self._open if each.since > reading.stamp]
        for ended in waiting:
            self._follow_up(ended, reading.stamp)

    def _follow_up(self, ended: _Ended, stamp: float) -> None:
        """A good reading came at `stamp`, after the end of a fault."""
        later = self.plan.last_begun(ended.since, stamp)
        if later is not None:
            # Another fault began before this one could be over: now it is to be over so many
            # seconds after that one's end.
            ended = _Ended(ended.name, later.end, joined=True)
            if later.end > stamp:
                self._open.append(ended)
                return
        took = stamp - ended.since
        outcome = self.outcome
        outcome.slowest[ended.name] = max(outcome.slowest[ended.name], took)
        (outcome.joined if ended.joined else outcome.total[ended.name]).append(took)

    def _count_as_worked(self, since: float, until: float) -> None:
        """Two good readings close to each other: the link worked in between."""
        longer = self.settings.poll.interval - PollSettings().interval
        if until - since <= GAP + max(0.0, longer):
            self.outcome.worked += self.plan.possible(since, until)

    def _read_back(self) -> None:
        self.outcome.kept = tuple(sorted({path.suffix for path in self._folder.iterdir()}))
        last, above = "", ""
        for path in sorted(self._folder.glob("power-*.csv")):
            with path.open() as lines:
                next(lines)
                for line in lines:
                    moment = line.partition(",")[0]
                    self.outcome.rows += 1
                    self.outcome.doubled += line == above
                    self.outcome.disordered += moment < last
                    last, above = moment, line


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
