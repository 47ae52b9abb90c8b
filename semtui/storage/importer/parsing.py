"""One line of a foreign or old log, and the sample it says, or why it says none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from semtui.i18n import _
from semtui.model import ReadingStatus
from semtui.storage.dayfile import HEADER, ROW
from semtui.storage.history.samples import Row
from semtui.storage.history.values import FAR_FUTURE_MS, STATUS_NUMBERS, to_ms

COLUMNS = tuple(HEADER.decode().strip().split(","))
OLD_LINE = re.compile(rb"\s*(\d{1,14}),\s*(-?\d{1,10}|None)\s*")
"""What the script of 2016 wrote: seconds since 1970 (its first versions: milliseconds), and
watts, or `None` when the meter had not answered within 20 seconds."""

_STATUSES = {status.value: number for status, number in STATUS_NUMBERS.items()}
_STATUS_BYTES = {text.encode(): number for text, number in _STATUSES.items()}
_LIMIT = 1 << 31
_NO_VALUE = 0x7FFF_FFFE
"""From here on E7 says that there is no value, or none that fits."""
_CLOCK_SET = 1_000_000_000
"""Seconds since 1970. Before, in 2001, there was no such meter: the clock had not been set."""
_MILLISECONDS_FROM = 100_000_000_000


class BadLineError(Exception):
    """A line that says no reading; the message is why, as half a sentence."""


LineParser = Callable[[bytes], Row]
"""Raises BadLineError."""


def is_old(line: bytes) -> bool:
    """Whether a line must be one of the 2016 script: it is of no table of two numbers."""
    match = OLD_LINE.fullmatch(line)
    return match is not None and int(match[1]) >= _CLOCK_SET


def old_line(line: bytes) -> Row:
    """The sample that a line of the 2016 script says."""
    match = OLD_LINE.fullmatch(line)
    if match is None:
        raise BadLineError(_("it is not a time in seconds and a power"))
    time, power = int(match[1]), match[2]
    ms = time if time >= _MILLISECONDS_FROM else time * 1000
    if ms < _CLOCK_SET * 1000:
        raise BadLineError(_("its time is from before the clock was set"))
    if ms >= FAR_FUTURE_MS:
        raise BadLineError(_("its time is far in the future"))
    if power == b"None":
        return (ms, None, None, None, None, STATUS_NUMBERS[ReadingStatus.TIMEOUT])
    watts = int(power)
    if watts >= _NO_VALUE or watts <= -_LIMIT:
        return (ms, None, None, None, None, STATUS_NUMBERS[ReadingStatus.NO_DATA])
    return (ms, watts, None, None, None, STATUS_NUMBERS[ReadingStatus.OK])


class LogLines:
    """Parses the rows of a semtui log or raw export, wherever its columns stand."""

    def __init__(self, places: tuple[int, ...]) -> None:
        """`places` tells where each of COLUMNS stands in a row."""
        self._places = places
        self._in_order = places == tuple(range(len(COLUMNS)))
        self._minute: tuple[bytes, bytes] = (b"", b"")
        self._base = 0

    def __call__(self, line: bytes) -> Row:
        """The sample that a row says."""
        if self._in_order and ROW.fullmatch(line):
            row = self._whole(line)
            if row is not None:
                return row
        return self._careful(line)

    def _whole(self, line: bytes) -> Row | None:
        """The values of a row just as semtui writes it; None where one is out of range."""
        time, watts, r, t, trip, status = line.split(b",")
        try:
            # Rows of one minute differ in their seconds alone.
            minute = (time[:17], time[23:])
            if minute != self._minute:
                text = (minute[0] + b"00.000" + minute[1]).decode()
                self._base = to_ms(datetime.fromisoformat(text))
                self._minute = minute
            seconds = int(time[17:19])
            row = (
                self._base + seconds * 1000 + int(time[20:23]),
                int(watts) if watts else None,
                int(r.replace(b".", b"")) if r else None,
                int(t.replace(b".", b"")) if t else None,
                int(trip.replace(b".", b"")) if trip else None,
                _STATUS_BYTES[status],
            )
        except ValueError:
            # A day that is in no calendar, or more digits than Python makes a number of.
            return None
        fits = seconds < 60 and all(v is None or -_LIMIT < v < _LIMIT for v in row[1:])
        return row if fits and 0 <= row[0] < FAR_FUTURE_MS else None

    def _careful(self, line: bytes) -> Row:
        """The values of a row that something else has rewritten, or why it has none."""
        try:
            cells = [cell.strip(' \t"') for cell in line.decode().split(",")]
        except UnicodeDecodeError:
            raise BadLineError(_("it is not text")) from None
        if len(cells) <= max(self._places):
            raise BadLineError(_("cells are missing"))
        time, watts, r, t, trip, status = (cells[place] for place in self._places)
        if status not in _STATUSES:
            raise BadLineError(_("its status is none that semtui writes"))
        return (
            _ms(time),
            _scaled("watts", watts, 1),
            _scaled("r_ampere", r, 10),
            _scaled("t_ampere", t, 10),
            _scaled("round_trip", trip, 1000),
            _STATUSES[status],
        )


def _ms(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadLineError(_("its time is not ISO 8601")) from None
    if moment.tzinfo is None:
        raise BadLineError(_("its time has no offset from UTC"))
    ms = to_ms(moment)
    if ms < 0:
        raise BadLineError(_("its time is from before 1970"))
    if ms >= FAR_FUTURE_MS:
        raise BadLineError(_("its time is far in the future"))
    return ms


def _scaled(column: str, text: str, unit: int) -> int | None:
    """A decimal number in steps of 1/unit; None for an empty cell."""
    if not text:
        return None
    try:
        number = Decimal(text) * unit
        whole = int(number)
    except (InvalidOperation, ValueError, OverflowError):
        raise BadLineError(_("its {column} is no number").format(column=column)) from None
    if whole != number or abs(whole) >= _LIMIT:
        raise BadLineError(_("its {column} is no value of a meter").format(column=column))
    return whole
