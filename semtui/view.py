"""The screens' copy of what was published: kept in the UI thread, read by every painter.

Nothing here decides anything about the link; the engine keeps the truth, and
the view may be thrown away and rebuilt from what comes next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from semtui.config import Settings
from semtui.doctor.evidence import Evidence
from semtui.model import (
    BackfillProgress,
    EnergyReading,
    HalfHour,
    HalfHours,
    LinkCounts,
    LinkReason,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    NoiseScan,
    Notice,
    PropertyValue,
    Reading,
    ScanProgress,
    StorageStatus,
    Update,
    WireLine,
)
from semtui.polls import Polls, stale_seconds
from semtui.series import PowerSeries
from semtui.timeline import Timeline

WIRE_LINES = 200
NOTICES = 100
CONSOLE_LINES = 2000
ROUND_TRIPS = 200
TRIES = 20


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to join, as the tries list shows it."""

    at: datetime
    how: str
    """"cached" or "scan"."""
    stamp: float
    seconds: float | None = None
    """None while it goes on."""
    joined: bool = False
    """Whether it succeeded."""
    reason: LinkReason | None = None
    """Why it failed, where that was said."""


@dataclass(slots=True)
class Figures:
    """What this run knows about power: nothing from before its first reading."""

    since: datetime | None = None
    since_stamp: float = 0.0
    """Its monotonic stamp, for durations."""
    count: int = 0
    total: float = 0.0
    peak: Reading | None = None
    low: Reading | None = None

    @property
    def mean(self) -> float | None:
        """Mean of all readings of this run in W."""
        return self.total / self.count if self.count else None

    def add(self, reading: Reading) -> None:
        """Take a reading that has a power."""
        watts = reading.watts
        if watts is None:
            return
        if self.since is None:
            self.since, self.since_stamp = reading.at, reading.stamp
        self.count += 1
        self.total += watts
        if self.peak is None or self.peak.watts is None or watts > self.peak.watts:
            self.peak = reading
        if self.low is None or self.low.watts is None or watts < self.low.watts:
            self.low = reading


@dataclass(frozen=True, slots=True)
class Trouble:
    """The engine itself has ended: by an error, or because there is no more to do."""

    title: str
    detail: str = ""
    hint: str = ""
    restart_at: float | None = None
    """Monotonic stamp at which it is started again; None: not by itself."""


