"""The meter's memory over the whole way: engine, radio, meter, with what meters do in the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from semtui.clock import JST
from semtui.config import PollSettings, Settings
from semtui.emulator import EmulatorOptions, MeterStyle
from semtui.model import (
    BackfillProgress,
    BackfillState,
    FetchHistory,
    HalfHour,
    HalfHours,
    LinkCounts,
    LinkState,
    Notice,
    Reading,
    ReadingStatus,
    SlotSource,
    Update,
)
from tests.simulation import Simulation

TODAY = date(2026, 11, 21)
"""At the start of a simulation, which is at six in the morning."""
ENDS = (BackfillState.DONE, BackfillState.REFUSED)


def back(*days: int, today: date = TODAY) -> tuple[date, ...]:
    """Days by how far they lie back."""
    return tuple(today - timedelta(days=number) for number in days)


def ended(update: Update) -> bool:
    """Whether a round has come to its end."""
    return isinstance(update, BackfillProgress) and update.state in ENDS


def fetch(
    days: Iterable[date],
    style: MeterStyle | None = None,
    *,
    start: datetime | None = None,
    prepare: Callable[[Simulation], None] = lambda sim: None,
    limit: float = 4000.0,
    **options: object,
) -> Simulation:
    """A run that asks for `days` and lasts until that has come to an end."""
    emulated = EmulatorOptions(meter=style or MeterStyle(), **options)  # type: ignore[arg-type]
    sim = Simulation(emulated, wire=False)
    if start is not None:
        sim = Simulation(emulated, wire=False, start=start)
    prepare(sim)
    sim.at(0.0, lambda: sim.engine.submit(FetchHistory(tuple(days))))
    sim.run(until=ended, limit=limit)
    return sim


def rows(sim: Simulation) -> dict[datetime, HalfHour]:
    """What was told, by the meter's time."""
    return {row.meter_time: row for told in sim.of(HalfHours) for row in told.rows}


def last(sim: Simulation) -> BackfillProgress:
    return sim.of(BackfillProgress)[-1]


def check(sim: Simulation) -> dict[datetime, HalfHour]:
    """Each row is what the meter's register was at that time."""
    told = rows(sim)
    for at, row in told.items():
        energy = sim.emulator.household.energy(at.replace(tzinfo=JST))
        assert row.normal_kwh == Decimal(int(energy.normal * 10)) / 10
        assert row.reverse_kwh in (None, Decimal(int(energy.reverse * 10)) / 10)
        assert row.source is SlotSource.BACKFILLED
    return told


def whole(day: date) -> set[datetime]:
    """The half hours of a day."""
    midnight = datetime(day.year, day.month, day.day)
    return {midnight + slot * timedelta(minutes=30) for slot in range(48)}


def poll_starts(sim: Simulation) -> list[float]:
    return [r.stamp - r.round_trip for r in sim.of(Reading) if r.round_trip is not None]


def test_the_whole_memory_is_told_and_no_poll_waits_longer_than_for_one_answer() -> None:
    sim = fetch(back(*range(60)))
    told = check(sim)
    assert set(told) == {
        moment
        for day in back(*range(46))
        for moment in whole(day)
        if moment <= datetime(2026, 11, 21, 6)
    }
    end = last(sim)
    assert (end.state, end.depth, end.done, end.wanted) == (BackfillState.DONE, 45, 60, 60)
    assert end.detail == "The meter's memory ends 45 days back."
    assert "46 days came out of the meter's memory." in sim.titles
    assert {reading.status for reading in sim.of(Reading)} <= {
        ReadingStatus.OK,
        ReadingStatus.TIMEOUT,
    }
    gaps = [later - earlier for earlier, later in pairwise(poll_starts(sim))]
    assert max(gaps) <= 3.0 + 2.1
    # The days come in the order of the wish, each once.
    days = [progress.day for progress in sim.of(BackfillProgress) if progress.day is not None]
    assert list(dict.fromkeys(days))[:46] == list(back(*range(46)))


def test_exports_are_told_of_a_house_with_panels() -> None:
    sim = fetch(back(0, 1, 2), solar=True)
    told = check(sim)
    assert all(row.reverse_kwh is not None for row in told.values())


def test_nothing_is_asked_where_nothing_is_wanted() -> None:
    sim = Simulation(EmulatorOptions(meter=MeterStyle(selected_day=None)), wire=False)
    sim.run(until=lambda update: sim.clock.monotonic() > 300)
    assert sim.emulator.meter.measurements.memory.day is None
    assert sim.of(BackfillProgress) == []


