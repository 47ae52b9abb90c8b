"""What is kept and said when something ends by an error that nobody foresaw.

Never the values of variables, nor the error's own words: the route-B id and
the password may be among them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from semtui.errors import SemtuiError
from semtui.i18n import _
from semtui.model import Level, Notice
from semtui.storage.folder import make_folder

_RESTART_SECONDS = (5.0, 30.0, 60.0)
"""Waits before the engine is started again after an error; the last one repeats."""
_STEADY_SECONDS = 60.0
"""An engine that ran this long has recovered: the next wait is the first again."""


class Restarts:
    """How long to wait before an engine that has failed is started again."""

    def __init__(self) -> None:
        self._failures = 0

    def wait_after(self, seconds: float) -> float:
        """Return the seconds to wait after an engine that ran for `seconds`, and failed."""
        if seconds > _STEADY_SECONDS:
            self._failures = 0
        wait = _RESTART_SECONDS[min(self._failures, len(_RESTART_SECONDS) - 1)]
        self._failures += 1
        return wait


def write_crash(error: BaseException, folder: Path | None, at: datetime) -> Path | None:
    """Write where it happened to a file only we can read; the same error has the same file.

    `folder` None is that of temporary files. Returns the path, or None where the file cannot be
    written.
    """
    place = folder if folder is not None else Path(tempfile.gettempdir())
    lines = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + "\n"
    name = hashlib.sha256(lines.encode()).hexdigest()[:8]
    path = place / f"semtui-crash-{name}.txt"
    try:
        make_folder(place)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{at.isoformat()}\n{lines}")
    except OSError:
        return None
    return path


def notice_of(error: BaseException, folder: Path | None, at: datetime) -> Notice:
    """What to say about an error of the engine; an unforeseen one leaves a file."""
    if isinstance(error, SemtuiError):
        return Notice(at, Level.ERROR, error.title, error.detail, error.hint)
    return Notice(
        at,
        Level.ERROR,
        _("the part that reads the meter has stopped"),
        _("An error that was not foreseen: {kind}.").format(kind=type(error).__name__),
        kept_in(write_crash(error, folder, at)),
    )


def kept_in(path: Path | None) -> str:
    """Say where what happened is kept; None: nowhere."""
    if path is None:
        return _("What happened could not be written to a file.")
    return _("What happened is kept in {path}; please report it.").format(path=path)
