"""A thread of its own for fsync, so that a slow card never holds the radio."""

from __future__ import annotations

import threading
from collections.abc import Callable

STOP_SECONDS = 5.0
"""How long an end waits for the disk; a card that is dying may never answer."""


class Flusher:
    """Calls `sync` again and again, and once more at the end."""

    def __init__(self, sync: Callable[[], None], seconds: float) -> None:
        """`seconds` pass between two calls; 0 means that there is never one."""
        self._sync = sync
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flusher", daemon=True)

    def start(self) -> None:
        """Begin; call it once."""
        if self._seconds > 0:
            self._thread.start()

    def stop(self) -> None:
        """End with a last `sync`, waiting a few seconds for it at the most; may be called twice."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            self._sync()
        self._sync()
