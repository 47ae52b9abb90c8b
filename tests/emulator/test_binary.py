"""The BP35C0-J11 firmware: text is ignored, its own requests are answered."""

from __future__ import annotations

from semtui.emulator.binary import ANSWER_MARK, BinaryLine, checksum, message
from semtui.emulator.options import EmulatorOptions
from semtui.model import LinkReason, LinkSnapshot, LinkState
from tests.simulation import Simulation, state

REQUEST = bytes.fromhex("D0EA83FC006B000403A80000")


def test_text_is_ignored() -> None:
    assert BinaryLine().feed(b"\r\nSKVER\r\nROPT\r") == b""


def test_a_request_for_the_version_is_answered_in_any_pieces() -> None:
    whole = BinaryLine().feed(b"SKVER\r\n" + REQUEST)
    assert whole.startswith(ANSWER_MARK + b"\x20\x6b")
    line = BinaryLine()
    assert b"".join(line.feed(bytes((byte,))) for byte in REQUEST) == whole
    assert line.feed(REQUEST) == whole


def test_a_wrong_checksum_or_length_is_no_request() -> None:
    assert BinaryLine().feed(bytes.fromhex("D0EA83FC006B000403A70000")) == b""
    assert BinaryLine().feed(bytes.fromhex("D0EA83FC006BFFFF03A80000")) == b""


def test_checksums_are_sums_of_bytes() -> None:
    assert message(0x206B, b"\x01\x02")[10:12] == b"\x00\x03"
    assert checksum(b"\xff" * 300) == (0xFF * 300) & 0xFFFF


def test_the_client_refuses_it_by_name() -> None:
    it = Simulation(EmulatorOptions(module="bp35c0-j11"))
    it.run(until=state(LinkState.FAILED), limit=60)
    said = next(s for s in it.of(LinkSnapshot) if s.state is LinkState.FAILED)
    assert said.reason is LinkReason.WRONG_FIRMWARE
    assert "BP35C0-J11" in said.title
