"""The recording's format: what is written is read again, and nothing foreign is taken."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import threading
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.clock import JST, VirtualClock
from semtui.config import Settings
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID, EmulatorOptions
from semtui.errors import InputError, StorageError
from semtui.model import (
    BackfillProgress,
    BackfillState,
    Direction,
    HalfHour,
    HalfHours,
    Level,
    LinkReason,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    NoiseScan,
    Notice,
    Pan,
    PanaProgress,
    PropertyValue,
    Reading,
    ReadingStatus,
    ScanProgress,
    SlotSource,
    StorageStatus,
    Update,
    WireLine,
)
from semtui.radio.masking import OwnSecrets
from semtui.recorder import MOST_BYTES, Recorder
from semtui.recording import (
    KINDS,
    Header,
    Recording,
    Source,
    parse_recording,
    read_recording,
    wire_lines,
    write_header,
    write_item,
)
from semtui.typed_json import Foreign, decode
from tests.simulation import Simulation, readings

AT = datetime(2026, 11, 21, 18, 0, tzinfo=JST)
HEADER = Header(Source.MODULE, AT, 100.25, 3.0, 40, True)
READING = Reading(AT, 104.5, 812, Decimal("7.1"), None, 0.31, ReadingStatus.OK)
SECRETS = (
    DEFAULT_ROUTE_B_ID.encode(),
    DEFAULT_ROUTE_B_ID[-8:].encode(),
    DEFAULT_PASSWORD.encode(),
    bytes.fromhex(DEFAULT_ROUTE_B_ID),
    DEFAULT_ROUTE_B_ID.encode().hex().encode(),
    DEFAULT_ROUTE_B_ID[-8:].encode().hex().encode(),
    DEFAULT_PASSWORD.encode().hex().encode(),
    b"SM00000001",
    b"SM00000001".hex().encode(),
)


def file_of(*updates: Update) -> bytes:
    return write_header(HEADER) + b"".join(
        write_item(float(index), update) for index, update in enumerate(updates)
    )


def played(*updates: Update) -> list[Update]:
    return [item.update for item in parse_recording(file_of(*updates)).items]


def holds_a_secret(data: bytes) -> list[bytes]:
    return [secret for secret in SECRETS if secret.lower() in data.lower()]


def test_a_reading_comes_back_as_it_was() -> None:
    recording = parse_recording(file_of(READING))
    assert recording.header == HEADER
    assert recording.items[0].update == READING
    assert not recording.torn
    assert recording.header.settings.display.contract_ampere == 40


def test_every_kind_of_update_can_be_recorded() -> None:
    assert {*KINDS.values(), WireLine, PropertyValue} == set(Update.__args__)  # type: ignore[attr-defined]


def test_what_tells_whose_meter_it_is_is_starred_out() -> None:
    pan = Pan(39, 0x5A3C, "001C640003ED5A3C", 120, "CCDDEEFF", found_at=AT)
    link = LinkSnapshot(LinkState.READY, 1.0, AT, pan=pan)
    scan = ScanProgress(1, 4, 4, 1.0, 5.0, (pan,))
    meter = MeterFacts(serial="SM00000001", unit_kwh=Decimal("0.1"), get_map=(0xE7, 0xE8))
    status = StorageStatus("/home/someone/data/power-2026-11-21.csv", 12)
    masked = replace(pan, pairing_id="*" * 8)
    assert not holds_a_secret(file_of(link, scan, meter))
    assert played(link, scan, meter, status) == [
        replace(link, pan=masked),
        replace(scan, pans=(masked,)),
        replace(meter, serial="*" * 10),
        replace(status, path="power-2026-11-21.csv"),
    ]


def test_other_values_come_back() -> None:
    half_hour = HalfHour(
        datetime(2026, 11, 21, 18, 0), Decimal("1234.5"), None, SlotSource.ANNOUNCED
    )
    memory = HalfHours((half_hour,))
    backfill = BackfillProgress(AT, BackfillState.RUNNING, 45, 3, date(2026, 11, 18), None, "x")
    noise = NoiseScan(AT, 3.5, ((33, 12), (34, 200)))
    notice = Notice(AT, Level.WARNING, "a\nb 日本", "c", "d")
    updates = [half_hour, memory, backfill, noise, notice]
    assert played(*updates) == updates


def test_what_no_terminal_should_be_sent_is_not_written() -> None:
    [notice] = played(Notice(AT, Level.INFO, "a\x1b[2Jb\ud800"))
    assert isinstance(notice, Notice)
    assert notice.title == "a?[2Jb?"


@given(raw=st.binary(min_size=1, max_size=300))
def test_any_bytes_on_the_wire_come_back(raw: bytes) -> None:
    line = file_of(WireLine(AT, Direction.RECEIVED, "", raw))
    assert line.count(b"\n") == write_header(HEADER).count(b"\n") + 1
    assert re.fullmatch(rb"[\x20-\x7e\n]*", line)
    first = parse_recording(line).items[0].update
    assert isinstance(first, WireLine)
    assert first.raw == raw


def test_a_torn_last_line_is_left_out_and_said() -> None:
    data = file_of(READING, READING)
    for cut in range(1, 40):
        recording = parse_recording(data[:-cut])
        assert recording.torn
        assert len(recording.items) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"x",
        b"0.000 ? x",
        b"0.000 = Reading {}",
        b"0.000 = Path {}",
        b"0.000 = Reading [1]",
        b"0.000 < \\x1",
        b"0.000 < \xff",
        b"0.000 - \xff",
        b"0.000 - \\x1B",
        b"-1.000 - x",
        b"99999999999.000 - x",
        b"999999999.000 < x",
        b'0.000 = Notice {"at": "2026-11-21T18:00:00", "level": "info", "title": "", '
        b'"detail": "", "hint": ""}',
        b"0.000 = Notice " + b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"0.000 - " + b"x" * 300_000,
    ],
)
def test_a_damaged_line_is_named(line: bytes) -> None:
    data = file_of(READING) + line + b"\n" + write_item(9.0, READING)
    number = file_of(READING).count(b"\n") + 1
    with pytest.raises(InputError, match=f"Line {number} "):
        parse_recording(data)


def test_time_does_not_run_backwards() -> None:
    data = write_header(HEADER) + write_item(5.0, READING) + write_item(4.0, READING)
    with pytest.raises(InputError, match="Line 10 "):
        parse_recording(data)


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Reading)])
@pytest.mark.parametrize("value", [[], {}, "x", 1e999, 10**30, True])
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    text = write_item(0.0, READING).decode().split(" ", 3)[3]
    changed = json.dumps(json.loads(text) | {name: value}).encode()
    with pytest.raises(InputError, match="Line 9 "):
        parse_recording(write_header(HEADER) + b"0.000 = Reading " + changed + b"\n")


@pytest.mark.parametrize("index", range(8))
def test_each_line_of_the_header_is_needed(index: int) -> None:
    lines = file_of(READING).split(b"\n")
    lines[index] = b"foreign"
    with pytest.raises(InputError, match=f"Line {index + 1} "):
        parse_recording(b"\n".join(lines))
    with pytest.raises(InputError, match="Line "):
        parse_recording(b"\n".join(lines[:index]))


@given(data=st.binary(max_size=400), keep=st.integers(0, 9))
def test_any_bytes_are_read_or_refused(data: bytes, keep: int) -> None:
    good = file_of(READING, WireLine(AT, Direction.SENT, "", b"SKVER\r\n"))
    for whole in (data, b"\n".join(good.split(b"\n")[:keep]) + data + b"\n" + good):
        with contextlib.suppress(InputError):
            assert isinstance(parse_recording(whole), Recording)


@given(place=st.integers(0, 2000), value=st.integers(0, 255))
def test_one_wrong_byte_is_read_or_refused(place: int, value: int) -> None:
    good = bytearray(file_of(READING, Notice(AT, Level.INFO, "t"), READING))
    good[place % len(good)] = value
    with contextlib.suppress(InputError):
        assert isinstance(parse_recording(bytes(good)), Recording)


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="cannot be read"):
            read_recording(path)


@pytest.mark.parametrize(
    "options",
    [
        EmulatorOptions(),
        EmulatorOptions(display="binary"),
        EmulatorOptions(module="bp35c2", display="binary", lifetime=200),
        EmulatorOptions(module="bp35c2", display="hex", seed=3),
    ],
)
def test_raw_bytes_have_no_secret_and_tell_what_was_shown(options: EmulatorOptions) -> None:
    """A whole session, from the first join on, on each display."""
    simulation = Simulation(options)
    simulation.run(until=readings(80))
    lines = simulation.of(WireLine)
    wire = b"".join(line.raw for line in lines)
    assert not holds_a_secret(wire)
    assert b"SKSETPWD " + b"*" * 14 + b"\r\n" in wire
    assert b"SKSETRBID " + b"*" * 32 + b"\r\n" in wire
    heard = [line for line in lines if line.raw]
    assert len(heard) > 300
    for line in heard:
        shown = [each.text for each in wire_lines(line.at, line.direction, line.raw)]
        if "8D0C" not in line.text:  # its serial number is starred out in the bytes alone
            assert shown == [line.text]


class Disk:
    """Counts what is written, and is full from a place on."""

    def __init__(self) -> None:
        self.full = False

    def write(self, file: int, data: bytes) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return os.write(file, data)


class Bench:
    """A recorder in a folder, and what it says."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "x.semrec"
        self.disk = Disk()
        self.said: list[Update] = []
        self.recorder = Recorder(
            VirtualClock(),
            Settings(),
            Source.EMULATOR,
            self._publish,
            mask=OwnSecrets(DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD).mask_text,
            write=self.disk.write,
        )

    def _publish(self, update: Update) -> None:
        self.said.append(update)
        self.recorder.handle(update)

    def record_until_it_ends(self) -> Notice:
        while self.recorder.path is not None:
            self.recorder.handle(READING)
        [notice] = self.said
        assert isinstance(notice, Notice)
        return notice


