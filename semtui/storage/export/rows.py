"""Samples as text, by the hundred thousand a second.

The rows are those of the CSV log. A value is turned into text once and then looked
up; the date, the hour and the offset change once a minute and are made once for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo

from semtui.model import ReadingStatus
from semtui.storage.history.samples import Row
from semtui.storage.history.values import STATUS_NUMBERS, from_ms

_MINUTE_MS = 60_000
_REMEMBERED = 60_000
"""Texts of one kind that are kept: every millisecond of a minute."""


class RowText:
    """Turns samples into rows of a CSV log, in one zone."""

    def __init__(self, zone: tzinfo | None) -> None:
        """`zone` is that of the times; None is this machine's."""
        self._zone = zone
        self._seconds = _Texts(lambda ms: f"{ms // 1000:02d}.{ms % 1000:03d}")
        self._whole = _Texts(str)
        self._tenths = _Texts(lambda tenths: _decimal(tenths, 10, 1))
        self._trips = _Texts(lambda ms: _decimal(ms, 1000, 3))
        self._statuses = _statuses()
        self._begin = self._end = 0
        self._minute = self._offset = ""

    def of(self, rows: Iterable[Row]) -> str:
        """Return a line a row; quickest when their times ascend."""
        lines: list[str] = []
        add = lines.append
        seconds, whole, tenths = self._seconds, self._whole, self._tenths
        trips, statuses = self._trips, self._statuses
        begin, end, minute, offset = self._begin, self._end, self._minute, self._offset
        for at, watts, r, t, trip, status in rows:
            if not begin <= at < end:
                self._enter(at)
                begin, end, minute, offset = self._begin, self._end, self._minute, self._offset
            add(
                f"{minute}{seconds[at - begin]}{offset},{whole[watts]},{tenths[r]},{tenths[t]},"
                f"{trips[trip]},{statuses[status]}\n"
            )
        return "".join(lines)

    def _enter(self, at: int) -> None:
        self._begin = at - at % _MINUTE_MS
        self._end = self._begin + _MINUTE_MS
        text = from_ms(self._begin, self._zone).isoformat()
        self._minute, self._offset = text[:17], text[19:]


class _Texts(dict[int | None, str]):
    """Texts of numbers, made when they are first asked for; that of None is empty."""

    def __init__(self, make: Callable[[int], str]) -> None:
        self._make = make

    def __missing__(self, number: int | None) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        text = self[number] = "" if number is None else self._make(number)
        return text


def _statuses() -> tuple[str, ...]:
    texts = {number: status.value for status, number in STATUS_NUMBERS.items()}
    return tuple(texts[number] for number in range(len(ReadingStatus)))


def _decimal(number: int, unit: int, places: int) -> str:
    sign = "-" if number < 0 else ""
    whole, part = divmod(abs(number), unit)
    return f"{sign}{whole}.{part:0{places}d}"
