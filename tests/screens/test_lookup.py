"""What the screens of the past get: sums by the register, holes, strange meters, other zones."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from semtui.clock import JST
from semtui.screens.ledger import EnergyPage, EnergyQuery, Range, dates_of, load_energy
from semtui.screens.lookup import HistoryPage, HistoryQuery, load_history
from semtui.screens.period import Calendar, Length, Period
from semtui.screens.widgets.bandchart import bucket_count
from semtui.screens.widgets.slottable import row_name
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.schema import open_for_writing
from semtui.storage.history.values import FILE_NAME, to_minutes
from tests.screens import pastyears
from tests.screens.stage import Stage

NOW = Stage().clock.now().astimezone(UTC).replace(second=0)
TODAY = date(2026, 11, 22)
TOKYO = Calendar(JST)


def page_of(
    folder: Path,
    length: Length,
    day: date = TODAY,
    calendar: Calendar = TOKYO,
    compare: bool = False,
) -> HistoryPage:
    period = Period.around(length, day)
    start, end = period.bounds(calendar)
    buckets = bucket_count(length, (end - start).total_seconds() / 3600, 72)
    query = HistoryQuery(period, calendar, buckets, compare, NOW)
    return load_history(folder / FILE_NAME, query)


def energy_of(folder: Path, day: date = TODAY, now: datetime = NOW) -> EnergyPage:
    return load_energy(folder / FILE_NAME, EnergyQuery(day, TODAY, 10, now))


def register(folder: Path, at: datetime) -> Decimal:
    with closing(HistoryReader(folder / FILE_NAME)) as reader:
        value = reader.slots(at, at + timedelta(minutes=30))[0].normal
    assert value is not None
    return value


def write_registers(folder: Path, rows: list[tuple[datetime, int, int | None]]) -> None:
    """A history of registers alone: the meter's time, the meter, and units of 0.0001 kWh."""
    with closing(open_for_writing(folder / FILE_NAME)) as db:
        db.executemany(
            "INSERT INTO slots VALUES (?, ?, ?, NULL, 1, NULL)",
            [(to_minutes(at), meter, units) for at, meter, units in rows],
        )


def halves(start: datetime, count: int) -> list[datetime]:
    return [start + n * timedelta(minutes=30) for n in range(count)]


@pytest.mark.parametrize("which", list(Range))
def test_sums_agree_with_the_register_to_the_last_digit(past: Path, which: Range) -> None:
    found = energy_of(past).sums[which]
    first, behind = dates_of(which, TODAY)
    end = min(datetime.combine(behind, datetime.min.time()), datetime(2026, 11, 22, 9, 30))
    start = datetime.combine(first, datetime.min.time())
    assert found.normal_kwh == register(past, end) - register(past, start)
    assert found.whole


def test_the_days_of_the_map_add_up_to_their_register(past: Path) -> None:
    days = energy_of(past, TODAY).days
    assert [d.energy.day for d in days] == [TODAY - timedelta(days=n) for n in range(10)]
    total = sum((d.energy.normal_kwh or Decimal() for d in days), Decimal())
    first = datetime.combine(days[-1].energy.day, datetime.min.time())
    assert total == register(past, datetime(2026, 11, 22, 9, 30)) - register(past, first)


def test_holes_are_said_and_bridged_by_the_register(past: Path) -> None:
    page = energy_of(past, date(2026, 11, 18))
    assert page.energy is not None
    assert (page.energy.known, page.energy.total) == (45, 48)
    parts = sum((s.normal_kwh or Decimal() for s in page.slots), Decimal())
    assert page.energy.normal_kwh is not None
    assert page.energy.normal_kwh > parts