@pytest.mark.parametrize("nothing", ["no data", "zero"])
def test_what_the_meter_does_not_remember_is_left_out(nothing: str) -> None:
    hole = (datetime(2026, 11, 19, 9, 30), datetime(2026, 11, 19, 14, 0))
    style = MeterStyle(holes=(hole,), nothing=nothing)  # type: ignore[arg-type]
    sim = fetch(back(1, 2, 3), style, solar=True)
    told = check(sim)
    missing = set().union(*map(whole, back(1, 2, 3))) - set(told)
    assert missing == {moment for moment in whole(back(2)[0]) if hole[0] <= moment < hole[1]}


def test_zeros_are_not_taken_for_registers_where_the_memory_ends() -> None:
    sim = fetch(back(*range(1, 30)), MeterStyle(memory_days=5, nothing="zero"))
    assert set(check(sim)) == set().union(*map(whole, back(1, 2, 3, 4, 5)))
    assert last(sim).depth == 5


def test_a_meter_that_refuses_days_beyond_its_memory_has_told_where_it_ends() -> None:
    sim = fetch(back(*range(1, 30)), MeterStyle(memory_days=5, beyond_memory="refused"))
    assert set(check(sim)) == set().union(*map(whole, back(1, 2, 3, 4, 5)))
    assert (last(sim).state, last(sim).depth) == (BackfillState.DONE, 5)


def test_a_day_that_another_controller_chose_meanwhile_is_chosen_again() -> None:
    sim = fetch(
        back(1, 5),
        prepare=lambda sim: setattr(sim.emulator.meter.faults, "foreign_days", 2),
    )
    assert set(check(sim)) == whole(back(1)[0]) | whole(back(5)[0])
    assert (last(sim).state, last(sim).detail) == (BackfillState.DONE, "")


def test_a_day_that_others_keep_choosing_is_left_out_and_that_is_said() -> None:
    sim = fetch(
        back(1, 5),
        prepare=lambda sim: setattr(sim.emulator.meter.faults, "foreign_days", 3),
    )
    assert set(check(sim)) == whole(back(5)[0])
    assert last(sim).detail == "Another controller of the meter kept 1 day from being told."


def test_a_meter_that_always_tells_another_day_is_not_believed() -> None:
    sim = fetch(back(*range(2, 20)), MeterStyle(answered_day=1))
    assert rows(sim) == {}
    end = last(sim)
    assert (end.state, end.done) == (BackfillState.REFUSED, 3)
    assert end.detail == "The meter told of other days than the one that was chosen."


def test_a_refused_e4_leaves_the_imports() -> None:
    sim = fetch(back(1, 2), MeterStyle(refused=frozenset({0xE4})), solar=True)
    told = check(sim)
    assert set(told) == whole(back(1)[0]) | whole(back(2)[0])
    assert {row.reverse_kwh for row in told.values()} == {None}


def test_a_meter_without_exports_is_not_asked_for_them() -> None:
    sim = fetch(back(1), MeterStyle(reverse="no data"))
    assert {row.reverse_kwh for row in check(sim).values()} == {None}


EARLY = datetime(2026, 11, 21, 3, 10, tzinfo=JST)


def test_a_few_hours_of_today_come_in_one_answer() -> None:
    sim = fetch(back(0), MeterStyle(selected_day=None), start=EARLY)
    assert len(check(sim)) == 7
    memory = sim.emulator.meter.measurements.memory
    assert (memory.day, memory.half_hours.count) == (None, 7)


@pytest.mark.parametrize(
    "style",
    [
        MeterStyle(selected_day=None, refused=frozenset({0xEC})),
        MeterStyle(selected_day=None, refused_sets=frozenset({0xED})),
        MeterStyle(selected_day=None, not_settable=frozenset({0xED})),
        MeterStyle(selected_day=None, missing=frozenset({0xEC})),
    ],
)
def test_where_that_is_refused_they_come_out_of_the_day(style: MeterStyle) -> None:
    sim = fetch(back(0), style, start=EARLY)
    assert len(check(sim)) == 7
    assert sim.emulator.meter.measurements.memory.day == 0


def test_a_meter_without_a_coefficient_counts_as_one() -> None:
    sim = fetch(back(1), MeterStyle(missing=frozenset({0xD3})))
    assert set(check(sim)) == whole(back(1)[0])


