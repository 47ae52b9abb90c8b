"""`/export.csv`: the tables of `semtui export`, streamed, and let go when the client goes."""

from __future__ import annotations

import asyncio
import io
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from semtui.clock import JST, VirtualClock
from semtui.model import Reading, ReadingStatus
from semtui.storage.export.query import Every, Query
from semtui.storage.export.run import export
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from semtui.storage.history.writer import HistoryStore
from semtui.web.exports import MOST_AT_ONCE, Exports
from semtui.web.problems import Problem
from tests.web.serving import serving

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=JST)
POLLS = 20_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seventeen hours of polls at three seconds, an hour of them lost."""
    folder = tmp_path_factory.mktemp("exports")
    history = HistoryStore(folder, VirtualClock(), lambda _update: None)
    for number in range(POLLS):
        at = NOW - timedelta(seconds=3 * (POLLS - number))
        lost = 6000 <= number < 7200
        status = ReadingStatus.TIMEOUT if lost else ReadingStatus.OK
        watts = None if lost else 500 + number % 700
        history.handle(Reading(at, 0.0, watts, None, None, None, status))
    history.end()
    history.flush()
    return folder / FILE_NAME


@pytest.mark.parametrize("every", list(Every))
def test_it_is_what_the_command_writes(store: Path, every: Every) -> None:
    written = io.BytesIO()
    export(HistoryReader(store), Query(every), written, lambda _progress: None)
    with serving(history=store) as desk:
        answer = desk.get("/export.csv", params={"every": every.value})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"].endswith(f'"semtui-{every.value}.csv"')
        assert answer.content == written.getvalue()
        assert answer.content.count(b"\n") > 1


def test_a_range_is_given_as_elsewhere(store: Path) -> None:
    begin = NOW - timedelta(minutes=10)
    with serving(history=store) as desk:
        answers = [
            desk.get(f"/export.csv?from={start}&to={end}").text
            for start, end in (
                (begin.isoformat().replace("+", "%2B"), NOW.isoformat().replace("+", "%2B")),
                (begin.isoformat(), "now"),
                (int(begin.timestamp()), int(NOW.timestamp())),
            )
        ]
        assert len(set(answers)) == 1
        assert len(answers[0].splitlines()) == 1 + 200
        days = desk.get("/export.csv?every=1d&from=2026-11-20&to=2026-11-20").text.splitlines()
        assert [line.partition(",")[0] for line in days] == ["date", "2026-11-20"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("every=2m", "every"),
        ("from=nonsense", "range"),
        ("from=0001-01-01", "time"),
        ("from=99999999999", "time"),
        ("from=2026-11-21&to=2026-11-19", "range"),
    ],
)
def test_a_wrong_question_is_a_code_and_a_sentence(store: Path, query: str, code: str) -> None:
    with serving(history=store) as desk:
        answer = desk.get(f"/export.csv?{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_no_history_an_empty_and_a_damaged_one(tmp_path: Path) -> None:
    with serving() as desk:
        assert desk.get("/export.csv").status_code == 404
    with serving(history=tmp_path / FILE_NAME) as desk:
        assert desk.get("/export.csv").text.splitlines()[1:] == []
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1000)
    with serving(history=tmp_path / FILE_NAME) as desk:
        answer = desk.get("/export.csv")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "history")
        assert desk.view.exports.running == 0


def test_a_client_that_goes_ends_the_reading(store: Path) -> None:
    with serving(history=store) as desk:
        for _client in range(MOST_AT_ONCE + 2):
            with httpx.stream("GET", f"{desk.url}/export.csv") as answer:
                assert next(answer.iter_raw())
            # The answer to another request shows that the loop has been round.
            while desk.view.exports.running:
                assert desk.get("/inst_power").status_code == 503
        assert desk.get("/export.csv").status_code == 200


def test_head_reads_nothing_and_holds_nothing(store: Path) -> None:
    with serving(history=store) as desk, httpx.Client(base_url=desk.url, timeout=20) as client:
        for path in ("/export.csv", "/api/v1/events"):
            for _again in range(MOST_AT_ONCE + 1):
                answer = client.head(path)
                assert (answer.status_code, answer.content) == (200, b"")
            assert client.get("/inst_power").status_code == 503, "the same connection goes on"
        assert desk.server.clients == 0


def test_a_few_at_once_and_no_more(store: Path) -> None:
    async def body() -> None:
        exports = Exports(store, lambda: NOW)
        held = [await exports.begin({}) for _export in range(MOST_AT_ONCE)]
        with pytest.raises(Problem) as caught:
            await exports.begin({})
        assert (caught.value.status, caught.value.code) == (503, "busy")
        for each in held:
            each.close()
            each.close()
        assert exports.running == 0

    asyncio.run(body())


def test_memory_does_not_grow_with_the_rows(store: Path) -> None:
    async def body() -> int:
        exports = Exports(store, lambda: NOW)
        one = await exports.begin({})
        size = 0
        tracemalloc.start()
        async for text in one.texts():
            size += len(text)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        one.close()
        assert size > POLLS * 30
        return peak

    # Some pieces of 5000 rows, as objects and as text, whatever the number of rows.
    assert asyncio.run(body()) < 8_000_000
