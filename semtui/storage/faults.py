"""Why a data folder takes nothing, in sentences for people."""

from __future__ import annotations

import errno
from pathlib import Path

from semtui.errors import StorageError
from semtui.i18n import _


def refused(error: StorageError, folder: Path) -> tuple[str, str]:
    """Return why the folder could not be locked, as a sentence, and what to do about it."""
    cause = error.__cause__
    if isinstance(cause, OSError) and not isinstance(cause, BlockingIOError):
        return explained(cause, folder)
    return _("another semtui has taken the data folder."), error.hint


def explained(error: OSError, folder: Path) -> tuple[str, str]:
    """Return why rows cannot be written, as a sentence, and what to do about it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            _("the disk is full."),
            _("Make room where {folder} is: see df -h.").format(folder=folder),
        )
    if error.errno == errno.EROFS:
        return (
            _("the disk is read-only."),
            _("A worn SD card turns read-only: see dmesg, and save what is on it."),
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            _("this user may not write in {folder}.").format(folder=folder),
            _("Run: sudo chown -R $USER {folder}").format(folder=folder),
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return (
            _("{folder} is not a folder.").format(folder=folder),
            _("Move the file of that name away, or set storage.folder to another place."),
        )
    return (
        _("the system says: {reason}.").format(reason=error.strerror or error),
        _("See whether the disk of {folder} is well: dmesg tells.").format(folder=folder),
    )
