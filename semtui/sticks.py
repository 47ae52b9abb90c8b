"""The USB stick of the port that is set, known from run to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from semtui.clock import Clock
from semtui.i18n import _
from semtui.model import Level, Notice, Update

if TYPE_CHECKING:
    from semtui.radio.port import Port
    from semtui.radio.port_replug import Follower


class KnownStick:
    """Opens the stick that answered at a port before; for the engine's thread."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        publish: Callable[[Update], None],
        root: Path = Path("/"),
    ) -> None:
        """`path` is the file in which sticks are remembered; `root` is where /dev and /sys are,
        for tests."""
        self._path = path
        self._root = root
        self._clock = clock
        self._publish = publish
        self._url = ""
        self._follower: Follower | None = None

    def follower(self, url: str, open_at: Callable[[str], Port]) -> Follower:
        """Return what opens `url`, or its stick wherever that is."""
        from semtui.radio.port_replug import Follower
        from semtui.storage.usbmemory import UsbMemory

        known = UsbMemory(self._path).load(url)
        self._url = url
        self._follower = Follower(url, open_at, self._root, known=known, tell=self._tell)
        return self._follower

    def remember(self) -> None:
        """Keep which stick it is, now that a meter was joined by it; raises StorageError."""
        identity = None if self._follower is None else self._follower.identity
        if identity is not None:
            from semtui.storage.usbmemory import UsbMemory

            UsbMemory(self._path).save(self._url, identity)

    def _tell(self, path: str) -> None:
        self._publish(
            Notice(
                self._clock.now(),
                Level.WARNING,
                _("The stick of {url} is now {path}, and is used there.").format(
                    url=self._url, path=path
                ),
                _("USB sticks get their names in the order in which they appear."),
                _("Set port.url to its lasting name below /dev/serial/by-id/."),
            )
        )
