"""The stream of events: each once, in order, and what was missed after a return."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import httpx

from semtui.clock import VirtualClock
from semtui.config import Settings
from semtui.model import Level as NoticeLevel
from semtui.model import LinkState, Notice
from semtui.web.events import Feed
from semtui.web.live import KEPT, Live
from tests.web.serving import Desk, a_link, a_reading, serving

Said = tuple[str, str, dict[str, object]]


def events(desk: Desk, last: str = "") -> Iterator[Said]:
    """What a client hears: id, kind and data of each event."""
    headers = {"last-event-id": last} if last else {}
    with httpx.stream("GET", f"{desk.url}/api/v1/events", headers=headers, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            if line:
                name, _colon, value = line.partition(": ")
                fields[name] = value
            elif "event" in fields:
                yield fields["id"], fields["event"], json.loads(fields["data"])
                fields = {}


def test_each_event_comes_once_and_in_order() -> None:
    with serving() as desk:
        heard = events(desk)
        assert next(heard)[1] == "hello"
        desk.live.handle(a_link(desk.clock, LinkState.READY))
        for watts in (1, 2, 3):
            desk.read(watts)
        desk.live.handle(Notice(desk.clock.now(), NoticeLevel.INFO, "Joined."))
        said = [next(heard) for _event in range(5)]
        assert [kind for _id, kind, _data in said] == ["link", *["reading"] * 3, "notice"]
        assert [data["watts"] for _id, kind, data in said if kind == "reading"] == [1, 2, 3]
        assert said[0][2]["state"] == "ready"


def test_who_comes_back_is_told_what_was_missed() -> None:
    with serving() as desk:
        heard = events(desk)
        next(heard)
        desk.read(1)
        last, _kind, _data = next(heard)
        heard.close()  # type: ignore[attr-defined]
        desk.read(2)
        desk.read(3)
        again = events(desk, last)
        assert [next(again)[2]["watts"] for _event in range(2)] == [2, 3]


def test_who_missed_too_much_or_another_run_starts_anew() -> None:
    with serving() as desk:
        heard = events(desk)
        first, _kind, _data = next(heard)
        for watts in range(KEPT + 1):
            desk.read(watts)
        for last in (first, "00000000-1", "nonsense", f"{first.partition('-')[0]}-99999999"):
            again = events(desk, last)
            assert next(again)[1] == "reset"
            desk.read(7)
            assert next(again)[2]["watts"] == 7


def test_a_link_that_only_counts_down_is_no_event() -> None:
    with serving() as desk:
        link = a_link(desk.clock)
        desk.live.handle(link)
        number = desk.live.number
        desk.live.handle(link)
        assert desk.live.number == number


def test_clients_are_counted_while_they_listen() -> None:
    with serving() as desk:
        heard = events(desk)
        next(heard)
        assert desk.server.clients == 1
        heard.close()  # type: ignore[attr-defined]
        while desk.server.clients:
            desk.read()  # What is sent to one that has gone shows that it has.


def test_stopping_ends_the_streams() -> None:
    with serving() as desk:
        heard = events(desk)
        next(heard)
        desk.server.stop()
        assert list(heard) == []
        assert not desk.server.is_running


def test_a_loop_that_has_ended_is_nothing_to_the_radio() -> None:
    live = Live(VirtualClock(), Settings())
    feed = Feed(live)

    async def opened() -> None:
        feed.open()

    asyncio.run(opened())
    live.handle(a_reading(VirtualClock()))
    assert live.number == 1
    feed.end_soon()


def test_a_server_that_has_ended_is_not_called_any_more() -> None:
    with serving() as desk:
        desk.server._server.should_exit = True  # It ends without having been asked to.
        desk.server._thread.join(10)
        assert desk.live._wakers == ()
