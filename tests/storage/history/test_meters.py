"""Half hours belong to the meter that counted them; what is known is not made worse."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from semtui.model import HalfHour, HalfHours, MeterFacts, SlotSource
from semtui.storage.history.meters import modulus_of
from tests.storage.history.bench import FACTS, MIDNIGHT, Bench


def stored(bench: Bench) -> list[tuple[int, int | None]]:
    """Meter and register, by time."""
    return bench.rows("SELECT meter, normal FROM slots ORDER BY time")


def test_a_new_meter_begins_a_series_of_its_own(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    bench.slot(0, "5000.0")
    bench.hub.publish(replace(FACTS, serial="B2"))
    bench.slot(1, "5000.2")
    bench.slot(2, "5000.5")
    bench.store.flush()
    assert stored(bench) == [(1, 50_000_000), (2, 50_002_000), (2, 50_005_000)]


def test_the_serial_number_itself_is_nowhere_in_the_file(bench: Bench) -> None:
    bench.hub.publish(replace(FACTS, serial="SECRET-SERIAL"))
    bench.slot(0, "1.0")
    bench.store.flush()
    bench.end()
    assert b"SECRET-SERIAL" not in bench.path.read_bytes()


def test_half_hours_before_the_serial_number_go_to_the_meter_that_it_names(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    bench.slot(0, "1.0")
    bench.end()
    second = Bench(bench.folder)
    second.slot(1, "2.0")
    second.store.flush()
    assert stored(second) == [(1, 10_000), (1, 20_000)]
    second.hub.publish(replace(FACTS, serial="B2"))
    second.slot(2, "2.5")
    second.store.flush()
    assert stored(second) == [(1, 10_000), (2, 20_000), (2, 25_000)]
    second.end()


def test_a_meter_that_is_known_is_recognised_after_a_restart(bench: Bench) -> None:
    for number, serial in enumerate(["A1", "B2", "A1"]):
        run = Bench(bench.folder)
        run.hub.publish(replace(FACTS, serial=serial))
        run.slot(number, "1.0")
        run.end()
    assert [meter for meter, _register in stored(bench)] == [1, 2, 1]


def test_a_meter_without_a_serial_number_is_the_one_of_the_last_time(bench: Bench) -> None:
    for number in range(2):
        run = Bench(bench.folder)
        run.hub.publish(replace(FACTS, serial=None))
        run.slot(number, "1.0")
        run.end()
    bench.hub.publish(FACTS)
    bench.slot(2, "1.0")
    bench.store.flush()
    assert [meter for meter, _register in stored(bench)] == [1, 1, 1]


def test_no_data_and_worse_sources_replace_nothing(bench: Bench) -> None:
    bench.slot(0, "1.0", None, SlotSource.ANNOUNCED)
    bench.slot(0, None, "9.0", SlotSource.BACKFILLED)
    bench.slot(0, "1.1", None, SlotSource.DERIVED)
    bench.slot(0, "1.0", None, SlotSource.BACKFILLED)
    bench.slot(1, "3.0", None, SlotSource.DERIVED)
    bench.slot(1, "3.0", None, SlotSource.ASKED)
    bench.slot(2, "4.0", None, SlotSource.ANNOUNCED)
    bench.slot(2, "4.1", None, SlotSource.ASKED)
    bench.slot(3, None, None)
    bench.store.flush()
    assert bench.rows(
        "SELECT normal, normal_source, reverse, reverse_source FROM slots ORDER BY time"
    ) == [(10_000, 1, 90_000, 3), (30_000, 2, None, None), (41_000, 2, None, None)]


def test_what_a_new_meter_remembers_of_the_old_ones_time_is_not_taken(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    bench.slot(0, "5000.0")
    bench.hub.publish(replace(FACTS, serial="B2"))
    bench.hub.publish(HalfHours((HalfHour(MIDNIGHT, Decimal(0), None, SlotSource.BACKFILLED),)))
    bench.store.flush()
    assert stored(bench) == [(1, 50_000_000)]


def test_a_register_begins_anew_after_its_digits() -> None:
    assert modulus_of(FACTS) == 100_000 * 10_000
    assert modulus_of(replace(FACTS, coefficient=20, unit_kwh=Decimal("0.01"))) == 2 * 10**9
    assert modulus_of(replace(FACTS, digits=None)) is None
    assert modulus_of(replace(FACTS, unit_kwh=None)) is None
    assert modulus_of(replace(FACTS, coefficient=None)) is None
    wild = MeterFacts(digits=8, unit_kwh=Decimal(10_000), coefficient=999_999)
    assert modulus_of(wild) is None


def test_a_wild_coefficient_does_no_harm(bench: Bench) -> None:
    bench.slot(0, "9" * 30)
    bench.slot(1, "1.0")
    bench.store.flush()
    assert len(stored(bench)) == 1
