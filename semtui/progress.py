"""A line on stderr that says how far a long command has come; only on a terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Self, TextIO

from semtui.i18n import _

_SECONDS = 0.2
"""Between two paintings."""
_BAR = 20


class ProgressLine:
    """Paints over itself; silent where the stream is no terminal, or fails.

    As a context it clears itself at the end.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._alive = _is_terminal(stream)
        self._began = clock()
        self._painted = -_SECONDS
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.clear()

    def show(self, rows: int, share: float) -> None:
        """Say that `rows` have been done, `share` (0 to 1) of all."""
        now = self._clock()
        if not self._alive or now - self._painted < _SECONDS:
            return
        self._painted = now
        filled = round(share * _BAR)
        parts = [
            f"[{'#' * filled}{'.' * (_BAR - filled)}]",
            f"{share:4.0%}",
            _("{rows} rows").format(rows=f"{rows:,}".replace(",", " ")),
        ]
        passed = now - self._began
        if passed > 1 and share > 0:
            parts.append(_("{time} left").format(time=_duration(passed * (1 - share) / share)))
        self._put("\r" + "  ".join(parts)[: self._columns() - 1] + "\x1b[K")
        self._shown = True

    def clear(self) -> None:
        """Take the line away, so that other text may follow."""
        if self._shown:
            self._put("\r\x1b[K")
            self._shown = False

    def _put(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._alive = False

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except (OSError, ValueError):
            return 80


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
