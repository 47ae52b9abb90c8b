"""Writing what a screen shows to a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from semtui.errors import system_says
from semtui.screens.monitor import Stage
from semtui.storage.atomic import replace_file


async def save(stage: Stage, path: Path, content: bytes, *, saved: str, failed: str) -> None:
    """Write the file in a thread, since a card may take seconds, and say how it went."""
    try:
        await asyncio.to_thread(replace_file, path, content)
    except OSError as error:
        # The reason first, and nothing else in its way: a small terminal has a few rows for it.
        stage.clear_notifications()
        text = f"{system_says(error)} {path.parent}"
        stage.say(text, title=failed, severity="error", seconds=12.0)
    else:
        stage.say(str(path), title=saved, seconds=8.0)
