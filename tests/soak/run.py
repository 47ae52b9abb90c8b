"""A run of many virtual days with things going wrong, watched as it goes; nothing piles up."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from semtui.clock import VirtualClock
from semtui.config import PollSettings, Settings
from semtui.emulator.bench import build
from semtui.emulator.port import EmulatedPort
from semtui.engine import Engine
from semtui.model import Notice, Reading, ReadingStatus, Update, WireLine
from semtui.radio.commands import scan_seconds
from semtui.storage.csvlog import CsvLog
from tests.simulation import CREDENTIALS
from tests.soak.plan import Episode, Plan

DAY = 86_400.0
GAP = 90.0
"""Seconds between two good readings in which the link still counts as working, beyond the
default pause between polls: a lost answer to two properties takes sixty to be given up."""
_PAGE = 4096
_SECRETS = (CREDENTIALS.route_b_id, CREDENTIALS.password)


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
    """Texts with a secret in them."""
    bound: float = 0.0
    slowest: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds from the end of a fault to the next good reading, the worst of each kind."""
    total: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
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


class Soak:
    """An engine, a log file and an emulator under a plan of faults."""

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
        self._stop = threading.Event()
        self._open: list[Episode] = []
        """Faults that have ended, and that no reading has followed yet."""
        self._pending = sorted(plan.episodes, key=lambda each: each.end)
        self._last_good: float | None = None
        self._next_day = DAY
        self.outcome = Outcome(days, bound=recovery_bound(self.settings))

    def run(self) -> Outcome:
        """Run it and return what became of it."""
        threads = set(threading.enumerate())
        try:
            self.plan.install(self._emulator, self._port)
            Engine(
                open_port=self._port.reopen,
                credentials=CREDENTIALS,
                settings=self.settings,
                clock=self._clock,
                seed=self.plan.seed,
            ).run(self._stop, self._publish)
            self._log.close()
            self._read_back()
        finally:
            shutil.rmtree(self._folder)
        self.outcome.threads = len(set(threading.enumerate()) - threads)
        self.outcome.never += [each.name for each in self._open if self._had_time(each)]
        self.outcome.possible = self._end - sum(b - a for a, b in self.plan.impaired(self._end))
        return self.outcome

    def _had_time(self, episode: Episode) -> bool:
        return episode.end + self.outcome.bound < self._end

    def _publish(self, update: Update) -> None:
        self._log.handle(update)
        now = self._clock.monotonic()
        match update:
            case Reading():
                self._reading(update)
            case WireLine() | Notice():
                text = update.text if isinstance(update, WireLine) else str(update)
                self.outcome.leaked += any(secret in text for secret in _SECRETS)
        while self._pending and self._pending[0].end <= now:
            self._open.append(self._pending.pop(0))
        if now >= self._next_day:
            self._next_day += DAY
            self.outcome.pages.append(_resident())
        if now >= self._end:
            self._stop.set()

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
        waiting = [each for each in self._open if each.end <= reading.stamp]
        self._open = [each for each in self._open if each.end > reading.stamp]
        for episode in waiting:
            if self.plan.is_impaired(episode.end, reading.stamp):
                continue  # Another fault began before it could be over: that one is measured.
            took = reading.stamp - episode.end
            outcome.slowest[episode.name] = max(outcome.slowest[episode.name], took)
            outcome.total[episode.name].append(took)

    def _count_as_worked(self, since: float, until: float) -> None:
        """Two good readings close to each other: the link worked in between."""
        longer = self.settings.poll.interval - PollSettings().interval
        if until - since <= GAP + max(0.0, longer):
            self.outcome.worked += self.plan.possible(since, until)

    def _read_back(self) -> None:
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
