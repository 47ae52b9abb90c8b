"""Many browsers at once, as far as a server can tell: they listen to the events, and they ask."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from types import TracebackType
from typing import Any, Self

PATIENCE = 60.0
"""Seconds after which something that should have come has not."""
QUESTIONS = (
    "/inst_power",
    "/api/v1/now",
    "/api/v1/link",
    "/api/v1/history?every=10",
    "/metrics",
    "/api/v1/energy",
    "/",
    "/api/v1/span",
    "/page.js",
    "/api/v1/now",
)


def free_port() -> int:
    """A port of loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Listener:
    """What one client has heard."""

    numbers: list[int] = field(default_factory=list)
    """Of the events, from behind the greeting on."""
    readings: list[dict[str, Any]] = field(default_factory=list)
    stamps: list[float] = field(default_factory=list)
    """`time.perf_counter()` when each reading came."""
    resets: int = 0
    greeting: int | None = None

    @property
    def lost(self) -> int:
        """Events that are missing between those that came, or came twice or out of order."""
        known = ([] if self.greeting is None else [self.greeting]) + self.numbers
        return sum(abs(after - before - 1) for before, after in pairwise(known)) + self.resets


class Crowd:
    """Clients in a thread of their own, from entering to leaving."""

    def __init__(self, port: int, listeners: int, rate: float = 0.0) -> None:
        """`rate`: questions a second of all together."""
        self._port = port
        self._rate = rate
        self.listeners = [Listener() for _listener in range(listeners)]
        self.statuses: Counter[int] = Counter()
        """Of the answers; 0 for a connection that broke."""
        self.seconds: list[float] = []
        """From each question to the end of its answer."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.wait_until(lambda: all(one.greeting is not None for one in self.listeners))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._thread.join(PATIENCE)

    def wait_until(self, holds: Any, patience: float = PATIENCE) -> None:
        """Wait for a condition; SystemExit when it never holds."""
        end = time.monotonic() + patience
        while not holds():
            if time.monotonic() > end:
                raise SystemExit("the web view did not do what it should have done")
            self._ending.wait(0.02)

    @property
    def lost(self) -> int:
        """Events that somebody has not heard."""
        return sum(one.lost for one in self.listeners)

    async def _main(self) -> None:
        tasks = [asyncio.ensure_future(self._listen(one)) for one in self.listeners]
        paths = cycle(QUESTIONS)
        asked: set[asyncio.Task[None]] = set()
        due = time.monotonic()
        while not self._ending.is_set():
            if self._rate:
                asked = {task for task in asked if not task.done()}
                asked.add(asyncio.ensure_future(self._ask(next(paths))))
                due += 1 / self._rate
            await asyncio.sleep(max(0.0, due - time.monotonic()) if self._rate else 0.02)
        for task in (*tasks, *asked):
            task.cancel()
        await asyncio.gather(*tasks, *asked, return_exceptions=True)

    async def _listen(self, one: Listener) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        number, kind = 0, ""
        try:
            while line := await reader.readline():
                name, _colon, value = line.decode().rstrip().partition(": ")
                if name == "id":
                    number = int(value.rpartition("-")[2])
                elif name == "event":
                    kind = value
                elif name == "data":
                    self._hear(one, number, kind, value)
        finally:
            writer.close()

    @staticmethod
    def _hear(one: Listener, number: int, kind: str, data: str) -> None:
        if kind == "hello":
            one.greeting = number
            return
        if kind == "reset":
            one.resets += 1
        one.numbers.append(number)
        if kind == "reading":
            one.stamps.append(time.perf_counter())
            one.readings.append(json.loads(data))

    async def _ask(self, path: str) -> None:
        began = time.perf_counter()
        status = 0
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            answer = await reader.read()
            while more := await reader.read():
                answer += more
            writer.close()
            status = int(answer.split(b" ", 2)[1])
        except (OSError, IndexError, ValueError):
            pass
        self.statuses[status] += 1
        self.seconds.append(time.perf_counter() - began)
