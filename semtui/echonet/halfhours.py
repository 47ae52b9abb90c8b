"""The half-hour registers that the meter announces (EA, EB), put together by their time.

Some meters send both directions in one frame, some in two, some have one
only. A slot is published as soon as either side is there, and again, whole,
when the other follows.
"""

from __future__ import annotations

from datetime import datetime

from semtui.echonet.energy import Register, StampedRegister
from semtui.echonet.scale import EnergyScale
from semtui.model import HalfHour

_KEPT = 48
"""Slots remembered, a day of them: to be completed, or to wait for the meter's unit."""


class HalfHours:
    """Collects announced registers until they can be told in kWh."""

    def __init__(self) -> None:
        self._slots: dict[datetime, list[Register | None]] = {}
        self._fresh: dict[datetime, None] = {}
        """Times of slots with something unpublished, in the order of their arrival."""

    def take(self, epc: int, stamped: StampedRegister) -> None:
        """Note EA or EB; a repetition changes nothing, a correction replaces."""
        slot = self._slots.setdefault(stamped.at, [None, None])
        side = 0 if epc == 0xEA else 1
        if slot[side] == stamped.energy:
            return
        slot[side] = stamped.energy
        self._fresh[stamped.at] = None
        if len(self._slots) > _KEPT:
            oldest = next(iter(self._slots))
            del self._slots[oldest]
            self._fresh.pop(oldest, None)

    def publish(self, scale: EnergyScale | None) -> list[HalfHour]:
        """The slots that have something new to say; none while there is no scale."""
        if scale is None or not self._fresh:
            return []
        ready = []
        for moment in self._fresh:
            normal, reverse = (
                None if register is None else register.kwh(scale)
                for register in self._slots[moment]
            )
            if normal is not None or reverse is not None:
                ready.append(HalfHour(moment, normal, reverse, announced=True))
        self._fresh.clear()
        return ready
