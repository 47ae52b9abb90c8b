"""One day's file: its rows, and what is done about what stands there already."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.model import Reading, ReadingStatus
from semtui.storage.dayfile import HEADER, ROW, DayFile, row_of
from tests.storage.logbench import GOOD, GOOD_ROW, START, TODAY, Bench

# The row


def test_a_row_has_every_value_in_its_own_form() -> None:
    assert row_of(GOOD) == GOOD_ROW


def test_what_is_missing_is_empty_and_never_zero() -> None:
    lost = replace(
        GOOD,
        watts=None,
        r_ampere=None,
        t_ampere=None,
        round_trip=None,
        status=ReadingStatus.TIMEOUT,
    )
    assert row_of(lost) == b"2026-11-21T06:00:00.123+09:00,,,,,timeout\n"


def test_export_and_zero_are_values() -> None:
    exporting = replace(GOOD, watts=-1200, r_ampere=Decimal("-5.0"), t_ampere=Decimal(0))
    assert row_of(exporting) == b"2026-11-21T06:00:00.123+09:00,-1200,-5.0,0.0,0.432,ok\n"


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
readings = st.builds(
    Reading,
    at=st.datetimes(min_value=datetime(1970, 1, 2), timezones=offsets),
    stamp=st.just(0.0),
    watts=st.none() | st.integers(-(2**31), 2**31 - 1),
    r_ampere=st.none() | st.decimals(-3276, 3276, places=1),
    t_ampere=st.none() | st.decimals(-3276, 3276, places=1),
    round_trip=st.none() | st.floats(0, 100_000),
    status=st.sampled_from(ReadingStatus),
)


@given(readings)
def test_every_reading_makes_a_whole_row_and_no_part_of_it_passes_for_one(reading: Reading) -> None:
    row = row_of(reading)
    assert ROW.fullmatch(row[:-1])
    assert not any(ROW.fullmatch(row[:length]) for length in range(len(row) - 1))
    time, watts, r_ampere, _t_ampere, _round_trip, status = row[:-1].decode().split(",")
    moment = datetime.fromisoformat(time)
    assert timedelta(0) <= reading.at - moment < timedelta(milliseconds=1)
    assert moment.utcoffset() == reading.at.utcoffset()
    assert watts == ("" if reading.watts is None else str(reading.watts))
    assert (Decimal(r_ampere) if r_ampere else None) == reading.r_ampere
    assert status == reading.status.value


# What stands there already


def opened(folder: Path) -> DayFile:
    file = DayFile(folder, START.date())
    file.close()
    return file


@pytest.mark.parametrize("length", range(len(GOOD_ROW)))
def test_a_torn_last_row_is_cut_off_and_a_whole_one_completed(tmp_path: Path, length: int) -> None:
    path = tmp_path / TODAY
    path.write_bytes(HEADER + GOOD_ROW + GOOD_ROW[:length])
    file = opened(tmp_path)
    whole = length == len(GOOD_ROW) - 1
    assert path.read_bytes() == HEADER + GOOD_ROW * (2 if whole else 1)
    assert file.findings.torn == (b"" if whole else GOOD_ROW[:length])


def test_a_torn_row_is_told_of(bench: Bench) -> None:
    bench.folder.mkdir()
    (bench.folder / TODAY).write_bytes(HEADER + GOOD_ROW + b"2026-11-21T06:00:03")
    bench.poll(7)
    assert bench.watts() == [512, 7]
    assert len(bench.notices) == 1
    assert "was torn and has been removed" in bench.notices[0].title


@pytest.mark.parametrize("length", range(len(HEADER)))
def test_a_torn_header_is_written_again(tmp_path: Path, length: int) -> None:
    (tmp_path / TODAY).write_bytes(HEADER[:length])
    opened(tmp_path)
    assert (tmp_path / TODAY).read_bytes() == HEADER


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 20_000])
def test_the_zeros_that_a_power_cut_leaves_are_cut_off(tmp_path: Path, size: int) -> None:
    path = tmp_path / TODAY
    path.write_bytes(HEADER + GOOD_ROW + b"\0" * size)
    opened(tmp_path)
    assert path.read_bytes() == HEADER + GOOD_ROW


def make_table(path: Path) -> None:
    path.write_bytes(b"timestamp,watt\n1,2\n")


def make_binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def make_folder(path: Path) -> None:
    path.mkdir()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [make_table, make_binary, make_folder, make_pipe])
def test_what_is_not_ours_is_left_alone(bench: Bench, make: Callable[[Path], None]) -> None:
    bench.folder.mkdir()
    path = bench.folder / TODAY
    make(path)
    before = path.read_bytes() if path.is_file() else None
    bench.poll(1)
    bench.poll(2)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert bench.watts("power-2026-11-21.1.csv") == [1, 2]
    assert len(bench.notices) == 1
    assert "was left alone" in bench.notices[0].title
    assert bench.statuses[-1].path.endswith("power-2026-11-21.1.csv")


def test_a_second_foreign_file_is_left_alone_too(tmp_path: Path) -> None:
    make_table(tmp_path / TODAY)
    make_table(tmp_path / "power-2026-11-21.1.csv")
    file = opened(tmp_path)
    assert file.path.name == "power-2026-11-21.2.csv"
    assert len(file.findings.foreign) == 2
