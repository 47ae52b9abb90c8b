"""Every bad day by name: the engine reads again after it, without help."""

from __future__ import annotations

import subprocess
import sys

import pytest

from semtui.config import PollSettings, Settings
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.scenarios import SCENARIOS, act, listing, prepared
from semtui.errors import ConfigError
from semtui.model import LinkSnapshot, LinkState, MeterFacts, Reading, ReadingStatus, Update
from tests.simulation import Simulation
from tests.soak.run import recovery_bound

LATEST = {"nightly": 86_400.0, "out-of-reach": 4000.0}
"""Seconds of the run at which the worst must be over; the others need less."""
HOPELESS = {"heavy-loss": 1800.0}
"""Seconds of the run at which what lets no join through is turned off."""


def run(*names: str, until: float = 2400.0, seed: int = 0, patience: float = 2400.0) -> Simulation:
    """Run with the scenarios until a reading with a power comes behind `until`."""
    # A whole day does not get worse by seldom polls, only longer by many.
    poll = PollSettings(interval=60.0 if until > 10_000 else 3.0)
    it = Simulation(EmulatorOptions(seed=seed), Settings(poll=poll), scenarios=names, wire=False)
    for name in HOPELESS.keys() & set(names):
        it.at(HOPELESS[name], act(name, it.emulator, it.port).end)

    def is_over(update: Update) -> bool:
        return isinstance(update, Reading) and update.watts is not None and update.stamp > until

    it.run(until=is_over, limit=until + patience)
    return it


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_engine_reads_again_without_help(name: str) -> None:
    it = run(name, until=LATEST.get(name, 2400.0))
    assert len(it.of(Reading)) > 20


@pytest.mark.parametrize("share", [1, 20, 50])
def test_lost_answers_of_any_share_are_survived(share: int) -> None:
    patience = (
        2400.0 / (1 - share / 100) ** 2
    )  # A request and its answer both have to come through.
    it = run(f"loss:{share}", until=7200.0, patience=patience)
    lost = sum(reading.status is ReadingStatus.TIMEOUT for reading in it.of(Reading))
    assert lost > 0


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("share", [0.8, 1.0])
def test_readings_come_again_behind_a_loss_that_lets_no_join_through(
    share: float, seed: int
) -> None:
    it = Simulation(EmulatorOptions(seed=seed), wire=False)
    end = 7200.0
    it.at(60.0, lambda: setattr(it.emulator.meter.faults, "loss", share))
    it.at(end, lambda: setattr(it.emulator.meter.faults, "loss", 0.0))

    def is_over(update: Update) -> bool:
        return isinstance(update, Reading) and update.watts is not None and update.stamp > end

    it.run(until=is_over, limit=end + recovery_bound(it.settings))
    assert LinkState.BACKOFF in it.states


@pytest.mark.parametrize("seed", range(4))
def test_bad_days_together(seed: int) -> None:
    run(
        *("loss:10", "bad-evening", "garbage", "split", "announcement", "lost-ok", "torn", "cut"),
        seed=seed,
        until=4800.0,
    )


def test_noise_and_lost_words_of_the_module_cost_no_session() -> None:
    it = run("garbage", "lost-ok", until=3630.0)
    assert it.states.count(LinkState.PROBING) == 1
    assert it.states.count(LinkState.JOINING) == 1


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("deaf", LinkState.REAUTHENTICATING),
        ("slow-renewal", LinkState.REAUTHENTICATING),
        ("silence", LinkState.PROBING),
        ("replug", LinkState.BACKOFF),
        ("held", LinkState.BACKOFF),
        ("refused", LinkState.BACKOFF),
        ("ended", LinkState.JOINING),
        ("restart", LinkState.CONFIGURING),
        ("edition", LinkState.CONFIGURING),
        ("half-echo", LinkState.CONFIGURING),
        ("broken-send", LinkState.JOINING),
        ("refused-renewal", LinkState.JOINING),
        ("cut", LinkState.BACKOFF),
    ],
)
def test_what_happens_is_seen(name: str, state: LinkState) -> None:
    it = run(name)
    quiet = run("beacons", until=60.0)
    assert it.states.count(state) > quiet.states.count(state)


def test_other_firmware_is_noticed_by_the_first_request_it_misunderstands() -> None:
    it = run("edition", until=90.0)
    dual = [snap.module.dual_stack for snap in it.of(LinkSnapshot) if snap.module is not None]
    assert (dual[0], dual[-1]) == (False, True)
    lost = [reading.status for reading in it.of(Reading)].count(ReadingStatus.TIMEOUT)
    assert lost <= 1


def test_the_send_limit_is_seen_and_lifted() -> None:
    it = run("limit")
    said = [snapshot.arib_limited for snapshot in it.of(LinkSnapshot)]
    assert True in said
    assert said[-1] is False


def test_a_meter_that_was_exchanged_and_a_clock_that_is_off_are_told() -> None:
    serials = {facts.serial for facts in run("replaced").of(MeterFacts)} - {None}
    assert len(serials) == 2
    offsets = [facts.clock_offset for facts in run("clock-off", until=60.0).of(MeterFacts)]
    assert any(offset is not None and abs(offset - 3600) < 120 for offset in offsets)


@pytest.mark.parametrize(
    "names", [("bad-evening", "weak"), ("garbage", "cut", "lost-ok", "loss"), ("torn", "edition")]
)
def test_the_same_seed_gives_the_same_bad_day(names: tuple[str, ...]) -> None:
    def told(seed: int) -> list[tuple[float, ReadingStatus]]:
        return [(r.stamp, r.status) for r in run(*names, seed=seed).of(Reading)]

    assert told(3) == told(3)
    assert told(3) != told(4)


def test_names_are_listed_and_unknown_ones_refused() -> None:
    assert len(listing()) == len(SCENARIOS)
    for wrong, said in (
        ("dead", "There is no scenario dead"),
        ("", "There is no scenario"),
        ("deaf:x", "x is no number for the scenario deaf"),
        ("deaf:", "is no number"),
        ("deaf:-1", "-1 is no number"),
        ("loss:200", "200 is no number for the scenario loss"),
        ("ended:5", "ended takes no number"),
    ):
        with pytest.raises(ConfigError, match=said):
            prepared(EmulatorOptions(), [wrong])
    done = subprocess.run(
        [sys.executable, "-m", "semtui", "emulate", "--scenario", "deff"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "deaf" in done.stderr
