"""The key R: a file in the data folder, and a sign in the status line while it is written."""

from __future__ import annotations

import asyncio
from pathlib import Path

from semtui.app import SemtuiApp
from semtui.clock import VirtualClock
from semtui.config import Settings
from semtui.hub import Hub
from semtui.recorder import Recorder
from semtui.recording import Source, read_recording
from tests.screens.stage import ScriptEngine, Stage


def play(folder: Path, keys: list[str]) -> list[str]:
    """Press keys in an app that can record; the status line after each."""
    clock, hub = VirtualClock(), Hub()
    recorder = Recorder(clock, Settings(), Source.EMULATOR, hub.publish, mask=str)
    hub.subscribe(recorder.handle)
    app = SemtuiApp(
        engine=ScriptEngine(Stage("ready").engine.script),
        hub=hub,
        settings=Settings(),
        clock=clock,
        data_folder=folder,
        recorder=recorder,
    )
    rows: list[str] = []

    async def main() -> None:
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                rows.append(app.screen.lines[0])  # type: ignore[attr-defined]
            await pilot.press("q")
            app.stop_event.set()

    asyncio.run(main())
    recorder.stop()
    return rows


def test_r_records_until_it_is_pressed_again(tmp_path: Path) -> None:
    before, during, after = play(tmp_path, ["1", "R", "R"])
    assert " REC " not in before
    assert " REC " in during
    assert " REC " not in after
    [path] = (tmp_path / "recordings").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_recording(path).header.source is Source.EMULATOR


def test_a_folder_that_cannot_be_made_is_said_and_nothing_ends(tmp_path: Path) -> None:
    (tmp_path / "recordings").touch()
    [row] = play(tmp_path, ["R"])
    assert " REC " not in row
