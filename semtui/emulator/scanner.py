"""SKSCAN: sweeps over the channels, and the beacons that are heard on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from semtui.emulator.air import Beacon

if TYPE_CHECKING:
    from semtui.emulator.module import Module

FIRST_CHANNEL, LAST_CHANNEL = 33, 60
ENERGY, ACTIVE, ACTIVE_PLAIN = 0, 2, 3
"""SKSCAN modes: energy detection, active with and without information element."""
ROUTE_B = 0
"""The side of a dual stack on which the meter is; nobody is on the other, HAN."""

_ENERGY_FACTOR = 2.6
"""An energy scan takes longer than the formula of the active one."""
_OVERHEAD = 0.4
_REQUEST_PAYLOAD = 20


def dwell(duration: int) -> float:
    """Seconds on one channel: 9.6 ms x (2^duration + 1)."""
    return 0.0096 * ((1 << duration) + 1)


class Scanner:
    """One sweep at a time; a new SKSCAN replaces the one that runs."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._sweep = 0
        self._side = ROUTE_B

    def stop(self) -> None:
        """Give up the sweep that runs, without an event."""
        self._sweep += 1

    def start(self, mode: int, mask: int, duration: int, side: int) -> None:
        """Begin a sweep of a side over the channels of `mask` (bit 0 is channel 33)."""
        self.stop()
        self._side = side
        channels = [
            channel
            for channel in range(FIRST_CHANNEL, LAST_CHANNEL + 1)
            if mask >> (channel - FIRST_CHANNEL) & 1
        ]
        if mode == ENERGY:
            total = len(channels) * dwell(duration) * _ENERGY_FACTOR
            self._after(total + _OVERHEAD, lambda: self._end_energy(channels))
        else:
            self._start_active(mode, channels, duration)

    def _start_active(self, mode: int, channels: list[int], duration: int) -> None:
        module = self._module
        step = dwell(duration)
        end = len(channels) * step + _OVERHEAD
        heard = []
        pairing_id = module.registers.pairing_id if mode == ACTIVE else None
        answers = module.air.beacons(module, pairing_id, duration) if self._side == ROUTE_B else []
        for beacon in answers:
            if beacon.channel in channels:
                stamp = (channels.index(beacon.channel) + module.pick((0.1, 0.9))) * step
                heard.append((stamp, beacon))
        heard.sort(key=lambda item: item[0])
        if heard and module.options.late_beacon:
            heard[-1] = (end + 0.05, heard[-1][1])
        for index in range(len(channels)):
            self._after(index * step, lambda: module.transmitter.count(_REQUEST_PAYLOAD))
        for stamp, beacon in heard:
            self._after(stamp, partial(self._print, beacon, mode))
        self._after(end, lambda: self._print_event("22"))

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        sweep = self._sweep

        def run() -> None:
            if sweep == self._sweep:
                action()

        self._module.radio_after(seconds, run)

    def _print_event(self, number: str) -> None:
        self._module.print_event(number, self._module.address, side=self._side)

    def _print(self, beacon: Beacon, mode: int) -> None:
        module = self._module
        self._print_event("20")
        lines = [
            "EPANDESC",
            f"  Channel:{beacon.channel:02X}",
            "  Channel Page:09",
            f"  Pan ID:{beacon.pan_id:04X}",
            f"  Addr:{beacon.mac}",
            f"  LQI:{beacon.lqi:02X}",
        ]
        if module.profile.dual:
            lines.append("  Side:0")
        if mode == ACTIVE:
            lines.append(f"  PairID:{beacon.pairing_id}")
        for line in lines:
            module.print_line(line)

    def _end_energy(self, channels: list[int]) -> None:
        module = self._module
        levels = " ".join(
            f"{channel:02X} {module.air.noise(module, channel):02X}" for channel in channels
        )
        self._print_event("1F")
        module.print_line("EEDSCAN")
        module.print_line(f"0 {levels}" if module.profile.dual else levels)
        if module.profile.energy_blank_line:
            module.print_line("")
