"""What the console asks of the app, and writing what it shows to a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from semtui.clock import Clock
from semtui.errors import system_says
from semtui.i18n import _
from semtui.screens.monitor import Stage
from semtui.screens.shell import Severity
from semtui.storage.atomic import replace_file
from semtui.view import View


class ConsoleStage(Stage, Protocol):
    """What the console asks of the app beyond what every screen does."""

    view: View
    clock: Clock
    data_folder: Path | None

    def say(
        self, text: str, title: str = "", severity: Severity = "information", seconds: float = 4.0
    ) -> None:
        """Show a toast."""
        ...

    def clear_notifications(self) -> None:
        """Take the toasts away."""
        ...

    def send(self, command: str) -> None:
        """Hand a command to the engine."""
        ...


async def write_lines(app: ConsoleStage, path: Path, content: bytes) -> None:
    """Write the file in a thread, since a card may take seconds, and say how it went."""
    try:
        await asyncio.to_thread(replace_file, path, content)
    except OSError as error:
        # The reason first, and nothing else in its way: a small terminal has a few rows for it.
        app.clear_notifications()
        app.say(
            f"{system_says(error)} {path.parent}",
            title=_("The lines could not be saved"),
            severity="error",
            seconds=12.0,
        )
    else:
        app.say(str(path), title=_("The lines are saved"), seconds=8.0)
