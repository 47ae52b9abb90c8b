"""Standard output and error as things that can fail: a closed pipe, a full disk."""

from __future__ import annotations

import errno
import os
import sys
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
            discard(self._stream)


def open_missing() -> None:
    """Put something in the place of each standard stream that was closed before the start.

    Input is empty then, and output fails like any other that cannot be written. The numbers
    0 to 2 are taken by that: otherwise the next file opened would get one of them, and a log
    of readings might receive what is meant for a person.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        # What nobody hears may vanish; readings that nobody gets must not look as if printed.
        access = os.O_WRONLY if name == "stderr" else os.O_RDONLY
        descriptor = os.open(os.devnull, access)
        if descriptor != number:
            os.dup2(descriptor, number)
            os.close(descriptor)
        mode = "r" if name == "stdin" else "w"
        stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)


def discard(stream: TextIO) -> None:
    """Send what is still buffered nowhere, so that the interpreter does not fail on it at exit."""
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, stream.fileno())
        os.close(sink)
    except (OSError, ValueError):
        return
