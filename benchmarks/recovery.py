"""From the end of a fault to the next reading, beside what the emulated radio itself must take.

The floor is the emulator's own time for the steps that the fault makes
necessary: an answer alone, or a join and an answer. Both are measured in the
same way, under the same virtual clock, on a start that nothing disturbs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.figures import Figure
from semtui.emulator.options import EmulatorOptions
from semtui.model import LinkSnapshot, Reading, ReadingStatus, Update, WireLine
from tests.simulation import Simulation

BEGIN = 60.0
"""Second at which the fault begins, plus a little more in each round: another place in a poll."""
ROUNDS = 5
LIMIT = 4 * 3600.0
Switch = Callable[[Simulation], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault that can be switched on and off."""

    name: str
    begin: Switch
    end: Switch
    seconds: float
    """How long it lasts; 0 where it is over as soon as it has happened."""
    joins: bool
    """Whether a join belongs to the way back."""


def _nothing(_it: Simulation) -> None:
    """Over by itself."""


def _silent(it: Simulation, silent: bool) -> None:
    it.emulator.module.silent = silent


def _deaf(it: Simulation, deaf: bool) -> None:
    it.emulator.meter.faults.deaf = deaf


def _in_reach(it: Simulation, in_reach: bool) -> None:
    it.emulator.meter.in_reach = in_reach


TROUBLES = (
    Trouble(
        "stick pulled out for 20 s",
        lambda it: it.port.vanish(),
        lambda it: it.port.return_(),
        20,
        True,
    ),
    Trouble(
        "module silent for 20 s",
        lambda it: _silent(it, True),
        lambda it: _silent(it, False),
        20,
        False,
    ),
    Trouble(
        "module restarted without a word", lambda it: it.emulator.module.reboot(), _nothing, 0, True
    ),
    Trouble(
        "meter deaf for 60 s", lambda it: _deaf(it, True), lambda it: _deaf(it, False), 60, False
    ),
    Trouble(
        "out of reach for 60 s",
        lambda it: _in_reach(it, False),
        lambda it: _in_reach(it, True),
        60,
        False,
    ),
    Trouble(
        "session ended by the meter (EVENT 26)",
        lambda it: it.emulator.meter.end_session(),
        _nothing,
        0,
        True,
    ),
)


def measure() -> Iterator[Figure]:
    """Each fault several times, at other places between two polls."""
    answer, join = _floor()
    for trouble in TROUBLES:
        taken = [_recovery(trouble, BEGIN + 0.7 * number) for number in range(ROUNDS)]
        floor = answer + join if trouble.joins else answer
        said = "s emulator's join + answer" if trouble.joins else "s emulator's answer"
        yield Figure(f"back to readings: {trouble.name}", taken, "s", [floor], said)
    taken = [_lifted(0.3 + 0.05 * number) for number in range(ROUNDS)]
    name = "back to readings: send-time limit lifted (EVENT 33)"
    yield Figure(name, taken, "s", [answer], "s emulator's answer")


def _floor() -> tuple[float, float]:
    """Seconds of an answer, and of a join: SKJOIN to EVENT 25."""
    it = Simulation()
    stamps: dict[str, float] = {}

    def watch(update: Update) -> bool:
        if isinstance(update, WireLine):
            for mark in ("SKJOIN", "EVENT 25"):
                if update.text.startswith(mark):
                    stamps[mark] = it.clock.monotonic()
        return isinstance(update, Reading)

    it.run(until=watch)
    (reading,) = it.of(Reading)[:1]
    if reading.round_trip is None:
        raise SystemExit("the first poll brought nothing")
    return reading.round_trip, stamps["EVENT 25"] - stamps["SKJOIN"]


def _recovery(trouble: Trouble, begin: float) -> float:
    """Seconds from the end of the fault to the next good reading."""
    it = Simulation(wire=False)
    over: list[float] = []
    _at_clock(it, begin, lambda: trouble.begin(it))

    def end() -> None:
        trouble.end(it)
        over.append(it.clock.monotonic())

    _at_clock(it, begin + trouble.seconds, end)
    it.run(until=lambda update: bool(over) and _is_good(update, over[0]), limit=LIMIT)
    return it.of(Reading)[-1].stamp - over[0]


def _lifted(budget: float) -> float:
    """Seconds from the last EVENT 33 before it to the first reading after the send-time limit."""
    it = Simulation(EmulatorOptions(send_budget=budget, send_window=120.0), wire=False)
    lifted: list[float] = []
    limited = False

    def watch(update: Update) -> bool:
        nonlocal limited
        if isinstance(update, LinkSnapshot):
            if limited and not update.arib_limited:
                lifted.append(it.clock.monotonic())
            limited = update.arib_limited
        return bool(lifted) and _is_good(update, lifted[-1])

    it.run(until=watch, limit=LIMIT)
    return next(r.stamp for r in it.of(Reading) if _is_good(r, lifted[-1])) - lifted[-1]


def _is_good(update: Update, after: float) -> bool:
    return (
        isinstance(update, Reading) and update.status is ReadingStatus.OK and update.stamp > after
    )


def _at_clock(it: Simulation, moment: float, action: Callable[[], None]) -> None:
    """Do it when the clock comes to `moment`, whatever the engine waits for then."""
    clock = it.clock
    pass_time = clock.advance
    done = False

    def advance(seconds: float) -> None:
        nonlocal done
        left = moment - clock.monotonic()
        if done or left > seconds:
            pass_time(seconds)
            return
        done = True
        pass_time(max(0.0, left))
        action()

    clock.advance = advance  # type: ignore[method-assign]
