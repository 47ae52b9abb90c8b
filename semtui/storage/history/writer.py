"""The history as the radio sees it: a queue, which a thread of the storage empties now and then.

`handle` runs in the radio's thread and only queues. `flush` is for the storage
thread: a transaction a batch, so that a card is written to every
other minute and not once a reading. Whatever happens to the disk, the radio goes on; readings
that could not wait any longer are put in later, from the CSV files.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from semtui.clock import Clock
from semtui.i18n import _
from semtui.model import (
    HalfHour,
    HalfHours,
    Level,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    Notice,
    Reading,
    Update,
)
from semtui.storage.history.values import Event, Mark

if TYPE_CHECKING:
    from semtui.storage.history.keeper import Entry
    from semtui.storage.history.upkeep import Upkeep
    from semtui.storage.lock import FolderLock

CAPACITY = 20_000
"""Readings that may wait: over sixteen hours at one each three seconds."""
_ENTRIES = 5_000
"""The same for half hours, events and what the meter says about itself."""
_ON_THE_WAY = {
    LinkState.PROBING,
    LinkState.CONFIGURING,
    LinkState.SCANNING,
    LinkState.RESOLVING,
    LinkState.JOINING,
}
"""Steps of a start: they are not events of their own."""


class HistoryStore:
    """A subscriber of the hub that keeps what it hears in the history of a folder."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        publish: Callable[[Update], None],
        *,
        keep_days: int = 0,
        alone: bool = False,
        lock: FolderLock | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        """`publish` receives notices, in the thread of `handle`; `keep_days` 0 is for ever.

        `alone`: no CSV log is kept, so that a power cut must find each commit on the disk.
        `lock` is the folder's, without which nothing is written.
        """
        self._folder = folder
        self._clock = clock
        self._publish = publish
        self._keep_days = keep_days
        self._alone = alone
        self._lock = lock
        self._capacity = capacity
        # These are shared between the threads; each use of them is one atomic step.
        self._readings: deque[Reading] = deque(maxlen=capacity)
        self._entries: deque[Entry] = deque(maxlen=_ENTRIES)
        self._outbox: deque[Notice] = deque(maxlen=100)
        self._ending = threading.Event()
        # The radio's thread alone.
        self._state: LinkState | None = None
        # The storage thread alone.
        self._batch: list[Reading] = []
        self._rest: list[Entry] = []
        self._upkeep: Upkeep | None = None

    def handle(self, update: Update) -> None:
        """Queue what is to be kept, and tell what the storage thread has to say."""
        if isinstance(update, Reading):
            self._readings.append(update)
        elif isinstance(update, HalfHours):
            self._entries.extend(update.rows)
        elif isinstance(update, (HalfHour, MeterFacts)):
            self._entries.append(update)
        elif isinstance(update, Notice):
            self._entries.append(Event(update.at, update.level, update.title, update.detail))
        elif isinstance(update, LinkSnapshot):
            self._take_state(update)
        while (notice := self._next_notice()) is not None:
            # This leads back to here by way of the hub.
            self._publish(notice)

    def remember(self, key: str, value: str) -> None:
        """Have `value` kept under `key` from run to run; any thread may call it."""
        self._entries.append(Mark(key, value))

    def flush(self) -> None:
        """Commit what waits; at the first time, after healing. For the storage thread.

        Never raises for the disk's sake: what fails is told by notices, and tried again
        at the next call.
        """
        if self._upkeep is None:
            # SQLite takes a while to import on a small machine; no picture waits for this.
            from semtui.storage.history.upkeep import Upkeep

            self._upkeep = Upkeep(
                self._folder,
                self._clock,
                self._outbox.append,
                keep_days=self._keep_days,
                alone=self._alone,
                is_ending=self._ending.is_set,
                lock=self._lock,
            )
        self._batch += [self._readings.popleft() for _item in range(len(self._readings))]
        self._rest += [self._entries.popleft() for _item in range(len(self._entries))]
        if self._upkeep.commit(self._batch, self._rest):
            self._batch, self._rest = [], []
        # What is dropped here is in the CSV files.
        self._batch = self._batch[-self._capacity :]
        self._rest = self._rest[-_ENTRIES:]
        if self._ending.is_set():
            self._upkeep.close()

    def end(self) -> None:
        """Have the next `flush` be the last, and quick: healing is left to the next start."""
        self._ending.set()

    def _next_notice(self) -> Notice | None:
        """Take one out; somebody who publishes in another thread may have been quicker."""
        try:
            return self._outbox.popleft()
        except IndexError:
            return None

    def _take_state(self, snapshot: LinkSnapshot) -> None:
        state = snapshot.state
        if state is self._state or state in _ON_THE_WAY:
            return
        self._state = state
        failing = state in (LinkState.BACKOFF, LinkState.FAILED)
        title = _("The link is now: {state}.").format(state=state.value)
        self._entries.append(
            Event(
                snapshot.at,
                Level.WARNING if failing else Level.INFO,
                snapshot.title if failing and snapshot.title else title,
                snapshot.detail if failing else "",
            )
        )
