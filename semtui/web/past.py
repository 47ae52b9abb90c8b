"""The past over HTTP: power in columns, and energy by half hour, day or month.

Each request reads by a connection of its own, in a thread that is not the
server's, and at most two of them at a time: a browser that asks for years
keeps neither the readings nor the other browsers waiting.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.i18n import _
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import DayEnergy
from semtui.web.problems import Problem
from semtui.web.wording import Json, number, time_text

T = TypeVar("T")

MOST_POINTS = 3000
MOST_SLOTS = 48 * 100
MOST_DAYS = 366 * 30
USUAL_POINTS = 750
STEPS = (3, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400, 604800)
"""Seconds a point, of which the finest that gives not too many is taken where none is asked."""
_JST_SECONDS = 9 * 3600
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Past:
    """Answers from the store at `path`."""

    def __init__(self, path: Path | None, now: Callable[[], datetime]) -> None:
        """`path` is None where no history is kept."""
        self._path = path
        self._now = now
        self._turns = asyncio.Semaphore(2)

    async def history(self, query: Mapping[str, str]) -> Json:
        """Return mean, lowest and highest power of each step of a range; raises Problem."""
        now = self._now()
        end = moment_of(query.get("to", ""), now) or now
        start = moment_of(query.get("from", ""), now) or end - timedelta(hours=1)
        if not start < end:
            raise Problem(400, "range", _("The range must end after it begins."))
        seconds = (end - start).total_seconds()
        every = step_of(query.get("every", ""), seconds)
        first = _step_begin(start.timestamp(), every)
        columns = math.ceil((end.timestamp() - first) / every)
        if columns > MOST_POINTS:
            raise Problem(
                400,
                "too_many_points",
                _("That is more than {most} points; ask for a longer step.").format(
                    most=MOST_POINTS
                ),
            )
        begin = datetime.fromtimestamp(first, now.tzinfo)
        until = datetime.fromtimestamp(first + columns * every, now.tzinfo)
        buckets = await self._ask(lambda reader: reader.power(begin, until, columns))
        return {
            "from": time_text(begin),
            "to": time_text(until),
            "start": first,
            "every": every,
            "mean": [None if b is None else round(b.mean) for b in buckets],
            "low": [None if b is None else b.low for b in buckets],
            "high": [None if b is None else b.high for b in buckets],
        }

    async def span(self) -> Json:
        """Return from when to when there is a history."""
        span = await self._ask(lambda reader: reader.span())
        if span is None:
            return {"first": None, "last": None}
        zone = self._now().tzinfo
        return {
            "first": time_text(span.first.astimezone(zone)),
            "last": time_text(span.last.astimezone(zone)),
        }

    async def energy(self, query: Mapping[str, str]) -> Json:
        """Return kWh by half hour, day or month, by the meter's calendar; raises Problem."""
        today = self._now().astimezone(JST).date()
        by = query.get("by", "") or "30m"
        last = day_of(query.get("to", "")) or today
        first = day_of(query.get("from", "")) or (last if by == "30m" else last.replace(day=1))
        if first > last:
            raise Problem(400, "range", _("The range must end after it begins."))
        days = (last - first).days + 1
        if days * 48 > MOST_SLOTS if by == "30m" else days > MOST_DAYS:
            raise Problem(400, "too_many_points", _("That is too long; ask for a shorter range."))
        if by == "30m":
            return {"by": by, "rows": await self._slots(first, last)}
        if by not in ("day", "month"):
            raise Problem(400, "by", _("by must be 30m, day or month."))
        if by == "month":
            return {"by": by, "rows": await self._ask(partial(_months, first=first, last=last))}
        found = await self._ask(lambda reader: reader.days(first, last))
        return {"by": by, "rows": [day_json(day) for day in found]}

    async def _slots(self, first: date, last: date) -> list[Json]:
        begin = datetime.combine(first, time())
        end = datetime.combine(last + timedelta(days=1), time())
        slots = await self._ask(lambda reader: reader.slots(begin, end))
        return [
            {
                "start": slot.start.isoformat() + "+09:00",
                "import_kwh": number(slot.normal_kwh),
                "export_kwh": number(slot.reverse_kwh),
                "source": None if slot.source is None else slot.source.value,
            }
            for slot in slots
        ]

    async def _ask(self, question: Callable[[HistoryReader], T]) -> T:
        path = self._path
        if path is None:
            raise Problem(404, "no_history", _("No history is kept: storage.history is off."))

        def answer() -> T:
            with closing(HistoryReader(path)) as reader:
                return question(reader)

        async with self._turns:
            try:
                return await run_in_threadpool(answer)
            except StorageError as error:
                raise Problem(503, "history", str(error)) from None


def unescaped_plus(text: str) -> str:
    """A time whose plus sign was not escaped, and so arrived as a blank."""
    return text.replace(" ", "+") if re.search(r"\d \d\d:?\d\d$", text) else text


def moment_of(text: str, now: datetime) -> datetime | None:
    """Return an ISO 8601 time (without an offset: ours) or epoch seconds; None of nothing."""
    if not text:
        return None
    text = unescaped_plus(text.strip())
    try:
        if re.fullmatch(r"-?\d{1,11}(\.\d+)?", text):
            moment = datetime.fromtimestamp(float(text), now.tzinfo)
        else:
            moment = datetime.fromisoformat(text)
        if not 1970 <= moment.year < 2200:
            raise ValueError
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError, OSError):
        message = _("{text} is no time: write 2026-11-24T18:00+09:00, or seconds since 1970.")
        raise Problem(400, "time", message.format(text=text[:40])) from None


def _step_begin(stamp: float, every: int) -> int:
    """The epoch second at which the step of `stamp` begins: a day's is midnight in Japan."""
    return int((stamp + _JST_SECONDS) // every) * every - _JST_SECONDS


def day_of(text: str) -> date | None:
    """Return the date that an ISO 8601 date or time begins with; None of nothing."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
        if not 1970 < day.year < 2200:
            raise ValueError
    except ValueError:
        message = _("{text} is no date: write 2026-11-24.")
        raise Problem(400, "date", message.format(text=text[:40])) from None
    return day


def step_of(text: str, seconds: float) -> int:
    """Return the seconds a point that were asked for ("60", "30m"), or that suit the range."""
    if not text:
        return next((s for s in STEPS if seconds / s <= USUAL_POINTS), STEPS[-1])
    match = re.fullmatch(r"(\d{1,7})([smhd]?)", text)
    step = int(match[1]) * _UNITS[match[2] or "s"] if match else 0
    if not 1 <= step <= 366 * 86400:
        raise Problem(400, "every", _("every must be seconds, or as 30s, 5m, 1h, 1d."))
    return step


def day_json(day: DayEnergy) -> Json:
    """One day: what is known of it, and how many half hours that is."""
    return {
        "start": day.day.isoformat(),
        "import_kwh": number(day.normal_kwh),
        "export_kwh": number(day.reverse_kwh),
        "known": day.known,
        "total": day.total,
    }


def _months(reader: HistoryReader, first: date, last: date) -> list[Json]:
    """The months from `first` to `last`; one of which nothing is known has no kWh."""
    rows: list[Json] = []
    while first <= last:
        next_month = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(last + timedelta(days=1), next_month)
        found = reader.energy(datetime.combine(first, time()), datetime.combine(end, time()))
        rows.append(
            {
                "start": f"{first:%Y-%m}-01",
                "import_kwh": number(found.normal_kwh),
                "export_kwh": number(found.reverse_kwh),
                "known": found.known,
                "total": found.total,
            }
        )
        first = end
    return rows
