"""Who is let in: addresses, names, tokens."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.errors import ConfigError
from semtui.web.access import (
    Address,
    Gate,
    bearer_of,
    cookie_of,
    load_token,
    own_names,
    parse_address,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("3610", Address("127.0.0.1", 3610)),
        ("0.0.0.0:3610", Address("0.0.0.0", 3610)),
        ("localhost:80", Address("localhost", 80)),
        ("[::1]:3610", Address("::1", 3610)),
        ("semtui.local:0", Address("semtui.local", 0)),
    ],
)
def test_addresses(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "text", ["", "http", ":3610", "::1:3610", "1.2.3.4:", "1:65536", "-1", "٣"]
)
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        parse_address(text)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    try:
        address = parse_address(text)
    except ConfigError:
        return
    assert parse_address(str(address)) == address


def test_only_loopback_is_loopback() -> None:
    assert [Address(h, 1).is_loopback for h in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [
        True
    ] * 4
    assert not any(Address(h, 1).is_loopback for h in ("0.0.0.0", "::", "192.168.1.2", "semtui"))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:3610", "[::1]:3610", "LOCALHOST.:1"])
def test_loopback_answers_to_its_own_names(host: str) -> None:
    assert Gate(Address("127.0.0.1", 3610), None).answers_to(host)


@pytest.mark.parametrize("host", ["", "evil.example", "evil.example:3610", "192.168.1.2", "semtui"])
def test_loopback_answers_to_no_other(host: str) -> None:
    assert not Gate(Address("127.0.0.1", 3610), None, ("semtui",)).answers_to(host)


def test_the_network_answers_to_addresses_and_its_names_only() -> None:
    gate = Gate(Address("0.0.0.0", 3610), "x" * 20, own_names(["meter.home"]))
    for host in ("192.168.1.2:3610", "[fe80::1]:3610", "meter.home", "localhost"):
        assert gate.answers_to(host)
    assert not gate.answers_to("rebound.example")


def test_a_token_or_its_cookie_admits() -> None:
    gate = Gate(Address("0.0.0.0", 3610), "right-token-0123")
    assert gate.admits(None, "right-token-0123")
    assert gate.admits(cookie_of("right-token-0123"), None)
    assert not gate.admits("right-token-0123", None), "the cookie is not the token"
    assert not gate.admits(cookie_of("other"), "other")
    assert not gate.admits(None, None)
    assert Gate(Address("127.0.0.1", 3610), None).admits(None, None)


def test_a_bearer_header() -> None:
    assert bearer_of({"authorization": "Bearer abc"}) == "abc"
    assert bearer_of({"authorization": "Basic abc"}) is None
    assert bearer_of({}) is None


def test_a_token_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "config" / "web-token"
    token = load_token(path)
    assert len(token) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_token(path) == token


def test_a_token_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "web-token"
    token = load_token(path)
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="Others can read") as caught:
        load_token(path)
    assert token not in str(caught.value)
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"short\n", b"a b c d e f g h i j k\n", b"\xff" * 40])
def test_a_damaged_token_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "web-token"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="cannot be used"):
        load_token(path)


def test_a_folder_in_its_place_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be used"):
        load_token(tmp_path)
