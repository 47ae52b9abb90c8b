"""How much of bad evenings is read, as a share of the time in which a link could have worked.

From 18 to 23 o'clock something goes wrong every few minutes. Seconds in which no link could have
worked count neither way; `python -m benchmarks.availability --days N` measures other than 30 days.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from benchmarks.figures import Figure, print_figure, print_headings
from tests.soak.plan import DAY, EVENING, Plan
from tests.soak.run import Soak

DAYS = 30
SEED = 1


def measure(days: int = DAYS) -> Iterator[Figure]:
    """Run so many days on the emulator under a virtual clock."""
    plan = Plan.evenings(SEED, days)
    outcome = Soak(plan, days).run()
    yield Figure(
        f"readings came, of {days} days with a bad evening each",
        [100 * outcome.availability],
        "%",
        aim=99.0,
        more_is_better=True,
    )
    begin, end = EVENING
    evenings = sum(plan.possible(day * DAY + begin, day * DAY + end) for day in range(days))
    lost = outcome.possible - outcome.worked
    yield Figure("the same, of the bad hours alone", [100 * (1 - lost / evenings)], "%")


def main() -> None:
    """Measure it alone, for a number of days."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.availability")
    parser.add_argument("--days", type=int, default=DAYS)
    print_headings()
    for figure in measure(parser.parse_args().days):
        print_figure(figure)


if __name__ == "__main__":
    main()
