"""What looks for secrets in a soak finds each of them, in each form."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from semtui.model import Credentials, Direction, Level, Notice, WireLine
from tests.soak.secrets import Watch

ID, PASSWORD = "00112233445566778899AABBCCDDEEFF", "0123456789AB"
AT = datetime(2026, 11, 21, tzinfo=UTC)
HEAD = b"ERXUDP FE80:: FE80:: 02CC 02CC 001C6400036E8CF5 0 "
FORMS = (
    ID,
    PASSWORD,
    ID[-8:].lower(),
    ID.encode().hex(),
    PASSWORD.encode().hex().upper(),
    ID[-8:].encode().hex(),
)


@pytest.fixture
def watch() -> Watch:
    return Watch(Credentials(ID, PASSWORD))


def wire(raw: bytes, text: str = "") -> WireLine:
    return WireLine(AT, Direction.RECEIVED, text, raw)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_wherever_it_stands(watch: Watch, form: str, tmp_path: Path) -> None:
    assert watch.finds_in(wire(b"OK", f"OK {form}"))
    assert watch.finds_in(wire(f"OK {form}".encode(), "OK"))
    assert watch.finds_in(Notice(AT, Level.INFO, "All is well.", f"Told: {form}"))
    (tmp_path / "good").write_text("2026-11-21,512")
    assert watch.finds_in_files(tmp_path) == 0
    (tmp_path / "bad").write_text(f"2026-11-21,{form}")
    assert watch.finds_in_files(tmp_path) == 1


def test_an_id_in_binary_is_found(watch: Watch) -> None:
    assert watch.finds_in(wire(b"ERXUDP \xc0\x11" + bytes.fromhex(ID)))


def test_a_pana_datagram_is_to_hide_what_it_carries(watch: Watch) -> None:
    assert not watch.finds_in(wire(HEAD + b"0004 ****\r\n"))
    assert not watch.finds_in(wire(HEAD + b"0 0004 2A2A2A2A\r\n"))
    assert watch.finds_in(wire(HEAD + b"0004 **\r\n*\r\n"))
    assert watch.finds_in(wire(HEAD + b"0004 00000028\r\n"))
    assert watch.pana == 4


def test_what_is_no_secret_is_none(watch: Watch) -> None:
    assert not watch.finds_in(wire(b"EVENT 25 FE80::\r\n", "EVENT 25 FE80::"))
    assert not watch.finds_in(Notice(AT, Level.INFO, "All is well."))
