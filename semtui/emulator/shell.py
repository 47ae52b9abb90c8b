"""The command line of the module, byte by byte: echo, editing, raw data.

CR ends a line; LF and other control bytes are dropped; BS and DEL take the
last character back. Commands that carry data switch to taking it by count as
soon as the space after their length arrives.
"""

from __future__ import annotations

import re
from enum import Enum, unique
from typing import Protocol

LINE_LIMIT = 256
"""Characters that the line buffer holds; more are dropped."""

_TEXT = re.compile(rb"[ -~\x80-\xff]*")
_CR, _BS, _DEL = 0x0D, 0x08, 0x7F


@unique
class Input(Enum):
    """What the next byte will be taken for."""

    LINE = "line"
    DATA = "data"
    WAIT_CR = "wait for CR"
    SLEEP = "sleep"


class ShellHost(Protocol):
    """The module behind the command line."""

    @property
    def echo(self) -> bool: ...

    @property
    def busy(self) -> bool:
        """A command runs; the rest of the input waits."""
        ...

    def write(self, data: bytes) -> None: ...

    def execute(self, words: list[str]) -> None:
        """Run the command of a line that is not empty."""
        ...

    def open_data(self, words: list[str]) -> int | None:
        """Take the header of a data command; None when it was refused (and answered)."""
        ...

    def take_data(self, data: bytes) -> None:
        """Run the data command, now that all its bytes are here."""
        ...


class Shell:
    """The input machine. `data_commands` maps a command to its arguments before the data."""

    def __init__(self, host: ShellHost, data_commands: dict[str, int]) -> None:
        self._host = host
        self.state = Input.LINE
        self._line = bytearray()
        self._data = bytearray()
        self._missing = 0
        self._headers = {
            name.encode(): re.compile(
                rb" *" + name.encode() + rb"(?: +[!-~\x80-\xff]+){%d} " % arguments
            )
            for name, arguments in data_commands.items()
        }

    def reset(self) -> None:
        """Forget a half line, half data and sleep."""
        self.state = Input.LINE
        self._line.clear()
        self._data.clear()

    def overrun(self) -> None:
        """Report an input error (ER09) and ignore everything up to the next CR."""
        self._line.clear()
        self._data.clear()
        self.state = Input.WAIT_CR
        self._host.write(b"\r\nFAIL ER09\r\n")

    def feed(self, data: bytes) -> bytes:
        """Take input until a command is running; return what was not yet taken."""
        position, end = 0, len(data)
        while position < end and not self._host.busy:
            if self.state is Input.LINE:
                position = self._feed_line(data, position)
            elif self.state is Input.DATA:
                position = self._feed_data(data, position)
            elif self.state is Input.WAIT_CR:
                found = data.find(b"\r", position)
                if found < 0:
                    return b""
                self.state = Input.LINE
                position = found + 1
            else:
                return b""
        return data[position:]

    def _feed_line(self, data: bytes, position: int) -> int:
        match = _TEXT.match(data, position)
        assert match is not None
        if match.end() > position:
            return self._feed_text(data, position, match.end())
        byte = data[position]
        if byte == _CR:
            words = _words(self._line)
            self._line.clear()
            self._echo(b"\r\n")
            if words:
                self._host.execute(words)
        elif byte in (_BS, _DEL) and self._line:
            del self._line[-1]
            self._echo(b"\b \b")
        return position + 1

    def _feed_text(self, data: bytes, position: int, end: int) -> int:
        line = self._line
        before = len(line)
        line += data[position : min(end, position + LINE_LIMIT - before)]
        header = self._header(line)
        if header:
            taken = position + header - before
            self._echo(data[position:taken])
            words = _words(line[:header])
            line.clear()
            length = self._host.open_data(words)
            if length is not None:
                self._missing = length
                self.state = Input.DATA
            return taken
        self._echo(data[position:end])
        return end

    def _header(self, line: bytearray) -> int:
        """Where the header of a data command ends in `line`; 0 while it does not."""
        word = line.lstrip(b" ").split(b" ", 1)[0]
        pattern = self._headers.get(bytes(word))
        match = pattern.match(line) if pattern else None
        return match.end() if match else 0

    def _feed_data(self, data: bytes, position: int) -> int:
        taken = data[position : position + self._missing]
        self._data += taken
        self._missing -= len(taken)
        if not self._missing:
            payload = bytes(self._data)
            self._data.clear()
            self.state = Input.LINE
            self._host.take_data(payload)
        return position + len(taken)

    def _echo(self, data: bytes) -> None:
        if self._host.echo:
            self._host.write(data)


def _words(line: bytearray) -> list[str]:
    """Split at spaces alone: str.split() takes 0x85 and 0xA0 of a noisy line for spaces too."""
    return [word.decode("latin-1") for word in line.split(b" ") if word]
