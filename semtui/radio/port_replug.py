"""Finds a USB stick again that came back under another name.

A stick that was pulled out while its port was open comes back as the next
free name, ttyUSB1 for ttyUSB0; after a start of the machine, sticks may have
changed names. What it is stays the same: vendor, product and serial number,
and which of its interfaces the port belongs to.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from semtui.errors import PortError, PortReason
from semtui.radio.port import Port
from semtui.radio.port_list import ROOT, fact, serial_devices

_ANCESTORS = 5
"""Folders between a tty and its USB device in /sys, at the most."""


@dataclass(frozen=True, slots=True)
class UsbIdentity:
    """Which USB device a port belongs to."""

    vendor: str
    product: str
    serial: str
    """Empty where the maker gave it none."""
    interface: str


def identity_of(path: str, root: Path = ROOT) -> UsbIdentity | None:
    """Return what the port at `path` is; None where it is absent or not on USB."""
    device = Path(os.path.realpath(root / path.lstrip("/")))
    if not device.exists():
        return None
    folder = Path(os.path.realpath(root / "sys/class/tty" / device.name / "device"))
    interface = ""
    for ancestor in (folder, *folder.parents[:_ANCESTORS]):
        interface = interface or fact(ancestor / "bInterfaceNumber")
        if vendor := fact(ancestor / "idVendor"):
            product, serial = fact(ancestor / "idProduct"), fact(ancestor / "serial")
            return UsbIdentity(vendor, product, serial, interface)
    return None


def find(identity: UsbIdentity, root: Path = ROOT) -> str | None:
    """Return where the stick is now; None where it is not there, or has a twin."""
    paths = (f"/dev/{name}" for name in serial_devices(root))
    found = [path for path in paths if identity_of(path, root) == identity]
    return found[0] if len(found) == 1 else None


class Follower:
    """Opens the port at `url`, and wherever its stick has gone when that is not there any more."""

    def __init__(
        self,
        url: str,
        open_at: Callable[[str], Port],
        root: Path = ROOT,
        *,
        known: UsbIdentity | None = None,
        tell: Callable[[str], object] = lambda _path: None,
    ) -> None:
        """`open_at` opens a port by its name; `root` is where /dev and /sys are, for tests.

        `known` is the stick that an earlier run had at `url`. `tell` is told where the stick is
        when it was opened under another name than `url`, once for each.
        """
        self._url = url
        self._open_at = open_at
        self._root = root
        self._tell = tell
        self._told = url
        self._identity = known
        self._has_opened = False

    @property
    def identity(self) -> UsbIdentity | None:
        """The stick that was opened last, or is looked for; None where none is known."""
        return self._identity

    def __call__(self) -> Port:
        """Open it; raises PortError, about `url`, where it is nowhere."""
        port = self._open()
        self._has_opened = True
        self._identity = identity_of(port.name, self._root) or self._identity
        if port.name not in (self._url, self._told):
            self._tell(port.name)
        self._told = port.name
        return port

    def _open(self) -> Port:
        wanted = self._identity
        there = identity_of(self._url, self._root)
        if wanted is not None and there is not None and there != wanted:
            # Another stick has taken the name meanwhile.
            moved = find(wanted, self._root) if self._is_mistaken(there, wanted) else None
            return self._open_at(moved or self._url)
        try:
            return self._open_at(self._url)
        except PortError as error:
            moved = None if wanted is None else find(wanted, self._root)
            if error.reason is not PortReason.NOT_FOUND or moved is None:
                raise
            return self._open_at(moved)

    def _is_mistaken(self, there: UsbIdentity, wanted: UsbIdentity) -> bool:
        """Whether the stick at `url` has its name by chance.

        Between two runs somebody may have put another kind of stick there on purpose.
        """
        same_kind = (there.vendor, there.product) == (wanted.vendor, wanted.product)
        return self._has_opened or same_kind
