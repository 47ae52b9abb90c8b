"""What is kept and said when something ends by an error that nobody foresaw.

Never the values of variables, nor the error's own words: the route-B id and
the password may be among them.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from rich.text import Text
from textual.app import App

from semtui.errors import SemtuiError
from semtui.i18n import _
from semtui.storage.folder import make_folder
from semtui.view import Trouble

R = TypeVar("R")


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


def trouble_from(error: BaseException, folder: Path | None, at: datetime) -> Trouble:
    """What to say about an error of the engine; an unforeseen one leaves a file."""
    if isinstance(error, SemtuiError):
        return Trouble(error.title, error.detail, error.hint)
    kept = _kept(write_crash(error, folder, at))
    return Trouble(
        _("the part that reads the meter has stopped"),
        _("An error that was not foreseen: {kind}.").format(kind=type(error).__name__),
        kept,
    )


class QuietApp(App[R]):
    """An app that ends by an unforeseen error with a sentence and a file, without a traceback."""

    data_folder: Path | None = None
    """Where that file goes; None: to the folder of temporary files."""

    def _fatal_error(self) -> None:
        error = sys.exc_info()[1] or self._exception
        said = _("semtui has stopped by an error that was not foreseen.")
        if error is not None:
            said += "\n" + _kept(write_crash(error, self.data_folder, datetime.now().astimezone()))
        self._exit_renderables.append(Text(said))
        self._close_messages_no_wait()


def _kept(path: Path | None) -> str:
    if path is None:
        return _("What happened could not be written to a file.")
    return _("What happened is kept in {path}; please report it.").format(path=path)
