"""Whatever a fault of the serial line leaves of an echo, nothing of id and password is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.radio.effects import Heard
from tests.radio.bench import METER, NOON, OWN, PASSWORD, ROUTE_B_ID, Bench, bench

ECHOES = {
    "SKSETPWD ****": f"SKSETPWD C {PASSWORD}".encode(),
    "SKSETRBID ****": f"SKSETRBID {ROUTE_B_ID}".encode(),
}
SECRETS = {"SKSETPWD ****": PASSWORD, "SKSETRBID ****": ROUTE_B_ID}
SHORTEST = 3
"""So many signs in a row of a secret are taken for a piece of it."""
NOISE = (b"\r\n", b"\r", b"\n", b"\x00", b" ", b"EVENT 02 " + METER.encode() + b"\r\n")


def before(command: str) -> Bench:
    """A link that has just written the secret command."""
    it = bench()
    it.identify()
    written = it.says("FAIL ER10")
    while written != [command]:
        written = it.says("OK")
    it.effects.clear()
    it.link.take_effects()
    return it


def pieces(secret: str) -> Iterator[str]:
    for begin in range(len(secret) - SHORTEST + 1):
        yield secret[begin : begin + SHORTEST]


def hears(it: Bench, data: bytes) -> list[Heard]:
    it.link.receive(data, it.now, NOON)
    return [each for each in it.link.take_effects() if isinstance(each, Heard)]


def leaks(command: str, heard: list[Heard]) -> list[str]:
    texts = [each.shown for each in heard] + [each.raw.decode("latin-1") for each in heard]
    allowed = (METER, OWN, METER.replace("0000:0000:0000", "."))
    for address in allowed:
        texts = [text.replace(address, "") for text in texts]
    return [text for text in texts for piece in pieces(SECRETS[command]) if piece in text]


@pytest.mark.parametrize("command", ECHOES)
@pytest.mark.parametrize("noise", NOISE, ids=repr)
def test_an_echo_that_is_torn_anywhere_shows_nothing(command: str, noise: bytes) -> None:
    echo = ECHOES[command]
    for place in range(len(echo) + 1):
        heard = hears(before(command), echo[:place] + noise + echo[place:] + b"\r\nOK\r\n")
        assert leaks(command, heard) == [], place
        assert heard[-1].shown == "OK"


@pytest.mark.parametrize("command", ECHOES)
def test_an_echo_whose_head_is_lost_shows_nothing(command: str) -> None:
    echo = ECHOES[command]
    for place in range(len(echo)):
        heard = hears(before(command), echo[place:] + b"\r\nOK\r\n")
        assert leaks(command, heard) == [], place
        assert heard[-1].shown == "OK"


@pytest.mark.parametrize("command", ECHOES)
def test_an_echo_that_loses_a_piece_and_is_torn_shows_nothing(command: str) -> None:
    echo = ECHOES[command]
    for begin in range(len(echo)):
        for end in range(begin, len(echo)):
            heard = hears(before(command), echo[:begin] + b"\r\n" + echo[end:] + b"\r\nOK\r\n")
            assert leaks(command, heard) == [], (begin, end)


@settings(max_examples=150, deadline=None)
@given(
    command=st.sampled_from(list(ECHOES)),
    places=st.lists(st.tuples(st.integers(0, 42), st.sampled_from(NOISE)), max_size=4),
    cuts=st.lists(st.integers(0, 120), max_size=4),
)
def test_an_echo_torn_in_many_places_and_chunks_shows_nothing(
    command: str, places: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    data = ECHOES[command]
    for place, noise in places:
        data = data[:place] + noise + data[place:]
    data += b"\r\nOK\r\n"
    it, heard, begin = before(command), [], 0
    for cut in (*sorted(cuts), len(data)):
        heard += hears(it, data[begin:cut])
        begin = max(begin, cut)
    assert leaks(command, heard) == []


def test_events_and_answers_are_shown_while_a_secret_is_on_the_line() -> None:
    it = before("SKSETPWD ****")
    heard = hears(it, f"SKSETPWD C {PASSWORD}\r\nEVENT 02 {METER}\r\nOK\r\n".encode())
    assert [each.shown for each in heard] == ["SKSETPWD ****", "EVENT 02 FE80:..:8CF5", "OK"]
    assert heard[0].raw == b"SKSETPWD " + b"*" * 14 + b"\r\n"


def test_after_the_oks_of_both_what_is_not_understood_is_shown_again() -> None:
    it = before("SKSETRBID ****")
    assert hears(it, b"HELLO\r\nOK\r\n")[0].shown == "****"
    assert hears(it, b"HELLO\r\n")[0].shown == "HELLO"


def test_what_is_left_of_an_echo_is_hidden_after_the_time_for_its_answer_too() -> None:
    it = before("SKSETPWD ****")
    it.passes(30)
    assert leaks("SKSETPWD ****", hears(it, PASSWORD[1:].encode() + b"\r\n")) == []
