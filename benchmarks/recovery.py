"""From the end of each scenario to the next reading, beside what the emulated radio must take.

Every scenario that has an end, or is over as soon as it has happened, is
measured. The floor is the emulator's own time for what is necessary then: an
answer, with a join before it where the module or the meter has lost the
session, and the start of a module whose supply comes back. Answer and join
are measured on a start that nothing disturbs, under the same virtual clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from semtui.emulator.bench import Emulator
from semtui.emulator.module import START_TIME
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.scenarios import SCENARIOS, act, prepared
from semtui.model import LinkSnapshot, Reading, ReadingStatus, Update, WireLine
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
        length = f" ({_length(name):.0f} s)" if _length(name) > 1 else ""
        yield Figure(f"back to readings: {name}{length}", taken, "s", floor, said)
    taken = [_lifted(0.3 + 0.05 * number) for number in range(ROUNDS)]
    title = "back to readings: send time used up (EVENT 33)"
    yield Figure(title, taken, "s", [answer], "s emulator's answer")


def _length(name: str) -> float:
    """Seconds that a scenario is on."""
    scenario = SCENARIOS[name]
    return float(scenario.value) if scenario.timed or not scenario.lasts else scenario.lasts[0]


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
