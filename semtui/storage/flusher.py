"""A thread of its own for the disk, so that a slow card never holds the radio."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

STOP_SECONDS = 5.0
"""How long an end waits for the disk; a card that is dying may never answer."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done again and again, and once more at the end."""

    do: Callable[[], None]
    seconds: float
    """Between two times; 0 means that there is never one."""
    first_seconds: float | None = None
    """Before the first time, where that is another one; then twice as long, and so on up to
    `seconds`, so that somebody who has just started sees soon what was done."""


class Flusher:
    """Does chores when they are due; those that are due together in the order they are given."""

    def __init__(self, *chores: Chore) -> None:
        """Nothing is done before `start`."""
        self._chores = [chore for chore in chores if chore.seconds > 0]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flusher", daemon=True)

    def start(self) -> None:
        """Begin; call it once."""
        if self._chores:
            self._thread.start()

    def stop(self) -> None:
        """End with a last round, waiting a few seconds for it at the most; may be called twice."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        waits = [
            chore.seconds if chore.first_seconds is None else chore.first_seconds
            for chore in self._chores
        ]
        began = time.monotonic()
        due = [began + wait for wait in waits]
        while not self._ended.wait(max(0.0, min(due) - time.monotonic())):
            for index, chore in enumerate(self._chores):
                if due[index] <= time.monotonic():
                    chore.do()
                    waits[index] = min(2 * waits[index] or chore.seconds, chore.seconds)
                    due[index] = time.monotonic() + waits[index]
        for chore in self._chores:
            chore.do()