def test_a_day_in_power_and_half_hours(past: Path) -> None:
    page = page_of(past, Length.DAY)
    assert len(page.buckets) == 144
    assert page.rows[-1].start <= NOW < page.rows[-1].end
    assert len(page.rows) == 20
    assert page.energy is not None
    assert page.energy.whole
    assert page.energy.normal_kwh == energy_of(past).sums[Range.TODAY].normal_kwh
    assert all(b is None for b in page.buckets[page.index_at(NOW) + 1 :])


def test_the_period_before_is_compared_as_far_as_this_one_has_come(past: Path) -> None:
    page = page_of(past, Length.DAY, compare=True)
    morning = datetime(2026, 11, 21, 9, 30)
    before = register(past, morning) - register(past, datetime(2026, 11, 21))
    assert page.energy_before is not None
    assert page.energy_before.normal_kwh == before
    assert page.energy is not None
    assert page.energy.normal_kwh is not None
    assert page.difference_kwh == page.energy.normal_kwh - before
    whole = page_of(past, Length.DAY, date(2026, 11, 20), compare=True)
    assert whole.energy_before is not None
    assert whole.energy_before.total == 48


@pytest.mark.parametrize("length", [Length.MONTH, Length.YEAR])
def test_longer_periods_end_at_the_last_register(past: Path, length: Length) -> None:
    page = page_of(past, length, compare=True)
    assert page.energy is not None
    assert page.energy.last_normal == register(past, datetime(2026, 11, 22, 9, 30))
    assert (page.difference_kwh is not None) == (length is Length.MONTH)


def test_what_was_never_measured_is_drawn_by_the_register(past: Path) -> None:
    page = page_of(past, Length.DAY, date(2026, 10, 10))
    assert all(b is not None and b.count == 0 for b in page.buckets)
    first = page.rows[0]
    assert first.normal_kwh is not None
    assert page.buckets[0] is not None
    assert page.buckets[0].mean == pytest.approx(float(first.normal_kwh) * 2000)
    month = page_of(past, Length.MONTH, date(2026, 10, 10))
    assert month.energy is not None
    assert month.energy.normal_kwh is not None
    mean = sum(b.mean for b in month.buckets if b) / len(month.buckets)
    assert mean == pytest.approx(float(month.energy.normal_kwh) / (31 * 24) * 1000, rel=1e-3)


def test_export_draws_below_zero(sunny: Path) -> None:
    page = page_of(sunny, Length.DAY, date(2026, 10, 10))
    assert min(b.mean for b in page.buckets if b) < -100
    sums = energy_of(sunny).sums[Range.LAST_MONTH]
    assert sums.reverse_kwh is not None
    assert sums.reverse_kwh > 50


@pytest.mark.parametrize(
    ("day", "halves_of_day"), [(date(2026, 10, 25), 50), (date(2026, 3, 29), 46)]
)
def test_a_local_day_of_25_or_23_hours(past: Path, day: date, halves_of_day: int) -> None:
    page = page_of(past, Length.DAY, day, Calendar(ZoneInfo("Europe/Berlin")))
    assert len(page.rows) == halves_of_day
    assert len(page.buckets) % 2 == 0
    steps = {b.start - a.start for a, b in zip(page.rows, page.rows[1:], strict=False)}
    assert steps == {timedelta(minutes=30)}


def test_a_zone_that_is_no_half_hour_away(past: Path) -> None:
    page = page_of(past, Length.DAY, date(2026, 11, 20), Calendar(ZoneInfo("Asia/Kathmandu")))
    assert page.rows[0].start <= page.start
    assert len(page.rows) == 49
    assert page.energy is not None


def test_no_file_and_an_empty_file(tmp_path: Path) -> None:
    assert not page_of(tmp_path, Length.DAY).exists
    assert not energy_of(tmp_path).exists
    assert page_of(tmp_path, Length.DAY).is_empty
    assert energy_of(tmp_path).is_empty
    write_registers(tmp_path, [])
    for length in Length:
        page = page_of(tmp_path, length, compare=True)
        assert page.exists
        assert page.is_empty
        assert page.energy is None
    assert energy_of(tmp_path).exists
    assert energy_of(tmp_path).is_empty


