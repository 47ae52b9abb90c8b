"""The engine's GPIO lines: the module's RESET, and an LED that blinks at each answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from semtui.errors import GpioError
from semtui.model import Level

LED_SECONDS = 0.05

Tell = Callable[[Level, GpioError], None]


class ResetPin(Protocol):
    """The module's RESET line."""

    def low(self) -> None: ...
    def release(self) -> None: ...


class Lamp(Protocol):
    """The activity LED."""

    def on(self) -> None: ...
    def off(self) -> None: ...


class Lines:
    """Both lines, where they are wired; what fails on them is told and stops nothing."""

    def __init__(self, reset_pin: ResetPin | None, lamp: Lamp | None, tell: Tell) -> None:
        self._reset_pin = reset_pin
        self._lamp = lamp
        self._tell = tell
        self.lamp_off_at: float | None = None
        """Monotonic stamp at which the LED goes out; None while it is dark."""

    def reset(self, low: bool) -> None:
        """Pull RESET low, or release it."""
        pin = self._reset_pin
        if pin is None:
            return
        try:
            pin.low() if low else pin.release()
        except GpioError as error:
            self._tell(Level.ERROR, error)

    def blink(self, now: float) -> None:
        """Light the LED for a moment."""
        if self._lamp is not None:
            self._light(on=True)
            self.lamp_off_at = now + LED_SECONDS

    def tick(self, now: float) -> None:
        """Put the LED out when its moment is over."""
        if self.lamp_off_at is not None and now >= self.lamp_off_at:
            self.lamp_off_at = None
            self._light(on=False)

    def _light(self, *, on: bool) -> None:
        """Switch the LED; one that fails is not tried again."""
        lamp = self._lamp
        if lamp is None:
            return
        try:
            lamp.on() if on else lamp.off()
        except GpioError as error:
            self._lamp = None
            self._tell(Level.WARNING, error)
