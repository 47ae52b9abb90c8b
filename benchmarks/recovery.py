"""From the end of each scenario to the next reading, beside what the emulated radio must take.

Every scenario that has an end, or is over as soon as it has happened, is
measured. The floor is the least time the emulator takes for what is necessary then: an
answer, with a join before it where the module or the meter has lost the
session, and the start of a module whose supply comes back. Answer and join
are measured where nothing disturbs them, under the same virtual clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from semtui.emulator.bench import Emulator
from semtui.emulator.module import START_TIME
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.scenarios import SCENARIOS, act, prepared
from semtui.model import Reading, ReadingStatus, Update, WireLine
from tests.simulation import Simulation

BEGIN = 60.0
"""Second at which a scenario begins, plus a little more in each round: another place in a poll."""
ROUNDS = 5
LIMIT = 4 * 3600.0
ENDING = tuple(name for name, each in SCENARIOS.items() if each.timed or each.lasts)


def measure() -> Iterator[Figure]:
    """Each scenario several times, at other places between two polls."""
    answer, join = _floor()
    for name in ENDING:
        rounds = [_recovery(name, BEGIN + 0.7 * number) for number in range(ROUNDS)]
        taken = [seconds for seconds, _start, _lost in rounds]
        floor = [answer + start + join * lost for _seconds, start, lost in rounds]
        said = "s emulator's answer"
        if any(lost for _seconds, _start, lost in rounds):
            said = "s emulator's join + answer"
        if any(start for _seconds, start, _lost in rounds):
            said = "s emulator's start + join + answer"
        length = f" ({_length(name):.0f} s)" if _length(name) else ""
        yield Figure(f"back to readings: {name}{length}", taken, "s", floor, said)


def _length(name: str) -> float:
    """Seconds that a scenario is on; 0 for what is over as soon as it has happened."""
    scenario = SCENARIOS[name]
    if scenario.timed or scenario.lasts is None:
        return float(scenario.value)
    return 0.0 if scenario.lasts == (1, 1) else scenario.lasts[0]


def _floor() -> tuple[float, float]:
    """Seconds of the quickest answer, and of the quickest join: SKJOIN to EVENT 25."""
    it = Simulation(scenarios=("ended",))
    joins: list[float] = []
    begun = 0.0

    def watch(update: Update) -> bool:
        nonlocal begun
        if isinstance(update, WireLine):
            now = it.clock.monotonic()
            if update.text.startswith("SKJOIN"):
                begun = now
            elif update.text.startswith("EVENT 25"):
                joins.append(now - begun)
        return isinstance(update, Reading) and update.stamp > 2 * BEGIN

    it.run(until=watch)
    answers = [each.round_trip for each in it.of(Reading) if each.round_trip is not None]
    return min(answers), min(joins)


def _recovery(name: str, begin: float) -> tuple[float, float, bool]:
    """Seconds from the end of the scenario to the next good reading; those of them that a module
    needs to start; and whether the session was lost at the end."""
    scenario = SCENARIOS[name]
    it = Simulation(prepared(EmulatorOptions(), [name]), wire=False)
    scene = act(name, it.emulator, it.port)
    emulator = it.emulator
    over: list[tuple[float, float, bool]] = []

    def end() -> None:
        start = 0.0 if emulator.module.listening else START_TIME
        scene.end()
        over.append((emulator.schedule.now, start, _session_is_lost(emulator)))

    emulator.schedule.after(0.0 if scenario.at_once and not scenario.lasts else begin, scene.begin)
    emulator.schedule.after(_length(name) + (begin if scenario.lasts else 0.0), end)
    it.run(until=lambda update: bool(over) and _is_good(update, over[0][0]), limit=LIMIT)
    moment, start, lost = over[0]
    return it.of(Reading)[-1].stamp - moment, start, lost


def _session_is_lost(emulator: Emulator) -> bool:
    """Whether module and meter do not share a session."""
    module, meter = emulator.module, emulator.meter
    client = meter.authenticator.session_with(module.address)
    return client is None or client.key != module.pana.key_for(meter.address)


def _is_good(update: Update, after: float) -> bool:
    return (
        isinstance(update, Reading) and update.status is ReadingStatus.OK and update.stamp > after
    )
