"""Run all targets for a time or a number of inputs, and print what came of it as a table."""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from dataclasses import dataclass

from tests.fuzz.seeds import next_input, seeds
from tests.fuzz.targets import TARGETS, Target


@dataclass
class Tally:
    """What became of the inputs of one target."""

    tried: int = 0
    declared: int = 0
    crashes: int = 0
    first_crash: str = ""


def try_one(target: Target, data: bytes, tally: Tally) -> None:
    """Run `target` on `data` and count what comes of it."""
    tally.tried += 1
    try:
        target.run(data)
    except target.declared:
        tally.declared += 1
    except Exception:
        tally.crashes += 1
        tally.first_crash = tally.first_crash or f"{data!r}\n{traceback.format_exc()}"


def fuzz(target: Target, *, seconds: float, count: int | None, seed: int) -> Tally:
    """Run `target` for `seconds`, or on `count` inputs; the same seed gives the same inputs."""
    source = random.Random(f"{seed} {target.name}")
    kind = seeds()[target.seeds]
    tally = Tally()
    end = time.monotonic() + seconds
    while tally.tried < count if count is not None else time.monotonic() < end:
        try_one(target, next_input(kind, source), tally)
    return tally


def main() -> int:
    """Parse the arguments, run, print; 1 when anything crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    length.add_argument("--count", type=int, help="inputs for each target")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print("| target | inputs tried | declared errors | crashes |\n|---|---:|---:|---:|", flush=True)
    total = Tally()
    for target in TARGETS:
        share = args.seconds / len(TARGETS)
        tally = fuzz(target, seconds=share, count=args.count, seed=args.seed)
        print(f"| {target.name} | {tally.tried} | {tally.declared} | {tally.crashes} |", flush=True)
        if tally.first_crash:
            print(f"{target.name}: {tally.first_crash}", file=sys.stderr)
        total.tried += tally.tried
        total.declared += tally.declared
        total.crashes += tally.crashes
    print(f"| all | {total.tried} | {total.declared} | {total.crashes} |")
    return 1 if total.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