def test_one_register_alone_is_no_energy(tmp_path: Path) -> None:
    write_registers(tmp_path, [(datetime(2026, 11, 22, 3, 0), 1, 5_000_000)])
    page = energy_of(tmp_path)
    assert page.is_empty
    assert page.sums[Range.TODAY].normal_kwh is None
    assert page_of(tmp_path, Length.DAY).is_empty


def test_registers_at_zero_are_an_energy_of_zero(tmp_path: Path) -> None:
    write_registers(tmp_path, [(at, 1, 0) for at in halves(datetime(2026, 11, 22), 5)])
    page = energy_of(tmp_path)
    assert page.sums[Range.TODAY].normal_kwh == 0
    assert page.energy is not None
    assert page.energy.known == 4
    assert page.sums[Range.YESTERDAY].normal_kwh is None
    assert not page.is_empty


def test_a_meter_whose_clock_is_an_hour_ahead(tmp_path: Path) -> None:
    """Its half hours that our clock calls the future are known, and are counted."""
    times = halves(datetime(2026, 11, 22), 22)
    write_registers(tmp_path, [(at, 1, 1000 * n) for n, at in enumerate(times)])
    assert times[-1] == datetime(2026, 11, 22, 10, 30)
    page = energy_of(tmp_path)
    assert page.sums[Range.TODAY].normal_kwh == Decimal("2.1")
    assert page.sums[Range.TODAY].known == 21
    history = page_of(tmp_path, Length.DAY)
    assert history.energy is not None
    assert history.energy.normal_kwh == Decimal("2.1")


def test_an_exchanged_meter_is_no_energy(tmp_path: Path) -> None:
    """The old one ended at 900 kWh, the new one begins at 3: neither -897 nor +897."""
    times = halves(datetime(2026, 11, 21), 60)
    rows = [
        (at, 1 if n < 30 else 2, 9_000_000 + 1000 * n if n < 30 else 30_000 + 1000 * n)
        for n, at in enumerate(times)
    ]
    write_registers(tmp_path, rows)
    page = energy_of(tmp_path, date(2026, 11, 21))
    assert page.energy is not None
    assert page.energy.normal_kwh == Decimal("4.7")
    assert page.energy.known == 47
    assert all(s.normal_kwh is None or s.normal_kwh == Decimal("0.1") for s in page.slots)


def test_a_register_that_rolls_over_goes_on(tmp_path: Path) -> None:
    pastyears.build(
        tmp_path,
        NOW,
        days=3,
        live=1,
        hole=pastyears.no_hole,
        first_register=999_999 * 100 - 50_000,
    )
    page = energy_of(tmp_path)
    assert page.sums[Range.WEEK].normal_kwh is not None
    assert 0 < page.sums[Range.YESTERDAY].normal_kwh < 40  # type: ignore[operator]
    assert all(d.energy.normal_kwh is None or d.energy.normal_kwh >= 0 for d in page.days)


def test_last_month_on_the_31st_and_over_new_year() -> None:
    assert dates_of(Range.LAST_MONTH, date(2027, 3, 31)) == (date(2027, 2, 1), date(2027, 3, 1))
    assert dates_of(Range.LAST_MONTH, date(2027, 1, 1)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert dates_of(Range.WEEK, date(2027, 1, 1))[0] == date(2026, 12, 28)


def test_half_hours_carry_their_day_where_the_machine_is_not_in_japan(past: Path) -> None:
    """A day in Berlin is 08:00 to 08:00 by the meter: "02:00" alone could be read as Berlin's."""
    at_home = page_of(past, Length.DAY)
    assert row_name(at_home.rows[0], at_home) == "00:00"
    abroad = page_of(past, Length.DAY, calendar=Calendar(ZoneInfo("Europe/Berlin")))
    assert row_name(abroad.rows[0], abroad) == "Sun 08:00"
