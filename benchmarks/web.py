"""The web view: its processor time, the way of a reading to a browser, the page, and a year."""

from __future__ import annotations

import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import httpx

from benchmarks.figures import Figure
from benchmarks.processes import cpu_seconds, resident
from benchmarks.served import served_log
from benchmarks.years import END, first_day, midnight, write_store
from tests.web.crowd import Crowd
from tests.web.serving import serving

WINDOWS = 3
SECONDS = 30.0
SETTLING = 5.0
CROWDS = (0, 1, 50)
READINGS = 100
PAUSE = 0.05
"""Seconds between two readings whose way is timed: each finds the server at rest."""
DAYS = 365
ROUNDS = 15
_LINKED = re.compile(r'(?:src|href|from)\s*=?\s*"(?:\./)?([^":]+)"')


def measure() -> Iterator[Figure]:
    """Watch a log with and without clients, time events, weigh the page, and ask for a year."""
    yield from _processor()
    for clients in (1, 50):
        yield Figure(
            f"web: a reading from published to received, {clients} listening, median of {READINGS}",
            [median(_ways(clients)) for _round in range(3)],
            "ms",
            aim=10,
        )
    yield from _page()
    yield from _year()


def _processor() -> Iterator[Figure]:
    with served_log(web=False) as (pid, _port):
        without = _shares(pid)
        bare = resident(pid)
    with served_log() as (pid, port):
        for clients in CROWDS:
            with Crowd(port, clients):
                yield Figure(
                    f"web: CPU of `semtui log --http`, {clients} listening, a reading each 3 s",
                    _shares(pid),
                    "% of a core",
                    without,
                    "% without --http",
                    aim=1 if clients == max(CROWDS) else None,
                )
        yield Figure("web: RSS of `semtui log --http`", [resident(pid)], "MB", [bare], "MB without")


def _shares(pid: int) -> list[float]:
    """Percent of a core in each window."""
    time.sleep(SETTLING)
    shares = []
    for _window in range(WINDOWS):
        before, began = cpu_seconds(pid), time.monotonic()
        time.sleep(SECONDS)
        shares.append(100 * (cpu_seconds(pid) - before) / (time.monotonic() - began))
    return shares


def _ways(clients: int) -> list[float]:
    """Milliseconds of each reading to each client; server and clients share an interpreter."""
    with serving() as desk, Crowd(desk.server.address.port, clients) as crowd:
        stamps = []
        pause = threading.Event()
        for _reading in range(READINGS):
            stamps.append(time.perf_counter())
            desk.read()
            pause.wait(PAUSE)
        crowd.wait_until(lambda: all(len(one.stamps) == READINGS for one in crowd.listeners))
        return [
            1000 * (came - went)
            for one in crowd.listeners
            for came, went in zip(one.stamps, stamps, strict=True)
        ]


def _page() -> Iterator[Figure]:
    """The bodies of the page's files, followed from one to the next."""
    with serving() as desk:
        sizes: dict[str, int] = {}
        names = [""]
        while names:
            name = names.pop()
            answer = desk.get(f"/{name}")
            if name in sizes or answer.status_code != 200:
                continue
            sizes[name] = len(answer.content)
            if name == "" or (name.endswith(".js") and "vendor/" not in name):
                names += _LINKED.findall(answer.text)
    largest = max(sizes, key=lambda name: sizes[name])
    yield Figure(
        f"web: the page, its {len(sizes)} files, not compressed",
        [sum(sizes.values()) / 1000],
        "kB",
        aim=150,
        note=f"of it {largest}: {sizes[largest] / 1000:.0f} kB",
    )


def _year() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        path = write_store(Path(place), DAYS)
        with serving(history=path) as desk, httpx.Client(base_url=desk.url, timeout=60) as client:
            begin, end = midnight(first_day(DAYS)).timestamp(), midnight(END).timestamp()
            taken, size, points = [], 0, 0
            for _round in range(ROUNDS):
                began = time.perf_counter()
                answer = client.get(f"/api/v1/history?from={begin:.0f}&to={end:.0f}")
                taken.append(1000 * (time.perf_counter() - began))
                size, points = len(answer.content), len(json.loads(answer.content)["mean"])
            yield Figure("web: a year in one request", taken, "ms", aim=200)
            yield Figure(
                "web: a year in one request, size",
                [size / 1000],
                "kB",
                aim=100,
                note=f"{points} points",
            )
            began = time.perf_counter()
            with client.stream("GET", "/export.csv?every=30m") as answer_stream:
                read = sum(len(chunk) for chunk in answer_stream.iter_raw())
            yield Figure(
                "web: a year of half hours as CSV",
                [time.perf_counter() - began],
                "s",
                note=f"{read / 1e6:.1f} MB",
            )
