"""Lines a second through a pty: our port and parser beside pyserial's readline and a split."""

from __future__ import annotations

import os
import sys
import time
import tty
from collections.abc import Callable, Iterator

import serial

from benchmarks.figures import Figure
from semtui.radio.parser import Parser
from semtui.radio.port import SerialPort

ROUNDS = 5
OURS = "FE80:0000:0000:0000:021D:1290:D684:059A"
METER = "FE80:0000:0000:0000:021C:6400:03ED:5A3C"
POLL = (
    f"SKSENDTO 1 {METER} 0E1A 1 0010 \r\n"
    f"EVENT 21 {METER} 00\r\nOK\r\n"
    f"ERXUDP {METER} {OURS} 0E1A 0E1A 001C640003ED5A3C 1 0018 "
    "1081000102880105FF017202E7040000021CE80400140028\r\n"
).encode()
"""What the module prints for one poll, with echo on and in hex display."""
LINES = POLL.count(b"\r\n")
POLLS = 5000


def measure() -> Iterator[Figure]:
    """Read the same traffic in turns; the process that writes it is another one."""
    assert len(Parser().feed(POLL)) == LINES
    ours: list[tuple[float, float]] = []
    peers: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        ours.append(_through_pty(_parser))
        peers.append(_through_pty(_readline))
    total = LINES * POLLS
    yield Figure(
        f"framing and parsing from a pty, {total} lines of 4 kinds",
        [total / wall for wall, _cpu in ours],
        "lines/s",
        [total / wall for wall, _cpu in peers],
        "lines/s readline() + split()",
        aim=5,
        aim_of_ratio=True,
        more_is_better=True,
    )
    yield Figure(
        "the same, processor time a line",
        [1e6 * cpu / total for _wall, cpu in ours],
        "us",
        [1e6 * cpu / total for _wall, cpu in peers],
        "us readline() + split()",
    )
    yield Figure(
        "the same without the pty: Parser.feed in pieces of 4096 bytes",
        [total / _in_memory(Parser().feed) for _ in range(ROUNDS)],
        "lines/s",
    )
    yield Figure(
        "the same with the bytes that may be shown: Parser.hear",
        [total / _in_memory(Parser().hear) for _ in range(ROUNDS)],
        "lines/s",
    )


def _through_pty(reader: Callable[[str], Callable[[], int]]) -> tuple[float, float]:
    """Wall and processor seconds until a reader has had all bytes; it gives how many at a call."""
    master, slave = os.openpty()
    tty.setraw(slave)
    # Opening a port drops what is there, so the writer begins afterwards.
    take = reader(os.ttyname(slave))
    sys.stdout.flush()
    writer = os.fork()
    if writer == 0:
        _write_all(master)
        os._exit(0)
    left = len(POLL) * POLLS
    wall, cpu = time.perf_counter(), time.process_time()
    while left:
        left -= take()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    os.waitpid(writer, 0)
    os.close(master)
    os.close(slave)
    return wall, cpu


def _write_all(master: int) -> None:
    for _ in range(POLLS):
        left = memoryview(POLL)
        while left:
            left = left[os.write(master, left) :]


def _parser(path: str) -> Callable[[], int]:
    """Our way: what has come, into the parser."""
    port = SerialPort(path)
    parser = Parser()

    def take() -> int:
        data = port.read(0.25)
        parser.feed(data)
        return len(data)

    return take


def _readline(path: str) -> Callable[[], int]:
    """The usual way: a line, split at its blanks."""
    port = serial.Serial(path, 115200, timeout=1)

    def take() -> int:
        line = port.readline()
        line.decode("ascii").split()
        return len(line)

    return take


def _in_memory(take: Callable[[bytes], object]) -> float:
    """Seconds for the same bytes in memory."""
    stream = POLL * POLLS
    began = time.perf_counter()
    for begin in range(0, len(stream), 4096):
        take(stream[begin : begin + 4096])
    return time.perf_counter() - began
