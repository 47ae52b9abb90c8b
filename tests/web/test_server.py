"""The server against clients that are slow, greedy, lying or gone; and its own ends."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from semtui.clock import VirtualClock
from semtui.errors import ConfigError
from semtui.hub import Hub
from semtui.model import Level, Notice
from semtui.web import limits
from semtui.web.access import Address, cookie_of
from semtui.web.application import WebView
from semtui.web.server import Server, bind
from tests.web.serving import TOKEN, Desk, serving


def answer(desk: Desk, request: bytes) -> bytes:
    """Send bytes and return all that comes until the server closes."""
    with desk.connect() as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(1 << 16):
            received += chunk
    return received


def raw(path: str, *headers: str, host: str = "127.0.0.1", method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def status(received: bytes) -> int:
    match = re.match(rb"HTTP/1.1 (\d+)", received)
    return int(match[1]) if match else 0


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/%2e%2e/server.py",
        "/..%2f..%2fconfig.py",
        "/static/index.html",
        "//etc/passwd",
        "/vendor/../../server.py",
        "/\\..\\server.py",
        "/%00",
    ],
)
def test_no_path_leads_out_of_the_page(path: str) -> None:
    with serving() as desk:
        assert status(answer(desk, raw(path))) == 404


def test_only_reading_is_served() -> None:
    with serving() as desk:
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert httpx.request(method, desk.url + "/api/v1/now").status_code == 405
        assert httpx.head(desk.url + "/api/v1/now").status_code == 200


def test_bodies_heads_and_addresses_have_a_limit() -> None:
    with serving() as desk:
        assert status(answer(desk, raw("/", "Content-Length: 5") + b"hello")) == 413
        assert status(answer(desk, raw("/", "Transfer-Encoding: chunked") + b"0\r\n\r\n")) == 413
        assert status(answer(desk, raw("/?" + "x" * 3000))) == 414
        long = "X: " + "x" * limits.MOST_HEADER_BYTES
        assert status(answer(desk, raw("/", long))) in (400, 431)
        assert desk.get("/").status_code == 200


@pytest.mark.parametrize("garbage", [b"\x00" * 100 + b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01"])
def test_what_is_no_request_is_not_answered_as_one(garbage: bytes) -> None:
    with serving() as desk:
        with desk.connect() as connection:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            assert status(connection.recv(4096)) in (0, 400)
        assert desk.get("/").status_code == 200


def test_a_foreign_host_is_refused() -> None:
    with serving() as desk:
        received = answer(desk, raw("/api/v1/now", host="rebound.example"))
        assert status(received) == 421
        assert b"wrong_host" in received
        assert len(desk.refusals) == 1


def test_every_answer_carries_the_headers_that_keep_it_safe() -> None:
    with serving() as desk:
        for path in ("/", "/api/v1/now", "/nothing"):
            headers = desk.get(path).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert "access-control-allow-origin" not in headers
            assert "server" not in headers


def test_without_the_token_nothing_is_seen() -> None:
    with serving(token=TOKEN) as desk:
        desk.read(812)
        for path in ("/", "/inst_power", "/api/v1/now", "/api/v1/events", "/metrics", "/page.js"):
            assert desk.get(path).status_code == 401
        wrong = {"authorization": "Bearer " + "x" * 30}
        assert desk.get("/api/v1/now", headers=wrong).status_code == 401
        assert desk.get("/?token=" + "x" * 30).status_code == 401
        assert desk.get("/?" + "&".join(["token=1"] * 60)).status_code == 401
        assert desk.get("/healthz").status_code == 200, "yes or no is open to a watchdog"
        assert all(TOKEN not in line for line in desk.refusals)


def test_the_token_is_exchanged_for_a_cookie() -> None:
    with serving(token=TOKEN) as desk:
        first = desk.get(f"/?token={TOKEN}")
        assert (first.status_code, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert TOKEN not in cookie
        assert "httponly" in cookie.lower()
        assert "samesite=strict" in cookie.lower()
        kept = {"cookie": f"semtui={cookie_of(TOKEN)}"}
        assert desk.get("/", headers=kept).status_code == 200
        assert desk.get("/api/v1/now", headers={"authorization": f"Bearer {TOKEN}"}).is_success


def test_a_client_that_sends_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUEST_SECONDS", 0.2)
    with serving() as desk, desk.connect() as silent, desk.connect() as slow:
        slow.sendall(b"GET / HT")
        # Both are closed by the server; a receive ends then, with nothing or a reset.
        for connection in (silent, slow):
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(100) == b""
        assert desk.get("/").status_code == 200


def test_a_client_that_takes_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEND_SECONDS", 0.2)
    with serving() as desk, desk.connect() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.sendall(raw("/api/v1/events"))
        assert lazy.recv(10)
        seen, end = False, time.monotonic() + 60
        while time.monotonic() < end:
            at, words = desk.clock.now(), "x" * 50_000
            desk.live.handle(Notice(at, Level.INFO, "A long notice.", words))
            # The answer shows that the loop has been round.
            assert desk.get("/").status_code == 200
            seen = seen or desk.server.clients > 0
            if seen and not desk.server.clients:
                break
        assert seen
        assert desk.server.clients == 0
        assert desk.get("/").status_code == 200


def test_there_is_a_most_of_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CONNECTIONS", 5)
    with serving() as desk:
        held = [desk.connect() for _connection in range(12)]
        try:
            closed = 0
            for connection in held:
                connection.settimeout(0.5)
                try:
                    closed += connection.recv(1) == b""
                except ConnectionResetError:
                    closed += 1
                except TimeoutError:
                    pass
            assert closed >= 7
        finally:
            for connection in held:
                connection.close()
        # Those that were held are gone: there is room again.
        while True:
            try:
                assert desk.get("/").status_code == 200
                break
            except httpx.TransportError:
                continue


def test_a_port_in_use_is_a_sentence() -> None:
    taken = bind(Address("127.0.0.1", 0))
    with taken, pytest.raises(ConfigError, match="cannot be served") as caught:
        bind(Address("127.0.0.1", taken.getsockname()[1]))
    assert "another semtui" in caught.value.detail


def test_a_host_that_is_not_ours_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="cannot be served"):
        bind(Address("192.0.2.77", 0))


def test_stopping_gives_the_port_back_and_leaves_no_thread() -> None:
    with serving() as desk:
        port = desk.server.address.port
        desk.server.stop()
        bind(Address("127.0.0.1", port)).close()
        assert not any(thread.name == "web" for thread in threading.enumerate())
        assert desk.deaths == []
        desk.server.stop()


def test_a_server_that_dies_says_so_and_nothing_else_ends() -> None:
    with serving() as desk:
        # As if the loop had been torn down under it.
        desk.server._server.should_exit = True
        desk.server._thread.join(10)
        assert desk.deaths == [None]
        desk.read(812)
        assert desk.live.newest.good is not None


def test_the_radio_waits_for_no_client() -> None:
    hub = Hub()
    with serving() as desk:
        hub.subscribe(desk.live.handle)
        stuck = [desk.connect() for _client in range(20)]
        for connection in stuck:
            connection.sendall(raw("/api/v1/events"))
        clock = VirtualClock()
        for _second in range(5000):
            hub.publish(desk.read(1))
            clock.advance(3)
        assert desk.live.number >= 5000
        for connection in stuck:
            connection.close()


def test_an_answer_that_nobody_reads_keeps_no_connection_behind_the_end() -> None:
    begun = threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        begun.set()
        while True:
            body = b"." * 2**22
            await send({"type": "http.response.body", "body": body, "more_body": True})

    view = SimpleNamespace(app=endless, feed=SimpleNamespace(end_soon=lambda: None, clients=0))
    server = Server(cast(WebView, view), Address("127.0.0.1", 0), lambda _failure: None)
    server.start()
    with socket.create_connection((server.address.host, server.address.port), 30) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert begun.wait(30)
        server.stop()
        assert not server._server.server_state.connections
