"""Which days are asked out of the meter's memory, how far that is, and where it ends.

One day is fetched after the other, in requests that never follow each other
closely, and nothing is asked while the meter's own date is in doubt.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

from semtui.echonet.exchange import Answer
from semtui.echonet.facts import FactBook
from semtui.echonet.fetch import (
    DAY_NORMAL,
    DAY_REVERSE,
    DAY_SELECTOR,
    HALF_HOUR,
    SPAN,
    SPAN_SELECTOR,
    DayFetch,
    Ending,
    Fetch,
    SpanFetch,
    days_back,
    half_hours,
)
from semtui.echonet.frame import Property
from semtui.echonet.halfhours import REVERSE_HALF_HOUR, HalfHours
from semtui.echonet.history import HALF_HOURS
from semtui.i18n import _, ngettext
from semtui.model import BackfillProgress, BackfillState, Level, Notice, Update
from semtui.model import HalfHours as Rows

_SPACING = 2.5
"""Seconds from one question to the next at the least: the meter has more to do, and with a poll
every three seconds there are still as many gaps."""
_QUICK = 3.0
_RESTS = 2.0
"""An answer that takes longer than this is followed by a pause so many times as long, in which
the polls are alone: they are what people look at."""
_FIRST_PAUSE = 60.0
_LONGEST_PAUSE = 1800.0
"""Seconds until the history is asked again after a loss: doubled from one loss to the next."""
_MOST_LOSSES = 3
"""Requests in a row without an answer that end it; each takes a minute away from the watts."""
_EMPTY_DAYS = 7
"""So many days in a row without data are the end of the memory; a power cut is shorter."""
_FAILED_DAYS = 3
"""So many days in a row that were refused, or not told, end it."""
_QUIET = timedelta(minutes=3)
"""Before and after the meter's midnight, when it is not sure which day lies how far back."""
_DAY = timedelta(days=1)


