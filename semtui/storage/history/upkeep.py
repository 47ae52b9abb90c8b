"""What the storage thread does with the history, and what it says when that goes wrong.

It is opened, healed, written to and pruned when it is due. A fault is told once
and tried again; a damaged history is put aside and made anew; one that a newer
semtui has written is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from semtui.clock import Clock
from semtui.errors import StorageError, system_says
from semtui.i18n import _, ngettext
from semtui.model import Level, Notice, Reading
from semtui.storage.faults import refused
from semtui.storage.history.heal import Healed
from semtui.storage.history.keeper import Entry, Keeper, begin_anew
from semtui.storage.history.meters import MeterBook
from semtui.storage.lock import FolderLock


class Upkeep:
    """Keeps the history of a folder; for the storage thread alone."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        tell: Callable[[Notice], None],
        *,
        keep_days: int,
        alone: bool,
        is_ending: Callable[[], bool],
        lock: FolderLock | None = None,
    ) -> None:
        """`tell` takes notices; nothing that takes long is begun once `is_ending` says so.

        `alone`: there is no CSV log that has the readings, too. `lock` is the folder's, without
        which nothing is written.
        """
        self._folder = folder
        self._clock = clock
        self._tell = tell
        self._keep_days = keep_days
        self._alone = alone
        self._is_ending = is_ending
        self._lock = lock
        self._meters = MeterBook()
        self._keeper: Keeper | None = None
        self._healed = False
        self._given_up = False
        self._begun_anew = False
        self._fault = ""
        self._pruned: date | None = None
        self._told: set[Path] = set()

    def commit(self, readings: Sequence[Reading], entries: Sequence[Entry]) -> bool:
        """Do what is due; False when the readings and entries must be offered again."""
        if self._given_up:
            return True
        if not self._holds_folder():
            return False
        try:
            self._work(readings, entries)
        except StorageError as error:
            self._given_up = True
            self.close()
            self._note(Level.ERROR, error.title, error.detail, error.hint)
        except sqlite3.Error as error:
            # Once in a run: a disk that damages the next one too is past helping.
            if is_damage(error) and not self._begun_anew:
                return self._begin_anew() and self.commit(readings, entries)
            return self._fail(*_explained(error, self._folder))
        except OSError as error:
            return self._fail(system_says(error), "")
        if self._fault:
            self._fault = ""
            self._note(Level.INFO, _("The history is written again."))
        return True

    def close(self) -> None:
        """Give the file back; the next commit opens it again."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.close()

    def _holds_folder(self) -> bool:
        """Take the folder's lock, where it could not be taken before.

        Where there is no log, which sees to that, it is also taken anew with a folder that
        somebody removed, and the history with it.
        """
        if self._lock is None:
            return True
        try:
            if not self._alone:
                self._lock.claim()
            elif self._lock.hold():
                self.close()
        except StorageError as error:
            if self._alone:
                return self._fail(*refused(error, self._folder))
            # The log says it, of both.
            self.close()
            self._healed = False
            return False
        return True

    def _work(self, readings: Sequence[Reading], entries: Sequence[Entry]) -> None:
        if self._keeper is None:
            self._keeper = Keeper(self._folder, self._meters)
        if not self._healed and not self._is_ending():
            healed = self._keeper.heal(self._is_ending)
            self._healed = healed.finished
            self._tell_healed(healed)
        if readings or entries:
            lasting = self._alone or bool(entries)
            self._keeper.write(readings, entries, follow=self._healed, lasting=lasting)
        now = self._clock.now()
        if self._keep_days and self._pruned != now.date() and not self._is_ending():
            self._keeper.prune(now, self._keep_days)
            self._pruned = now.date()

    def _begin_anew(self) -> bool:
        self.close()
        try:
            self._keeper, aside, saved = begin_anew(self._folder, self._meters, self._clock.now())
        except OSError as error:
            return self._fail(system_says(error), "")
        except sqlite3.Error as error:
            return self._fail(*_explained(error, self._folder))
        self._begun_anew = True
        self._healed = False
        self._note(
            Level.WARNING,
            _("The history was damaged and is made anew from the CSV files."),
            ngettext(
                "{count} half hour was saved from it. The old file is kept as {path}.",
                "{count} half hours were saved from it. The old file is kept as {path}.",
                saved,
            ).format(count=saved, path=aside),
            _("The power failed, or the card is worn: see dmesg. The old file may be removed."),
        )
        return True

    def _fail(self, reason: str, hint: str) -> bool:
        """Put it off to the next time, and tell of a reason that is a new one."""
        self.close()
        # What has to be dropped meanwhile is in the CSV files.
        self._healed = False
        if reason != self._fault:
            self._fault = reason
            self._note(
                Level.ERROR,
                _("The history cannot be written: {reason}").format(reason=reason),
                _("What was read waits in memory and is put in as soon as that works again.")
                if self._alone
                else _(
                    "The CSV log goes on. What is missing is put in as soon as that works again."
                ),
                hint,
            )
        return False

    def _tell_healed(self, healed: Healed) -> None:
        if healed.bad:
            self._note(
                Level.WARNING,
                ngettext(
                    "{count} line of the CSV files is no reading and was passed over.",
                    "{count} lines of the CSV files are no readings and were passed over.",
                    healed.bad,
                ).format(count=healed.bad),
                _("They were torn or edited. All the others are in the history."),
            )
        for path in healed.unreadable:
            if path in self._told:
                continue
            self._told.add(path)
            self._note(
                Level.WARNING,
                _("The log {path} could not be read for the history.").format(path=path),
                hint=_("See who may read it. It is tried again at the next start."),
            )

    def _note(self, level: Level, title: str, detail: str = "", hint: str = "") -> None:
        self._tell(Notice(self._clock.now(), level, title, detail, hint))


def is_damage(error: sqlite3.Error) -> bool:
    """Whether `error` says that the file is no history, or no longer a sound one."""
    return _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _code(error: sqlite3.Error) -> int:
    """The primary number of what SQLite reports; 0 where it gives none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _explained(error: sqlite3.Error, folder: Path) -> tuple[str, str]:
    """Return why the history cannot be written, as a sentence, and what to do about it."""
    code = _code(error)
    if code == sqlite3.SQLITE_FULL:
        return (
            _("the disk is full."),
            _("Make room where {folder} is: see df -h.").format(folder=folder),
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            _("another program holds the file."),
            _("End the program that has the history in {folder} open.").format(folder=folder),
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return (
            _("it is read-only, or not ours."),
            _(
                "See who owns what is in {folder}, and whether the card has turned read-only."
            ).format(folder=folder),
        )
    return (
        _("SQLite says: {reason}.").format(reason=error),
        _("See whether the disk of {folder} is well: dmesg tells.").format(folder=folder),
    )