@pytest.mark.parametrize(
    ("style", "sentence"),
    [
        (
            MeterStyle(missing=frozenset({0xE1})),
            "The history would have no kWh: the meter does not tell its unit of energy.",
        ),
        (MeterStyle(missing=frozenset({0xE2})), "The meter does not keep a history (E2)."),
        (
            MeterStyle(refused=frozenset({0xE2})),
            "The meter refuses to tell its history (E2).",
        ),
        (
            MeterStyle(not_settable=frozenset({0xE5})),
            "The meter does not let a day of its history be chosen (E5).",
        ),
        (
            MeterStyle(refused_sets=frozenset({0xE5})),
            "The meter refuses to have a day of its history chosen (E5).",
        ),
        (
            MeterStyle(missing=frozenset({0x97, 0x98})),
            "The meter's clock is not known, so the days of its history are not either.",
        ),
    ],
)
def test_why_there_is_no_history_is_said_in_a_sentence(style: MeterStyle, sentence: str) -> None:
    sim = fetch(back(1, 2), style)
    assert rows(sim) == {}
    assert (last(sim).state, last(sim).detail) == (BackfillState.REFUSED, sentence)
    told = [
        notice.detail for notice in sim.of(Notice) if notice.title.startswith("The meter's mem")
    ]
    assert told == [sentence]


def test_an_answer_that_takes_almost_a_minute_delays_no_poll_further() -> None:
    sim = fetch(back(1, 2), MeterStyle(history_time=(40.0, 55.0)))
    assert set(check(sim)) == whole(back(1)[0]) | whole(back(2)[0])
    gaps = [later - earlier for earlier, later in pairwise(poll_starts(sim))]
    assert 30.0 < max(gaps) <= 3.0 + 55.1
    # Between two of them the polls have most of the time for themselves.
    waits = [index for index, gap in enumerate(gaps) if gap > 30.0]
    assert len(waits) == 3, "the end comes with the fourth"
    assert all(later - earlier > 25 for earlier, later in pairwise(waits))


def test_a_history_that_is_never_answered_is_given_up_after_tries_that_do_not_stack() -> None:
    sim = fetch(back(1, 2), MeterStyle(history_time=(90.0, 95.0)))
    assert rows(sim) == {}
    end = last(sim)
    assert end.state is BackfillState.REFUSED
    assert end.detail == "The meter leaves requests for its history unanswered."
    gaps = [later - earlier for earlier, later in pairwise(poll_starts(sim))]
    first, second = (index for index, gap in enumerate(gaps) if gap > 50)
    assert sum(gaps[first + 1 : second]) > 55
    assert sum(gaps[second + 1 :]) > 115
    assert sim.of(LinkCounts)[-1].lost == 3
    assert sim.states.count(LinkState.READY) == 1


@pytest.mark.parametrize("hours", [-1, 1])
def test_days_are_the_meters_where_its_clock_is_an_hour_off(hours: int) -> None:
    """At half past eleven in the evening a clock ahead by an hour shows tomorrow."""
    start = datetime(2026, 11, 21, 23 if hours > 0 else 0, 25, tzinfo=JST)
    today = date(2026, 11, 22) if hours > 0 else date(2026, 11, 20)

    def shift(sim: Simulation) -> None:
        sim.emulator.meter.shift_clock(3600 * hours)

    sim = fetch(back(0, 1, today=today), start=start, prepare=shift)
    told = set(check(sim))
    now = start.replace(tzinfo=None) + timedelta(hours=hours)
    yesterday = today - timedelta(days=1)
    assert told == whole(yesterday) | {moment for moment in whole(today) if moment <= now}


def test_a_day_stays_the_same_when_midnight_comes_meanwhile() -> None:
    start = datetime(2026, 11, 21, 23, 55, tzinfo=JST)
    sim = fetch(back(*range(1, 25)), start=start)
    assert set(check(sim)) == set().union(*map(whole, back(*range(1, 25))))
    times = [(p.at, p.day) for p in sim.of(BackfillProgress) if p.day is not None]
    quiet = [at for at, _day in times if at.hour == 0 and at.minute < 3]
    assert times[0][0].day == 21, "some were told before midnight"
    assert times[-1][0].day == 22, "and some after"
    assert quiet == []


