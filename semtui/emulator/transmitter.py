"""How a module puts a datagram on the air: neighbour discovery, time limit, EVENT 21."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from semtui.emulator.air import Datagram
from semtui.emulator.airtime import Airtime, seconds_on_air
from semtui.emulator.losses import Fate

if TYPE_CHECKING:
    from semtui.emulator.module import Module

SENT, FAILED, SOLICITED = "00", "01", "02"
"""The parameter of EVENT 21."""

_NEIGHBOURS = 8
_SOLICITATION_PAYLOAD = 24


class Transmitter:
    """The sending half of a module's radio, with its neighbour cache."""

    def __init__(self, module: Module, budget: float, window: float) -> None:
        self._module = module
        self.airtime = Airtime(budget, window)
        self.limited = False
        """The send-time limit holds (EVENT 32 was printed, EVENT 33 not yet)."""
        self.failures = 0
        """So many of the next transmissions fail (EVENT 21 with 01)."""
        self._neighbours: OrderedDict[str, str] = OrderedDict()

    @property
    def neighbours(self) -> list[tuple[str, str]]:
        """The neighbour cache: address and MAC, oldest first."""
        return list(self._neighbours.items())

    def add_neighbour(self, address: str, mac: str) -> None:
        """Remember a neighbour; the oldest of more than eight is forgotten."""
        self._neighbours.pop(address, None)
        self._neighbours[address] = mac
        if len(self._neighbours) > _NEIGHBOURS:
            self._neighbours.popitem(last=False)

    def forget_neighbours(self) -> None:
        """Empty the cache (SKRESET)."""
        self._neighbours.clear()

    def send(
        self,
        datagram: Datagram,
        done: Callable[[bool], None],
        *,
        seconds: tuple[float, float],
        report_queued: bool = True,
    ) -> None:
        """Send and print EVENT 21; then call `done` with whether it was acknowledged.

        `seconds` bounds the time until the result. A datagram that had to wait
        for a neighbour solicitation prints an event of its own only with
        `report_queued`.
        """
        module = self._module
        known = datagram.destination.startswith("FF") or datagram.destination in self._neighbours
        if self.limited or self.failures:
            self.failures = max(0, self.failures - 1)
            module.radio_after(module.pick(seconds), lambda: self._report(datagram, False, done))
        elif known:
            module.radio_after(module.pick(seconds), lambda: self._transmit(datagram, done))
        else:
            module.radio_after(
                module.pick(seconds), lambda: self._solicit(datagram, done, report_queued)
            )

    def limit(self) -> None:
        """Start the send-time limit (EVENT 32)."""
        if not self.limited:
            self.limited = True
            self._module.registers.set_number(0xFB, 1)
            self._module.print_event("32", self._module.address)

    def release(self) -> None:
        """End the send-time limit (EVENT 33)."""
        if self.limited:
            self.limited = False
            self._module.registers.set_number(0xFB, 0)
            self._module.print_event("33", self._module.address)

    def count(self, payload: int) -> None:
        """Count a frame against the limit, and start the limit when it is used up."""
        module = self._module
        module.frames_sent += 1
        exceeded = self.airtime.add(module.now, seconds_on_air(payload))
        module.registers.set_number(0x07, module.frames_sent & 0xFFFFFFFF)
        module.registers.set_number(0xFD, int(self.airtime.total * 1000))
        if exceeded and not self.limited:
            self.limit()
            module.always_after(
                self.airtime.release_stamp(module.now) - module.now, self._release_if_due
            )

    def _release_if_due(self) -> None:
        rest = self.airtime.release_stamp(self._module.now) - self._module.now
        if self.limited and rest > 0:
            self._module.always_after(rest, self._release_if_due)
        else:
            self.release()

    def _transmit(self, datagram: Datagram, done: Callable[[bool], None]) -> None:
        self.count(len(datagram.payload))
        module = self._module
        board = module.air.board(module, datagram.destination)
        if board is not None:
            self._transmit_to_board(datagram, done)
            return
        fate = self._fate(datagram)
        # Nobody acknowledges a multicast.
        multicast = datagram.destination.startswith("FF")
        self._report(datagram, multicast or fate is not Fate.UNACKNOWLEDGED, done)
        if fate is Fate.ARRIVED:
            module.air.transmit(module, datagram)

    def _fate(self, datagram: Datagram) -> Fate:
        """What becomes of a frame that is not for another board."""
        air, to = self._module.air, datagram.destination
        reachable = to.startswith("FF") or air.reachable(self._module, to) is not None
        return air.losses.fate() if reachable else Fate.UNACKNOWLEDGED

    def _transmit_to_board(self, datagram: Datagram, done: Callable[[bool], None]) -> None:
        """The way to another board may lose the datagram, delay it, or bring it twice."""
        module = self._module
        path = module.air.path
        arrived = path.arrives()
        self._report(datagram, arrived, done)
        if not arrived:
            return
        heard = replace(datagram, strength=path.lqi)

        def land() -> None:
            module.air.transmit(module, heard)

        for _copy in range(path.copies()):
            module.radio_after(path.delay(), land)
        module.air.boards_talk()

    def _report(self, datagram: Datagram, acknowledged: bool, done: Callable[[bool], None]) -> None:
        self._module.print_event("21", datagram.destination, SENT if acknowledged else FAILED)
        done(acknowledged)

    def _solicit(
        self, datagram: Datagram, done: Callable[[bool], None], report_queued: bool
    ) -> None:
        module = self._module
        self.count(_SOLICITATION_PAYLOAD)
        module.print_event("21", datagram.destination, SOLICITED)
        neighbour = module.air.reachable(module, datagram.destination)
        board = module.air.board(module, datagram.destination)
        losses = module.air.losses
        if neighbour is not None and (
            # The solicitation of a meter and its answer are two frames.
            losses.arrives() and losses.arrives() if board is None else module.air.path.arrives()
        ):
            mac = neighbour.mac
            module.radio_after(
                module.pick((0.05, 0.2)),
                lambda: self._advertised(datagram, mac, done, report_queued),
            )
        elif report_queued:
            module.radio_after(1.0, lambda: self._report(datagram, False, done))
        else:
            done(False)

    def _advertised(
        self, datagram: Datagram, mac: str, done: Callable[[bool], None], report_queued: bool
    ) -> None:
        self._module.print_event("02", datagram.destination)
        self.add_neighbour(datagram.destination, mac)
        if report_queued:
            self._transmit(datagram, done)
            return
        self.count(len(datagram.payload))
        fate = self._fate(datagram)
        done(fate is not Fate.UNACKNOWLEDGED)
        if fate is Fate.ARRIVED:
            self._module.air.transmit(self._module, datagram)
