"""Days in which everything goes wrong, one thing after the other.

Here some days each of three seeds and one bad evening, so that it takes a minute or two.
`make soak` runs thirty days with a poll each three seconds, and bad evenings.
"""

from __future__ import annotations

import pytest

from tests.soak.plan import COMING_AND_GOING, Episode, Plan
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
@pytest.mark.parametrize(
    ("seed", "days", "interval", "longest"),
    [(11, 1, 3.0, 1500.0), (12, 7, 60.0, 3600.0), (13, 2, 30.0, 2400.0)],
)
def test_days_of_trouble_end_with_readings_every_time(
    seed: int, days: int, interval: float, longest: float
) -> None:
    """`interval` lies between two polls, at most `longest` between two faults."""
    outcome = Soak(Plan.draw(seed, days, pause=(300.0, longest)), days, interval).run()
    assert not failures(outcome)
    assert len(outcome.total) >= len(COMING_AND_GOING) - 3, "nearly everything has come"
    assert outcome.kept == (".csv", ".semrec", ".sqlite3"), "all that is written was searched"
    assert outcome.pana > 0, "a session was begun where it could be seen"


def test_a_fault_that_another_joins_is_measured_from_the_end_of_that_one() -> None:
    plan = Plan(1, [Episode(600.0, 1200.0, "power-cut"), Episode(1201.0, 1500.0, "out-of-reach")])
    outcome = Soak(plan, 0.05, 60.0).run()
    assert not failures(outcome)
    assert list(outcome.total) == ["out-of-reach"]
    assert outcome.joined == outcome.total["out-of-reach"]
    assert set(outcome.slowest) == {"out-of-reach", "power-cut"}


@pytest.mark.timeout(600)
def test_a_bad_evening_costs_little_of_what_was_possible() -> None:
    outcome = Soak(Plan.evenings(3, 1), 0.75).run()  # From 6 o'clock to midnight.
    assert not failures(outcome)
    assert outcome.availability >= 0.97


def test_the_same_seed_draws_the_same_plan() -> None:
    one, again, other = Plan.draw(5, 30), Plan.draw(5, 30), Plan.draw(6, 30)
    assert (one.episodes, one.standing) == (again.episodes, again.standing)
    assert one.episodes != other.episodes
