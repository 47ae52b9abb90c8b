"""What the history wishes for of the meter's memory, and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import VirtualClock
from semtui.model import (
    BackfillProgress,
    BackfillState,
    FetchHistory,
    HalfHour,
    HalfHours,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    SlotSource,
    Wish,
)
from semtui.storage.history.gaps import GapPlanner, Knowledge, read_knowledge
from semtui.storage.history.writer import HistoryStore

TODAY = date(2026, 11, 21)


def back(*days: int) -> tuple[date, ...]:
    return tuple(TODAY - timedelta(days=number) for number in days)


class Bench:
    """A planner on a history in a folder, with a clock and a list for its wishes."""

    def __init__(self, folder: Path, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.wishes: list[Wish] = []
        self.store = HistoryStore(folder, self.clock, lambda update: None)
        self.planner = GapPlanner(
            folder, self.clock, self.wishes.append, self.store.remember, self.store.flush
        )

    def fill(self, *days: date) -> None:
        """Put whole days in."""
        for day in days:
            midnight = datetime(day.year, day.month, day.day)
            rows = tuple(
                HalfHour(
                    midnight + slot * timedelta(minutes=30),
                    Decimal(slot),
                    None,
                    SlotSource.BACKFILLED,
                )
                for slot in range(48)
            )
            self.store.handle(HalfHours(rows))

    def link(self, state: LinkState) -> None:
        self.planner.handle(LinkSnapshot(state, 0.0, self.clock.now()))
        self.planner.look()

    def join(self, *, serial: str = "SM1", offset: float = 0.0) -> None:
        self.planner.handle(MeterFacts(serial=serial, clock_offset=offset))
        self.link(LinkState.READY)

    def tell(self, state: BackfillState, day: date | None, done: int, depth: int | None) -> None:
        progress = BackfillProgress(self.clock.now(), state, 9, done, day, depth)
        self.planner.handle(progress)
        self.planner.look()

    def end(self) -> None:
        self.planner.end()
        self.store.end()
        self.planner.look()
        self.store.flush()

    @property
    def days(self) -> list[tuple[date, ...]]:
        return [wish.days for wish in self.wishes if isinstance(wish, FetchHistory)]


def test_nothing_is_wished_for_before_a_session_and_before_the_meters_date_is_known(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path)
    bench.planner.look()
    bench.link(LinkState.JOINING)
    bench.link(LinkState.READY)
    assert bench.wishes == []
    bench.join()
    assert len(bench.wishes) == 1
    bench.end()


def test_an_empty_history_wishes_for_everything_the_newest_first(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.join()
    assert bench.days == [back(*range(100))]
    bench.end()


def test_only_days_with_gaps_are_wished_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.fill(*back(1, 2, 4))
    bench.join()
    assert bench.days[0][:4] == back(0, 3, 5, 6)
    bench.end()


def test_half_hours_that_a_kill_took_before_they_were_committed_are_asked_for_again(
    tmp_path: Path,
) -> None:
    killed = Bench(tmp_path)
    killed.fill(*back(*range(2, 100)))
    killed.store.flush()
    killed.fill(*back(0, 1))
    following = Bench(tmp_path)
    following.join()
    assert following.days == [back(0, 1)]


def test_today_is_the_meters(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.join(offset=86400.0)
    assert bench.days[0][0] == TODAY + timedelta(days=1)
    bench.end()


def test_the_wish_comes_again_every_hour_but_not_while_one_is_being_done(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.join()
    bench.clock.advance(3599)
    bench.planner.look()
    assert len(bench.wishes) == 1
    bench.clock.advance(2)
    bench.tell(BackfillState.RUNNING, back(0)[0], 1, None)
    assert len(bench.wishes) == 1
    bench.tell(BackfillState.DONE, back(0)[0], 1, None)
    assert len(bench.wishes) == 2
    bench.end()


def test_a_new_session_asks_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.join()
    bench.link(LinkState.BACKOFF)
    bench.link(LinkState.READY)
    assert len(bench.wishes) == 2
    bench.end()


def test_an_engine_that_was_started_anew_is_asked_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.join()
    bench.tell(BackfillState.RUNNING, back(0)[0], 1, None)
    bench.link(LinkState.CLOSED)
    bench.link(LinkState.READY)
    assert len(bench.wishes) == 2
    bench.end()


def test_after_a_refusal_nothing_is_asked_until_the_next_session(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.join()
    bench.tell(BackfillState.REFUSED, None, 0, None)
    bench.clock.advance(10_000)
    bench.planner.look()
    assert len(bench.wishes) == 1
    bench.link(LinkState.JOINING)
    bench.link(LinkState.READY)
    assert len(bench.wishes) == 2
    bench.end()


def test_nothing_is_asked_beyond_the_end_of_the_memory_and_a_restart_knows_it(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path)
    bench.join()
    bench.tell(BackfillState.DONE, back(7)[0], 8, 5)
    bench.end()
    again = Bench(tmp_path, bench.clock)
    again.join()
    assert again.days == [back(*range(6))]
    again.end()


def test_what_is_known_of_one_meter_says_nothing_of_the_next(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.join()
    bench.tell(BackfillState.DONE, back(7)[0], 8, 5)
    bench.end()
    again = Bench(tmp_path, bench.clock)
    again.join(serial="SM2")
    assert again.days == [back(*range(100))]
    again.end()


def test_a_day_with_a_hole_in_it_is_left_alone_after_some_tries(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.fill(*back(*range(2, 100)))
    bench.join()
    for _hour in range(4):
        bench.tell(BackfillState.RUNNING, None, 0, None)
        bench.tell(BackfillState.RUNNING, back(0)[0], 1, None)
        bench.tell(BackfillState.DONE, back(1)[0], 2, None)
        bench.clock.advance(3601)
        bench.planner.look()
    assert bench.days == [back(0, 1)] * 3 + [back(0)] * 2
    bench.end()
    bench.clock.advance(7 * 86400)
    later = Bench(tmp_path, bench.clock)
    later.join()
    assert back(1)[0] in later.days[0]
    later.end()


def test_a_broken_history_is_no_reason_to_end(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (tmp_path / "history.sqlite3").write_bytes(b"not a database" * 1000)
    bench.join()
    assert bench.wishes == []
    bench.planner.end()
    bench.planner.look()


def test_a_memory_that_has_only_begun_grows_and_its_end_is_looked_for_again() -> None:
    known = Knowledge(depth=5, depth_on="2026-11-21")
    assert known.reach(TODAY) == 5
    assert known.reach(TODAY + timedelta(days=10)) == 15
    assert known.reach(TODAY + timedelta(days=31)) == 99
    assert known.reach(TODAY - timedelta(days=1)) == 99, "the clock was set back"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "7",
        '{"other": 1}',
        '{"asked": 3}',
        '{"depth": 1e999, "depth_on": "2026-11-21"}',
        '{"asked": {"2026-11-21": [1, "x"]}}',
        '{"asked": {"yesterday": [1, "2026-11-21"]}}',
        '{"depth": 3}',
        '{"depth": "many", "depth_on": "2026-11-21"}',
    ],
)
def test_what_cannot_be_read_counts_as_nothing_known(text: str | None) -> None:
    assert read_knowledge(text) == Knowledge()


@given(
    st.none() | st.integers(0, 99),
    st.lists(st.dates(date(2026, 8, 20), date(2026, 11, 20)), max_size=9),
)
def test_what_is_known_comes_back_as_it_was_kept(depth: int | None, days: list[date]) -> None:
    known = Knowledge("abc", depth, "2026-11-21" if depth is not None else "")
    for day in days:
        known.note_settled(day, TODAY)
    assert read_knowledge(known.to_text()) == known
