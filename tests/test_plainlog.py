"""`semtui log` on an error that nobody foresaw: said, kept, and met by a new engine."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from semtui.clock import VirtualClock
from semtui.emulator.options import DEFAULT_ROUTE_B_ID
from semtui.errors import StorageError
from semtui.model import LinkReason, LinkSnapshot, LinkState, Update
from semtui.plainlog import LogRun, line_of
from semtui.station import Request, Station, plan

Publish = Callable[[Update], None]


class Engine:
    """Fails at each start with the next of `errors`, and ends well behind the last."""

    def __init__(self, clock: VirtualClock, *errors: Exception) -> None:
        self.clock = clock
        self.errors = list(errors)
        self.starts: list[float] = []
        self.lasts = 1.0
        self.first: Callable[[Publish], None] = lambda _publish: None

    def run(self, stop: threading.Event, publish: Publish) -> None:
        self.starts.append(self.clock.monotonic())
        self.first(publish)
        self.clock.advance(self.lasts)
        if self.errors:
            raise self.errors.pop(0)

    def wake(self) -> None: ...


class Watcher:
    """Takes no signal of the process that runs the tests."""

    def __init__(self, run: object) -> None: ...

    def exit_code(self, otherwise: int) -> int:
        return otherwise


class Bench:
    """A run of `semtui log --demo` with an engine that fails."""

    def __init__(self, errors: tuple[Exception, ...], count: int | None = None) -> None:
        clock = VirtualClock()
        station = Station(plan(Request(demo=True)), clock)
        self.folder = station.folder
        self.engine = Engine(clock, *errors)
        station.engine = self.engine  # type: ignore[assignment]
        self.talk = io.StringIO()
        self.run = LogRun(station, line_of, count, False, io.StringIO(), self.talk)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("semtui.signals.Watcher", Watcher)


def mistakes(count: int) -> tuple[Exception, ...]:
    return tuple(ValueError(DEFAULT_ROUTE_B_ID) for _each in range(count))


def test_the_engine_is_started_again_after_waits_that_grow() -> None:
    bench = Bench(mistakes(4))
    assert bench.run.run() == 0
    starts = bench.engine.starts
    waits = [after - before - 1 for before, after in pairwise(starts)]
    assert waits == [5, 30, 60, 60]
    said = bench.talk.getvalue()
    (path,) = bench.folder.glob("semtui-crash-*.txt")
    assert said.count("the part that reads the meter has stopped\n") == 4
    assert said.count(f"What happened is kept in {path}") == 4
    assert said.count("it is started again in 60 s") == 2
    for text in (said, path.read_text()):
        assert "ValueError" in text
        assert DEFAULT_ROUTE_B_ID not in text
    assert "Traceback" not in said


def test_an_engine_that_ran_well_for_a_minute_is_started_again_soon() -> None:
    bench = Bench(mistakes(3))
    bench.engine.lasts = 61.0
    bench.run.run()
    starts = bench.engine.starts
    assert [b - a - 61 for a, b in pairwise(starts)] == [5, 5, 5]


def test_a_count_that_has_not_begun_ends_with_a_sentence() -> None:
    bench = Bench(mistakes(2), count=1)
    assert bench.run.run() == 1
    assert len(bench.engine.starts) == 1
    assert "has stopped" in bench.talk.getvalue()


def test_a_count_that_has_begun_goes_on() -> None:
    bench = Bench(mistakes(1), count=5)
    ready = LinkSnapshot(LinkState.READY, 0.0, bench.engine.clock.now())
    bench.engine.first = lambda publish: publish(ready)
    assert bench.run.run() == 0
    assert len(bench.engine.starts) == 2


def test_a_stop_ends_the_run_behind_an_error() -> None:
    bench = Bench(mistakes(2))
    bench.engine.first = lambda _publish: bench.run.request_stop()
    assert bench.run.run() == 0
    assert len(bench.engine.starts) == 1
    said = bench.talk.getvalue()
    assert "has stopped" in said
    assert "started again" not in said


def test_each_next_try_is_said_once() -> None:
    bench = Bench(())
    first = LinkSnapshot(
        LinkState.BACKOFF,
        7.0,
        bench.engine.clock.now(),
        LinkReason.NO_PAN,
        retry_at=12.0,
        retry_with="scan",
    )
    second = replace(first, since=20.0, retry_at=30.0)

    def tell(publish: Publish) -> None:
        for snapshot in (first, replace(first, attempt=2), second):
            publish(snapshot)

    bench.engine.first = tell
    assert bench.run.run() == 0
    lines = bench.talk.getvalue().splitlines()
    assert lines == ["  next try in 5 s: scan", "  next try in 10 s: scan"]


def test_an_error_with_words_of_its_own_is_left_to_the_command_line() -> None:
    bench = Bench((StorageError("The disk is gone."),))
    with pytest.raises(StorageError, match="gone"):
        bench.run.run()
    assert bench.run.wait_left(0)
