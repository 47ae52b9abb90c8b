"""What is kept when the engine ends by an error that nobody foresaw."""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from semtui.errors import SemtuiError
from semtui.i18n import _
from semtui.view import Trouble


def write_crash(error: BaseException, folder: Path | None, at: datetime) -> Path | None:
    """Write the traceback (no values of variables) to a file only we can read.

    Returns its path, or None where it cannot be written.
    """
    place = folder if folder is not None else Path(tempfile.gettempdir())
    path = place / f"semtui-crash-{at:%Y%m%d-%H%M%S}.txt"
    text = f"{at.isoformat()}\n" + "".join(traceback.format_exception(error))
    try:
        place.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return None
    return path


def trouble_from(error: BaseException, folder: Path | None, at: datetime) -> Trouble:
    """What to say about an error of the engine; an unforeseen one leaves a file."""
    if isinstance(error, SemtuiError):
        return Trouble(error.title, error.detail, error.hint)
    path = write_crash(error, folder, at)
    kept = (
        _("What happened is kept in {path}; please report it.").format(path=path)
        if path is not None
        else _("What happened could not be written to a file.")
    )
    return Trouble(
        _("the part that reads the meter has stopped"),
        _("An error that was not foreseen: {kind}.").format(kind=type(error).__name__),
        kept,
    )