class Backfill:
    """Keeps the days that are wanted, over the ends of sessions, until each is settled."""

    def __init__(self, book: FactBook, live: HalfHours) -> None:
        """`book` knows the meter, `live` the half hours that this run has heard of."""
        self._book = book
        self._live = live
        self.exports = True
        """Whether the meter has an export register with a value, as far as is known."""
        self._pending: list[date] = []
        self._fetch: Fetch | None = None
        self._state: BackfillState = BackfillState.DONE
        self._wanted = self._done = 0
        self._day: date | None = None
        self._depth: int | None = None
        self._detail = ""
        self._news = False
        """Whether there is something to say that was not said yet."""
        self._told = 0
        """Days of this round that brought something."""
        self._said = ""
        """Why the last round ended early, as it was told to people: once is enough."""
        self._row: list[date] = []
        """Days without data, each the day before the one in front of it."""
        self._failures: list[Fetch] = []
        """Days in a row that failed."""
        self._left_out = 0
        """Days of this round that others kept from being told."""
        self._joined = self._ready = False
        self._clock: datetime | None = None
        """The meter's, as it was observed last; None while it is not known."""
        self._reverse_refused = self._spans_refused = False
        self._losses = 0
        self._not_before = -math.inf

    @property
    def due(self) -> float:
        """The monotonic stamp from which on the next question may be asked."""
        return self._not_before if self._ready and self._pending else math.inf

    def want(self, days: tuple[date, ...]) -> None:
        """Ask for `days` too, the first of them first; those that are waiting already stay."""
        fresh = [day for day in dict.fromkeys(days) if day not in self._pending]
        if not fresh:
            return
        if not self._pending:
            self._wanted = self._done = self._left_out = 0
            self._day, self._depth, self._detail = None, None, ""
            self._told = 0
            self._row, self._failures = [], []
        under_way = self._pending[:1] if self._fetch is not None else []
        self._pending = list(dict.fromkeys([*under_way, *days, *self._pending]))
        self._wanted += len(fresh)
        self._go_on()

    def new_session(self) -> None:
        """The meter can be asked: go on where the last session ended."""
        self._joined = True
        self._reverse_refused = self._spans_refused = False
        self._losses = 0
        self._not_before = -math.inf
        self._go_on()

    def end_session(self) -> None:
        """Pause: what was chosen is forgotten, what was told is kept."""
        self._joined = self._ready = False
        if self._fetch is not None:
            self._fetch.lose_choice()
        self._go_on()

    def new_meter(self) -> None:
        """Another meter: its memory begins anew."""
        self._fetch, self._depth, self._row = None, None, []
        self.exports = True
        self._reverse_refused = self._spans_refused = False

    def observe(self, now: float, at: datetime, *, settled: bool) -> list[Update]:
        """Our clock shows `at`; `settled`: all that is to be known of the meter has been asked."""
        self._ready = self._joined and settled
        self._clock = self._book.meter_time(at)
        if self._ready and self._pending:
            if obstacle := self._obstacle():
                self._stop(BackfillState.REFUSED, obstacle)
            elif self._clock is not None:
                self._keep_quiet(now, self._clock)
        return self._say(at)

    def begin(self, now: float) -> tuple[Property, ...]:
        """What to ask or set next; nothing where it turns out to be none."""
        if self._clock is None:
            self._ready = False
            return ()
        self._fetch = self._fetch or self._next(self._clock)
        if self._fetch is None:
            return ()
        self._not_before = now + _SPACING
        return (self._fetch.question(self._clock),)

    def take(self, answer: Answer, now: float, at: datetime) -> list[Update]:
        """The answer to what was begun."""
        fetch, clock, scale = self._fetch, self._book.meter_time(at), self._book.scale
        if fetch is None:
            return []
        if clock is None or scale is None:
            fetch.lose_choice()
            return []
        fetch.take(answer, clock)
        took = answer.round_trip or 0.0
        pause = max(fetch.pause, _RESTS * took if took > _QUICK else 0.0)
        self._not_before = max(self._not_before, now + pause)
        if fetch.ending is None:
            return []
        # An answer to a choice proves nothing: it is the histories that take long.
        self._losses = 0
        self._fetch = None
        if isinstance(fetch, SpanFetch) and fetch.ending is not Ending.TOLD:
            # The same half hours are in the history of today.
            self._spans_refused = True
            return []
        rows = half_hours(fetch.told(), scale, clock)
        self._settle(fetch, clock.date(), has_data=bool(rows))
        return [*([Rows(rows)] if rows else []), *self._say(at)]

    def fail(self, now: float, *, lost: bool) -> None:
        """What was begun has brought nothing; `lost`: because no answer came."""
        if not lost or self._fetch is None:
            return
        self._fetch.lose_choice()
        self._losses += 1
        if self._losses >= _MOST_LOSSES:
            self._fall_silent(_("The meter leaves requests for its history unanswered."))
        pause = min(_FIRST_PAUSE * 2 ** (self._losses - 1), _LONGEST_PAUSE)
        self._not_before = now + pause

    def _go_on(self) -> None:
        if self._pending:
            self._state = BackfillState.RUNNING if self._joined else BackfillState.PAUSED
            self._news = True

    def _obstacle(self) -> str:
        """Why nothing can be asked for, or told; empty when all is well."""
        book = self._book
        if book.served and DAY_NORMAL not in book.served:
            return _("The meter does not keep a history (E2).")
        if book.facts.set_map and DAY_SELECTOR not in book.facts.set_map:
            return _("The meter does not let a day of its history be chosen (E5).")
        if book.scale is None:
            return _("The history would have no kWh: {why}.").format(why=book.scale_problem)
        if not book.knows_clock:
            return _("The meter's clock is not known, so the days of its history are not either.")
        return ""

    def _keep_quiet(self, now: float, clock: datetime) -> None:
        """Leave out the minutes around the meter's midnight."""
        soon = clock + _QUIET
        begin = datetime.combine(soon.date(), time()) - _QUIET
        if clock < begin + 2 * _QUIET:
            rest = (begin + 2 * _QUIET - clock) / timedelta(seconds=1)
            self._not_before = max(self._not_before, now + rest)

    def _next(self, clock: datetime) -> Fetch | None:
        """The next piece that can be asked for; days that cannot are settled on the way."""
        today = clock.date()
        while self._pending:
            day = self._pending[0]
            back = days_back(day, today)
            if back is not None and (self._depth is None or back <= self._depth):
                return self._fetch_of(day, clock)
            self._settle_next()
        self._finish()
        return None

    def _fetch_of(self, day: date, clock: datetime) -> Fetch:
        book = self._book
        spans = SPAN in book.served and SPAN_SELECTOR in book.facts.set_map
        if day == clock.date() and spans and not self._spans_refused:
            newest = clock.replace(minute=clock.minute // 30 * 30, second=0, microsecond=0)
            two_way = REVERSE_HALF_HOUR in book.served
            since = self._live.first_unknown(newest, two_way=two_way)
            if since is not None and (newest - since) // HALF_HOUR < HALF_HOURS.max_count:
                return SpanFetch(newest, (newest - since) // HALF_HOUR + 1)
        reverse = DAY_REVERSE in book.served and self.exports and not self._reverse_refused
        return DayFetch(day, reverse=reverse)

    def _settle_next(self) -> None:
        self._day = self._pending.pop(0)
        self._done += 1
        self._news = True

    def _settle(self, fetch: Fetch, today: date, *, has_data: bool) -> None:
        self._settle_next()
        if isinstance(fetch, DayFetch):
            self._reverse_refused = self._reverse_refused or fetch.reverse_refused
        if has_data:
            self._told += 1
            self._row, self._failures = [], []
        else:
            if fetch.day < today:
                follows = bool(self._row) and self._row[-1] == fetch.day + _DAY
                self._row = [*self._row, fetch.day] if follows else [fetch.day]
            failed = fetch.ending is not Ending.TOLD
            self._left_out += fetch.ending is Ending.OTHERS
            self._failures = [*self._failures, fetch] if failed else []
        if len(self._failures) >= _FAILED_DAYS:
            self._give_up(today)
        elif len(self._row) >= _EMPTY_DAYS:
            self._end_memory(today)
        elif not self._pending:
            self._finish()

    def _give_up(self, today: date) -> None:
        """Day after day failed: behind others that were told that is where the memory ends."""
        refused = all(fetch.ending is Ending.REFUSED for fetch in self._failures)
        in_a_row = len(self._row) >= _FAILED_DAYS
        if refused and self._told and in_a_row and not self._book.facts.fault:
            self._end_memory(today)
        else:
            self._fall_silent(self._failures[-1].reason)

    def _end_memory(self, today: date) -> None:
        self._depth = (today - self._row[0]).days - 1
        self._done = self._wanted
        text = _("The meter's memory ends {days} days back.").format(days=self._depth)
        self._stop(BackfillState.DONE, text)

    def _finish(self) -> None:
        if self._failures and not self._told:
            self._stop(BackfillState.REFUSED, self._failures[-1].reason)
        elif self._left_out:
            text = ngettext(
                "Another controller of the meter kept {n} day from being told.",
                "Another controller of the meter kept {n} days from being told.",
                self._left_out,
            )
            self._stop(BackfillState.DONE, text.format(n=self._left_out))
        else:
            self._stop(BackfillState.DONE, "")

    def _fall_silent(self, why: str) -> None:
        """End before all is settled: a refusal where nothing came at all."""
        self._stop(BackfillState.DONE if self._told else BackfillState.REFUSED, why)

    def _stop(self, state: BackfillState, detail: str) -> None:
        self._pending, self._fetch = [], None
        self._state, self._detail = state, detail
        self._news = True

    def _say(self, at: datetime) -> list[Update]:
        if not self._news:
            return []
        self._news = False
        return [
            BackfillProgress(
                at, self._state, self._wanted, self._done, self._day, self._depth, self._detail
            ),
            *self._notices(at),
        ]

    def _notices(self, at: datetime) -> list[Notice]:
        """What a person should know at the end of a round; a day or two each hour is no news."""
        detail = self._detail
        if self._pending or not (self._told > 1 or (detail and detail != self._said)):
            return []
        self._said = detail
        if self._state is BackfillState.REFUSED:
            title = _("The meter's memory cannot be read.")
            hint = _("The past stays a gap in the history; what comes from now on is kept.")
            return [Notice(at, Level.WARNING, title, detail, hint)]
        title = ngettext(
            "{n} day came out of the meter's memory.",
            "{n} days came out of the meter's memory.",
            self._told,
        )
        return [Notice(at, Level.INFO, title.format(n=self._told), detail)]
