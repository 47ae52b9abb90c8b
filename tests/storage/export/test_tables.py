"""What stands in the four tables: gaps are empty, and registers are exact."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from semtui.clock import JST
from semtui.model import SlotSource
from semtui.storage.export import tables
from semtui.storage.export.query import Every, Query
from semtui.storage.export.tables import HEADERS, pieces
from tests.storage.history.bench import FACTS, START, Bench
from tests.storage.history.test_reader import every as polls
from tests.storage.history.test_reader import fill

DAY = timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "data")


def table(bench: Bench, query: Query) -> list[dict[str, str]]:
    """The rows as a program would read them."""
    shares = [0.0]
    text, count = HEADERS[query.every], 0
    for piece in pieces(bench.reader, query):
        text += piece.text
        count += piece.rows
        shares.append(piece.share)
    assert shares == sorted(shares)
    found = list(csv.DictReader(io.StringIO(text)))
    assert all(None not in row and None not in row.values() for row in found)
    assert len(found) == count
    assert shares[-1] == (1.0 if found else 0.0)
    return found


def column(rows: list[dict[str, str]], *names: str) -> list[str]:
    return [" ".join(row[name] for name in names) for row in rows]


def test_an_empty_history_has_the_first_line_alone(bench: Bench) -> None:
    for every in Every:
        assert table(bench, Query(every)) == []


def test_raw_rows_of_a_range(bench: Bench) -> None:
    fill(bench, polls(3, 12_000))
    assert column(table(bench, Query(zone=JST)), "watts") == [str(n) for n in range(12_000)]
    start, end = START + timedelta(seconds=6), START + timedelta(seconds=15)
    found = table(bench, Query(start=start, end=end, zone=JST))
    assert column(found, "time", "watts") == [
        "2026-11-21T06:00:06.000+09:00 2",
        "2026-11-21T06:00:09.000+09:00 3",
        "2026-11-21T06:00:12.000+09:00 4",
    ]
    assert table(bench, Query(start=START + DAY, zone=JST)) == []
    assert table(bench, Query(end=START, zone=JST)) == []


def test_minutes_with_a_gap_between_them(bench: Bench) -> None:
    fill(bench, [*polls(30, 4), *polls(30, 1, START + timedelta(minutes=4, seconds=10))])
    found = table(bench, Query(Every.MINUTE, zone=JST))
    assert [",".join(row.values()) for row in found] == [
        "2026-11-21T06:00:00+09:00,0.5,0,1,2",
        "2026-11-21T06:01:00+09:00,2.5,2,3,2",
        "2026-11-21T06:02:00+09:00,,,,0",
        "2026-11-21T06:03:00+09:00,,,,0",
        "2026-11-21T06:04:00+09:00,0.0,0,0,1",
    ]
    late = Query(Every.MINUTE, start=START + timedelta(seconds=1), zone=JST)
    assert column(table(bench, late), "mean_watts") == ["2.5", "", "", "0.0"]
    early = Query(Every.MINUTE, end=START + timedelta(minutes=1), zone=JST)
    assert column(table(bench, early), "mean_watts") == ["0.5"]
    gap = Query(Every.MINUTE, START + timedelta(minutes=2), START + timedelta(minutes=4), JST)
    assert table(bench, gap) == []


def test_half_hours_have_the_registers_and_the_power(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    bench.slot(12, "100.0", "7.5")
    bench.slot(13, "100.3", "7.5", SlotSource.BACKFILLED)
    bench.slot(15, "101")
    bench.poll(600)
    bench.poll(601)
    bench.store.flush()
    found = table(bench, Query(Every.HALF_HOUR))
    assert [",".join(row.values()) for row in found] == [
        "2026-11-21T06:00:00+09:00,100,7.5,0.3,0,announced,announced,600.5,600,601",
        "2026-11-21T06:30:00+09:00,100.3,7.5,,,backfilled,backfilled,,,",
        "2026-11-21T07:00:00+09:00,,,,,,,,,",
        "2026-11-21T07:30:00+09:00,101,,,,announced,,,,",
    ]
    start = datetime(2026, 11, 21, 6, 1, tzinfo=JST)
    rest = Query(Every.HALF_HOUR, start, start + timedelta(minutes=30))
    assert column(table(bench, rest), "time") == ["2026-11-21T06:30:00+09:00"]


def test_days_are_those_of_the_meter(bench: Bench) -> None:
    bench.hub.publish(FACTS)
    for half_hours in range(49):
        bench.slot(half_hours, f"{100 + half_hours / 10:.1f}")
    bench.slot(49, "105.0")
    bench.poll(600)
    bench.poll(-100, at=START + 2 * DAY)
    bench.store.flush()
    found = table(bench, Query(Every.DAY))
    assert [",".join(row.values()) for row in found] == [
        "2026-11-21,4.8,,48,600.0,600,600",
        "2026-11-22,0.2,,1,,,",
        "2026-11-23,,,0,-100.0,-100,-100",
    ]
    # A day that began before the range is not in it.
    later = Query(Every.DAY, datetime(2026, 11, 21, 0, 1, tzinfo=JST), START + DAY)
    assert column(table(bench, later), "date") == ["2026-11-22"]


@pytest.mark.parametrize("size", [1, 2, 7])
def test_pieces_join_without_a_seam(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    bench.hub.publish(FACTS)
    for half_hours in range(0, 480, 3):
        bench.slot(half_hours, f"{100 + half_hours / 10:.1f}")
    for number in range(200):
        bench.poll(number, at=START + timedelta(minutes=17 * number))
    bench.store.flush()
    queries = [Query(every, zone=JST) for every in Every]
    whole = [table(bench, query) for query in queries]
    for name in ("_MINUTES_A_PIECE", "_HALF_HOURS_A_PIECE", "_DAYS_A_PIECE"):
        monkeypatch.setattr(tables, name, size)
    assert [table(bench, query) for query in queries] == whole


def test_minutes_are_written_in_their_zone(bench: Bench) -> None:
    """Through the half hour that Lord Howe puts its clocks back by."""
    zone = ZoneInfo("Australia/Lord_Howe")
    begin = datetime(2026, 4, 4, 14, 0, tzinfo=ZoneInfo("UTC"))
    fill(bench, [(int(begin.timestamp() * 1000) + n * 60_000, 1, 0, 0, 0, 0) for n in range(240)])
    found = column(table(bench, Query(Every.MINUTE, zone=zone)), "time")
    assert found == [
        (begin + timedelta(minutes=n)).astimezone(zone).isoformat() for n in range(240)
    ]