@dataclass
class View:
    """The newest of everything, and a bounded past of what has one."""

    settings: Settings
    badge: str = ""
    link: LinkSnapshot | None = None
    counts: LinkCounts = field(default_factory=LinkCounts)
    scan: ScanProgress | None = None
    sweeps: tuple[ScanProgress, ...] = ()
    """Finished sweeps of the search that goes on, or of the last one."""
    reading: Reading | None = None
    """The last poll, whatever became of it."""
    good: Reading | None = None
    """The last poll with a power in it."""
    before: Reading | None = None
    """The one with a power before `good`."""
    energy: EnergyReading | None = None
    first_energy: EnergyReading | None = None
    half_hour: HalfHour | None = None
    backfill: BackfillProgress | None = None
    """How the reading of the meter's memory goes on."""
    meter: MeterFacts | None = None
    properties: dict[int, PropertyValue] = field(default_factory=dict)
    """What came last for each of the meter's properties, by its code."""
    noise: NoiseScan | None = None
    noise_asked: float | None = None
    """Monotonic stamp at which an ED scan was asked for; None when none is awaited."""
    storage: StorageStatus | None = None
    figures: Figures = field(default_factory=Figures)
    series: PowerSeries = field(default_factory=PowerSeries)
    wire: deque[WireLine] = field(default_factory=lambda: deque(maxlen=WIRE_LINES))
    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=NOTICES))
    console: deque[WireLine | Notice] = field(default_factory=lambda: deque(maxlen=CONSOLE_LINES))
    """Both of them together, in the order in which they came."""
    console_total: int = 0
    """How many came to `console` so far, those that have dropped out of it included."""
    round_trips: deque[float] = field(default_factory=lambda: deque(maxlen=ROUND_TRIPS))
    polls: Polls = field(default_factory=Polls)
    timeline: Timeline = field(default_factory=Timeline)
    tries: deque[Try] = field(default_factory=lambda: deque(maxlen=TRIES))
    evidence: Evidence = field(default_factory=Evidence)
    """What the doctor's page judges the link by."""
    trouble: Trouble | None = None
    bell: bool = False
    """Whether the terminal's bell rings at each answer while the antenna is placed."""
    ending: str = ""
    """What is being waited for while the program quits."""
    overflow: int = 0
    """Updates that were dropped because the terminal stood still."""
    web_clients: int | None = None
    """Browsers that show the web view; None while it is off."""
    recording: str = ""
    """The name of the file that is being recorded to; empty while none is."""
    bench: bool = False
    """Whether two boards play ping-pong, and the link to the meter is closed for it."""
    held_at: datetime | None = None
    """Since when the screens show a frozen picture; None while they show this one."""

    def __post_init__(self) -> None:
        self.series.hold = self.hold_seconds

    @property
    def is_demo(self) -> bool:
        """Whether the link is that of the built-in emulator."""
        return bool(self.badge)

    @property
    def hold_seconds(self) -> float:
        """Pauses up to this long between two readings are no gap."""
        return max(10.0, 2.5 * self.settings.poll.interval)

    @property
    def stale_seconds(self) -> float:
        """A reading older than this is stale: three polls were missed."""
        return stale_seconds(self.settings.poll.interval)

    def age(self, now: float) -> float | None:
        """Seconds since the last poll that brought a power; None before the first."""
        return None if self.good is None else max(0.0, now - self.good.stamp)

    def is_stale(self, now: float) -> bool:
        """Whether the last power is too old to be taken for the present."""
        age = self.age(now)
        return age is not None and age > self.stale_seconds

    def hold(self) -> View:
        """A picture of now that later updates leave alone."""
        return replace(
            self,
            **{
                f.name: getattr(self, f.name).copy()
                for f in fields(self)
                if isinstance(getattr(self, f.name), deque)
            },
            series=self.series.copy(),
            polls=self.polls.copy(),
            timeline=self.timeline.copy(),
            figures=replace(self.figures),
            properties=dict(self.properties),
        )

    def apply(self, update: Update) -> None:
        """Take one update."""
        self.evidence.take(update)
        self._HANDLERS[type(update)](self, update)

    def stop(self, trouble: Trouble, stamp: float) -> None:
        """Take that the engine has ended at monotonic `stamp`: the link is closed with it."""
        self.trouble = trouble
        self.timeline.add(stamp, LinkState.CLOSED)

    def note(self, notice: Notice) -> None:
        """Add a line to the events."""
        self.notices.append(notice)
        self._to_console(notice)

    def _link(self, link: LinkSnapshot) -> None:
        before, self.link = self.link, link
        self.timeline.add(link.since, link.state)
        if before is not None and before.state is link.state and before.since == link.since:
            return
        if before is not None and before.state is LinkState.JOINING:
            self._end_join(link)
        if link.state is LinkState.JOINING:
            how = "cached" if link.from_cache else "scan"
            self.tries.append(Try(link.at, how, link.since))
        elif link.reason is LinkReason.NO_PAN:
            self._end_search(link)

    def _end_join(self, link: LinkSnapshot) -> None:
        """Close the try that went on, whatever has come of it."""
        if not self.tries:
            return
        last = self.tries[-1]
        joined = link.state is LinkState.READY
        seconds = max(0.0, link.since - last.stamp)
        self.tries[-1] = replace(last, seconds=seconds, joined=joined, reason=link.reason)

    def _end_search(self, link: LinkSnapshot) -> None:
        """A search that found nothing is a try of its own."""
        if self.sweeps:
            took = sum((s.finished or s.started) - s.started for s in self.sweeps)
            at = link.at - timedelta(seconds=took)
            self.tries.append(Try(at, "scan", link.since - took, took, reason=link.reason))

    def _counts(self, counts: LinkCounts) -> None:
        self.counts = counts

    def _scan(self, scan: ScanProgress) -> None:
        if scan.sweep == 1 and scan.finished is None and not scan.pans:
            self.sweeps = ()
        if scan.finished is not None:
            self.sweeps = (*self.sweeps, scan)[-8:]
        self.scan = scan

    def _reading(self, reading: Reading) -> None:
        self.reading = reading
        self.polls.add(reading)
        self.series.add(reading.at, reading.stamp, reading.watts)
        if reading.watts is not None:
            self.before, self.good = self.good, reading
            self.figures.add(reading)
        if reading.round_trip is not None:
            self.round_trips.append(reading.round_trip)

    def _energy(self, energy: EnergyReading) -> None:
        self.energy = energy
        first = None if self.first_energy is None else self.first_energy.normal_kwh
        if energy.normal_kwh is not None and (first is None or energy.normal_kwh < first):
            # A register that falls has rolled over, or belongs to another meter.
            self.first_energy = energy

    def _half_hour(self, half_hour: HalfHour) -> None:
        self.half_hour = half_hour

    def _half_hours(self, half_hours: HalfHours) -> None:
        newest = half_hours.rows[-1]
        if self.half_hour is None or self.half_hour.meter_time < newest.meter_time:
            self.half_hour = newest

    def _backfill(self, progress: BackfillProgress) -> None:
        self.backfill = progress

    def _meter(self, meter: MeterFacts) -> None:
        before, self.meter = self.meter, meter
        if before is not None and before.serial not in (None, meter.serial):
            # Another meter: nothing that was told holds for it.
            self.properties.clear()

    def _property(self, value: PropertyValue) -> None:
        self.properties[value.epc] = value

    def _noise(self, noise: NoiseScan) -> None:
        self.noise, self.noise_asked = noise, None

    def _wire(self, line: WireLine) -> None:
        self.wire.append(line)
        self._to_console(line)

    def _to_console(self, entry: WireLine | Notice) -> None:
        self.console.append(entry)
        self.console_total += 1

    def _storage(self, storage: StorageStatus) -> None:
        self.storage = storage

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        LinkSnapshot: _link,
        LinkCounts: _counts,
        ScanProgress: _scan,
        Reading: _reading,
        EnergyReading: _energy,
        HalfHour: _half_hour,
        HalfHours: _half_hours,
        BackfillProgress: _backfill,
        MeterFacts: _meter,
        PropertyValue: _property,
        NoiseScan: _noise,
        WireLine: _wire,
        Notice: note,
        StorageStatus: _storage,
    }


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of `values` lie; None of none."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
