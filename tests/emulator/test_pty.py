"""The pseudo-terminal: what any other program sees of an emulated module."""

from __future__ import annotations

import io
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from semtui.emulator import EmulatorOptions, MeterStyle
from semtui.emulator.pty import Terminal, serve
from semtui.emulator.scenarios.stage import SerialLine
from semtui.errors import ConfigError

PATIENCE = 20.0


class Announcement(io.StringIO):
    """The standard output of an emulator; `ready` is set when its first lines are out."""

    def __init__(self, boards: int = 1) -> None:
        super().__init__()
        self.ready = threading.Event()
        self._boards = boards

    def flush(self) -> None:
        super().flush()
        if self.getvalue().count("ready ") >= self._boards:
            self.ready.set()


@contextmanager
def served(
    options: EmulatorOptions, link: Path | None = None, boards: int = 1
) -> Iterator[list[str]]:
    """The paths of running boards."""
    out, stop = Announcement(boards), threading.Event()
    thread = threading.Thread(
        target=serve,
        args=(options,),
        kwargs={"link": link, "out": out, "stop": stop, "boards": boards},
    )
    thread.start()
    try:
        assert out.ready.wait(PATIENCE)
        lines = out.getvalue().splitlines()
        assert all(line.startswith("ready ") for line in lines)
        yield [line.removeprefix("ready ") for line in lines]
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


class Line:
    """A raw descriptor on a terminal, read with a deadline."""

    def __init__(self, path: str) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)

    def close(self) -> None:
        os.close(self.descriptor)

    def write(self, data: bytes) -> None:
        os.write(self.descriptor, data)

    def until(self, mark: bytes) -> bytes:
        deadline = time.monotonic() + PATIENCE
        output = b""
        while mark not in output:
            rest = deadline - time.monotonic()
            assert rest > 0, output
            if select.select([self.descriptor], [], [], rest)[0]:
                output += os.read(self.descriptor, 4096)
        return output


def test_a_client_talks_closes_and_opens_again() -> None:
    with served(EmulatorOptions()) as (path,):
        for expected in (b"1", b"0"):
            line = Line(path)
            line.write(b"SKSREG SFE\r\n")
            assert b"ESREG " + expected in line.until(b"OK\r\n")
            line.write(b"SKSREG SFE 0\r\n")
            line.until(b"OK\r\n")
            line.close()


def test_the_line_is_raw() -> None:
    with served(EmulatorOptions()) as (path,):
        line = Line(path)
        line.write(b"SKVE\x03X\x7fR\r")
        assert line.until(b"OK\r\n") == b"SKVEX\b \bR\r\nEVER 1.2.10\r\nOK\r\n"
        line.write(b"ROPT\r")
        assert line.until(b"OK 00\r") == b"ROPT\r\nOK 00\r"
        line.close()


def test_the_link_is_made_announced_and_removed(tmp_path: Path) -> None:
    link = tmp_path / "meter"
    link.symlink_to(tmp_path / "stale")
    with served(EmulatorOptions(), link) as (path,):
        assert path == str(link)
        line = Line(path)
        line.write(b"SKVER\r\n")
        line.until(b"OK\r\n")
        line.close()
    assert not link.is_symlink()


def test_a_file_in_the_place_of_the_link_is_not_overwritten(tmp_path: Path) -> None:
    link = tmp_path / "precious"
    link.write_text("mine")
    with pytest.raises(ConfigError):
        serve(EmulatorOptions(), link=link, out=Announcement(), stop=threading.Event())
    assert link.read_text() == "mine"


def test_a_link_of_the_users_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "config.toml"
    target.write_text("mine")
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(ConfigError) as refused:
        serve(EmulatorOptions(), link=link, out=Announcement(), stop=threading.Event())
    assert "is not overwritten" in refused.value.hint
    assert os.readlink(link) == str(target)


def test_a_link_to_another_terminal_is_replaced(tmp_path: Path) -> None:
    master, slave = os.openpty()
    link = tmp_path / "link"
    link.symlink_to(os.ttyname(slave))
    with served(EmulatorOptions(), link):
        assert os.readlink(link) != os.ttyname(slave)
    assert not link.is_symlink()
    os.close(master)
    os.close(slave)


def test_two_boards_have_a_line_each(tmp_path: Path) -> None:
    with served(EmulatorOptions(speed=50), tmp_path / "board", boards=2) as paths:
        assert paths == [str(tmp_path / "board"), str(tmp_path / "board2")]
        one, other = (Line(path) for path in paths)
        other.write(b"SKINFO\r\n")
        address = re.search(rb"EINFO (\S+)", other.until(b"OK\r\n"))
        assert address
        one.write(b"SKSENDTO 1 " + address[1] + b" 0E1A 0 0004 ping")
        one.until(b"OK\r\n")
        assert b" 0 0004 ping\r\n" in other.until(b"ping\r\n")
        one.close()
        other.close()


