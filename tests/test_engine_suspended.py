"""A machine that sleeps, and a stop at any moment: the engine on the emulator, in virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from semtui.clock import VirtualClock
from semtui.config import PollSettings, Settings
from semtui.emulator.options import EmulatorOptions
from semtui.errors import PortError
from semtui.model import LinkSnapshot, LinkState, Reading, ReadingStatus, Update, WireLine
from semtui.radio.states import SESSION_STATES
from tests.simulation import Simulation

HOUR = 3600.0
ENDING = (LinkState.TERMINATING, LinkState.CLOSED)


def good_after(it: Simulation, stamp: float) -> Callable[[Update], bool]:
    """Return a condition: a good reading that is later than `stamp`."""

    def until(update: Update) -> bool:
        good = isinstance(update, Reading) and update.status is ReadingStatus.OK
        return good and it.clock.monotonic() > stamp

    return until


def stop_at(it: Simulation, moment: float) -> None:
    """Have the clock itself call for the end, wherever the engine waits then."""
    clock = it.clock

    def advance(seconds: float) -> None:
        left = moment - clock.monotonic()
        if not it.stop.is_set() and left <= seconds:
            VirtualClock.advance(clock, max(0.0, left))
            it.stop.set()
            return
        VirtualClock.advance(clock, seconds)

    clock.advance = advance  # type: ignore[method-assign]


@pytest.mark.parametrize("interval", [3.0, 0.0])
@pytest.mark.parametrize("hours", [0.2, 5.0, 30.0])
def test_a_machine_that_slept_reads_again_without_making_up_for_lost_polls(
    hours: float, interval: float
) -> None:
    it = Simulation(settings=Settings(poll=PollSettings(interval=interval)))
    woken: list[float] = []

    def sleep() -> None:
        it.clock.advance(hours * HOUR)
        woken.append(it.clock.monotonic())

    it.at(60, sleep)
    it.run(until=lambda update: good_after(it, 61 + hours * HOUR + 60)(update), limit=40 * HOUR)
    stamps = [reading.stamp for reading in it.of(Reading)]
    assert stamps == sorted(set(stamps))
    asleep = [stamp for stamp in stamps if 62 < stamp < woken[0]]
    assert not asleep
    fresh = [reading for reading in it.of(Reading) if reading.stamp > woken[0] + 5]
    assert {reading.status for reading in fresh[-5:]} == {ReadingStatus.OK}


@pytest.mark.parametrize("seed", range(4))
def test_sleeping_again_and_again_while_sessions_run_out(seed: int) -> None:
    chance = random.Random(seed)
    it = Simulation(EmulatorOptions(lifetime=1800))
    end = 0.0
    for _nap in range(12):
        at = end + chance.uniform(20, 400)
        nap = chance.choice((5.0, 400.0, 1500.0, 2 * HOUR, 9 * HOUR))
        it.at(at, lambda nap=nap: it.clock.advance(nap))  # type: ignore[misc]
        end = at + nap
    it.run(until=good_after(it, end + 900), limit=end + 4 * HOUR)
    reads = it.of(Reading)
    stamps = [reading.stamp for reading in reads]
    assert stamps == sorted(set(stamps))
    # Whatever happened, a minute never has more polls than the grid has places.
    for first, twentieth in pairwise(stamps[::21]):
        assert twentieth - first > 40
    assert it.of(LinkSnapshot)[-1].state is LinkState.CLOSED


@pytest.mark.parametrize("seed", range(60))
def test_a_stop_at_any_moment_leaves_no_session_with_the_meter(seed: int) -> None:
    """In the scan, the join, between a question and its answer, in a renewal, in a wait."""
    chance = random.Random(seed)
    it = Simulation(EmulatorOptions(lifetime=60))
    it.emulator.meter.faults.reject_joins = 3 * (seed % 4 == 0)
    it.emulator.meter.faults.renewal_delay = 5.0 * (seed % 4 == 1)
    stop_at(it, chance.choice((chance.uniform(0, 30), chance.uniform(30, 200))))
    it.run(until=lambda _update: it.stop.is_set(), limit=HOUR)
    assert it.states[-1] is LinkState.CLOSED
    before = [state for state in it.states if state not in ENDING][-1]
    ended = "SKTERM" in [line.text for line in it.of(WireLine)[-12:]]
    assert ended or before not in SESSION_STATES
    last = it.of(LinkSnapshot)[-1]
    assert not last.session_held
    assert it.emulator.meter.authenticator.living() is None
    with pytest.raises(PortError):
        it.port.read(0.0)
