"""Runs the soak at length and writes what it survived: `make soak`, `make reliability`."""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from tests.soak.plan import Plan
from tests.soak.run import Outcome, Soak
from tests.soak.test_soak import failures

HEAD = """# Reliability

What semtui was put through, and how it came out. Made by `make reliability`; every number
is of that run, on the emulator, under a virtual clock, with the default settings: a poll each
3 seconds, all waits as they are for everybody.

A run is a number of days in which one thing after the other goes wrong, drawn from a seed; the
names are those of `semtui emulate --list-scenarios`. It fails when a fault is not followed by a
reading within the bound that the waits imply, when a reading that was shown is not in the CSV,
or is there twice, when memory grows, a thread stays, or a secret is in any line.

"""


def trouble(job: tuple[int, int]) -> Outcome:
    """Run days of trouble."""
    seed, days = job
    return Soak(Plan.draw(seed, days), days).run()


def evenings(job: tuple[int, int]) -> Outcome:
    """Run bad evenings."""
    seed, days = job
    return Soak(Plan.evenings(seed, days), days).run()


def report(runs: list[Outcome], bad: list[Outcome]) -> str:
    """Return the page."""
    total: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for name, seconds in run.total.items():
            total[name] += seconds
    days, polls = sum(run.days for run in runs), sum(run.polls for run in runs)
    lines = [
        f"{len(runs)} runs, {days:.0f} days, {polls} polls; {sum(map(len, total.values()))} faults "
        f"that had ended before the next one began. The bound is {runs[0].bound:.0f} s.",
        *(
            f"In run {number} all the time: {', '.join(Plan.draw(number, 1).standing)}."
            for number in range(1, len(runs) + 1)
        ),
        "",
        "| fault | times | median | worst | read again |",
        "|---|---|---|---|---|",
    ]
    for name, seconds in sorted(total.items()):
        lost = sum(run.never.count(name) for run in runs)
        again = "every time" if not lost else f"not after {lost}"
        figures = f"{len(seconds)} | {median(seconds):.0f} s | {max(seconds):.0f} s"
        lines.append(f"| {name} | {figures} | {again} |")
    rows, doubled = sum(run.rows for run in runs), sum(run.doubled for run in runs)
    grown = max((run.pages[-1] - run.pages[0]) / 2**20 for run in runs)
    lines += [
        "",
        f"- Readings shown and rows in the CSV: {polls} and {rows}, {doubled} twice.",
        f"- Memory from the end of the first day to the last: {grown:+.1f} MB at the most.",
        f"- Threads left: {sum(run.threads for run in runs)}; lines with a secret: "
        f"{sum(run.leaked for run in runs)}.",
        f"- Available for {_share(runs)} of the time in which a link could have worked.",
        f"- Bad evenings ({sum(run.days for run in bad):.0f} days, something goes wrong every few "
        f"minutes from 18 to 23 o'clock): {_share(bad)}.",
        "",
        "The seconds are from the end of a fault to the next reading. Available are the times",
        "between two readings that lie at most 90 seconds apart: an answer to two properties may",
        "take 60 before it counts as lost.",
    ]
    return HEAD + "\n".join(lines) + "\n"


def _share(runs: list[Outcome]) -> str:
    possible = sum(run.possible for run in runs)
    return f"{100 * sum(run.worked for run in runs) / possible:.2f} %"


def main() -> int:
    """Run it; 1 when a run failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--write", type=Path, help="the page to write")
    args = parser.parse_args()
    jobs = [(seed, args.days) for seed in range(1, args.seeds + 1)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        bad_jobs = pool.map(evenings, [(1, max(1, args.days // 3))])
        runs = list(pool.map(trouble, jobs))
        bad = list(bad_jobs)
    page = report(runs, bad)
    if args.write is not None:
        args.write.write_text(page)
    sys.stdout.write(page)
    wrong = [said for run in (*runs, *bad) for said in failures(run)]
    sys.stdout.write("".join(f"FAILED {said}\n" for said in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
