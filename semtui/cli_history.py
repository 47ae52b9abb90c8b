"""What `semtui export` and `semtui import` take on the command line, and their help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from semtui.i18n import _

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # it has no public name
Command = Callable[[argparse.Namespace], int]
"""What is run with the parsed command line; returns the exit code."""

_EXPORTED = _("""\
T is a day (2026-11-21, today, yesterday, -7d), a time (2026-11-21T06:30, with or
without an offset), now, or -12h. A row is there when its time is not before the
one of --from and before the one of --to; a day given to --to is included. Times
without an offset are those of this machine, with 30m and 1d those of the meter.

The CSV has one line of names, times as ISO 8601 with their offset, decimal points,
and empty cells where there is no data; a gap is never a zero.

  raw  time,watts,r_ampere,t_ampere,round_trip,status
       a row a poll, as in the logs: W (negative while exporting), A, A, s;
       semtui import takes it
  1m   time,mean_watts,min_watts,max_watts,count
       minutes; count is the number of readings with a power
  30m  time,import_register_kwh,export_register_kwh,import_kwh,export_kwh,
       import_source,export_source,mean_watts,min_watts,max_watts
       half hours by the meter's clock (+09:00): its registers at that time, and
       what went through until the next; source is announced, asked, backfilled
       or derived
  1d   date,import_kwh,export_kwh,half_hours,mean_watts,min_watts,max_watts
       days of the meter; half_hours is how many of 48 are known

A running semtui puts readings into the history every two minutes, if it is not set
otherwise (storage.commit_seconds); the newest may be missing. Logs that the history
lacks are put into it first; while another semtui has the folder, that is its task,
and you are told.""")


def add_export(commands: Commands, common: argparse.ArgumentParser, run: Command) -> None:
    """Add `semtui export`, which `run` does; `common` has the flags of every command."""
    parser = commands.add_parser(
        "export",
        parents=[common],
        help=_("write the history as CSV"),
        epilog=_EXPORTED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--from", dest="start", metavar="T", help=_("the first time; all without"))
    parser.add_argument("--to", dest="end", metavar="T", help=_("the end; all without"))
    parser.add_argument(
        "--every",
        choices=("raw", "1m", "30m", "1d"),
        default="raw",
        help=_("what a row stands for (raw: a poll)"),
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help=_("write there instead of to standard output; replaced when all is done"),
    )
    # So that -7d is a value and no flag.
    parser._negative_number_matcher = re.compile(r"-\d+[dh]?$")
    parser.set_defaults(run=run)


def add_import(commands: Commands, common: argparse.ArgumentParser, run: Command) -> None:
    """Add `semtui import`, which `run` does; `common` has the flags of every command."""
    parser = commands.add_parser(
        "import",
        parents=[common],
        help=_("take in readings that were logged elsewhere"),
        description=_(
            "Takes in pow_day_*.csv of the 2016 script, logs of semtui (power-*.csv) and its raw "
            "exports. What is there already stays as it is, so importing twice does no harm. The "
            "readings go to CSV files of their own, power-YYYY-MM-DD.imported.csv in the data "
            "folder, and from there into the history."
        ),
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.set_defaults(run=run)
