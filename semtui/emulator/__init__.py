"""An emulated Wi-SUN module, the air around it and the meter behind it.

`build(options, clock)` makes one; `EmulatedPort` is its serial line in memory,
and `pty.serve` puts it on a pseudo-terminal for any other program.

It has its own codecs for PANA and ECHONET Lite and uses none of the client's:
a mistake made in both at once would never be seen.
"""

from semtui.emulator.bench import Emulator, build
from semtui.emulator.module import Module
from semtui.emulator.options import (
    AirStyle,
    EmulatorOptions,
    ForeignPan,
    MeterStyle,
    ShellStyle,
)
from semtui.emulator.port import EmulatedPort

__all__ = [
    "AirStyle",
    "EmulatedPort",
    "Emulator",
    "EmulatorOptions",
    "ForeignPan",
    "MeterStyle",
    "Module",
    "ShellStyle",
    "build",
]
