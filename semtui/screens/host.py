"""The host of the engine: the thread it runs in, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from semtui.model import Update, Wish


class Engine(Protocol):
    """What reads the meter. `run` blocks; the others may be called from any thread."""

    def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
        """Work until `stop` is set, and say everything through `publish`."""
        ...

    def submit(self, intent: Wish) -> None:
        """Ask for something."""
        ...

    def wake(self) -> None:
        """End a wait, so that `stop` is seen at once."""
        ...

    def hurry(self) -> None:
        """Stop without ending the session with the meter."""
        ...


class RadioHost:
    """Runs an engine so that the program can always leave, even when the engine cannot.

    The engine has a daemon thread of its own. Textual's worker thread only
    waits for it: that one is joined when the event loop ends, and a join with
    a thread that is stuck in a driver would never return.
    """

    def __init__(self, engine: Engine, publish: Callable[[Update], None]) -> None:
        self.engine = engine
        self._publish = publish
        self.stop = threading.Event()
        """Set when the engine is to end."""
        self.done = threading.Event()
        """Set while no engine runs."""
        self.done.set()
        self.abandoned = False
        """Whether the engine was left behind because it did not end in time."""
        self._released = threading.Event()

    def prepare(self) -> None:
        """Note that an engine is about to run; call it before `body` is handed to a worker."""
        self.done.clear()
        self._released.clear()

    def body(self) -> None:
        """Run the engine to its end; the body of the worker. Raises what the engine raised."""
        failures: list[Exception] = []
        thread = threading.Thread(target=self._run, args=(failures,), name="radio", daemon=True)
        thread.start()
        self._released.wait()
        if failures:
            raise failures[0]

    def _run(self, failures: list[Exception]) -> None:
        try:
            self.engine.run(self.stop, self._publish)
        except Exception as error:  # handed over to the worker, which raises it again
            failures.append(error)
        finally:
            self.done.set()
            self._released.set()

    def request_stop(self) -> None:
        """Ask the engine to end its session and return."""
        self.stop.set()
        self.engine.wake()

    def hurry(self) -> None:
        """Ask the engine to leave without ending the session."""
        self.engine.hurry()

    def stop_within(self, seconds: float) -> None:
        """Ask the engine to end, and leave it behind when it has not after `seconds`."""
        self.request_stop()
        timer = threading.Timer(seconds, self.abandon)
        timer.daemon = True
        timer.start()

    def abandon(self) -> None:
        """Let the worker end although the engine may not have."""
        self.abandoned = not self.done.is_set()
        self._released.set()
