"""Captures of what a module said, as its bytes: raw ones, and those that people publish.

A raw capture is handed on untouched. A capture with notes is one whose first
line begins with `#` or `SOURCE`, or that is text in which some tool's mark
stands. In it, lines that begin with `#`, `SOURCE` or an open bracket are
notes, and the rest is as the tool printed it: plain lines, lines with their
escapes (`OK\\r\\n`), bytes literals (`b'OK\\r\\n'`), or lines behind the
stamps and arrows of a log. What such a tool sent to the module, and said
itself, is left out. A recording of semtui is read the same way.

Nothing is held but one piece, so a capture of any size can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

_PIECE = 65536
_LONGEST_LINE = 65536
"""Longer lines of a capture with notes are cut, to hold memory down."""
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|[rnt0\\'\"])")
_LETTERS = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0"}
_NOTE = re.compile(rb"#|SOURCE|\(.*\)\s*$|hex: ")
_BEHIND = re.compile(rb"\s+<- .*")
"""What an editor wrote behind a line."""
_NOT_TEXT = re.compile(rb"[^\t\r\n\x20-\x7E\x80-\xFF]")
_FIELDS = re.compile(rb'"([^"]+)":"([^"]*)"')
_ERXUDP_FIELDS = (
    b"SENDER",
    b"DEST",
    b"RPORT",
    b"LPORT",
    b"SENDERLLA",
    b"SECURED",
    b"DATALEN",
    b"DATA",
)
_FRAME = b"\x10\x81"


class Stream(Protocol):
    """A binary file, or standard input."""

    def read1(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class BarePayload:
    """The data of a datagram of which a capture keeps nothing else."""

    data: bytes


Piece = bytes | BarePayload


def read_capture(stream: Stream) -> Iterator[Piece]:
    """Yield what the module said, piece by piece; raises OSError as `stream` does.

    The pieces have no bounds of their own: a line may go on in the next one.
    """
    head = stream.read1(_PIECE)
    # The tool's mark may come late, and a pipe bring the lines one by one; a raw capture
    # may be a live one, for which nobody waits.
    while _is_note(head) and len(head) < _PIECE and (more := stream.read1(_PIECE)):
        head += more
    form = _form_of(head)
    if form is None:
        yield from _raw(head, stream)
        return
    for line in _lines(_raw(head, stream)):
        if not _NOTE.match(line) and (piece := form(line)):
            yield piece


def _raw(head: bytes, stream: Stream) -> Iterator[bytes]:
    while head:
        yield head
        head = stream.read1(_PIECE)


def _is_note(head: bytes) -> bool:
    return head.startswith((b"#", b"SOURCE"))


def _form_of(head: bytes) -> Callable[[bytes], Piece] | None:
    """Return what reads a line of the capture that begins with `head`; None for a raw one."""
    noted = _is_note(head)
    if not noted and _NOT_TEXT.search(head):
        return None
    lines = [line.rstrip(b"\r") for line in head.split(b"\n") if not _NOTE.match(line)]
    for mark, form in _FORMS:
        if any(mark.match(line) for line in lines):
            return form
    return _plain if noted else None


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut `pieces` into lines without their ends."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in lines)
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest.removesuffix(b"\r")


def _unescaped(text: bytes) -> bytes:
    def byte(escape: re.Match[bytes]) -> bytes:
        code = escape[1]
        return bytes.fromhex(code[1:].decode()) if code[:1] == b"x" else _LETTERS.get(code, code)

    return _ESCAPE.sub(byte, text)


# One function a form: from a line to what the module said in it, empty where it said nothing.

_RECORDING = re.compile(rb"semtui recording \d+$")
_RECORDED = re.compile(rb"\d+\.\d{3} < (.*)$")
_LOGGED = re.compile(rb"\[ *\d+\].*?\[(RECEIVE|MAIN)\] (.*)")
_ARROWED = re.compile(rb'(?:\d\S* \S+ \w+: )?<<(?!ECHO:) ?(?:"(.*)"|(.*))$')
_LITERAL = re.compile(rb"(?:[\d:.,-]+ )*b(['\"])(.*)\1\s*$")
_ESCAPED = re.compile(rb"(.*(?:\\r|\\n))$")


def _recorded(line: bytes) -> bytes:
    """A line of a recording of semtui; see `semtui.recording`."""
    found = _RECORDED.match(line)
    return _unescaped(found[1]) if found else b""


def _logged(line: bytes) -> bytes:
    """A line of a firmware's log, which prints some things as names and values."""
    found = _LOGGED.match(line)
    if not found:
        return b""
    source, text = found.groups()
    if source == b"RECEIVE":
        # The lines of a beacon come again, as the names and values of one EPANDESC.
        return b"" if text.startswith(b"  ") else text + b"\r\n"
    word = text.partition(b" ")[0]
    fields = dict(_FIELDS.findall(text))
    if word == b"EVENT" and b"NUM" in fields:
        return b"EVENT %b %b\r\n" % (fields[b"NUM"], fields.get(b"SENDER", b""))
    if word == b"EPANDESC" and fields:
        details = [b"  %b:%b\r\n" % detail for detail in fields.items() if detail[0] != b"PairID"]
        pairing = b"  PairID:%b\r\n" % fields[b"PairID"] if b"PairID" in fields else b""
        return b"EPANDESC\r\n" + b"".join(details) + pairing
    if word == b"ERXUDP" and all(name in fields for name in _ERXUDP_FIELDS):
        return b"ERXUDP " + b" ".join(fields[name] for name in _ERXUDP_FIELDS) + b"\r\n"
    return b""


def _arrowed(line: bytes) -> bytes:
    """A line of a trace with arrows, perhaps behind a stamp and in quotation marks."""
    found = _ARROWED.match(line)
    if not found:
        return b""
    return (found[2] if found[1] is None else found[1]) + b"\r\n"


def _literal(line: bytes) -> Piece:
    """A line with a bytes literal as Python prints it; a frame alone is a datagram's data."""
    found = _LITERAL.match(line)
    if not found:
        return b""
    data = _unescaped(found[2])
    return BarePayload(data) if data.startswith(_FRAME) else data


def _plain(line: bytes) -> bytes:
    """A line as a terminal shows it, or with its escapes."""
    if line.startswith(b"> "):
        return b""
    if _ESCAPED.match(line):
        return _unescaped(line)
    return _BEHIND.sub(b"", line) + b"\r\n"


_FORMS: tuple[tuple[re.Pattern[bytes], Callable[[bytes], Piece]], ...] = (
    (_RECORDING, _recorded),
    (_LOGGED, _logged),
    (_ARROWED, _arrowed),
    (_LITERAL, _literal),
    (_ESCAPED, _plain),
)
