"""The Raspberry Pi's own lines to the module: RESET, and an LED that blinks at each answer.

RPi.GPIO, or rpi-lgpio under the same name, is imported only when a line is
asked for. Pins are BCM numbers. Nothing here waits: how long RESET is held
low, and how long the module then needs, is for the caller to time.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from semtui.errors import GpioError
from semtui.i18n import _

_LGPIO_FOLDER = "LG_WD"


class ResetLine:
    """The module's RESET line, active low, released from the start."""

    def __init__(self, pin: int) -> None:
        """Take BCM `pin` as an output; raises GpioError."""
        self._line = _Line(pin, rest=True)

    def low(self) -> None:
        """Hold the module in reset; raises GpioError."""
        self._line.set(high=False)

    def release(self) -> None:
        """Let the module start; raises GpioError."""
        self._line.set(high=True)

    def close(self) -> None:
        """Let the module run and give the pin back; never raises, and may be called twice."""
        self._line.close()


class ActivityLed:
    """An LED between the pin and ground, off from the start."""

    def __init__(self, pin: int) -> None:
        """Take BCM `pin` as an output; raises GpioError."""
        self._line = _Line(pin, rest=False)

    def on(self) -> None:
        """Light it; raises GpioError."""
        self._line.set(high=True)

    def off(self) -> None:
        """Put it out; raises GpioError."""
        self._line.set(high=False)

    def close(self) -> None:
        """Put it out and give the pin back; never raises, and may be called twice."""
        self._line.close()


class _Line:
    """One output pin, which rests at one level from the start to the end."""

    def __init__(self, pin: int, *, rest: bool) -> None:
        """`rest`: whether the level of rest is high."""
        self._pin = pin
        self._rest = rest
        self._open = False
        self._gpio: Any = _library(pin)
        with self._told():
            self._gpio.setwarnings(False)
            self._gpio.setmode(self._gpio.BCM)
            # The level goes with the direction, so that the pin never shows the other one.
            self._gpio.setup(pin, self._gpio.OUT, initial=self._level(rest))
        self._open = True

    def set(self, *, high: bool) -> None:
        if not self._open:
            raise GpioError(_("GPIO {pin} has been given back.").format(pin=self._pin))
        with self._told():
            self._gpio.output(self._pin, self._level(high))

    def close(self) -> None:
        """Leave the pin at its level of rest; never raises."""
        if not self._open:
            return
        with contextlib.suppress(GpioError):
            self.set(high=self._rest)
        self._open = False
        with contextlib.suppress(GpioError), self._told():
            self._gpio.cleanup(self._pin)

    def _level(self, high: bool) -> object:
        return self._gpio.HIGH if high else self._gpio.LOW

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn whatever the library raises into a sentence: its own class is `lgpio.error`."""
        try:
            yield
        except Exception as error:
            raise _fault(self._pin, error) from error


def _library(pin: int) -> ModuleType:
    """Import RPi.GPIO; raises GpioError. Off a Pi the import itself raises RuntimeError."""
    try:
        with _notify_pipe_elsewhere():
            import RPi.GPIO
    except Exception as error:
        raise _fault(pin, error) from error
    library: ModuleType = RPi.GPIO
    return library


@contextlib.contextmanager
def _notify_pipe_elsewhere() -> Iterator[None]:
    """Keep lgpio from leaving its pipe `.lgd-nfy0` where semtui was started.

    lgpio makes the pipe when it is imported, in the folder that LG_WD names, to
    which it moves the whole process; where the current folder cannot be written
    it could not be imported at all. Once open, the pipe needs no name.
    """
    if "RPi.GPIO" in sys.modules or _LGPIO_FOLDER in os.environ:
        yield
        return
    home = os.open(".", os.O_PATH | os.O_DIRECTORY)
    try:
        with tempfile.TemporaryDirectory(prefix="semtui-gpio-") as folder:
            os.environ[_LGPIO_FOLDER] = folder
            try:
                yield
            finally:
                del os.environ[_LGPIO_FOLDER]
                os.fchdir(home)
    finally:
        os.close(home)


def _fault(pin: int, error: Exception) -> GpioError:
    """Return what is wrong with the lines of this computer, as a sentence."""
    title = _("GPIO {pin} cannot be used.").format(pin=pin)
    said = str(error)
    if isinstance(error, ImportError):
        return GpioError(
            title,
            _("The library for it is not installed."),
            _("Run: sudo apt install python3-rpi-lgpio, or pip install 'semtui[pi]'."),
        )
    if isinstance(error, PermissionError) or "/dev/mem" in said or "gpiochip" in said:
        return GpioError(
            title,
            _("This user may not use the lines: on a Raspberry Pi they belong to the group gpio."),
            _("Run: sudo usermod -aG gpio $USER and then log out and in again."),
        )
    if "SOC peripheral base address" in said:
        return GpioError(
            title,
            _("RPi.GPIO cannot work on this board: a Raspberry Pi 5 needs rpi-lgpio instead."),
            _("Run: pip uninstall RPi.GPIO, and then pip install rpi-lgpio."),
        )
    if "busy" in said.lower():
        return GpioError(
            title,
            _("Another program, or the kernel, uses this pin."),
            _("End that program, or set gpio.reset_pin or gpio.led_pin to another BCM number."),
        )
    if "Raspberry Pi" in said:
        return GpioError(
            title,
            _("This computer is not a Raspberry Pi, or does not say so."),
            _("Set gpio.reset and gpio.led to false: a module on USB needs neither."),
        )
    return GpioError(
        title,
        _("The library says: {reason}.").format(reason=said or type(error).__name__),
        _("Set gpio.reset and gpio.led to false to go on without."),
    )
