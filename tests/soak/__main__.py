"""Runs the soak at length and writes what it survived: `make soak`, `make reliability`."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from tests.soak.plan import Plan
from tests.soak.run import KEPT, Outcome, Soak
from tests.soak.test_soak import failures

SHORT = 3
"""Days of a short run."""
HEAD = """# Reliability

What semtui was put through, and how it came out. Made by `make reliability`; every number
is of that run, on the emulator, under a virtual clock, with the default settings: a poll each
3 seconds, all waits as they are for everybody.

A run is a number of days in which one thing after the other goes wrong, drawn from a seed; the
names are those of `semtui emulate --list-scenarios`. It fails when a fault is not followed by a
reading within the bound that the waits imply, when a reading that was shown is not in the CSV,
or is there twice, when memory grows, a thread stays, or when the id, the password or the pairing
id is in anything published or written, as text or in hex.

"""


def trouble(seed: int, days: int) -> Outcome:
    """Run days of trouble."""
    return Soak(Plan.draw(seed, days), days).run()


def evenings(seed: int, days: int) -> Outcome:
    """Run bad evenings."""
    return Soak(Plan.evenings(seed, days), days).run()


def report(runs: list[Outcome], bad: list[Outcome]) -> str:
    """Return the page."""
    total: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for name, seconds in run.total.items():
            total[name] += seconds
    days, polls = sum(run.days for run in runs), sum(run.polls for run in runs)
    joined = [seconds for run in runs for seconds in run.joined]
    lines = [
        f"{len(runs)} runs ({_lengths(runs)}), {days:.0f} days, {polls} polls; "
        f"{sum(map(len, total.values()))} faults that were over before the next one began, and "
        f"{_joined(joined)}. The bound is {runs[0].bound:.0f} s.",
        "",
        *(
            f"- In run {number} all the time: {', '.join(Plan.draw(number, 1).standing)}."
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
        f"- Threads left: {sum(run.threads for run in runs)}; secrets in what was shown, logged, "
        f"recorded or kept: {sum(run.leaked for run in runs)}; so many PANA datagrams hid what "
        f"they carry: {sum(run.pana for run in runs)}.",
        f"- Available for {_share(runs)} of the time in which a link could have worked.",
        f"- Bad evenings ({sum(run.days for run in bad):.0f} days, something goes wrong every few "
        f"minutes from 18 to 23 o'clock): {_share(bad)}.",
        "",
        "The seconds are from the end of a fault to the next reading; where another fault began",
        "before that, they are from the end of that one, and not in the table. A recorder and",
        f"the history run along in the first {KEPT / 3600:.0f} hours of each run. Available are",
        "the times between two readings that lie at most 90 seconds apart: an answer to two",
        "properties may take 60 before it counts as lost.",
    ]
    return HEAD + "\n".join(lines) + "\n"


def _lengths(runs: list[Outcome]) -> str:
    count = Counter(run.days for run in runs)
    return ", ".join(f"{times} of {days:.0f} days" for days, times in count.items())


def _joined(seconds: list[float]) -> str:
    if not seconds:
        return "none that another one joined"
    return f"{len(seconds)} that another one joined, the worst {max(seconds):.0f} s behind its end"


def _share(runs: list[Outcome]) -> str:
    possible = sum(run.possible for run in runs)
    return f"{100 * sum(run.worked for run in runs) / possible:.2f} %"


def main() -> int:
    """Run it; 1 when a run failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--days", type=int, default=30, help="length of a long run")
    parser.add_argument("--seeds", type=int, default=1, help="long runs")
    parser.add_argument("--more", type=int, default=0, help="runs of three days")
    parser.add_argument("--write", type=Path, help="the page to write")
    args = parser.parse_args()
    lengths = [args.days] * args.seeds + [SHORT] * args.more
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        bad_job = pool.submit(evenings, 1, max(1, args.days // 3))
        jobs = [pool.submit(trouble, seed, days) for seed, days in enumerate(lengths, 1)]
        runs, bad = [job.result() for job in jobs], [bad_job.result()]
    page = report(runs, bad)
    if args.write is not None:
        args.write.write_text(page)
    sys.stdout.write(page)
    wrong = [said for run in (*runs, *bad) for said in failures(run)]
    sys.stdout.write("".join(f"FAILED {said}\n" for said in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
