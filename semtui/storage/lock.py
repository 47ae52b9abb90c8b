"""One writer for a data folder: a lock that the kernel drops with its process."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import threading
from pathlib import Path

from semtui.errors import StorageError, system_says
from semtui.i18n import _
from semtui.storage.folder import make_folder

LOCK_NAME = ".lock"


_UNWRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What may pass: a card that is read-only or full, a folder that somebody else owns."""


class FolderLock:
    """Holds the data folder for this process, from construction to `close`.

    The lock is flock(2) on a file that stays: after a crash or kill -9 there
    is nothing to clean up. The holder's process number stands in it. For any
    thread.
    """

    def __init__(self, folder: Path, name: str = LOCK_NAME, *, patient: bool = False) -> None:
        """Take the lock, making the folder; raises StorageError, which names the holder.

        Another `name` is another lock of the same folder. A `patient` one is no error where the
        folder cannot be written now: nothing is held then until `hold` or `claim` succeeds.
        """
        self._path = folder / name
        self._busy = threading.Lock()
        self._lost = False
        self._descriptor: int | None = None
        try:
            self._descriptor = _take(self._path)
        except StorageError as error:
            if not patient or not _may_pass(error):
                raise
            if (holder := _holder(self._path)) is not None:
                raise _held(folder, holder) from error

    @property
    def is_held(self) -> bool:
        """Whether it was held when that was last seen to."""
        return self._descriptor is not None

    def hold(self) -> bool:
        """See that the lock is still the one in the folder; whether it had to be taken anew.

        Where somebody removed the folder, the lock went with it, and another process could
        lock a new one. Raises StorageError, as the constructor does, when one has, or when
        none can be made; a later call tries again.
        """
        with self._busy:
            if self._descriptor is not None and not _is_at(self._path, self._descriptor):
                self._give_up()
                self._lost = True
            self._take_once()
            lost, self._lost = self._lost, False
            return lost

    def claim(self) -> None:
        """Take the lock where it is not held; raises StorageError as the constructor does."""
        with self._busy:
            self._take_once()

    def close(self) -> None:
        """Let others have the folder; may be called twice."""
        with self._busy:
            self._give_up()

    def _take_once(self) -> None:
        if self._descriptor is None:
            self._descriptor = _take(self._path)

    def _give_up(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()


def _take(path: Path) -> int:
    """Return the open and locked file; raises StorageError with the OSError behind it."""
    descriptor = _locked(path)
    if not _is_at(path, descriptor):
        # It was removed between being opened and being locked.
        os.close(descriptor)
        descriptor = _locked(path)
    # On a full disk the number has no room; the lock holds all the same.
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _locked(path: Path) -> int:
    folder = path.parent
    try:
        make_folder(folder)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageError(
            _("The data folder {folder} cannot be used.").format(folder=folder),
            system_says(error),
            _("See who owns it, or set storage.folder to another place."),
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).strip()
        os.close(descriptor)
        raise _held(folder, int(holder) if holder.isdigit() else None) from error
    except OSError as error:
        os.close(descriptor)
        raise StorageError(
            _("The data folder {folder} cannot be locked.").format(folder=folder),
            system_says(error),
            _("Set storage.folder to a place on this computer's own disk."),
        ) from error
    return descriptor


def _held(folder: Path, pid: int | None) -> StorageError:
    return StorageError(
        _("Another semtui writes to {folder}.").format(folder=folder),
        _("It has only just started.")
        if pid is None
        else _("It is process {pid}.").format(pid=pid),
        _("Use that one, or end it first; two would write every reading twice."),
    )


def _may_pass(error: StorageError) -> bool:
    """Whether what keeps the lock from being taken is a folder that cannot be written now."""
    cause = error.__cause__
    # Of a lock that another holds it is a BlockingIOError.
    return isinstance(cause, OSError) and cause.errno in _UNWRITABLE


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the open file is the one that is at `path`."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except OSError:
        return False


def holder_of(folder: Path) -> int | None:
    """Return the number of the process that holds `folder`; None where nobody is seen to.

    Nothing is made or taken: it is only looked at.
    """
    return _holder(folder / LOCK_NAME)


def _holder(path: Path) -> int | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).strip()
        return int(holder) if holder.isdigit() else None
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None
