"""What is asked of an export: a range of time and how fine its rows are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum, unique

from semtui.clock import JST
from semtui.errors import ConfigError
from semtui.i18n import _


@unique
class Every(Enum):
    """How much time a row stands for."""

    RAW = "raw"
    """A row a poll."""
    MINUTE = "1m"
    HALF_HOUR = "30m"
    """By the meter's clock, with its registers."""
    DAY = "1d"
    """By the meter's calendar."""

    @property
    def is_of_meter(self) -> bool:
        """Whether its rows begin where the meter's own half hours and days do."""
        return self in (Every.HALF_HOUR, Every.DAY)


@dataclass(frozen=True, slots=True)
class Query:
    """The rows whose time is not before `start` and before `end`; both aware."""

    every: Every = Every.RAW
    start: datetime | None = None
    """None: from the first that there is."""
    end: datetime | None = None
    """None: to the last that there is."""
    zone: tzinfo | None = None
    """Of the times of raw rows and minutes; None is that of this machine."""


_BACK = re.compile(r"-?(\d{1,5})([dh])")


def query_of(every: Every, start: str | None, end: str | None, now: datetime) -> Query:
    """Return the query that a person has typed; `now` is aware.

    Taken are ISO 8601 dates and times, `today`, `yesterday`, `now`, `-7d` (a day, so many
    days back) and `-12h`. A time without an offset is this machine's, and the meter's where
    the rows are those of the meter. An end that is a day includes this day. Raises
    ConfigError.
    """
    zone = JST if every.is_of_meter else None
    query = Query(
        every,
        None if start is None else _moment(start, zone, now, is_end=False),
        None if end is None else _moment(end, zone, now, is_end=True),
    )
    if query.start is not None and query.end is not None and query.start >= query.end:
        raise ConfigError(
            _("The range ends before it begins."),
            _("It would go from {start} to {end}.").format(
                start=query.start.isoformat(), end=query.end.isoformat()
            ),
            _("Give the earlier time to --from, and the later one to --to."),
        )
    return query


def _moment(text: str, zone: tzinfo | None, now: datetime, *, is_end: bool) -> datetime:
    try:
        found = _parsed(text.strip(), now.astimezone(zone))
        if isinstance(found, datetime):
            return _placed(found, zone)
        day = found + timedelta(days=1) if is_end else found
        return _placed(datetime.combine(day, time()), zone)
    except (ValueError, OverflowError):
        raise ConfigError(
            _("{text} is no time.").format(text=repr(text)),
            _("A day, or a day and a time, is wanted."),
            _("Write 2026-11-21, 2026-11-21T06:30, today, yesterday, -7d or -12h."),
        ) from None


def _parsed(text: str, now: datetime) -> datetime | date:
    """The moment or the day that is meant; ValueError for none, OverflowError for one far off."""
    back = _BACK.fullmatch(text)
    if back is not None:
        number = int(back[1])
        if back[2] == "h":
            return now - timedelta(hours=number)
        return now.date() - timedelta(days=number)
    if text == "now":
        return now
    if text in ("today", "yesterday"):
        return now.date() - timedelta(days=text == "yesterday")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _placed(moment: datetime, zone: tzinfo | None) -> datetime:
    """An aware time: one without an offset is of `zone`, or of this machine's."""
    if moment.tzinfo is not None:
        return moment
    return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
