"""What others may ask of the engine, through `submit`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique


@unique
class Intent(Enum):
    """What others may ask of the engine, through `submit`."""

    RESCAN = "rescan"
    """Forget the cached PAN and search for the meter."""
    REJOIN = "rejoin"
    """Join again with the known PAN."""
    RETRY = "retry"
    """Do not wait for the back-off to end."""
    NOISE_SCAN = "noise scan"
    """Listen on each channel once (ED scan); a `NoiseScan` tells what was heard."""
    PLACEMENT_ON = "placement on"
    """Ask for the watts alone, as often as the duties to the air allow, while the antenna is
    moved."""
    PLACEMENT_OFF = "placement off"


@dataclass(frozen=True, slots=True)
class SendCommand:
    """A command line that a person typed on the console, without its line end."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchHistory:
    """The half hours that the store misses, to be asked out of the meter's memory."""

    days: tuple[date, ...]
    """By the meter's own calendar (JST); the most wanted first."""


@dataclass(frozen=True, slots=True)
class ReadProperties:
    """Properties of the meter that somebody wants to see; asked once each, between the polls.

    A `PropertyValue` each tells what came of it. The route-B id (C0) is never asked for.
    """

    epcs: tuple[int, ...]


Wish = Intent | SendCommand | FetchHistory | ReadProperties
"""Everything that others may ask of the engine, through `submit`."""
