"""What a field of modules and meters has been seen to do, and the scenario that does it here."""

from __future__ import annotations

import re

import pytest

from semtui.clock import VirtualClock
from semtui.emulator.bench import build
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.port import EmulatedPort
from semtui.emulator.scenarios import SCENARIOS, act, prepared
from semtui.model import Update
from tests.simulation import Simulation

UNANSWERED = rb"EVENT 21 \S+ 00\r\nOK\r\nEINFO"
"""Late enough for the module to be asked whether it is still there."""

WITH_THE_ENGINE = [
    ("a sweep in which nobody is heard", "empty-scan", rb"OK\r\nEVENT 22"),
    ("one PAN that is heard twice", "beacons", rb"EPANDESC(?s:.{90,300})EPANDESC"),
    ("a sweep that is too long for the module", "short-sweeps", rb"FAIL ER06"),
    ("no commands of the maker's own", "plain-stick", rb"FAIL ER04"),
    ("an input error", "overrun", rb"\r\nFAIL ER09\r\n"),
    ("one letter of an echo that was left over", "left-over", rb"\nS(\r\n|EVENT|ERXUDP|OK)"),
    ("a send that fails", "unsent", rb"EVENT 21 \S+ 01"),
    ("a send that is acknowledged and not answered", "unanswered", UNANSWERED),
    ("an answer behind the client's time limit", "late", UNANSWERED),
    ("an answer that comes twice", "twice", rb"(?s)(ERXUDP .{90,160}?\r\n)\1"),
    (
        "an announcement of registers between request and answer, with the request's TID",
        "announcement",
        rb"(?s)(?:\x05\xff\x01\x73\x02\xea.{20,200}\x05\xff\x01\x72.*){5}",
    ),
    (
        "a list of instances between request and answer",
        "hello",
        rb"(?s)(?:\x0e\xf0\x01\x0e\xf0\x01\x73\x01\xd5.*){5}",
    ),
    ("empty lines that nobody asked for", "blank-lines", rb"\r\n\r\n\r\n"),
    ("no line end behind the data of a send, OK first", "ok-first", rb"OK\r\nEVENT 21 \S+ 00"),
    ("a line end within binary data", "cr-lf", rb"\xe7\x04\x00\x00\r\n"),
    ("hex data where binary was expected", "display", rb"(?s)\xe7\x04.*ERXUDP [^\r]+E704"),
    ("binary data where hex was expected", "display", rb"(?s)ERXUDP [^\r]+E704.*\xe7\x04"),
    ("a renewal within two seconds", "renewal", rb"(?s)EVENT 29.*EVENT 25"),
    ("a renewal that takes forty", "slow-renewal", rb"(?s)EVENT 29.*EVENT 25"),
    ("a renewal without an end", "endless-renewal", rb"(?s)EVENT 29.*EVENT 24"),
    ("a join that fails", "refused", rb"EVENT 24"),
    ("a renewal that fails", "refused-renewal", rb"(?s)EVENT 29.*EVENT 24"),
    ("a session that the meter ends", "ended", rb"EVENT 26"),
    ("a session that is over while a send runs", "broken-send", rb"00\r\nEVENT 28 \S+\r\nOK"),
    ("the limit of send time, and its end", "limit", rb"(?s)EVENT 32.*EVENT 33"),
    ("a session without answers", "deaf", UNANSWERED),
    ("a port that goes in the middle of data", "cut", rb"(?s)\x10\x81.{3,14}?(\r\n)+SKVER"),
    ("a module that restarts without a word", "restart", rb"(?s)EVENT 25.*SKRESET\r\n"),
]
"""What is seen on the line while the engine works."""

BY_HAND = [
    ("several PANs", "neighbours", b"SKSCAN 3 FFFFFFFF 6 0\r\n", rb"(?s)(?:EPANDESC.*){3}EVENT 22"),
    ("another number of arguments", "edition", b"SKSCAN 2 FFFFFFFF 6\r\n", rb"FAIL ER05"),
    (
        "a command before the last one's answer",
        "strict",
        b"SKVER\r\n|SKINFO\r\n",
        rb"S\r\nFAIL ER09",
    ),
    ("a datagram before the echo", "udp-first", b"SKVER\r\n", rb"^ERXUDP (?s:.+)\r\nSKVER\r\n"),
    ("a datagram behind half an echo", "half-echo", b"SKVER\r\n", rb"^SKVERXUDP (?s:.+)\r\nER"),
    ("pieces of lines", "split", b"SKVER\r\n", rb"EVER"),
]
"""What a client sees that sends this ("|" stands between two writes)."""


@pytest.mark.parametrize(("words", "name", "seen"), WITH_THE_ENGINE)
def test_what_was_seen_in_the_field_is_seen_here(words: str, name: str, seen: bytes) -> None:
    it = Simulation(EmulatorOptions(seed=2), scenarios=(name,), wire=False)
    read, heard = it.port.read, bytearray()

    def listen(timeout: float) -> bytes:
        heard.extend(data := read(timeout))
        return data

    def is_seen(_update: Update) -> bool:
        return re.search(seen, heard) is not None

    it.port.read = listen  # type: ignore[method-assign]
    it.run(until=is_seen, limit=900.0)


@pytest.mark.parametrize(("words", "name", "sent", "seen"), BY_HAND)
def test_what_other_clients_meet(words: str, name: str, sent: bytes, seen: bytes) -> None:
    clock = VirtualClock()
    module = "bp35c2" if b" 6 0" in sent else "bp35a1"
    emulator = build(prepared(EmulatorOptions(module=module), [name]), clock)
    port = EmulatedPort(emulator)
    act(name, emulator, port).begin()
    for part in sent.split(b"|"):
        port.write(part)
    pieces = [port.read(1.0) for _ in range(400)]
    assert re.search(seen, b"".join(pieces))
    assert name != "split" or max(map(len, pieces)) == 1


def test_what_is_not_in_the_catalogue_is_known_by_name() -> None:
    """Whoever adds a scenario says what was seen in the field, or that it is made up."""
    made_up = set(SCENARIOS) - {row[1] for row in WITH_THE_ENGINE} - {row[1] for row in BY_HAND}
    assert made_up == {
        *("garbage", "lost-ok", "torn", "silence", "replug", "power-cut", "late-beacon"),
        *("out-of-reach", "held", "loss", "heavy-loss", "unconfirmed", "nightly", "replaced"),
        *("clock-off", "weak", "latency", "distance", "noisy", "bad-evening"),
    }
