"""Energy out of registers: no spike where a gap was, none at a roll-over, none at an exchange."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from semtui.model import SlotSource
from semtui.storage.history.registers import (
    MOST_A_SLOT,
    by_day,
    by_slot,
    difference,
    stretches,
    total,
)
from tests.storage.history.bench import FACTS, MIDNIGHT, TODAY, Bench

MODULI = {1: 1_000_000_000, 2: None}
DAY = timedelta(days=1)


def half(number: float) -> timedelta:
    return number * timedelta(minutes=30)


@given(st.integers(0, 999_999_999), st.integers(0, MOST_A_SLOT))
def test_a_register_counts_on_where_it_begins_anew(start: int, used: int) -> None:
    end = (start + used) % 1_000_000_000
    assert difference((0, 1, start), (30, 1, end), MODULI) == used


@given(st.integers(0, 999_999_999), st.integers(0, 999_999_999), st.sampled_from([1, 2, 3]))
def test_a_difference_is_plausible_or_none(older: int, newer: int, meter: int) -> None:
    units = difference((0, meter, older), (30, meter, newer), MODULI)
    assert units is None or 0 <= units <= MOST_A_SLOT
    if newer < older and meter != 1:
        assert units is None


def test_nothing_is_differenced_between_meters() -> None:
    points = [(0, 1, 100), (30, 1, 150), (60, 2, 160), (90, 2, 170)]
    counted = stretches(points, MODULI)
    assert by_slot(counted) == {0: 50, 60: 10}
    assert total(counted) == 60
    assert total(stretches(points[1:3], MODULI)) is None


def test_a_meter_that_was_exchanged_in_a_gap_makes_no_spike() -> None:
    """It has no serial number to be told by, and the gap is long enough for any difference."""
    month = 30 * 48 * 30
    assert difference((0, 1, 123_456_000), (month, 1, 5_000), MODULI) is None
    assert difference((0, 1, 999_000_000), (month, 1, 5_000), MODULI) == 1_005_000


@given(st.lists(st.integers(0, MOST_A_SLOT), min_size=1, max_size=60), st.data())
def test_a_gap_loses_its_half_hours_and_nothing_of_the_sum(
    used: list[int], data: st.DataObject
) -> None:
    points, units = [(0, 1, 999_900_000)], 999_900_000
    for number, more in enumerate(used, 1):
        units += more
        points.append((30 * number, 1, units % 1_000_000_000))
    inner = points[1:-1]
    kept = [point for point in inner if data.draw(st.booleans())]
    known = [points[0], *kept, points[-1]]
    counted = stretches(known, MODULI)
    slots = by_slot(counted)
    assert all(used[time // 30] == value for time, value in slots.items())
    # A gap must be shorter than what the register can count in it.
    if sum(used) < 1_000_000_000:
        assert total(counted) == sum(used)


def test_a_stretch_over_a_midnight_belongs_to_neither_day() -> None:
    counted = [
        (0, 30, 5),
        (30, 90, 7),
        (1410, 1470, 9),
        (1470, 1500, 1),
    ]
    assert by_day(counted, 0, 1440) == {0: (12, 1), 1: (1, 1)}
    assert by_day([(1410, 1440, 3)], 0, 1440) == {0: (3, 1)}


def test_half_hours_are_told_with_their_registers_and_sources(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    bench.slot(0, "99999.8", "5.0", SlotSource.BACKFILLED)
    bench.slot(1, "0.3", None)
    bench.slot(3, "0.9", "5.5")
    bench.slot(4, "0.4", "5.6")
    bench.store.flush()
    first, second, gap, third, fourth = bench.reader.slots(MIDNIGHT, MIDNIGHT + half(5))
    assert first.normal == Decimal("99999.8")
    assert first.normal_kwh == Decimal("0.5")
    assert (first.source, first.reverse_source) == (SlotSource.BACKFILLED, SlotSource.BACKFILLED)
    assert first.reverse == Decimal("5.0")
    assert first.reverse_kwh is None
    assert (second.normal_kwh, second.reverse) == (None, None)
    assert (gap.start, gap.normal, gap.source) == (MIDNIGHT + half(2), None, None)
    # The register dropped: that is no roll-over.
    assert third.normal_kwh is None
    assert third.reverse_kwh == Decimal("0.1")
    assert fourth.normal_kwh is None
    assert bench.reader.peak(MIDNIGHT, MIDNIGHT + DAY) == first


def test_the_energy_of_a_range_bridges_gaps_and_says_what_is_known(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    bench.slot(0, "10.0")
    bench.slot(1, "10.4")
    bench.slot(10, "14.0")
    bench.store.flush()
    energy = bench.reader.energy(MIDNIGHT, MIDNIGHT + half(10))
    assert (energy.normal_kwh, energy.known, energy.total) == (Decimal("4.0"), 1, 10)
    assert (energy.first_normal, energy.last_normal) == (Decimal("10.0"), Decimal("14.0"))
    assert energy.whole
    assert energy.reverse_kwh is None
    part = bench.reader.energy(MIDNIGHT, MIDNIGHT + half(20))
    assert part.normal_kwh == Decimal("4.0")
    assert part.last_normal is None
    assert not part.whole
    # Off the half hour, the range is widened to it.
    off = bench.reader.energy(MIDNIGHT + timedelta(minutes=5), MIDNIGHT + half(9.9))
    assert off == energy


def test_days_of_two_meters(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    for number in range(49):
        bench.slot(number, f"{100 + number / 10:.1f}", f"{number / 10:.1f}")
    bench.slot(70, "103.0")
    bench.hub.publish(replace(FACTS, serial="B2"))
    bench.slot(72, "0.0")
    bench.slot(96, "6.0")
    bench.store.flush()
    before, first, second = bench.reader.days(date(2026, 11, 20), date(2026, 11, 22))
    assert (before.normal_kwh, before.known) == (None, 0)
    assert (first.day, first.normal_kwh, first.known) == (TODAY, Decimal("4.8"), 48)
    assert first.reverse_kwh == Decimal("4.8")
    # 104.8 down to 103.0 is no roll-over; then another meter begins.
    assert (second.normal_kwh, second.known) == (Decimal("6.0"), 0)
    assert second.reverse_kwh is None


def test_days_with_a_half_hour_missing_are_told_newest_first(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    for number in range(-48, 20):
        bench.slot(number, "1.0")
    for number in range(-96, -48):
        if number != -60:
            bench.slot(number, "1.0")
    bench.store.flush()
    assert bench.reader.missing_days(TODAY, 3) == [date(2026, 11, 19), date(2026, 11, 18)]
    bench.slot(25, "1.0")
    bench.store.flush()
    assert bench.reader.missing_days(TODAY, 1) == [TODAY]