def test_the_recorder_begins_with_what_is_known(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    link = LinkSnapshot(LinkState.READY, 1.0, AT)
    bench.recorder.handle(link)
    bench.recorder.handle(WireLine(AT, Direction.SENT, "SKVER", b"SKVER\r\n"))
    bench.recorder.start(bench.path)
    bench.recorder.handle(READING)
    assert bench.recorder.path == bench.path
    assert bench.recorder.stop() == bench.path
    bench.recorder.handle(READING)
    recording = read_recording(bench.path)
    note = WireLine(recording.header.started, Direction.NOTE, "link: ready")
    assert [item.update for item in recording.items] == [link, note, READING]
    assert bench.path.stat().st_mode & 0o777 == 0o600
    assert not bench.said


def test_notes_tell_the_story_of_a_session_without_its_secrets(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    lost = LinkSnapshot(
        LinkState.BACKOFF,
        7.0,
        AT,
        LinkReason.PORT,
        f"The port {Path.home()}/tty has gone.",
        retry_at=12.0,
        retry_with="open the port",
    )
    bench.recorder.start(bench.path)
    for update in (
        LinkSnapshot(LinkState.JOINING, 1.0, AT),
        READING,
        LinkSnapshot(LinkState.JOINING, 1.0, AT, attempt=1),
        lost,
        replace(lost, attempt=2),
        replace(lost, since=13.0, retry_at=18.0),
        Notice(AT, Level.WARNING, f"The password {DEFAULT_PASSWORD} is odd.", "why", "what"),
    ):
        bench.recorder.handle(update)
    bench.recorder.stop()
    lines = bench.path.read_text().splitlines()
    backoff = "link: backoff (port). The port ~/tty has gone. Next try in 5 s: open the port."
    assert [line.split(" - ")[1] for line in lines if re.match(r"[\d.]+ - ", line)] == [
        "link: joining",
        backoff,
        backoff,
        "warning: The password **** is odd.",
    ]


def test_it_writes_each_second_by_itself(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.recorder.start(bench.path)
    bench.recorder.handle(READING)
    while not bench.path.read_bytes().endswith(b'"ok"}\n'):
        os.sched_yield()
    bench.recorder.stop()


def test_a_disk_that_is_slow_to_open_the_file_holds_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    asked, may_open, open_file = threading.Event(), threading.Event(), os.open

    def slow(path: Path, *rest: int) -> int:
        if path == bench.path:
            asked.set()
            assert may_open.wait(30)
        return open_file(path, *rest)

    monkeypatch.setattr("semtui.recorder.os.open", slow)
    starting = threading.Thread(target=bench.recorder.start, args=(bench.path,))
    starting.start()
    assert asked.wait(30)
    handing = threading.Thread(target=bench.recorder.handle, args=(READING,))
    handing.start()
    handing.join(10)
    held = handing.is_alive()
    may_open.set()
    starting.join()
    assert not held
    bench.recorder.stop()
    assert [item.update for item in read_recording(bench.path).items] == [READING]


def test_a_file_that_exists_is_never_written_over(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.path.write_text("mine")
    with pytest.raises(StorageError, match="exists already"):
        bench.recorder.start(bench.path)
    assert bench.path.read_text() == "mine"
    assert bench.recorder.path is None


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with pytest.raises(StorageError, match="cannot be written"):
        bench.recorder.start(tmp_path / "none" / "x")
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        bench.recorder.start_in(tmp_path / "file")


def test_a_full_disk_ends_the_recording_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.recorder.start(bench.path)
    bench.disk.full = True
    notice = bench.record_until_it_ends()
    assert notice.level is Level.ERROR
    assert "No space left" in notice.detail
    bench.recorder.handle(READING)
    assert bench.recorder.stop() is None


def test_a_folder_that_goes_away_ends_the_recording(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.recorder.start(bench.path)
    bench.path.unlink()
    assert "The recording has ended" in bench.record_until_it_ends().title


def test_a_disk_that_hangs_does_not_fill_the_memory(tmp_path: Path) -> None:
    import threading

    bench = Bench(tmp_path)
    released = threading.Event()

    def hang(file: int, data: bytes) -> int:
        released.wait()
        return len(data)

    bench.recorder._write = hang
    bench.recorder.start(bench.path)
    line = WireLine(AT, Direction.RECEIVED, "", b"x" * (MOST_BYTES // 16))
    for _ in range(40):
        bench.recorder.handle(line)
        if not bench.recorder.path:
            break
        tape = bench.recorder._tape
        if tape is not None and tape.error is not None:
            released.set()
    assert isinstance(bench.said[0], Notice)
    assert "keep up" in bench.said[0].detail


def test_what_an_older_semtui_did_not_write_has_its_default() -> None:
    assert decode(PanaProgress, {"started": 3.0, "messages": [40]}) == PanaProgress(3.0, (40,))
    for foreign in ({"messages": [40]}, {"started": 3.0, "colour": 1}):
        with pytest.raises(Foreign):
            decode(PanaProgress, foreign)
