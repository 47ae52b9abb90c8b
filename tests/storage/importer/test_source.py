"""Files of every kind: those that are known, as people and spreadsheets leave them, and others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.errors import InputError
from semtui.model import Reading, ReadingStatus
from semtui.storage.dayfile import HEADER, row_of
from semtui.storage.export.query import Every
from semtui.storage.export.tables import HEADERS
from semtui.storage.history.csvrows import sample_of
from semtui.storage.history.samples import Row
from semtui.storage.history.values import to_ms
from semtui.storage.importer import source
from semtui.storage.importer.source import BadLine, read

AT = to_ms(datetime(2016, 8, 1, tzinfo=timezone(timedelta(hours=9))))
SECOND = AT // 1000
LOGGED = b"2026-11-21T06:00:00.123+09:00,512,3.0,2.5,0.432,ok"
SAMPLE: Row = (to_ms(datetime(2026, 11, 20, 21, 0, 0, 123000, UTC)), 512, 30, 25, 432, 0)


def said_by(path: Path) -> tuple[list[Row], list[BadLine]]:
    rows: list[Row] = []
    bad: list[BadLine] = []
    for piece in read(path):
        rows += piece.rows
        bad += piece.bad
    assert not rows or path.stat().st_size == piece.offset
    return rows, bad


def said(tmp_path: Path, content: bytes) -> tuple[list[Row], list[BadLine]]:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return said_by(path)


def reason(tmp_path: Path, content: bytes) -> tuple[int, str]:
    """The line and the reason of the one bad line."""
    _rows, (bad,) = said(tmp_path, content)
    return bad.number, bad.reason


# The 2016 script


def test_seconds_and_watts(tmp_path: Path) -> None:
    rows, bad = said(tmp_path, f"{SECOND},512\n{SECOND + 3},None\n{SECOND + 6},-30\n".encode())
    assert rows == [
        (AT, 512, None, None, None, 0),
        (AT + 3000, None, None, None, None, 5),
        (AT + 6000, -30, None, None, None, 0),
    ]
    assert bad == []


def test_its_first_versions_wrote_milliseconds(tmp_path: Path) -> None:
    rows, _bad = said(tmp_path, f"{AT + 123},512\n".encode())
    assert rows == [(AT + 123, 512, None, None, None, 0)]


def test_a_value_that_says_no_data_is_none(tmp_path: Path) -> None:
    text = f"{SECOND},2147483646\n{SECOND + 3},2147483647\n{SECOND + 6},-2147483648\n"
    rows, _bad = said(tmp_path, text.encode())
    assert [(row[1], row[5]) for row in rows] == [(None, 2)] * 3


def test_files_that_it_made_beforehand_are_empty(tmp_path: Path) -> None:
    assert said(tmp_path, b"") == ([], [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"foo", "not a time in seconds"),
        (b"1469977206,5x", "not a time in seconds"),
        (b"1469977206", "not a time in seconds"),
        (b"1469977206,", "not a time in seconds"),
        (b"5,300", "before the clock was set"),
        (b"99999999999999,300", "far in the future"),
        (b"\xff\x00", "not a time in seconds"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    number, why = reason(tmp_path, b"1469977200,512\r\n\r\n" + line + b"\r\n1469977209,7\r\n")
    assert number == 3
    assert said in why


def test_a_last_power_that_nothing_ends_may_be_cut(tmp_path: Path) -> None:
    assert reason(tmp_path, b"1469977200,512\n1469977203,51") == (2, "it breaks off")


# Logs of semtui, and its exports


def test_a_log_as_it_was_written(tmp_path: Path) -> None:
    lost = b"2026-11-21T06:00:03.000+09:00,,,,,timeout\n"
    rows, bad = said(tmp_path, HEADER + LOGGED + b"\n" + lost)
    assert rows == [SAMPLE, (SAMPLE[0] + 2877, None, None, None, None, 5)]
    assert bad == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + HEADER + LOGGED + b"\n",
        HEADER.replace(b"\n", b"\r\n") + LOGGED + b"\r\n\r\n",
        HEADER + LOGGED,
        b"status,time,note,watts,t_ampere,r_ampere,round_trip\n"
        b"ok,2026-11-21T06:00:00.123+09:00,hello,512,2.5,3.0,0.432\n",
        b'"time","watts","r_ampere","t_ampere","round_trip","status"\n'
        b'"2026-11-21T06:00:00.123+09:00","512","3","2.5","0.432","ok"\n',
        HEADER + b"2026-11-20T21:00:00.123Z,512.0,3,2.50,.432,ok\n",
    ],
    ids=["BOM", "CRLF", "no end", "other columns", "quotes", "other numbers"],
)
def test_a_log_as_a_spreadsheet_leaves_it(tmp_path: Path, content: bytes) -> None:
    assert said(tmp_path, content) == ([SAMPLE], [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"2026/11/21 6:00,512,3.0,2.5,0.432,ok", "not ISO 8601"),
        (b"2026-11-21T06:00:00,512,3.0,2.5,0.432,ok", "no offset"),
        (b"9999-12-31T23:59:59.999+00:00,512,3.0,2.5,0.432,ok", "far in the future"),
        (b"0001-01-01T00:00:00.000+14:00,512,3.0,2.5,0.432,ok", "before 1970"),
        (b"1969-11-21T06:00:00Z,512,3.0,2.5,0.432,ok", "before 1970"),
        (b"2026-11-21T06:00:61.000+09:00,512,3.0,2.5,0.432,ok", "not ISO 8601"),
        (b"2026-11-31T06:00:01.000+09:00,512,3.0,2.5,0.432,ok", "not ISO 8601"),
        (b"2026-11-21T06:00:00.123+09:00,lots,3.0,2.5,0.432,ok", "watts is no number"),
        (b"2026-11-21T06:00:00.123+09:00,NaN,3.0,2.5,0.432,ok", "watts is no number"),
        (b"2026-11-21T06:00:00.123+09:00,2147483648,3.0,2.5,0.432,ok", "watts is no value"),
        (b"2026-11-21T06:00:00.123+09:00,%s,3.0,2.5,0.432,ok" % (b"9" * 5000), "watts is no value"),
        (b"2026-11-21T06:00:00.123+09:00,512,3.05,2.5,0.432,ok", "r_ampere is no value"),
        (b"2026-11-21T06:00:00.123+09:00,512,3.0,2.5,0.432,fine", "status is none"),
        (b"2026-11-21T06:00:00.123+09:00,512,3.0", "cells are missing"),
        (b"\xff" * 20, "not text"),
        (b"\0" * 5000, "cells are missing"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    number, why = reason(tmp_path, HEADER + LOGGED + b"\n" + line + b"\n" + LOGGED + b"\n")
    assert number == 3
    assert said in why


@pytest.mark.parametrize("length", range(1, len(LOGGED)))
def test_a_torn_last_row_is_left_out(tmp_path: Path, length: int) -> None:
    content = HEADER + LOGGED + b"\n" + LOGGED[:length]
    assert said(tmp_path, content) == ([SAMPLE], [BadLine(3, "it breaks off")])


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
readings = st.builds(
    Reading,
    at=st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=offsets),
    stamp=st.just(0.0),
    watts=st.none() | st.integers(-(2**31) + 1, 2**31 - 1),
    r_ampere=st.none() | st.decimals(-3276, 3276, places=1),
    t_ampere=st.none() | st.decimals(-3276, 3276, places=1),
    round_trip=st.none() | st.floats(0, 100_000),
    status=st.sampled_from(ReadingStatus),
)


@given(st.lists(readings, max_size=20))
def test_a_log_says_the_samples_that_the_history_has(found: list[Reading]) -> None:
    with NamedTemporaryFile() as file:
        file.write(HEADER + b"".join(map(row_of, found)))
        file.flush()
        assert said_by(Path(file.name)) == ([sample_of(reading) for reading in found], [])


# Others


@pytest.mark.parametrize(
    "content",
    [
        b"timestamp,watt\n1,2\n",
        b"a;b\n",
        HEADER.replace(b",", b";"),
        bytes(range(256)),
        b"\n" * 5,
        HEADER.decode().encode("utf-16"),
        b"x" * 10_000,
        b"route_b_id = 00112233445566778899AABBCCDDEEFF\n",
    ],
)
def test_a_foreign_file_is_refused_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match="no log of readings") as refused:
        said(tmp_path, content)
    assert "00112233" not in str(refused.value)


@pytest.mark.parametrize("every", [Every.MINUTE, Every.HALF_HOUR, Every.DAY])
def test_an_export_of_means_is_refused_by_name(tmp_path: Path, every: Every) -> None:
    with pytest.raises(InputError, match="no log of readings") as refused:
        said(tmp_path, HEADERS[every].encode())
    assert "export of means" in refused.value.detail


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no"):
        with pytest.raises(InputError, match="cannot be read"):
            said_by(path)


@pytest.mark.parametrize("block", [1, 7, 64, 4096])
def test_pieces_of_any_size_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    content = HEADER + (LOGGED + b"\nfoo\n\n") * 50 + LOGGED
    whole = said(tmp_path, content)
    monkeypatch.setattr(source, "_BLOCK", block)
    monkeypatch.setattr(source, "_HEAD", len(HEADER) + 10)
    assert said(tmp_path, content) == whole
    assert [bad.number for bad in whole[1]] == list(range(3, 152, 3))


def test_a_line_without_an_end_costs_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_BLOCK", 1000)
    monkeypatch.setattr(source, "_LONGEST", 100)
    content = HEADER + LOGGED + b"\n" + b"x" * 50_000 + b"\n" + LOGGED + b"\n"
    rows, bad = said(tmp_path, content)
    assert rows == [SAMPLE, SAMPLE]
    assert [line.number for line in bad] == [3]


@given(st.binary(max_size=300), st.sampled_from([b"", HEADER, b"1469977200,512\n"]))
def test_any_bytes_are_rows_bad_lines_or_refused(content: bytes, head: bytes) -> None:
    with NamedTemporaryFile() as file:
        file.write(head + content)
        file.flush()
        try:
            rows, bad = said_by(Path(file.name))
        except InputError:
            assert not head
            return
    assert len(rows) + len(bad) <= (head + content).count(b"\n") + 1
    assert all(row[0] >= 0 for row in rows)
    assert all(bad_line.number > 0 and bad_line.reason for bad_line in bad)
