"""The log of record: each poll becomes a row of the day's CSV file before a screen shows it.

Runs in the radio's thread, so nothing here waits: a row is one system call
without fsync, and a disk that fails is tried again every few seconds while
the rows wait in memory. Whatever happens to the disk, the radio goes on.
`CsvLog.sync` alone is for another thread: it has the disk keep the rows.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from semtui.clock import Clock
from semtui.errors import StorageError
from semtui.i18n import _, ngettext
from semtui.model import Level, Notice, Reading, StorageStatus, Update
from semtui.storage.dayfile import DayFile, Write, row_of
from semtui.storage.faults import explained, refused
from semtui.storage.lock import FolderLock

CAPACITY = 20_000
"""Rows that may wait: over sixteen hours at a reading each three seconds."""
RETRY_SECONDS = 5.0
CLOSE_SECONDS = 1.0
"""How long closing waits for a write that another thread has begun."""
BATCH = 500
"""Rows that are written by one call when many have waited."""


@dataclass(slots=True)
class _Row:
    day: date
    text: bytes


class CsvLog:
    """A subscriber of the hub that appends every `Reading` to `power-YYYY-MM-DD.csv`."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        publish: Callable[[Update], None],
        *,
        lock: FolderLock | None = None,
        capacity: int = CAPACITY,
        write: Write = os.write,
    ) -> None:
        """`publish` receives a StorageStatus or Notice now and then; `capacity` is in rows.

        `lock` is the folder's, which must be held for every row; where it is not yet, because
        the folder could not be written, taking it is tried from the first update on.
        """
        self._folder = folder
        self._clock = clock
        self._publish = publish
        self._lock = lock
        self._capacity = capacity
        self._write = write
        self._busy = threading.RLock()
        """Held while rows are taken or written; the same thread comes back by way of the hub."""
        self._waiting: deque[_Row] = deque()
        self._file: DayFile | None = None
        self._path = ""
        self._rows = 0
        self._dropped = 0
        self._error = ""
        self._delayed = 0
        self._lost_in_outage = 0
        self._retry_at = 0.0
        self._outbox: list[Notice] = []
        self._told_foreign: set[Path] = set()
        # The next two are shared with the thread that syncs; each use of them is one atomic step.
        self._unsynced: set[str] = set()
        self._sync_fault = ("", "")
        self._sync_told = self._sync_fault

    @property
    def status(self) -> StorageStatus:
        """How the log is doing now."""
        return StorageStatus(
            path=self._path or os.fspath(self._folder),
            rows=self._rows,
            pending=len(self._waiting),
            dropped=self._dropped,
            error=self._error,
        )

    def handle(self, update: Update) -> None:
        """Write the row of a `Reading`; anything else is a chance to write what waits."""
        if not (self._waiting or isinstance(update, Reading)) and self._holds_folder:
            return
        with self._busy:
            self._take(update)

    def _take(self, update: Update) -> None:
        if isinstance(update, Reading):
            self._waiting.append(_Row(update.at.date(), row_of(update)))
            if len(self._waiting) > self._capacity:
                self._drop_oldest()
        if self._error and self._clock.monotonic() < self._retry_at:
            return
        if self._waiting or not self._holds_folder:
            self._flush()

    def sync(self) -> None:
        """Have the disk keep what was written (fsync), however long it takes.

        For a thread of its own, at any time, also after `close`: it opens the
        files anew, so nothing that `handle` does waits for it. A failure is
        told with the next reading, each reason once, and tried again at the
        next call.
        """
        # Taken out before and not after: a row that is written meanwhile puts its file back.
        for path in [self._unsynced.pop() for _file in range(len(self._unsynced))]:
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
            except FileNotFoundError:
                # Moved or removed by somebody, who has it in hand now.
                continue
            except OSError as error:
                self._unsynced.add(path)
                self._sync_fault = explained(error, self._folder)

    def close(self) -> None:
        """Try once more to write what waits, tell how it ended, and close the file.

        Another thread may sit in a write that does not end: that one is left to itself.
        """
        if not self._busy.acquire(timeout=CLOSE_SECONDS):
            return
        try:
            if self._waiting:
                self._flush()
            self._close_file()
            if self._waiting:
                self._publish(self._farewell())
            if self._rows or self._waiting:
                self._publish(self.status)
        finally:
            self._busy.release()

    def _farewell(self) -> Notice:
        """Say what is lost now that nobody waits for the disk any more."""
        count = len(self._waiting)
        title = ngettext(
            "{count} reading could not be written, and is lost.",
            "{count} readings could not be written, and are lost.",
            count,
        ).format(count=count)
        return Notice(self._clock.now(), Level.ERROR, title, self._error)

    def _flush(self) -> None:
        """Write all that waits, in its order; then tell what changed."""
        try:
            self._hold_folder()
            while self._waiting:
                self._write_batch()
        except StorageError as error:
            self._fail(*refused(error, self._folder))
        except OSError as error:
            self._fail(*explained(error, self._folder))
        else:
            self._succeed()
        if self._sync_fault != self._sync_told:
            self._tell_sync_fault()
        # Publishing comes last: it leads back into `handle` by way of the hub.
        notices, self._outbox = self._outbox, []
        for notice in notices:
            self._publish(notice)
        self._publish(self.status)

    @property
    def _holds_folder(self) -> bool:
        return self._lock is None or self._lock.is_held

    def _hold_folder(self) -> None:
        """Take the lock anew where it was removed; raises StorageError while another has it."""
        if self._lock is not None and self._lock.hold():
            self._note(
                Level.WARNING,
                _("The data folder {folder} was removed or replaced.").format(folder=self._folder),
                _("Its lock went with it, so that another semtui could have written there."),
                _("It was made and locked again; leave it alone while semtui runs."),
            )

    def _write_batch(self) -> None:
        """Append the rows at the head of the queue that belong to one day."""
        day = self._waiting[0].day
        file = self._file_of(day)
        batch: list[bytes] = []
        for row in self._waiting:
            if row.day != day or len(batch) == BATCH:
                break
            batch.append(row.text)
        file.append(b"".join(batch))
        self._unsynced.add(self._path)
        for _row in batch:
            self._waiting.popleft()
        self._rows += len(batch)

    def _file_of(self, day: date) -> DayFile:
        file = self._file
        if file is not None and file.day == day:
            if file.is_intact():
                return file
            self._note(
                Level.WARNING,
                _("The log file was changed by something else: {path}.").format(path=file.path),
                _("It was moved, removed or edited while semtui was writing it."),
                _("The log goes on in a file of that name; leave today's file alone."),
            )
        self._close_file()
        self._file = file = DayFile(self._folder, day, self._write)
        self._path = os.fspath(file.path)
        for foreign in file.findings.foreign:
            if foreign in self._told_foreign:
                continue
            self._told_foreign.add(foreign)
            self._note(
                Level.WARNING,
                _("{path} is not a log of semtui and was left alone.").format(path=foreign),
                _("Its first line is not the one that semtui writes."),
                _("The rows of that day go to {path}.").format(path=file.path),
            )
        if file.findings.torn:
            self._note(
                Level.WARNING,
                _("The last row of {path} was torn and has been removed.").format(path=file.path),
                _("The power failed, or the disk was full, while it was written."),
            )
        return file

    def _fail(self, reason: str, hint: str) -> None:
        """Put off the next try, and tell of a failure that is a new one."""
        self._close_file()
        self._retry_at = self._clock.monotonic() + RETRY_SECONDS
        self._delayed = max(self._delayed, len(self._waiting))
        if reason == self._error:
            return
        self._error = reason
        self._note(
            Level.ERROR,
            _("Readings cannot be written: {reason}").format(reason=reason),
            _("They are kept in memory and will be written as soon as that works again."),
            hint,
        )

    def _succeed(self) -> None:
        """Tell of the recovery, if there was something to recover from."""
        if not self._error:
            return
        lost = self._lost_in_outage
        self._note(
            Level.WARNING if lost else Level.INFO,
            _("Readings are written again."),
            ngettext(
                "{count} row had to wait and was written late; {lost} had to be given up.",
                "{count} rows had to wait and were written late; {lost} had to be given up.",
                self._delayed,
            ).format(count=self._delayed, lost=lost),
        )
        self._error = ""
        self._delayed = self._lost_in_outage = 0

    def _tell_sync_fault(self) -> None:
        reason, hint = self._sync_told = self._sync_fault
        self._note(
            Level.WARNING,
            _("Readings may not survive a power cut: {reason}").format(reason=reason),
            _("They are written, but the disk does not confirm that it keeps them."),
            hint,
        )

    def _drop_oldest(self) -> None:
        self._waiting.popleft()
        self._dropped += 1
        self._lost_in_outage += 1
        if self._lost_in_outage == 1:
            self._note(
                Level.ERROR,
                _("Readings are being lost."),
                _("Too many wait for the disk; the oldest ones are given up."),
                _("See why the log cannot be written: {reason}").format(reason=self._error),
            )

    def _close_file(self) -> None:
        if self._file is not None:
            # Some file systems report a failed write here; the rows are counted as written.
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _note(self, level: Level, title: str, detail: str = "", hint: str = "") -> None:
        self._outbox.append(Notice(self._clock.now(), level, title, detail, hint))
