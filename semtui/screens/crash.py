"""An app that ends by an error that nobody foresaw does so with a sentence and a file."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from rich.text import Text
from textual.app import App

from semtui.crash import kept_in, write_crash
from semtui.i18n import _

R = TypeVar("R")


class QuietApp(App[R]):
    """An app that ends by an unforeseen error with a sentence and a file, without a traceback."""

    data_folder: Path | None = None
    """Where that file goes; None: to the folder of temporary files."""

    def _fatal_error(self) -> None:
        error = sys.exc_info()[1] or self._exception
        said = _("semtui has stopped by an error that was not foreseen.")
        if error is not None:
            said += "\n" + kept_in(
                write_crash(error, self.data_folder, datetime.now().astimezone())
            )
        self._exit_renderables.append(Text(said))
        self._close_messages_no_wait()
