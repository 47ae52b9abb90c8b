"""Standard output and error as things that can fail: a closed pipe, a full disk."""

from __future__ import annotations

import errno
import os
from typing import TextIO


class Printer:
    """Prints lines to a stream until it fails; then it is silent."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OSError | None = None
        """Why nothing is printed any more."""

    @property
    def is_broken(self) -> bool:
        """Whether printing has failed."""
        return self.error is not None

    @property
    def reader_left(self) -> bool:
        """Whether it failed because whoever read has had enough, which is no fault."""
        return self.error is not None and self.error.errno == errno.EPIPE

    def line(self, text: str) -> None:
        """Print a line at once; never raises."""
        if self.is_broken:
            return
        try:
            self._stream.write(text + "\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            self.error = error if isinstance(error, OSError) else OSError(errno.EBADF, str(error))
            _discard(self._stream)


def _discard(stream: TextIO) -> None:
    """Send what is still buffered nowhere, so that the interpreter does not fail on it at exit."""
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, stream.fileno())
        os.close(sink)
    except (OSError, ValueError):
        return
