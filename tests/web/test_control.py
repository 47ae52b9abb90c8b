"""Turning it on and off, its address, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from semtui.clock import VirtualClock
from semtui.config import HttpSettings, Settings
from semtui.errors import ConfigError
from semtui.model import Notice, Update
from semtui.web import control
from semtui.web.access import Address
from semtui.web.control import REFUSALS_SECONDS, Refusals, WebControl, shown_host
from semtui.web.live import Live
from semtui.web.server import bind


class Told:
    """Collects what is published."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def take(self, update: Update) -> None:
        assert isinstance(update, Notice)
        self.notices.append(update)

    @property
    def text(self) -> str:
        return "\n".join(f"{n.title} {n.detail} {n.hint}" for n in self.notices)


def a_control(tmp_path: Path, told: Told, settings: HttpSettings) -> WebControl:
    live = Live(VirtualClock(), Settings())
    return WebControl(live, settings, tmp_path / "web-token", None, told.take)


def test_on_and_off_and_on(tmp_path: Path) -> None:
    told = Told()
    web = a_control(tmp_path, told, HttpSettings(listen="0"))
    assert not web.status.is_on
    for _round in range(2):
        web.toggle()
        status = web.status
        assert status.is_on
        assert status.url == status.secret_url, "loopback needs no token"
        assert httpx.get(status.url).status_code == 200
        web.toggle()
        assert not web.status.is_on
        with pytest.raises(httpx.ConnectError):
            httpx.get(status.url)
    assert [n.title for n in told.notices][1::2] == ["The web view is off."] * 2
    assert not (tmp_path / "web-token").exists()


def test_the_network_sees_it_with_a_token_only(tmp_path: Path) -> None:
    told = Told()
    web = a_control(tmp_path, told, HttpSettings(listen="0.0.0.0:0"))
    web.start()
    try:
        token = (tmp_path / "web-token").read_text().strip()
        status = web.status
        assert status.secret_url == f"{status.url}?token={token}"
        assert token not in status.url
        assert told.notices[0].title.endswith(status.url)
        assert str(tmp_path / "web-token") in told.notices[0].detail
        port = status.url.rpartition(":")[2].rstrip("/")
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 401
        assert httpx.get(f"http://127.0.0.1:{port}/?token={token}").status_code == 303
        assert httpx.get(f"http://127.0.0.1:{port}/?token=wrong").status_code == 401
    finally:
        web.stop()
    assert "refused" in told.text
    assert token not in told.text


def test_one_that_dies_is_off_and_can_be_turned_on_again(tmp_path: Path) -> None:
    told = Told()
    web = a_control(tmp_path, told, HttpSettings(listen="0"))
    web.start()
    first = web._server
    assert first is not None
    assert httpx.get(web.status.url).status_code == 200
    first._server.should_exit = True  # As if the loop had been torn down under it.
    first._thread.join(10)
    assert not web.status.is_on
    assert told.notices[-1].title == "The web view has stopped."
    web.start()
    # A late word of the first does not put out the second.
    web._on_death(first, None)
    assert web.status.is_on
    assert httpx.get(web.status.url).status_code == 200
    web.stop()


def test_a_name_that_it_was_asked_to_listen_at_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semtui.web.server.bind", lambda _address: bind(Address("127.0.0.1", 0)))
    web = a_control(tmp_path, Told(), HttpSettings(listen="meter.home:0", open=True))
    web.start()
    try:
        for host, code in (("meter.home", 200), ("rebound.example", 421)):
            assert httpx.get(web.status.url, headers={"host": host}).status_code == code
    finally:
        web.stop()


def test_it_can_be_opened_to_all(tmp_path: Path) -> None:
    told = Told()
    web = a_control(tmp_path, told, HttpSettings(listen="0.0.0.0:0", open=True))
    web.start()
    try:
        port = web.status.url.rpartition(":")[2].rstrip("/")
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    finally:
        web.stop()


def test_a_wrong_address_is_a_sentence_and_leaves_it_off(tmp_path: Path) -> None:
    web = a_control(tmp_path, Told(), HttpSettings(listen="nowhere"))
    with pytest.raises(ConfigError, match="no address"):
        web.start()
    assert not web.status.is_on


def test_missing_packages_are_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(control, "find_spec", lambda _name: None)
    web = a_control(tmp_path, Told(), HttpSettings(listen="0"))
    with pytest.raises(ConfigError, match="not installed") as caught:
        web.start()
    assert "semtui[web]" in caught.value.hint


def test_refusals_are_told_once_a_minute() -> None:
    clock, told = VirtualClock(), Told()
    refusals = Refusals(clock, told.take)
    for _knock in range(50):
        refusals.note("A request came with a wrong token.")
    clock.advance(REFUSALS_SECONDS)
    refusals.note("A request came with a wrong token.")
    assert len(told.notices) == 2
    assert "51 refused" in told.notices[1].detail


def test_the_address_that_is_shown_is_one_to_type() -> None:
    assert shown_host(Address("127.0.0.1", 1)) == "127.0.0.1"
    assert shown_host(Address("0.0.0.0", 1)) not in ("", "0.0.0.0")
    assert shown_host(Address("::1", 1)) == "::1"
