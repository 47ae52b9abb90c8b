"""SIGINT, SIGTERM and SIGHUP, taken by one thread that waits for them.

A handler in the main thread would not do: when the terminal has stalled, the
main thread sits in a write and no handler runs, and the program would keep
the serial port for good. So the signals are blocked in every thread, and one
thread takes them with `sigwait`; it sees to it that the process ends in time
whatever the others do.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

TAKEN = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
GRACE = 5.4
"""Seconds from the signal until the session must have been ended: SKTERM has 5."""
LAST_GRACE = 0.4
"""Seconds after that until the rest of the program must have ended."""
RESTORE = b"\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[0m\r\n"
"""Main screen, cursor shown, mouse and bracketed paste off, plain colours."""


class Run(Protocol):
    """What is to be ended."""

    def request_stop(self) -> None:
        """Ask the engine to end its session; any thread may call it."""

    def wait_stopped(self, seconds: float) -> bool:
        """Wait until the engine has ended; whether it has."""

    def leave(self) -> None:
        """Ask the rest of the program to end; it may be stuck, and then does not."""

    def wait_left(self, seconds: float) -> bool:
        """Wait until the rest has ended; whether it has."""

    def rescue(self) -> None:
        """Save what can be saved, in a process whose main thread is stuck."""


def block() -> None:
    """Block the signals; call it before any thread is started, since threads inherit it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, TAKEN)


@contextmanager
def as_interrupts() -> Iterator[None]:
    """Within this block SIGTERM and SIGHUP raise KeyboardInterrupt, as SIGINT does.

    For commands that write a file from the main thread and leave nothing half done.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    # Under nohup the hang-up stays ignored.
    before = {n: signal.getsignal(n) for n in numbers if signal.getsignal(n) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Watcher:
    """The thread that waits for a signal, and sees to it that the process ends in time.

    There is one for the process: the wizard hands over to the dashboard.
    """

    def __init__(self, run: Run | None, quit_by: Callable[[int], None] = os._exit) -> None:
        """`run` is what is to be ended, None while nothing runs yet; `quit_by` ends the process
        where nothing else does."""
        self.run = run
        self.taken: int | None = None
        """The number of the signal that came."""
        self._quit_by = quit_by
        self._terminal = _terminal_state()
        threading.Thread(target=self._body, name="signals", daemon=True).start()

    def exit_code(self, otherwise: int) -> int:
        """Return the exit code for the signal that came, or `otherwise` when none did."""
        return otherwise if self.taken is None else 128 + self.taken

    def _body(self) -> None:
        number = int(signal.sigwait(TAKEN))
        self.taken = number
        run = self.run
        if run is None:
            self._quit_by(128 + number)
            return
        run.request_stop()
        hung_up = number == signal.SIGHUP
        if not hung_up:
            run.leave()
        run.wait_stopped(GRACE)
        # Nothing may be painted on a terminal that is gone: the process ends from here.
        if not hung_up and run.wait_left(LAST_GRACE):
            return
        run.rescue()
        if not hung_up:
            _restore(self._terminal)
        self._quit_by(128 + number)


def _terminal_state() -> list[Any] | None:
    try:
        return termios.tcgetattr(sys.__stdin__.fileno()) if sys.__stdin__ else None
    except (termios.error, ValueError, OSError):
        return None


def _restore(state: list[Any] | None) -> None:
    """Give the terminal back as it was, without waiting for it."""
    if state is None or sys.__stdin__ is None or sys.__stdout__ is None:
        return
    try:
        termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, state)
        os.set_blocking(sys.__stdout__.fileno(), False)
        os.write(sys.__stdout__.fileno(), RESTORE)
    except (termios.error, ValueError, OSError):
        return
