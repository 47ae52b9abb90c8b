"""What holds for every test."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Let the programs that tests start hear INT and HUP.

    A run in the background, or under nohup, ignores them, and its children inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