def test_output_that_nobody_reads_does_not_stop_the_module() -> None:
    with served(EmulatorOptions()) as (path,):
        line = Line(path)
        for _ in range(120):
            assert select.select([], [line.descriptor], [], PATIENCE)[1]
            line.write(b"SKINFO\r")
        line.until(b"EINFO")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if select.select([line.descriptor], [], [], 0.3)[0]:
                os.read(line.descriptor, 65536)
            else:
                break
        line.write(b"SKVER\r")
        line.until(b"EVER 1.2.10\r\nOK\r\n")
        line.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    link = tmp_path / "meter"
    program = (
        "import sys, threading; from pathlib import Path;"
        "from semtui.emulator import EmulatorOptions; from semtui.emulator.pty import serve;"
        "serve(EmulatorOptions(), link=Path(sys.argv[1]), out=sys.stdout, stop=threading.Event())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(link)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready {link}\n"
        assert link.is_symlink()
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    assert not link.is_symlink()


class NaiveReader:
    """A script of 2016: hex only, by lines, echo left on, no reset, payload followed by CRLF.

    It expects the echo, EVENT 21 and OK in this order and nothing between.
    """

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self._lines = os.fdopen(os.dup(self._descriptor), "rb", buffering=0)

    def close(self) -> None:
        self._lines.close()
        os.close(self._descriptor)

    def line(self) -> str:
        assert select.select([self._descriptor], [], [], PATIENCE)[0], "no line came"
        return self._lines.readline().decode("ascii").strip()

    def command(self, text: str) -> None:
        os.write(self._descriptor, text.encode() + b"\r\n")
        assert self.line() == text

    def ok(self, text: str) -> None:
        self.command(text)
        assert self.line() == "OK"

    def connect(self, options: EmulatorOptions) -> None:
        self.command("SKVER")
        assert self.line() == "EVER 1.2.10"
        assert self.line() == "OK"
        self.ok(f"SKSETPWD C {options.password}")
        self.ok(f"SKSETRBID {options.route_b_id}")
        self.ok("SKSCAN 2 FFFFFFFF 6")
        found: dict[str, str] = {}
        while not (line := self.line()).startswith("EVENT 22"):
            key, colon, value = line.partition(":")
            if colon and not key.startswith("EVENT"):
                found[key] = value
        self.ok(f"SKSREG S2 {found['Channel']}")
        self.ok(f"SKSREG S3 {found['Pan ID']}")
        self.command(f"SKLL64 {found['Addr']}")
        self.address = self.line()
        self.ok(f"SKJOIN {self.address}")
        while not self.line().startswith("EVENT 25"):
            pass
        assert self.line().startswith("ERXUDP")

    def power(self) -> int:
        payload = bytes.fromhex("1081000105FF010288016201E700")
        head = f"SKSENDTO 1 {self.address} 0E1A 1 {len(payload):04X} "
        os.write(self._descriptor, head.encode() + payload + b"\r\n")
        assert self.line() == head.strip()
        assert self.line() == f"EVENT 21 {self.address} 00"
        assert self.line() == "OK"
        assert self.line() == ""
        words = self.line().split(" ")
        assert words[0] == "ERXUDP"
        return int(words[8][-8:], 16)


def test_a_naive_reader_of_2016_reads_the_power_in_hex_display() -> None:
    style = MeterStyle(announce="none")
    options = EmulatorOptions(display="hex", speed=20, watts=1234, meter=style)
    with served(options) as (path,):
        reader = NaiveReader(path)
        reader.connect(options)
        assert [reader.power() for _ in range(5)] == [1234] * 5
        reader.close()


@pytest.mark.parametrize("taken", [False, True], ids=["free", "taken by somebody meanwhile"])
def test_the_link_is_gone_while_the_stick_is_pulled_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    link = tmp_path / "meter"
    seen: list[str | None] = []

    def look() -> None:
        seen.append(os.readlink(link) if link.is_symlink() else None)

    def pull_out_and_plug_in(_specs: object, _emulator: object, line: SerialLine) -> None:
        assert isinstance(line, Terminal)
        look()
        line.vanish()
        look()
        # Its number is free for others now.
        other = os.openpty()
        if taken:
            link.write_text("mine")
        line.return_()
        look()
        seen.append(line.path)
        for descriptor in other:
            os.close(descriptor)

    monkeypatch.setattr("semtui.emulator.pty.play", pull_out_and_plug_in)
    ended = threading.Event()
    ended.set()
    serve(EmulatorOptions(), link=link, out=Announcement(), stop=ended)
    before, meanwhile, after, path = seen
    assert before is not None
    assert meanwhile is None
    assert after == (None if taken else path)
    assert link.exists() == taken
    assert not link.is_symlink()


def test_a_link_into_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    link = tmp_path / "missing" / "link"
    with pytest.raises(ConfigError) as refused:
        serve(EmulatorOptions(), link=link, out=Announcement(), stop=threading.Event())
    assert f"There is no folder {link.parent}" in refused.value.hint
    assert "Errno" not in refused.value.detail
