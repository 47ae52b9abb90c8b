"""A plan of faults over many days, drawn from a seed, and when the link could have worked."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from semtui.emulator.bench import Emulator
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.scenarios import SCENARIOS, SerialLine, act, prepared

DAY = 86_400.0
EVENING = 12 * 3600.0, 17 * 3600.0
"""From 18 to 23 o'clock, in seconds of a day that begins at 6 in the morning."""
COMING_AND_GOING = tuple(name for name, each in SCENARIOS.items() if each.lasts)
"""Everything that goes wrong in a soak, one thing after the other."""
STANDING = tuple(
    name
    for name, each in SCENARIOS.items()
    if each.prepare and not (each.lasts or each.value or name == "cr-lf")
)
"""What is so from the first day of a run to its last, in some runs. A meter that shows one power
for ever would make rows of the log alike."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One fault with its beginning and end, in seconds of the run."""

    start: float
    end: float
    name: str

    @property
    def is_passable(self) -> bool:
        """Whether readings are possible while it lasts, if fewer."""
        return SCENARIOS[self.name].passable


class Plan:
    """Episodes that do not overlap, in their order, with quiet hours in between."""

    def __init__(self, seed: int, episodes: list[Episode], standing: tuple[str, ...] = ()) -> None:
        self.seed = seed
        self.episodes = episodes
        self.standing = standing
        self._starts = [each.start for each in episodes]
        self._lost = [(each.start, each.end) for each in episodes if not each.is_passable]
        self._lost_ends = [end for _start, end in self._lost]

    @classmethod
    def draw(cls, seed: int, days: float, pause: tuple[float, float] = (1800.0, 4 * 3600)) -> Plan:
        """Draw a plan: each fault comes in turn, in an order of the seed's, after a `pause`; and
        two things that are so all the time."""
        source = random.Random(f"soak/{seed}")
        standing = tuple(source.sample(STANDING, 2))
        return cls(seed, _episodes(source, 0.0, days * DAY, pause), standing)

    @classmethod
    def evenings(cls, seed: int, days: int) -> Plan:
        """Draw bad evenings: from 18 to 23 o'clock something goes wrong every few minutes, for
        ten minutes at the most; the run begins at 6 in the morning."""
        source = random.Random(f"evenings/{seed}")
        episodes: list[Episode] = []
        for day in range(days):
            begin, end = (day * DAY + moment for moment in EVENING)
            episodes += _episodes(source, begin, end, (300.0, 1200.0), longest=600.0)
        return cls(seed, episodes)

    def options(self) -> EmulatorOptions:
        """What the emulator is from the start."""
        return prepared(EmulatorOptions(seed=self.seed), self.standing)

    def install(self, emulator: Emulator, line: SerialLine) -> None:
        """Have the emulator's own clockwork begin and end every episode."""
        schedule = emulator.schedule
        acts = {name: act(name, emulator, line) for name in COMING_AND_GOING}
        for episode in self.episodes:
            schedule.after(episode.start, acts[episode.name].begin)
            schedule.after(episode.end, acts[episode.name].end)

    def impaired(self, end: float) -> Iterator[tuple[float, float]]:
        """The spans, up to `end`, in which no link could have worked."""
        for start, stop in self._lost:
            if start >= end:
                return
            yield start, min(stop, end)

    def last_begun(self, since: float, until: float) -> Episode | None:
        """The last fault that began after `since` and before `until`; None where none did."""
        place = bisect_left(self._starts, until)
        return self.episodes[place - 1] if place and self._starts[place - 1] > since else None

    def possible(self, since: float, until: float) -> float:
        """Seconds between two moments in which a link could have worked."""
        seconds = until - since
        for place in range(bisect_right(self._lost_ends, since), len(self._lost)):
            start, end = self._lost[place]
            if start >= until:
                break
            seconds -= min(until, end) - max(since, start)
        return seconds


def _episodes(
    source: random.Random,
    moment: float,
    end: float,
    pause: tuple[float, float],
    longest: float = DAY,
) -> list[Episode]:
    """Draw episodes from `moment` to `end`: each fault once, in a random order, then all again."""
    episodes: list[Episode] = []
    bag: list[str] = []
    moment += source.uniform(*pause)
    while moment < end:
        if not bag:
            bag = list(COMING_AND_GOING)
            source.shuffle(bag)
        name = bag.pop()
        low, high = SCENARIOS[name].lasts or (1.0, 1.0)
        seconds = min(low * (high / low) ** source.random(), longest)
        episodes.append(Episode(moment, moment + seconds, name))
        moment += seconds + source.uniform(*pause)
    return episodes
