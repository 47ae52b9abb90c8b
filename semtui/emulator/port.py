"""An emulated module as a port in memory: what the engine opens in tests and in the demo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semtui.clock import VirtualClock
from semtui.emulator.bench import Emulator
from semtui.emulator.module import Module
from semtui.errors import PortError, PortReason
from semtui.i18n import _
from semtui.radio.port import Port


class EmulatedPort(Port):
    """One module's serial line.

    Under a `VirtualClock` a read moves the clock to the next thing that the
    emulator does, and never blocks; under any other clock it waits.
    """

    def __init__(self, emulator: Emulator, module: Module | None = None) -> None:
        self._emulator = emulator
        self._module = module or emulator.module
        self._clock = emulator.clock
        self._changed = emulator.changed
        self._woken = False
        self._closed = False
        self._vanished = False
        self._held = bytearray()
        self._pieces: Iterator[int] = iter(())

    @property
    def name(self) -> str:
        """The kind of module that is emulated."""
        return f"emulator:{self._module.profile.name}"

    def read(self, timeout: float) -> bytes:
        """Return what the module printed, waiting at most `timeout` seconds of the clock."""
        with self._changed:
            end = self._clock.monotonic() + timeout
            while True:
                self._check()
                now = self._clock.monotonic()
                self._module.advance(now)
                self._held += self._module.take_output()
                if self._held:
                    return self._piece()
                if self._woken or now >= end:
                    self._woken = False
                    return b""
                self._pass_time(now, end)

    def write(self, data: bytes) -> None:
        """Give the module what the host sends."""
        with self._changed:
            self._check()
            self._module.receive(data, self._clock.monotonic())
            self._changed.notify_all()

    def wake(self) -> None:
        """End a read that waits in another thread."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """Close the port; the module lives on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def reopen(self) -> Port:
        """Open the port again, as a `PortOpener`; raises `PortError` while the stick is away."""
        with self._changed:
            self._module.advance(self._clock.monotonic())
            if self._vanished:
                raise PortError(
                    PortReason.NOT_FOUND,
                    _("The port {port} does not exist.").format(port=self.name),
                    _("The emulated stick has been pulled out."),
                    _("It is looked for again from time to time."),
                )
            self._closed = False
            self._woken = False
            self._module.take_output()
            self._held.clear()
            return self

    def vanish(self) -> None:
        """Pull the stick out: its supply is gone, and so is the port."""
        with self._changed:
            self._vanished = True
            self._module.advance(self._clock.monotonic())
            self._module.power_off()
            self._changed.notify_all()

    def return_(self) -> None:
        """Plug the stick in again; it must be opened anew."""
        with self._changed:
            self._vanished = False
            self._closed = True
            self._module.advance(self._clock.monotonic())
            self._module.power_on()

    def split(self, sizes: Iterable[int]) -> None:
        """Let the next reads return at most so many bytes each, whatever has come."""
        self._pieces = iter(sizes)

    def _piece(self) -> bytes:
        size = max(1, next(self._pieces, len(self._held)))
        piece = bytes(self._held[:size])
        del self._held[:size]
        return piece

    def _pass_time(self, now: float, end: float) -> None:
        stamp = self._module.next_event()
        until = end if stamp is None else min(end, stamp)
        if isinstance(self._clock, VirtualClock):
            self._clock.advance(max(0.0, until - now))
        else:
            self._changed.wait(max(0.0, until - now))

    def _check(self) -> None:
        if self._vanished or self._closed:
            raise PortError(
                PortReason.LOST,
                _("The port {port} has gone.").format(port=self.name),
                _("The emulated stick was pulled out, or its port was closed."),
                _("It is opened again as soon as it is back."),
            )
