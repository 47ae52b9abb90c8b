"""The command shell (ROHM BP35A1 command reference, command input): bytes, echo, errors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.clock import VirtualClock
from semtui.emulator import EmulatorOptions, ShellStyle, build
from tests.emulator.host import DUAL, SINGLE, Host, frame

INFO = "SKINFO"


def test_nothing_is_printed_at_power_up() -> None:
    assert Host().read(10) == b""


def test_echo_is_made_as_the_bytes_come_and_cr_is_echoed_as_crlf() -> None:
    host = Host()
    host.write(b"SKV")
    assert host.read(0.001) == b"SKV"
    host.write(b"ER")
    assert host.read(0.001) == b"ER"
    host.write(b"\r")
    assert host.read(0.1) == b"\r\nEVER 1.2.10\r\nOK\r\n"


def test_lf_and_other_controls_are_dropped_in_a_line() -> None:
    assert Host().say("\n\x00SK\x01V\x1bER") == b"SKVER\r\nEVER 1.2.10\r\nOK\r\n"


def test_cr_alone_ends_a_command_and_lf_after_it_is_no_command() -> None:
    host = Host()
    host.write(b"SKVER\r\n\n\n")
    assert host.read(1) == b"SKVER\r\nEVER 1.2.10\r\nOK\r\n"


def test_an_empty_line_is_only_echoed() -> None:
    host = Host()
    host.write(b"\r\n \r")
    assert host.read(1) == b"\r\n \r\n"


@pytest.mark.parametrize("rubout", [b"\x08", b"\x7f"])
def test_backspace_and_delete_take_a_character_back(rubout: bytes) -> None:
    host = Host()
    host.write(rubout + b"SKVEX" + rubout + b"R\r")
    assert host.read(0.1) == b"SKVEX\b \bR\r\nEVER 1.2.10\r\nOK\r\n"


def test_several_spaces_collapse_and_a_trailing_space_is_legal() -> None:
    host = Host()
    assert host.say("  SKSREG   S2  ") == b"  SKSREG   S2  \r\nESREG 21\r\nOK\r\n"


def test_keywords_are_upper_case_and_hex_digits_either() -> None:
    host = Host()
    assert host.ask("skver") == ["FAIL ER04"]
    assert host.ask("SKSREG S2 2a") == ["OK"]
    assert host.ask("SKSREG S02") == ["ESREG 2A", "OK"]


def test_what_exceeds_the_line_buffer_is_dropped() -> None:
    host = Host()
    host.write(b"SKVER" + b" " * 400 + b"x\r")
    assert host.wait(b"OK").endswith(b"EVER 1.2.10\r\nOK\r\n")


@pytest.mark.parametrize("piece", [1, 7, 100, 1000])
def test_the_line_buffer_is_as_long_for_a_line_in_pieces(piece: int) -> None:
    host = Host()
    host.ask("SKSREG SFE 0")
    header = host.send_command(b"ping", security=0, to="FF02" + ":0000" * 6 + ":0001")
    for spaces, answer in ((100, b"EVENT 21"), (300, b"FAIL ER05")):
        typed = b"SKSENDTO" + b" " * spaces + header.removeprefix(b"SKSENDTO") + b"\r"
        for start in range(0, len(typed), piece):
            host.write(typed[start : start + piece])
        assert answer in host.read(2)


@pytest.mark.parametrize("space", [b"\x85", b"\xa0"])
@pytest.mark.parametrize(("module", "arguments"), [("bp35a1", 5), ("bp35c2", 6)])
def test_only_a_space_parts_arguments(module: str, arguments: int, space: bytes) -> None:
    host = Host(EmulatorOptions(module=module))
    host.write(b"SKSENDTO " + (space + b" ") * arguments)
    assert host.read(0.1).endswith(b"FAIL ER06\r\n")
    assert host.ask("SKVER")[0].startswith("EVER")


def test_echo_can_be_turned_off_and_comes_back_with_a_reset() -> None:
    host = Host()
    assert host.say("SKSREG SFE 0") == b"SKSREG SFE 0\r\nOK\r\n"
    assert host.say("SKVER") == b"EVER 1.2.10\r\nOK\r\n"
    assert host.say("SKRESET") == b"OK\r\n"
    assert host.say("SKVER") == b"SKVER\r\nEVER 1.2.10\r\nOK\r\n"


def test_commands_are_answered_after_three_to_ten_milliseconds() -> None:
    host = Host()
    host.write(b"SKVER\r\n")
    host.wait(b"OK")
    assert 0.003 <= host.clock.monotonic() <= 0.010


def test_an_event_can_be_glued_to_a_half_typed_command() -> None:
    host = Host()
    host.join(echo=True)
    host.send(frame(0x62, (0xE7, b"")), 0.001)
    host.write(b"SKSE")
    printed = host.read(2)
    assert b"SKSE" in printed
    half = printed.index(b"SKSE", printed.index(b"OK\r\n"))
    assert printed[half + 4 :].startswith(b"ERXUDP FE80")
    host.write(b"\x7f\x7f\x7f\x7fSKVER\r")
    assert host.wait(b"OK").endswith(b"EVER 1.2.10\r\nOK\r\n")


def test_an_input_error_discards_everything_up_to_the_next_cr() -> None:
    host = Host()
    host.write(b"SKV")
    assert host.read(0.01) == b"SKV"
    host.module.shell.overrun()
    assert host.read(0.01) == b"\r\nFAIL ER09\r\n"
    host.write(b"ER and more")
    assert host.read(0.1) == b""
    host.write(b"\rSKVER\r")
    assert host.read(0.1) == b"SKVER\r\nEVER 1.2.10\r\nOK\r\n"


def test_a_command_before_the_answer_waits_or_is_an_input_error() -> None:
    patient = Host()
    patient.write(b"SKVER\r\n")
    patient.write(b"SKSREG S3\r\n")
    assert patient.read(1) == (b"SKVER\r\nEVER 1.2.10\r\nOK\r\nSKSREG S3\r\nESREG FFFF\r\nOK\r\n")
    strict = Host(EmulatorOptions(shell=ShellStyle(strict_wait=True)))
    strict.write(b"SKVER\r\n")
    strict.write(b"SKSREG S3\r\n")
    assert strict.read(1) == b"SKVER\r\nS\r\nFAIL ER09\r\nEVER 1.2.10\r\nOK\r\n"
    assert strict.ask("SKSREG S3") == ["ESREG FFFF", "OK"]


def test_noise_becomes_an_unknown_command() -> None:
    host = Host()
    host.write(bytes(range(0x80, 0xA0)) + b"\r")
    assert host.read(0.1).endswith(b"\r\nFAIL ER04\r\n")


NOISE = st.binary(max_size=12)
ALPHABET = "0aF:\x85\xa0\xb5\xdf\xff"
"""Python takes the 85 and A0 for spaces, and B5, DF and FF have no upper case in latin-1."""


def words(least: int = 1, most: int = 33) -> st.SearchStrategy[bytes]:
    """What may pass for an argument."""
    text = st.text(ALPHABET, min_size=least, max_size=most)
    return text.map(lambda word: word.encode("latin-1"))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SINGLE + DUAL),
    st.lists(
        st.one_of(
            NOISE,
            words(25).map(lambda word: b"SKSETRBID " + word + b"\r\nSKSREG SA\r\n"),
            words(1, 9).map(lambda word: b"SKSREG SA " + word + b"\r\nSKSREG SA\r\n"),
            words().map(lambda word: b"SKSETPWD 20 " + word + b"\r\n"),
            st.lists(words(1, 2), min_size=5, max_size=6).map(
                lambda arguments: b"SKSENDTO " + b" ".join(arguments) + b" "
            ),
            st.integers(150, 270).map(
                lambda count: b"SKSENDTO" + b" " * count + b"1 FE80 0E1A 0 0 4 four\r"
            ),
            st.sampled_from(
                [
                    b"SKVER\r\n",
                    b"SKSREG SFE 0\r\n",
                    b"SKINFO\r",
                    b"ROPT\r",
                    b"SKSENDTO 1 FE80:0000:0000:0000:021D:1290:0003:C890 0E1A 0 0004 \r\n\x00 ",
                    b"SKSENDTO 1 FE80:0000:0000:0000:021D:1290:0003:C890 0E1A 0 0 0004 \r\n\x00 ",
                    b"SKSREG SA\r\n",
                    b"SKRESET\r\n",
                    b"SKDSLEEP\r\n",
                    b"SKSREG S15 1\r\n",
                    b"SKSCAN 2 FFFFFFFF 3\r\n",
                    b"SKSCAN 2 FFFFFFFF 3 0\r\n",
                    b"SKJOIN FE80:0000:0000:0000:021D:1290:0003:C890\r\n",
                ]
            ),
        ),
        max_size=8,
    ),
    st.lists(st.integers(1, 9) | st.integers(150, 300), max_size=40),
)
def test_any_bytes_in_any_chunks_give_the_same_output(
    name: str, pieces: list[bytes], sizes: list[int]
) -> None:
    data = b"".join(pieces)
    outputs = []
    for cuts in ([], sizes):
        module = build(EmulatorOptions(module=name), VirtualClock()).module
        position = 0
        for size in cuts:
            module.receive(data[position : position + size], 0.0)
            position += size
        module.receive(data[position:], 0.0)
        module.advance(60.0)
        outputs.append(module.take_output())
    assert outputs[0] == outputs[1]
