"""A plan of faults over many days, drawn from a seed, and when the link could have worked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from semtui.emulator.bench import Emulator
from semtui.emulator.port import EmulatedPort

Switch = Callable[[Emulator, EmulatedPort], None]
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Episode:
    """One fault with its beginning and end, in seconds of the run."""

    start: float
    end: float
    name: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: how long it lasts, and how it is switched on and off."""

    name: str
    seconds: tuple[float, float]
    begin: Switch
    finish: Switch
    passable: bool = False
    """Whether readings are possible while it lasts, if fewer."""


def _nothing(_emulator: Emulator, _port: EmulatedPort) -> None:
    """What happens once needs no end."""


def _meter(name: str, bad: object, good: object) -> tuple[Switch, Switch]:
    def begin(emulator: Emulator, _port: EmulatedPort) -> None:
        setattr(emulator.meter.faults, name, bad)

    def finish(emulator: Emulator, _port: EmulatedPort) -> None:
        setattr(emulator.meter.faults, name, good)

    return begin, finish


def _reach(value: bool) -> Switch:
    def change(emulator: Emulator, _port: EmulatedPort) -> None:
        emulator.meter.in_reach = value

    return change


def _silent(value: bool) -> Switch:
    def change(emulator: Emulator, _port: EmulatedPort) -> None:
        emulator.module.silent = value

    return change


def _restart(emulator: Emulator, _port: EmulatedPort) -> None:
    emulator.module.power_off()
    emulator.module.power_on()


KINDS = (
    Kind("meter deaf", (60, 3600), *_meter("deaf", True, False)),
    Kind("out of reach", (60, 6 * 3600), _reach(False), _reach(True)),
    Kind("answers lost, 20 %", (600, 7200), *_meter("loss", 0.2, 0.0), passable=True),
    Kind("answers lost, 80 %", (600, 7200), *_meter("loss", 0.8, 0.0)),
    Kind("answers 75 s late", (60, 600), *_meter("delay_answers", 10, 0)),
    Kind("answers twice", (60, 60), *_meter("duplicate_answers", 20, 0), passable=True),
    Kind(
        "announcement with the request's TID",
        (60, 60),
        *_meter("announce_before_answers", 20, 0),
        passable=True,
    ),
    Kind("meter joins nobody", (60, 3 * 3600), *_meter("ignore_joins", True, False)),
    Kind("stick pulled out", (5, 3600), lambda _e, p: p.vanish(), lambda _e, p: p.return_()),
    Kind("module hangs", (30, 3600), _silent(True), _silent(False)),
    Kind("module restarts by itself", (1, 1), _restart, _nothing),
    Kind("session ended by the meter", (1, 1), lambda e, _p: e.meter.end_session(), _nothing),
    Kind(
        "send-time limit",
        (60, 3600),
        lambda e, _p: e.module.transmitter.limit(),
        lambda e, _p: e.module.transmitter.release(),
    ),
    Kind(
        "sends that fail",
        (30, 60),
        lambda e, _p: setattr(e.module.transmitter, "failures", 10),
        _nothing,
    ),
    Kind("renewal takes 42 s", (1, 1), *_meter("renewal_delay", 40.0, 40.0), passable=True),
)
"""Everything that goes wrong in a soak."""


class Plan:
    """Episodes that do not overlap, with quiet hours in between."""

    def __init__(self, seed: int, episodes: list[Episode]) -> None:
        self.seed = seed
        self.episodes = episodes
        self._kinds = {kind.name: kind for kind in KINDS}

    @classmethod
    def draw(cls, seed: int, days: float, pause: tuple[float, float] = (1800.0, 4 * 3600)) -> Plan:
        """Draw a plan: each kind comes in turn, in an order of the seed's, after a `pause`."""
        source = random.Random(f"soak/{seed}")
        return cls(seed, _episodes(source, 0.0, days * DAY, pause))

    @classmethod
    def evenings(cls, seed: int, days: int) -> Plan:
        """Draw bad evenings: from 18 to 23 o'clock something goes wrong every few minutes, for
        ten minutes at the most; the run begins at 6 in the morning."""
        source = random.Random(f"evenings/{seed}")
        episodes: list[Episode] = []
        for day in range(days):
            begin = day * DAY + 12 * 3600.0
            end = begin + 5 * 3600.0
            episodes += _episodes(source, begin, end, (300.0, 1200.0), longest=600.0)
        return cls(seed, episodes)

    def install(self, emulator: Emulator, port: EmulatedPort) -> None:
        """Have the emulator's own clockwork begin and end every episode."""
        schedule = emulator.schedule
        for episode in self.episodes:
            kind = self._kinds[episode.name]
            schedule.after(episode.start, lambda kind=kind: kind.begin(emulator, port))
            schedule.after(episode.end, lambda kind=kind: kind.finish(emulator, port))

    def impaired(self, end: float) -> Iterator[tuple[float, float]]:
        """The spans, up to `end`, in which no link could have worked."""
        for episode in self.episodes:
            if not self._kinds[episode.name].passable and episode.start < end:
                yield episode.start, min(episode.end, end)

    def is_impaired(self, since: float, until: float) -> bool:
        """Whether a fault began after `since` and before `until`."""
        return any(since < episode.start < until for episode in self.episodes)

    def possible(self, since: float, until: float) -> float:
        """Seconds between two moments in which a link could have worked."""
        lost = sum(
            max(0.0, min(until, end) - max(since, start)) for start, end in self.impaired(until)
        )
        return until - since - lost


def _episodes(
    source: random.Random,
    moment: float,
    end: float,
    pause: tuple[float, float],
    longest: float = DAY,
) -> list[Episode]:
    """Draw episodes from `moment` to `end`: each kind once, in a random order, then all again."""
    episodes: list[Episode] = []
    bag: list[Kind] = []
    moment += source.uniform(*pause)
    while moment < end:
        if not bag:
            bag = list(KINDS)
            source.shuffle(bag)
        kind = bag.pop()
        low, high = kind.seconds
        seconds = min(low * (high / low) ** source.random(), longest)
        episodes.append(Episode(moment, moment + seconds, kind.name))
        moment += seconds + source.uniform(*pause)
    return episodes
