"""The app around an engine: the worker, the mailbox, intents, failures, and leaving."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest
from textual.pilot import Pilot

from semtui.actions import NUMBERS
from semtui.app import QuitRequested, SemtuiApp
from semtui.config import Settings
from semtui.crash import notice_of, write_crash
from semtui.errors import PortError, PortReason
from semtui.hub import Hub
from semtui.model import Intent, Level, LinkState, Reading, Update
from tests.screens.stage import ScriptEngine, Stage, screen_text, until

Act = Callable[[Pilot[int]], Awaitable[None]]


def run(app: SemtuiApp, act: Act, engine: ScriptEngine | None = None) -> None:
    """Run `app` and `act`; let its engine go whatever happens."""

    async def body() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            try:
                await act(pilot)
            finally:
                app.stop_event.set()
                if engine is not None:
                    engine.release.set()

    asyncio.run(body())


def shown(app: SemtuiApp) -> str:
    return "\n".join(screen_text(app))


# Leaving


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
def test_quit_ends_the_engine_and_exits_with_0(key: str) -> None:
    stage = Stage("ready", engine=ScriptEngine(ending=0.0))

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await pilot.press(key)
        await until(pilot, lambda: stage.app._exit)

    run(stage.app, act, stage.engine)
    assert stage.app.return_value == 0
    assert stage.app.radio_done.is_set()
    assert not stage.app.session_left_open
    assert stage.engine.wakes >= 1


def test_a_session_that_takes_time_to_end_is_waited_for_and_said() -> None:
    stage = Stage("ready", engine=ScriptEngine(ending=1.5))

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        begin = time.monotonic()
        await pilot.press("q")
        await pilot.pause()
        assert "QUITTING" in stage.app.screen.lines[0]
        assert "ending the session" in stage.app.screen.lines[0]
        await until(pilot, lambda: stage.app._exit)
        assert 1.4 < time.monotonic() - begin < 5

    run(stage.app, act, stage.engine)
    assert not stage.app.session_left_open


def test_a_second_q_does_not_wait() -> None:
    stage = Stage("ready", engine=ScriptEngine(ending=30.0))

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        begin = time.monotonic()
        await pilot.press("q", "q")
        await until(pilot, lambda: stage.app._exit)
        assert time.monotonic() - begin < 4

    run(stage.app, act, stage.engine)
    assert stage.engine.hurried.is_set()
    assert not stage.app.session_left_open


def test_an_engine_that_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semtui.app.QUIT_SECONDS", 1.0)
    stage = Stage("ready", engine=ScriptEngine(ending=None))

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        begin = time.monotonic()
        await pilot.press("q")
        await until(pilot, lambda: stage.app._exit)
        assert 0.9 < time.monotonic() - begin < 5
        assert stage.app.session_left_open
        assert not stage.app.radio_done.is_set()

    begin = time.monotonic()
    run(stage.app, act, stage.engine)
    assert stage.app.return_value == 0
    assert time.monotonic() - begin < 15


def test_app_run_comes_back_although_the_engine_is_stuck() -> None:
    """The event loop joins its own threads at the end; the engine's must not be among them."""
    engine = ScriptEngine(ending=None)
    stage = Stage("ready", engine=engine)
    threading.Timer(1.0, lambda: stage.app.post_message(QuitRequested())).start()
    threading.Timer(2.0, lambda: stage.app.post_message(QuitRequested())).start()
    begin = time.monotonic()
    code = stage.app.run(headless=True, size=(80, 24), mouse=False)
    took = time.monotonic() - begin
    engine.release.set()
    assert code == 0
    assert took < 10
    assert stage.app.session_left_open


def test_quit_requested_from_another_thread() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        threading.Thread(target=stage.app.post_message, args=(QuitRequested(),)).start()
        await until(pilot, lambda: stage.app._exit)

    run(stage.app, act, stage.engine)
    assert stage.app.return_value == 0


