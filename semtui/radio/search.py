"""A search for the meter: its sweeps, what they heard, and which PAN to choose."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime

from semtui.model import Pan, ScanProgress
from semtui.radio.commands import scan_seconds
from semtui.radio.events import EnergyScan, PanDescription

_CHANNELS = range(33, 61)
_PAN_IDS = range(0x10000)
_MAC = re.compile(r"[0-9A-Fa-f]{16}")


class Search:
    """What the sweeps of an active scan have found."""

    def __init__(self, pairing_id: str) -> None:
        """`pairing_id` is the last eight characters of our route-B id."""
        self._pairing_id = pairing_id
        self._progress: ScanProgress | None = None
        self._refusals: Counter[str] = Counter()

    def refused(self, pan: Pan) -> None:
        """The join with `pan` failed; another one goes first next time."""
        self._refusals[pan.mac] += 1

    def begin(self, sweep: int, sweeps: int, duration: int, now: float) -> None:
        """A sweep begins; it starts with an empty list."""
        self._progress = ScanProgress(
            sweep=sweep,
            sweeps=sweeps,
            duration=duration,
            started=now,
            expected=scan_seconds(duration),
        )

    def end(self, now: float) -> None:
        """The sweep has ended."""
        if self._progress is not None:
            self._progress = replace(self._progress, finished=now)

    def add(self, found: PanDescription, at: datetime | None) -> bool:
        """Take a beacon in that was heard `at`; the same PAN again counts up, the better LQI stays.

        False when no sweep has begun, or a field that is needed is missing, or cannot be true:
        a byte of it was lost or changed on the serial line.
        """
        channel, pan_id = number(found.channel), number(found.pan_id)
        if self._progress is None or found.mac is None or channel is None or pan_id is None:
            return False
        if not (channel in _CHANNELS and pan_id in _PAN_IDS and _MAC.fullmatch(found.mac)):
            return False
        pan = Pan(channel, pan_id, found.mac, number(found.lqi), found.pairing_id, found_at=at)
        others = []
        for other in self._progress.pans:
            if (other.mac, other.pan_id) == (pan.mac, pan.pan_id):
                best = max(pan, other, key=lambda each: each.lqi or 0)
                pan = replace(best, seen=other.seen + 1)
            else:
                others.append(other)
        self._progress = replace(self._progress, pans=(*others, pan))
        return True

    def best(self) -> Pan | None:
        """Return the PAN to join: our pairing id first, then the fewest refusals, then link
        quality; None without any."""
        if self._progress is None or not self._progress.pans:
            return None
        return max(
            self._progress.pans,
            key=lambda pan: (
                pan.pairing_id == self._pairing_id,
                -self._refusals[pan.mac],
                pan.lqi or 0,
            ),
        )

    @property
    def progress(self) -> ScanProgress | None:
        """The sweep that goes on, or the last one; None before the first."""
        return self._progress


def number(text: str | None) -> int | None:
    """Return the number in a hex field; None where it is absent or not a number."""
    try:
        return None if text is None else int(text, 16)
    except ValueError:
        return None


def noise_levels(heard: EnergyScan) -> tuple[tuple[int, int], ...]:
    """Return channel and LQI each of an ED scan; what is not a number is left out."""
    pairs = ((number(channel), number(lqi)) for channel, lqi in heard.levels)
    return tuple(
        (channel, lqi) for channel, lqi in pairs if channel is not None and lqi is not None
    )
