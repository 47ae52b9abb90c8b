"""The emulated house: powers that look like a day, and registers that agree with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.emulator.household import Household, MeasuredHouse, SteadyHouse

DAY = datetime(2026, 11, 21, tzinfo=JST)
SHARED = Household(1)
SUNNY = Household(1, solar=True)


def powers(house: Household, start: datetime, seconds: int, step: int = 3) -> list[int]:
    return [house.power(start + timedelta(seconds=s)) for s in range(0, seconds, step)]


def kwh(watts: list[int], step: int) -> float:
    return sum(watts) * step / 3_600_000


@pytest.mark.parametrize("offset", [0, 1, 40, 200, 2000])
def test_a_days_energy_is_the_integral_of_its_power(offset: int) -> None:
    start = DAY - timedelta(days=offset)
    counted = SHARED.energy(start + timedelta(days=1)).normal - SHARED.energy(start).normal
    assert kwh(powers(SHARED, start, 86_400), 3) == pytest.approx(counted, abs=0.02)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 47), st.integers(0, 60))
def test_each_half_hour_agrees_to_a_hundredth_of_a_kwh(slot: int, day: int) -> None:
    start = DAY - timedelta(days=day) + timedelta(minutes=30 * slot)
    end = start + timedelta(minutes=30)
    for house in (SHARED, SUNNY):
        watts = powers(house, start, 1800, 1)
        taken = house.energy(end).normal - house.energy(start).normal
        given_back = house.energy(end).reverse - house.energy(start).reverse
        assert kwh([w for w in watts if w > 0], 1) == pytest.approx(taken, abs=0.01)
        assert kwh([-w for w in watts if w < 0], 1) == pytest.approx(given_back, abs=0.01)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e8, 1e8), min_size=2, max_size=20))
def test_registers_never_run_backwards(seconds: list[float]) -> None:
    for house in (SHARED, SUNNY):
        energies = [house.energy(DAY + timedelta(seconds=s)) for s in sorted(seconds)]
        for one, next_ in pairwise(energies):
            assert one.normal <= next_.normal
            assert one.reverse <= next_.reverse


def test_registers_do_not_step_at_midnight() -> None:
    for house in (SHARED, SUNNY):
        for day in range(30):
            midnight = DAY + timedelta(days=day)
            before = house.energy(midnight - timedelta(milliseconds=1)).normal
            assert 0 <= house.energy(midnight).normal - before < 1e-5


def test_a_day_looks_like_a_day() -> None:
    house = Household(0)
    watts = powers(house, DAY, 86_400)
    hours = [sum(watts[1200 * hour : 1200 * (hour + 1)]) / 1200 for hour in range(24)]
    night = sum(hours[1:5]) / 4
    assert 100 < night < 300
    assert max(hours[6:9]) > 2 * night
    assert max(hours[18:23]) > 3 * night
    assert min(watts) > 50
    assert 1500 < max(watts) < 6000
    assert 6 < kwh(watts, 3) < 20


def test_the_fridge_cycles_at_night() -> None:
    watts = powers(Household(0), DAY + timedelta(hours=1), 4 * 3600, 10)
    middle = (min(watts) + sorted(watts)[int(len(watts) * 0.9)]) / 2
    edges = sum((one < middle) != (other < middle) for one, other in pairwise(watts))
    assert 8 <= edges <= 24


def test_power_flickers_from_second_to_second() -> None:
    assert len(set(powers(SHARED, DAY + timedelta(hours=3), 60, 1))) > 4


def test_the_same_seed_is_the_same_house_and_another_is_another() -> None:
    start = DAY + timedelta(hours=18)
    assert powers(Household(5), start, 600) == powers(Household(5), start, 600)
    assert powers(Household(5), start, 600) != powers(Household(6), start, 600)
    later = start + timedelta(days=1)
    assert powers(Household(5), start, 600) != powers(Household(5), later, 600)


def test_any_day_is_reached_without_the_days_before_it() -> None:
    far = DAY + timedelta(days=3000, hours=18)
    fresh = Household(1)
    assert fresh.energy(far) == SHARED.energy(far)
    assert len(fresh._days) == 1


def test_currents_follow_the_power() -> None:
    for minutes in range(0, 1440, 7):
        at = DAY + timedelta(minutes=minutes)
        r, t = SHARED.amps(at)
        assert abs(float(r + t) * 100 - SHARED.power(at)) < 20
        assert r == r.quantize(Decimal("0.1"))


def test_a_sunny_house_exports_at_noon_only() -> None:
    watts = [w for day in range(5) for w in powers(SUNNY, DAY + timedelta(days=day), 86_400, 60)]
    assert min(watts) < -500
    nights = [w for index, w in enumerate(watts) if index % 1440 < 240]
    assert min(nights) > 0
    energy = SUNNY.energy(DAY + timedelta(days=5)).reverse - SUNNY.energy(DAY).reverse
    assert energy > 5


def test_steady_houses() -> None:
    hour = timedelta(hours=1)
    assert SteadyHouse(1000).amps(DAY) == (Decimal("5.0"), Decimal("5.0"))
    assert SteadyHouse(500, (Decimal("1.2"), Decimal(0))).amps(DAY)[0] == Decimal("1.2")
    taking, giving = SteadyHouse(2000), SteadyHouse(-500)
    assert taking.energy(DAY + hour).normal - taking.energy(DAY).normal == pytest.approx(2.0)
    assert giving.energy(DAY + hour).reverse - giving.energy(DAY).reverse == pytest.approx(0.5)
    assert giving.energy(DAY).normal == 0.0
    given_amps = MeasuredHouse(SHARED, (Decimal(1), Decimal(2)))
    assert given_amps.amps(DAY) == (Decimal(1), Decimal(2))
    assert given_amps.power(DAY) == SHARED.power(DAY)
    assert given_amps.energy(DAY) == SHARED.energy(DAY)
