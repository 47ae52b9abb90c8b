"""`python -m benchmarks [NAME...]`: measure, and print a row a figure. Exits with 0."""

from __future__ import annotations

import argparse
import importlib
import platform
import time

from benchmarks.figures import print_figure, print_headings

NAMES = (
    "parsing",
    "chart",
    "overhead",
    "pingpong",
    "day",
    "history",
    "disk",
    "export",
    "recovery",
    "backfill",
    "start",
    "cached",
    "momonga_start",
    "memory",
    "web",
    "cpu",
    "terminal",
    "web_load",
    "availability",
)
"""In the order in which they are run: the long ones last."""


def main() -> None:
    """Run the measurements that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    print(f"Python {platform.python_version()} on {platform.machine()}\n")
    print_headings()
    for name in names:
        began = time.monotonic()
        for figure in importlib.import_module(f"benchmarks.{name}").measure():
            print_figure(figure)
        print(f"  ({name}: {time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
