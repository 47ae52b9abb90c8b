"""From bytes to lines and datagrams.

The module prints lines, but not only lines: product commands end in CR
alone, events appear behind a half-typed echo, and in binary display the data
of ERXUDP may hold any byte, CR and LF among them. So a datagram is read by
its length, and a line ends at whichever of CR or LF comes first; what is
left of a CRLF is an empty line, and empty lines are dropped.

Whether the data is binary or hex is told by counting: LEN bytes and then
CRLF, or twice LEN hex digits and then CRLF. Only one of the two can be true,
so no setting is needed, and a module that was switched over by another
program is read all the same.

Any bytes, cut anywhere, give the same tokens, and never an exception. The
`raw` bytes of all tokens, joined, are the stream again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_LINE = 2048
"""A longer line is cut; the longest that a module prints is a hex ERXUDP of 2.6 kB,
which is read by its length and does not count here."""
MAX_HEADER = 240
"""A header is about 130 characters; without LEN by then it is none."""
MAX_DATA = 0x04D0
"""Most bytes a datagram can carry."""
MAX_BLANK = 64
"""So many line ends of blank lines are kept for the `raw` bytes of what comes behind them."""

_FIELD = rb"((?:<[^>\r\n]*>|[^ \r\n]+))"
_HEADERS = {
    b"ERXUDP ": re.compile(
        rb"ERXUDP "
        + b" ".join([_FIELD] * 5)
        + rb" (?:([^ \r\n]{2}) )?(?:([^ \r\n]) )?(?:([^ \r\n]) )?([0-9A-Fa-f]{4}) "
    ),
    b"ERXTCP ": re.compile(rb"ERXTCP " + b" ".join([_FIELD] * 3) + rb" ([0-9A-Fa-f]{4}) "),
}
_START = re.compile(rb"ERX(?:UDP|TCP) ")
_END = re.compile(rb"[\r\n]")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")
_KEYWORD_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; never blank, trailing white space kept."""

    text: bytes
    glued: bool = False
    """True when no line end followed: a datagram came in the middle of it."""
    raw: bytes = field(default=b"", compare=False, repr=False)
    """As it came, with its line end and the blank lines before it. Where the LF of a CRLF came
    too late, it stands before the next token."""


@dataclass(frozen=True, slots=True)
class Datagram:
    """ERXUDP or ERXTCP: the header's fields as they stand, and the data."""

    keyword: str
    fields: tuple[bytes | None, ...]
    """The header's fields before LEN; None for those this kind of module leaves out."""
    data: bytes
    raw: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """A datagram whose data does not have the length that its header says."""

    header: bytes
    raw: bytes = field(default=b"", compare=False, repr=False)


Token = Line | Datagram | Broken


class Framer:
    """Cuts a stream of bytes into tokens."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._blank = b""
        self._raw_from = 0
        """Where the bytes begin that no token has yet taken as its own."""

    @property
    def pending(self) -> int:
        """Bytes that wait for the rest of their line or datagram."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Token]:
        """Take `data` in and return the tokens that it completes."""
        self._buffer += data
        tokens: list[Token] = []
        used = 0
        while True:
            step = self._next(used, tokens)
            if not step:
                break
            used += step
        if used:
            if used > self._raw_from:
                self._blank = self._raw(used)[-MAX_BLANK:]
            del self._buffer[:used]
            self._raw_from = 0
        return tokens

    def _next(self, begin: int, tokens: list[Token]) -> int:
        """Append the token at `begin`, if it is complete; return how many bytes were used."""
        buffer = self._buffer
        limit = begin + MAX_LINE
        end = _END.search(buffer, begin, limit + _KEYWORD_LENGTH + 1)
        stop = end.start() if end else min(len(buffer), limit + _KEYWORD_LENGTH)
        start = _START.search(buffer, begin, stop)
        if start and start.start() < limit:
            return self._datagram(begin, start.start(), tokens)
        if end:
            after = stop + (2 if buffer.startswith(b"\r\n", stop) else 1)
            self._append_line(tokens, begin, stop, after)
            return after - begin
        if len(buffer) > limit + _KEYWORD_LENGTH:
            self._append_line(tokens, begin, limit, limit)
            return MAX_LINE
        return 0

    def _datagram(self, begin: int, start: int, tokens: list[Token]) -> int:
        """Read the datagram whose keyword stands at `start`, with what is glued before it."""
        buffer = self._buffer
        keyword = bytes(buffer[start : start + _KEYWORD_LENGTH])
        header = _HEADERS[keyword].match(buffer, start, start + MAX_HEADER)
        if header is None:
            end = _END.search(buffer, start, start + MAX_HEADER)
            if end is None and len(buffer) < start + MAX_HEADER:
                return 0
            stop = end.start() if end else start + MAX_HEADER
            self._append_line(tokens, begin, start, start, glued=True)
            tokens.append(Broken(bytes(buffer[start:stop]), self._raw(stop)))
            return stop - begin
        *fields, size = header.groups()
        data = header.end()
        read = _read_data(buffer, data, int(size, 16))
        if read is None:
            return 0
        self._append_line(tokens, begin, start, start, glued=True)
        payload, length = read
        raw = self._raw(data + length)
        if payload is None:
            tokens.append(Broken(bytes(buffer[start:data]), raw))
        else:
            tokens.append(Datagram(keyword[:-1].decode(), tuple(fields), payload, raw))
        return data + length - begin

    def _append_line(
        self, tokens: list[Token], begin: int, end: int, after: int, *, glued: bool = False
    ) -> None:
        """Append the line from `begin` to `end`, unless it is blank; it uses bytes to `after`."""
        text = bytes(self._buffer[begin:end])
        if text.strip():
            tokens.append(Line(text, glued, self._raw(after)))

    def _raw(self, end: int) -> bytes:
        """Take the bytes up to `end` that belong to no token yet."""
        raw = self._blank + self._buffer[self._raw_from : end]
        self._blank, self._raw_from = b"", end
        return raw


def _read_data(buffer: bytearray, data: int, size: int) -> tuple[bytes | None, int] | None:
    """Return the data at `data` and the bytes it takes with its CRLF.

    None while more bytes are needed; no data and the length up to the place
    where reading goes on when it is broken.
    """
    if size > MAX_DATA:
        return None, 0
    have = len(buffer) - data
    foreign = _NOT_HEX.search(buffer, data, data + 2 * size)
    digits = (foreign.start() - data) if foreign else min(have, 2 * size)
    if digits and foreign and buffer[foreign.start()] == 0x0D and digits != size:
        # Hex digits and then a line end at neither length: cut or lying hex.
        return None, digits
    if have < size + 2:
        return None
    if buffer[data + size : data + size + 2] == b"\r\n":
        return bytes(buffer[data : data + size]), size + 2
    if digits < size or foreign:
        return None, 0
    if have < 2 * size + 2:
        return None
    if buffer[data + 2 * size : data + 2 * size + 2] == b"\r\n":
        return bytes.fromhex(buffer[data : data + 2 * size].decode()), 2 * size + 2
    return None, 0