def test_a_stop_before_the_start_starts_nothing() -> None:
    stage = Stage("ready")
    stage.app.stop_event.set()

    async def act(pilot: Pilot[int]) -> None:
        await pilot.pause()
        assert stage.app.radio_done.is_set()

    run(stage.app, act)
    assert stage.engine.runs == 0


# The worker and its failures


class FailingEngine(ScriptEngine):
    """Raises in its first runs."""

    def __init__(self, error: Exception, failures: int = 1) -> None:
        super().__init__()
        self.error = error
        self.failures = failures

    def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
        if self.runs < self.failures:
            self.runs += 1
            raise self.error
        super().run(stop, publish)


def failing_stage(error: Exception, failures: int = 1) -> Stage:
    return Stage("ready", engine=FailingEngine(error, failures))


def test_a_known_error_is_shown_with_its_hint_and_the_ui_lives_on() -> None:
    error = PortError(PortReason.LOST, "the port is gone", "It was unplugged.", "Plug it in.")
    stage = failing_stage(error)

    async def act(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: stage.app.view.trouble is not None)
        await pilot.pause()
        row = stage.app.screen.lines[0]
        assert "STOPPED   again in 00:05  the port is gone" in row
        await pilot.press("2")
        await pilot.pause()
        assert "Plug it in." in shown(stage.app)
        assert stage.app.view.notices[-1].level is Level.ERROR
        await pilot.press("1", "space")

    run(stage.app, act)


def test_an_unforeseen_error_leaves_a_file(tmp_path: Path) -> None:
    stage = Stage("ready", engine=FailingEngine(ZeroDivisionError("division by zero")))
    app = SemtuiApp(
        engine=stage.engine,
        hub=Hub(),
        settings=Settings(),
        clock=stage.clock,
        data_folder=tmp_path / "data",
    )

    async def act(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: app.view.trouble is not None)

    run(app, act)
    (path,) = (tmp_path / "data").glob("semtui-crash-*.txt")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "ZeroDivisionError" in path.read_text()
    assert app.view.trouble is not None
    assert str(path) in app.view.trouble.hint


