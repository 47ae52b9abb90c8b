"""The arguments of `semtui pingpong`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from semtui.i18n import _
from semtui.radio.pingpong.plan import (
    DEFAULT_PAIRING_ID,
    GIVE_UP,
    SWEEP_SIZES,
    BenchPlan,
    Role,
    Transport,
)
from semtui.radio.pingpong.text import SHORTEST


def add_to(parser: argparse.ArgumentParser, positive: Callable[[str], int]) -> None:
    """Add the arguments to the parser of the command."""
    parser.add_argument(
        "--role",
        required=True,
        choices=[role.value for role in Role],
        help=_("the coordinator answers, and is started first; the device asks"),
    )
    parser.add_argument(
        "--transport",
        choices=[transport.value for transport in Transport],
        default=Transport.UDP.value,
        help=_("what carries the Pings (default: udp)"),
    )
    parser.add_argument(
        "--pairing-id",
        default=DEFAULT_PAIRING_ID,
        metavar="ID8",
        help=_("eight characters, the same on both boards (default: {id})").format(
            id=DEFAULT_PAIRING_ID
        ),
    )
    parser.add_argument(
        "--count", type=positive, metavar="N", help=_("end after so many exchanges")
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--size",
        type=int,
        default=SHORTEST,
        metavar="BYTES",
        help=_("payload, {least} bytes or more (default: {least})").format(least=SHORTEST),
    )
    size.add_argument(
        "--sweep",
        action="store_true",
        help=_("count exchanges of each of {sizes} bytes").format(
            sizes=", ".join(map(str, SWEEP_SIZES))
        ),
    )
    parser.add_argument(
        "--gap", type=float, default=0.0, metavar="S", help=_("seconds between two exchanges")
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=GIVE_UP,
        metavar="S",
        help=_("seconds until a Ping counts as lost (default: {seconds:.0f})").format(
            seconds=GIVE_UP
        ),
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help=_("keep every exchange in a file"))
    parser.add_argument(
        "--plain",
        action="store_true",
        help=_("a line an exchange; there is no other form"),
    )


def plan_of(args: argparse.Namespace) -> BenchPlan:
    """Return what is asked for; raises ConfigError."""
    return BenchPlan(
        role=Role(args.role),
        transport=Transport(args.transport),
        pairing_id=args.pairing_id,
        count=args.count,
        sizes=SWEEP_SIZES if args.sweep else (args.size,),
        gap=args.gap,
        timeout=args.timeout,
    )
