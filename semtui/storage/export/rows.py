"""Samples as text, by the hundred thousand a second.

The rows are those of the CSV log. A value is turned into text once and then looked
up; the date, the hour and the offset are worked out once in a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from semtui.model import ReadingStatus
from semtui.storage.history.samples import Row
from semtui.storage.history.values import STATUS_NUMBERS, from_ms

_MINUTE_MS = 60_000
_QUARTER_MS = 15 * _MINUTE_MS
"""Every zone is a whole number of quarters of an hour from UTC."""
_REMEMBERED = 60_000
"""Texts of one kind that are kept: every millisecond of a minute."""

Texts = dict[int | None, str]
"""A plain dictionary, which is what the interpreter looks up quickest: one that makes what it
lacks would halve the speed. So a row that needs a new text fails, is helped, and comes again."""


class RowText:
    """Turns samples into rows of a CSV log, in one zone."""

    def __init__(self, zone: tzinfo | None) -> None:
        """`zone` is that of the times; None is this machine's."""
        self._zone = zone
        self._hour = self._minute = self._offset = ""
        self._quarter = -1
        self._first = self._begin = 0
        self._seconds: Texts = {}
        """With the offset and a comma."""
        self._whole: Texts = {None: ","}
        self._tenths: Texts = {None: ","}
        self._trips: Texts = {None: ","}
        texts = {number: status.value for status, number in STATUS_NUMBERS.items()}
        self._statuses = [f"{texts[number]}\n" for number in range(len(ReadingStatus))]

    def of(self, rows: Iterable[Row]) -> str:
        """Return a line a row; quickest when their times ascend."""
        lines: list[str] = []
        add = lines.append
        seconds, whole, tenths = self._seconds, self._whole, self._tenths
        trips, statuses = self._trips, self._statuses
        begin = end = 0
        minute = ""
        for row in rows:
            at, watts, r, t, trip, status = row
            if not begin <= at < end:
                self._enter(at)
                begin, minute = self._begin, self._minute
                end = begin + _MINUTE_MS
            try:
                line = (
                    f"{minute}{seconds[at - begin]}{whole[watts]}{tenths[r]}{tenths[t]}"
                    f"{trips[trip]}{statuses[status]}"
                )
            except KeyError:
                self._learn(row)
                line = (
                    f"{minute}{seconds[at - begin]}{whole[watts]}{tenths[r]}{tenths[t]}"
                    f"{trips[trip]}{statuses[status]}"
                )
            add(line)
        return "".join(lines)

    def _enter(self, at: int) -> None:
        """Begin another minute."""
        self._begin = at - at % _MINUTE_MS
        quarter = at - at % _QUARTER_MS
        if quarter != self._quarter:
            self._quarter = quarter
            text = from_ms(quarter, self._zone).isoformat()
            self._hour, self._first, offset = text[:14], int(text[14:16]), text[19:]
            if offset != self._offset:
                self._offset = offset
                self._seconds.clear()
        self._minute = f"{self._hour}{self._first + (at - quarter) // _MINUTE_MS:02d}:"

    def _learn(self, row: Row) -> None:
        """Make the texts that a row needs."""
        for texts in (self._seconds, self._whole, self._tenths, self._trips):
            if len(texts) > _REMEMBERED:
                texts.clear()
                texts[None] = ","
        at, watts, r, t, trip, _status = row
        ms = at - self._begin
        self._seconds[ms] = f"{ms // 1000:02d}.{ms % 1000:03d}{self._offset},"
        if watts is not None:
            self._whole[watts] = f"{watts},"
        for tenths in (r, t):
            if tenths is not None:
                self._tenths[tenths] = f"{_decimal(tenths, 10, 1)},"
        if trip is not None:
            self._trips[trip] = f"{_decimal(trip, 1000, 3)},"


def _decimal(number: int, unit: int, places: int) -> str:
    sign = "-" if number < 0 else ""
    whole, part = divmod(abs(number), unit)
    return f"{sign}{whole}.{part:0{places}d}"