def test_the_engine_is_started_again_and_the_waits_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    error = PortError(PortReason.LOST, "the port is gone")
    stage = failing_stage(error, failures=4)
    original = stage.app.set_timer

    def set_timer(delay: float, *args: object, **kwargs: object) -> object:
        if delay >= 5:
            waits.append(delay)
            delay = 0.01
        return original(delay, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(stage.app, "set_timer", set_timer)

    async def act(pilot: Pilot[int]) -> None:
        await until(pilot, stage.engine.published.is_set)
        stage.app.drain()
        await pilot.pause()
        assert "READY" in stage.app.screen.lines[0]

    run(stage.app, act)
    assert waits[:4] == [5.0, 30.0, 60.0, 60.0]
    assert stage.engine.runs == 5


def test_n_starts_the_engine_again_at_once() -> None:
    stage = failing_stage(PortError(PortReason.LOST, "the port is gone"))

    async def act(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: stage.app.view.trouble is not None)
        await pilot.pause()
        assert "Try now" in shown(stage.app)
        await pilot.press("n")
        await until(pilot, stage.engine.published.is_set)
        stage.app.drain()
        assert stage.app.view.trouble is None
        assert stage.app._restart is None

    run(stage.app, act)
    assert stage.engine.runs == 2
    assert stage.engine.intents == []


def test_n_does_nothing_where_no_engine_will_come() -> None:
    class Done(ScriptEngine):
        def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
            self.runs += 1

    stage = Stage("ready", engine=Done())

    async def act(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: stage.app.view.trouble is not None)
        await pilot.press("n")
        await pilot.pause()

    run(stage.app, act)
    assert stage.engine.runs == 1


def test_an_engine_that_has_no_more_to_do_is_said() -> None:
    class Short(ScriptEngine):
        def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
            for update in self.script:
                publish(update)

    stage = Stage("ready", engine=Short())

    async def act(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: stage.app.view.trouble is not None)
        await pilot.pause()
        assert "nothing more to read" in stage.app.screen.lines[0]

    run(stage.app, act)


def test_trouble_without_a_folder_that_can_be_written(tmp_path: Path) -> None:
    stage = Stage()
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert write_crash(ValueError("x"), blocked, stage.clock.now()) is None
    notice = notice_of(ValueError("x"), blocked, stage.clock.now())
    assert "could not be written" in notice.hint


# The mailbox


def test_the_mailbox_is_emptied_at_most_twice_a_second() -> None:
    stage = Stage("empty")
    drains: list[float] = []
    original = stage.app.drain

    async def act(pilot: Pilot[int]) -> None:
        await until(pilot, stage.engine.published.is_set)

        def drain() -> None:
            drains.append(time.monotonic())
            original()

        stage.app.drain = drain  # type: ignore[method-assign]
        begin = time.monotonic()
        count = 0
        while time.monotonic() - begin < 1.6:
            stage.hub.publish(stage.scenes.reading(500 + count))
            count += 1
            await pilot.pause(0.02)
        last = 500 + count - 1
        await until(pilot, lambda: bool(stage.app.view.good and stage.app.view.good.watts == last))

    run(stage.app, act)
    gaps = [b - a for a, b in pairwise(drains)]
    assert 2 <= len(drains) <= 6
    assert min(gaps) > 0.45


def test_a_stalled_reader_loses_old_updates_and_says_so() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        for count in range(20_000):
            stage.app._mailbox.put(stage.scenes.reading(count))
        stage.app.drain()
        await pilot.pause()
        assert 0 < stage.app.view.overflow < 20_000
        assert stage.app.view.good is not None
        assert stage.app.view.good.watts == 19_999

    run(stage.app, act)


def test_subscribers_before_the_app_come_first() -> None:
    stage = Stage("empty")
    order: list[str] = []
    stage.hub.subscribe(lambda _update: order.append("log"))

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        stage.app._mailbox.put = lambda _update: order.append("app")  # type: ignore[method-assign]
        stage.hub.publish(stage.scenes.reading(1))

    run(stage.app, act)
    assert order[0] == "log"


# Intents


def test_rescan_of_a_good_session_is_asked_for_twice() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await pilot.press("r")
        assert stage.engine.intents == []
        stage.clock.advance(6)
        await pilot.press("r")
        assert stage.engine.intents == [], "too late: it counts as the first again"
        await pilot.press("j")
        assert stage.engine.intents == [], "another key is no confirmation"
        await pilot.press("r", "r")
        assert stage.engine.intents == [Intent.RESCAN]

    run(stage.app, act)


def test_in_backoff_a_key_is_enough() -> None:
    stage = Stage("backoff")

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await pilot.press("n", "j", "r")

    run(stage.app, act)
    assert stage.engine.intents == [Intent.RETRY, Intent.REJOIN, Intent.RESCAN]


def test_what_makes_no_sense_now_is_not_submitted() -> None:
    stage = Stage("scanning")

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await pilot.press("r", "j", "n")

    run(stage.app, act)
    assert stage.engine.intents == []


def test_screens_switch_and_catch_up() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        await stage.opened(pilot)
        await pilot.press("2")
        stage.clock.advance(3)
        reading: Reading = stage.scenes.reading(1999)
        stage.hub.publish(reading)
        stage.hub.publish(stage.scenes.link(LinkState.REAUTHENTICATING))
        stage.app.drain()
        assert "RENEWING" in stage.app.screen.lines[0]
        await pilot.press("1")
        await pilot.pause()
        assert "1999 W" in shown(stage.app)
        await pilot.press("question_mark", "2")
        await pilot.pause()
        assert f"2/{max(NUMBERS.values())}" in stage.app.screen.lines[0]

    run(stage.app, act)


def test_what_the_first_paint_does_not_need_is_not_imported() -> None:
    """In a process of its own: plotext, the other screens and the wizard come when asked for."""
    lazy = "plotext", "semtui.screens.link", "semtui.screens.help", "semtui.screens.wizard"
    program = f"import sys, semtui.app; print([m for m in {lazy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
