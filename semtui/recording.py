"""Recordings: what went over the wire, masked, and what the screens were told; as plain text.

A file begins with a line that names the format, `key: value` lines, and an
empty line. Behind it each line is one item, its seconds since the start first:

    3.042 > SKVER\\r\\n                   bytes to the module
    3.049 < EVER 1.2.10\\r\\n             bytes from the module, a line or a block of lines
    3.049 - link: joining               a note: the link's state when it changes (why, the next
                                        try), and each notice's title; for whoever reads the file
    3.050 = Reading {"at": ...}         a value of `semtui.model`, as the engine published it

Bytes are escaped: printable ASCII stands for itself, the rest is \\\\, \\r, \\n
or \\xHH. Secrets never come here: whoever made the bytes has starred them out
at their own length, in the wire's own notation (`2A` in hex display), and the
pairing id, the meter's serial number and local paths are left out here.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import Enum, unique
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from semtui.config import DisplaySettings, PollSettings, Settings
from semtui.errors import InputError, system_says
from semtui.i18n import _
from semtui.model import (
    BackfillProgress,
    Direction,
    EnergyReading,
    HalfHour,
    HalfHours,
    LinkCounts,
    LinkSnapshot,
    MeterFacts,
    NoiseScan,
    Notice,
    PropertyValue,
    Reading,
    ScanProgress,
    StorageStatus,
    Update,
    WireLine,
)
from semtui.recorded_time import RecordedTime
from semtui.typed_json import Foreign, decode, encode, printable

FORMAT = "semtui recording 1"
LONGEST_LINE = 200_000
"""Bytes; the longest that is written, a long list of PANs, is a tenth of it."""
LONGEST_FILE = 256 << 20
"""Bytes; a day is 30 to 60 MB. In memory it is three times that (32 MB: 100 MB), so that the
largest one takes some 800 MB."""

KINDS: dict[str, type[Update]] = {
    kind.__name__: kind
    for kind in (
        LinkSnapshot,
        LinkCounts,
        ScanProgress,
        Reading,
        EnergyReading,
        HalfHour,
        HalfHours,
        BackfillProgress,
        MeterFacts,
        NoiseScan,
        Notice,
        StorageStatus,
    )
}

_STARRED_FIELDS = frozenset({"pairing_id", "serial"})
_KEYS = {
    "source": "source",
    "started": "started",
    "stamp": "stamp",
    "interval": "interval",
    "contract_ampere": "contract ampere",
    "csv": "csv",
}
_TEXTS = ("source", "started")
_LINE = re.compile(rb"(\d{1,8}\.\d{3}) ([<>=-]) (.*)")
_VALUE = re.compile(r"([A-Za-z]+) (\{.*\})")
_ESCAPE = re.compile(rb"\\(?:([\\rn])|x([0-9A-F]{2}))")
_PLAIN = re.compile(rb"[^\x20-\x5B\x5D-\x7E]")
_ESCAPED = re.compile(rb"(?:[\x20-\x5B\x5D-\x7E]|\\[\\rn]|\\x[0-9A-F]{2})*")
_NAMED = {b"\\": b"\\", b"r": b"\r", b"n": b"\n"}
_NAMES = {value: b"\\" + name for name, value in _NAMED.items()}
_HOME = os.path.expanduser("~")
_SENDTO = re.compile(rb"SKSENDTO \S+ \S+ \S+ \S+ (?:\S )?[0-9A-F]{4} ")


@unique
class Source(Enum):
    """What was recorded."""

    EMULATOR = "emulator"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording says about itself, and the settings that its screens need."""

    source: Source
    started: datetime
    """The wall clock at second 0, with the offset of its time zone."""
    stamp: float
    """Monotonic seconds at second 0, by which the values' stamps are read."""
    interval: float
    """Seconds between two polls."""
    contract_ampere: int
    """0: not known."""
    csv: bool
    """Whether readings were logged meanwhile."""

    @property
    def settings(self) -> Settings:
        """The settings that the screens are shown with."""
        settings = Settings()
        return replace(
            settings,
            poll=replace(PollSettings(), interval=self.interval),
            display=replace(DisplaySettings(), contract_ampere=self.contract_ampere),
            storage=replace(settings.storage, csv=self.csv),
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was recorded."""

    seconds: float
    """Since the start."""
    update: Update


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole recording in memory."""

    header: Header
    items: tuple[Item, ...]
    time: RecordedTime
    """The wall clock meanwhile, which may have been set."""
    torn: bool = False
    """Whether a last line was left out because its end is missing."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.items[-1].seconds if self.items else 0.0


def write_header(header: Header) -> bytes:
    """Return the header's lines, with the empty one that ends them."""
    lines = [FORMAT]
    for name, key in _KEYS.items():
        value = encode(getattr(header, name))
        lines.append(f"{key}: {value if name in _TEXTS else json.dumps(value)}")
    return ("\n".join(lines) + "\n\n").encode()


def write_item(seconds: float, update: Update) -> bytes:
    """Return an item's line; nothing for what the bytes of another line say already."""
    if isinstance(update, PropertyValue):
        return b""
    head = f"{max(0.0, seconds):.3f} ".encode()
    if not isinstance(update, WireLine):
        value = json.dumps(encode(_without_secrets(update)), allow_nan=False)
        return head + f"= {type(update).__name__} {value}\n".encode()
    is_note = update.direction is Direction.NOTE
    raw = _without_secrets(update.text).encode() if is_note else update.raw
    if not raw:
        return b""
    return head + update.direction.value.encode() + b" " + _escape(raw) + b"\n"


def read_recording(path: Path) -> Recording:
    """Read a file; raises InputError, with the number of the line where one is at fault."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except OSError as error:
        raise InputError(
            _("The recording {path} cannot be read.").format(path=path), system_says(error)
        ) from error


def parse_recording(data: bytes) -> Recording:
    """Read the bytes of a file; raises InputError."""
    return _read(io.BytesIO(data))


def _read(file: BinaryIO) -> Recording:
    """Read line by line, so that no more than the items is in memory; raises OSError as well."""
    head: list[bytes] = []
    while line := file.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            break
        head.append(line[:-1])
        if line == b"\n" or len(head) > len(_KEYS) + 1:
            break
    header, first = _read_header(head)
    time = RecordedTime(header.started)
    items: list[Item] = []
    torn = False
    for number in itertools.count(first + 1):
        line = file.readline(LONGEST_LINE + 2)
        if not line.endswith(b"\n") and len(line) <= LONGEST_LINE:
            torn = line != b""
            break
        if file.tell() > LONGEST_FILE:
            raise InputError(_("The recording is too large to be shown: more than 256 MB."))
        try:
            items += _read_item(line.removesuffix(b"\n"), time)
            if len(items) > 1 and items[-1].seconds < items[-2].seconds:
                raise Foreign
        except (Foreign, ValueError, RecursionError, ArithmeticError):
            raise _damaged(number) from None
    return Recording(header, tuple(items), time, torn)


def _damaged(number: int) -> InputError:
    return InputError(
        _("Line {number} of the recording cannot be read.").format(number=number),
        _("The file is damaged, or was changed by hand."),
        _("Without that line, the rest may still be shown."),
    )


def _read_header(lines: list[bytes]) -> tuple[Header, int]:
    """Return the header, and the index of the first line behind it."""
    if not lines or lines[0] != FORMAT.encode():
        raise InputError(
            _("Line 1 does not say that this is a recording which this semtui can read."),
            _("It would be: {format}").format(format=FORMAT),
        )
    found: dict[str, object] = {}
    names = list(_KEYS)
    for number, name in enumerate(names, 2):
        line = lines[number - 1] if number <= len(lines) else b""
        key, colon, value = line.decode("utf-8", "replace").partition(": ")
        if key != _KEYS[name] or not colon:
            raise _damaged(number)
        try:
            found[name] = value if name in _TEXTS else json.loads(value)
        except (ValueError, RecursionError):
            raise _damaged(number) from None
    first = len(names) + 2
    if len(lines) < first or lines[first - 1]:
        raise _damaged(first)
    try:
        return decode(Header, found), first
    except Foreign as error:
        raise _damaged(2 + names.index(str(error))) from None


def _read_item(line: bytes, time: RecordedTime) -> Iterator[Item]:
    """Yield what a line says; raises Foreign, ValueError, RecursionError or ArithmeticError."""
    parts = _LINE.fullmatch(line) if len(line) <= LONGEST_LINE else None
    if parts is None:
        raise Foreign
    seconds = float(parts[1])
    sign = parts[2].decode()
    if sign != "=":
        for update in wire_lines(time.at(seconds), Direction(sign), _unescape(parts[3])):
            yield Item(seconds, update)
        return
    value = _VALUE.fullmatch(parts[3].decode())
    kind = KINDS.get(value[1]) if value else None
    if value is None or kind is None:
        raise Foreign
    said = decode(kind, json.loads(value[2]))
    time.hear(seconds, said)
    yield Item(seconds, said)


def wire_lines(at: datetime, direction: Direction, raw: bytes) -> Iterable[WireLine]:
    """Return the lines that people are shown for masked bytes on the wire."""
    # Who only writes a recording has no need of the radio before the first picture.
    from semtui.radio.parser import Parser

    if direction is Direction.NOTE:
        text = raw.decode()
        if text != printable(text):
            raise Foreign
        return [WireLine(at, direction, text)]
    if direction is Direction.SENT:
        return [WireLine(at, direction, _sent(raw), raw)]
    parser = Parser()
    heard = [event.shown for event in (*parser.feed(raw), *parser.finish())]
    first, *others = heard or [""]
    return [
        WireLine(at, direction, first, raw),
        *(WireLine(at, direction, each) for each in others),
    ]


def _sent(raw: bytes) -> str:
    from semtui.radio.commands import shown
    from semtui.radio.masking import mask_payload, shorten_addresses

    head = _SENDTO.match(raw)
    if head:
        text = shorten_addresses(head[0].decode("latin-1"))
        return text + mask_payload(raw[head.end() :])
    return shown(raw.decode("latin-1").rstrip())


def _escape(raw: bytes) -> bytes:
    def name(match: re.Match[bytes]) -> bytes:
        return _NAMES.get(match[0]) or b"\\x%02X" % match[0][0]

    return _PLAIN.sub(name, raw)


def _unescape(text: bytes) -> bytes:
    if not _ESCAPED.fullmatch(text):
        raise Foreign

    def value(match: re.Match[bytes]) -> bytes:
        return _NAMED[match[1]] if match[1] else bytes((int(match[2], 16),))

    return _ESCAPE.sub(value, text)


def _without_secrets(value: Any) -> Any:
    """Return a value with the pairing id and the serial starred out, and no local path."""
    if isinstance(value, StorageStatus):
        return replace(value, path=PurePath(value.path).name)
    if isinstance(value, tuple):
        return tuple(_without_secrets(each) for each in value)
    if isinstance(value, str):
        return printable(value.replace(_HOME, "~") if len(_HOME) > 1 else value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        before = getattr(value, field.name)
        if field.name in _STARRED_FIELDS:
            changed[field.name] = None if before is None else "*" * len(before)
        else:
            changed[field.name] = _without_secrets(before)
    return replace(value, **changed)
