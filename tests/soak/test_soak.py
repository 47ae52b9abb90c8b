"""Days in which everything goes wrong, one thing after the other (`make soak`: thirty of them)."""

from __future__ import annotations

import pytest

from tests.soak.plan import KINDS, Plan
from tests.soak.run import Outcome, Soak

MEGABYTE = 2**20


def failures(outcome: Outcome) -> list[str]:
    """What a run did that it must not do, in words."""
    said = [f"never read again after: {name}" for name in outcome.never]
    said += [
        f"{name}: {seconds:.0f} s until the next reading, more than {outcome.bound:.0f} s"
        for name, seconds in outcome.slowest.items()
        if seconds > outcome.bound
    ]
    if outcome.rows != outcome.polls:
        said.append(f"{outcome.polls} readings shown, {outcome.rows} rows in the files")
    for what in ("doubled", "disordered", "leaked", "threads"):
        if getattr(outcome, what):
            said.append(f"{what}: {getattr(outcome, what)}")
    grown = outcome.pages[-1] - outcome.pages[0] if outcome.pages else 0
    if grown > 8 * MEGABYTE:
        said.append(f"memory grew by {grown / MEGABYTE:.0f} MB")
    return said


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [11, 12])
def test_days_of_trouble_end_with_readings_every_time(seed: int) -> None:
    outcome = Soak(Plan.draw(seed, 2, pause=(900.0, 5400.0)), 2).run()
    assert not failures(outcome)
    assert len(outcome.slowest) >= len(KINDS) - 3, "nearly every kind has come"


@pytest.mark.timeout(600)
def test_a_bad_evening_costs_little_of_what_was_possible() -> None:
    outcome = Soak(Plan.evenings(3, 1), 1).run()
    assert not failures(outcome)
    assert outcome.availability >= 0.97


def test_the_same_seed_draws_the_same_plan() -> None:
    assert Plan.draw(5, 30).episodes == Plan.draw(5, 30).episodes
    assert Plan.draw(5, 30).episodes != Plan.draw(6, 30).episodes