@pytest.mark.parametrize(
    ("start", "days"),
    [
        (datetime(2028, 3, 2, 6, 0, tzinfo=JST), (date(2028, 3, 1), date(2028, 2, 29))),
        (datetime(2027, 3, 2, 6, 0, tzinfo=JST), (date(2027, 3, 1), date(2027, 2, 28))),
        (datetime(2027, 1, 1, 6, 0, tzinfo=JST), (date(2026, 12, 31), date(2026, 11, 30))),
    ],
)
def test_the_ends_of_months(start: datetime, days: tuple[date, ...]) -> None:
    sim = fetch(days, start=start)
    assert set(check(sim)) == set().union(*map(whole, days))


def test_it_goes_on_after_the_session_was_lost() -> None:
    sim = fetch(
        back(*range(1, 11)),
        prepare=lambda sim: sim.at(40.0, sim.emulator.meter.end_session),
    )
    assert LinkState.BACKOFF in sim.states or sim.states.count(LinkState.JOINING) > 1
    assert set(check(sim)) == set().union(*map(whole, back(*range(1, 11))))
    states = [progress.state for progress in sim.of(BackfillProgress)]
    assert BackfillState.PAUSED in states[1:]
    done = [progress.done for progress in sim.of(BackfillProgress)]
    assert done == sorted(done), "what was settled is not asked again"
    assert last(sim).wanted == 10


def test_another_meter_in_its_place_is_asked_for_the_rest() -> None:
    def exchange(sim: Simulation) -> None:
        sim.at(40.0, lambda: sim.emulator.meter.exchange_for("SM00000002"))

    sim = fetch(back(*range(1, 11)), prepare=exchange)
    told = {row.meter_time for row in sim.of(HalfHours) for row in row.rows}
    assert told
    assert told < set().union(*map(whole, back(*range(1, 11)))), "the new one knows no past"
    assert last(sim).state is BackfillState.DONE
    assert "The meter has been exchanged: its serial number is another one." in sim.titles


def test_the_wall_clock_may_be_set_meanwhile() -> None:
    sim = fetch(
        back(*range(1, 6)),
        prepare=lambda sim: sim.at(35.0, lambda: sim.clock.step_wall(timedelta(days=-3))),
    )
    assert set(check(sim)) == set().union(*map(whole, back(*range(1, 6))))


def test_days_that_wait_already_are_not_asked_twice() -> None:
    def wish(sim: Simulation) -> None:
        sim.at(30.0, lambda: sim.engine.submit(FetchHistory(back(3, 7, 2))))

    sim = fetch(back(1, 2, 3, 4, 5, 6), prepare=wish)
    told = [told.rows[0].meter_time.date() for told in sim.of(HalfHours)]
    assert sorted(told) == sorted(back(1, 2, 3, 4, 5, 6, 7))
    assert last(sim).wanted == last(sim).done == 7
    first = told.index(back(3)[0])
    assert told[first : first + 2] == list(back(3, 7)), "the newest wish comes first"


def test_days_that_no_meter_can_be_asked_for_are_settled_at_once() -> None:
    sim = fetch(back(-1, 100, 400, 1))
    assert set(check(sim)) == whole(back(1)[0])
    assert (last(sim).done, last(sim).wanted) == (4, 4)


def test_a_refusal_that_comes_again_each_hour_is_told_to_people_once() -> None:
    sim = Simulation(EmulatorOptions(meter=MeterStyle(refused=frozenset({0xE2}))), wire=False)
    for hour in range(3):
        sim.at(3600.0 * hour, lambda: sim.engine.submit(FetchHistory(back(1))))
    sim.run(until=lambda update: sim.clock.monotonic() > 3 * 3600, limit=4 * 3600)
    ends = [progress for progress in sim.of(BackfillProgress) if progress.state in ENDS]
    assert len(ends) == 3
    assert sim.titles.count("The meter's memory cannot be read.") == 1


def test_polls_without_gaps_still_leave_room_for_the_past() -> None:
    sim = Simulation(settings=Settings(poll=PollSettings(interval=0.0)), wire=False)
    sim.at(0.0, lambda: sim.engine.submit(FetchHistory(back(1, 2, 3))))
    sim.run(until=ended, limit=600)
    assert set(check(sim)) == set().union(*map(whole, back(1, 2, 3)))
    gaps = [later - earlier for earlier, later in pairwise(poll_starts(sim))]
    assert max(gaps[5:]) < 4.0
