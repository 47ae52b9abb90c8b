"""The real port, on pseudo-terminals and sockets: every way it may be had, and lost."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semtui.errors import PortError, PortReason
from semtui.radio.port import READ_LIMIT, Port, SerialPort

DEADLINE = 5.0


@dataclass
class Line:
    """A pseudo-terminal: `master` is the module's side, `path` is what semtui opens."""

    master: int
    path: str

    def unplug(self) -> None:
        os.close(self.master)
        self.master = -1

    def heard(self, count: int) -> bytes:
        """Read `count` bytes on the module's side."""
        got = b""
        while len(got) < count:
            ready, _writable, _broken = select.select([self.master], [], [], DEADLINE)
            assert ready, f"only {got!r} came"
            got += os.read(self.master, count - len(got))
        return got


@pytest.fixture
def line() -> Iterator[Line]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    line = Line(master, os.ttyname(slave))
    os.close(slave)
    yield line
    if line.master >= 0:
        os.close(line.master)


@pytest.fixture
def port(line: Line) -> Iterator[SerialPort]:
    port = SerialPort(line.path)
    yield port
    port.close()


def collect(port: Port, count: int) -> bytes:
    """Read until `count` bytes have come."""
    got = b""
    end = time.monotonic() + DEADLINE
    while len(got) < count:
        assert time.monotonic() < end, f"only {len(got)} of {count} bytes came"
        got += port.read(0.25)
    return got


def loss_of(port: Port) -> PortError:
    """Read until the port has gone."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            port.read(0.25)
        except PortError as error:
            return error
    raise AssertionError("the loss went unnoticed")


def reason_of(url: str) -> tuple[PortReason, str]:
    with pytest.raises(PortError) as caught:
        SerialPort(url)
    return caught.value.reason, str(caught.value)


def test_bytes_go_both_ways_unchanged(line: Line, port: SerialPort) -> None:
    every = bytes(range(256))
    port.write(every)
    assert line.heard(256) == every
    os.write(line.master, every)
    assert collect(port, 256) == every


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(chunks=st.lists(st.binary(min_size=1, max_size=300), max_size=5))
def test_any_bytes_in_any_chunks_arrive(line: Line, port: SerialPort, chunks: list[bytes]) -> None:
    for chunk in chunks:
        os.write(line.master, chunk)
    whole = b"".join(chunks)
    assert collect(port, len(whole)) == whole


def test_name_is_what_it_was_opened_with(line: Line, port: SerialPort) -> None:
    assert port.name == line.path


def test_all_that_waits_comes_in_one_read(line: Line, port: SerialPort) -> None:
    os.write(line.master, b"x" * 500)
    assert port.read(0.25) == b"x" * 500


def test_read_of_a_silent_port_is_bounded(port: SerialPort) -> None:
    begin = time.monotonic()
    assert port.read(60.0) == b""
    assert READ_LIMIT - 0.01 <= time.monotonic() - begin < 2.0


@pytest.mark.parametrize("timeout", [0.0, -3.0])
def test_read_without_patience_returns_at_once(port: SerialPort, timeout: float) -> None:
    begin = time.monotonic()
    assert port.read(timeout) == b""
    assert time.monotonic() - begin < READ_LIMIT


def test_wake_ends_a_read_in_another_thread(port: SerialPort) -> None:
    # Without the wake-up twenty reads take five seconds.
    begin = time.monotonic()
    for _round in range(20):
        waker = threading.Thread(target=port.wake)
        waker.start()
        assert port.read(0.25) == b""
        waker.join()
    assert time.monotonic() - begin < 20 * READ_LIMIT / 2


def test_many_wakes_count_as_one(port: SerialPort) -> None:
    for _round in range(100_000):
        port.wake()
    assert port.read(0.0) == b""
    begin = time.monotonic()
    assert port.read(0.05) == b""
    assert time.monotonic() - begin >= 0.045


def test_wake_does_not_lose_bytes(line: Line, port: SerialPort) -> None:
    os.write(line.master, b"OK\r\n")
    port.wake()
    assert collect(port, 4) == b"OK\r\n"


def test_unplugging_in_the_middle_of_a_read(line: Line, port: SerialPort) -> None:
    puller = threading.Thread(target=line.unplug)
    puller.start()
    error = loss_of(port)
    puller.join()
    assert error.reason is PortReason.LOST
    assert line.path in error.title
    assert error.exit_code == 3


def test_writing_to_a_port_that_has_gone(line: Line, port: SerialPort) -> None:
    line.unplug()
    with pytest.raises(PortError) as caught:
        port.write(b"SKVER\r\n")
    assert caught.value.reason is PortReason.LOST


def test_a_module_that_takes_no_bytes_is_given_up_soon(line: Line, port: SerialPort) -> None:
    begin = time.monotonic()
    with pytest.raises(PortError) as caught:
        port.write(b"x" * 1_000_000)
    assert caught.value.reason is PortReason.LOST
    assert time.monotonic() - begin < 2.0


def test_closing_twice_and_after_a_loss_is_quiet(line: Line, port: SerialPort) -> None:
    line.unplug()
    port.close()
    port.close()
    port.wake()
    with pytest.raises(PortError):
        port.read(0.0)
    with pytest.raises(PortError):
        port.write(b"x")


def test_closing_gives_the_port_to_others(line: Line) -> None:
    SerialPort(line.path).close()
    second = SerialPort(line.path)
    second.close()


def test_a_missing_device(tmp_path: Path) -> None:
    reason, text = reason_of(str(tmp_path / "ttyUSB9"))
    assert reason is PortReason.NOT_FOUND
    assert "ttyUSB9" in text
    assert "Plug the module in" in text


def test_a_missing_port_of_the_header_tells_how_to_switch_it_on() -> None:
    # No computer has this many built-in ports.
    reason, text = reason_of("/dev/ttyAMA987")
    assert reason is PortReason.NOT_FOUND
    assert "raspi-config" in text
    assert "dtparam=uart0=on" in text
    assert "/dev/ttyAMA0" in text


@pytest.mark.parametrize("kind", ["file", "folder", "fifo", "null"])
def test_things_that_are_no_serial_port(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "file":
        path.write_text("hello")
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path = Path(os.devnull)
    reason, text = reason_of(str(path))
    assert reason is PortReason.NOT_A_PORT
    assert f"{path} is not a serial port." in text
    if kind == "file":
        assert path.read_text() == "hello"


def test_no_port_is_set() -> None:
    reason, text = reason_of("")
    assert reason is PortReason.NOT_FOUND
    assert "No serial port is set." in text


def test_a_second_opening_is_refused_and_the_first_lives_on(line: Line, port: SerialPort) -> None:
    reason, text = reason_of(line.path)
    assert reason is PortReason.BUSY
    assert f"{line.path} is in use by another program." in text
    os.write(line.master, b"still")
    assert collect(port, 5) == b"still"


def test_the_program_that_holds_a_port_is_named(line: Line) -> None:
    script = (
        "import sys, serial; s = serial.Serial(sys.argv[1], exclusive=True);"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, line.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        reason, text = reason_of(line.path)
        other.communicate()
    assert reason is PortReason.BUSY
    assert f"(process {other.pid})" in text
