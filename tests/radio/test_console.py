"""What a person may send by hand: every line gets a verdict, and no secret gets through."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from semtui.radio.console import READ_ONLY, Permission, classify, holds_secret

IP = "FE80:0000:0000:0000:021C:6400:03ED:5A3C"
MAC = "001C640003ED5A3C"
ID = "00112233445566778899AABBCCDDEEFF"


@pytest.mark.parametrize(
    "line",
    [
        "SKVER",
        "SKAPPVER",
        "SKINFO",
        "SKTABLE 1",
        "SKTABLE E",
        "SKSREG S02",
        "SKSREG SFD",
        f"SKLL64 {MAC}",
        f"SKPING {IP}",
        f"SKPING 0 {IP}",
        "ROPT",
        "RUART",
    ],
)
def test_what_only_reads_is_free(line: str) -> None:
    verdict = classify(line)
    assert verdict.permission is Permission.FREE
    assert verdict.command == line
    assert line.split()[0] in READ_ONLY


@pytest.mark.parametrize(
    "line",
    [
        "SKRESET",
        "SKTERM",
        "SKREJOIN",
        f"SKJOIN {IP}",
        "SKSREG S02 21",
        "SKSCAN 2 FFFFFFFF 6",
        "SKSCAN 2 FFFFFFFF 6 0",
        f"SKADDNBR {IP} {MAC}",
        "SKSTART",
        "SKRMKEY 1",
    ],
)
def test_what_changes_something_needs_a_yes(line: str) -> None:
    verdict = classify(line)
    assert verdict.permission is Permission.CONFIRM
    assert verdict.explanation
    assert verdict.command == line


@pytest.mark.parametrize("line", ["WOPT 01", "WUART 00", "SKSAVE", "SKERASE", "SKLOAD"])
def test_what_touches_the_flash_is_told_apart(line: str) -> None:
    assert classify(line).permission is Permission.FLASH


@pytest.mark.parametrize(
    "line",
    [
        "SKSETPWD C 0123456789AB",
        "sksetpwd",
        f"SKSETRBID {ID}",
        f"SKSETPSK 10 {ID}",
        f"SKSETKEY 1 {ID}",
        "SKSREG SA 01234567",
        "sksreg  s0b  01234567",
        ID,
        ID.lower(),
        " ".join(ID[k : k + 4] for k in range(0, 32, 4)),
        f"SKVER {ID}",
    ],
)
def test_secrets_are_refused_in_words_without_them(line: str) -> None:
    verdict = classify(line)
    assert holds_secret(line)
    assert verdict.permission is Permission.REFUSED
    assert not verdict.command
    assert line not in verdict.explanation
    assert line not in repr(verdict)


@pytest.mark.parametrize(
    "line",
    [
        "SKSENDTO 1 FE80::1 0E1A 1 000E 1081",
        "SKDSLEEP",
        "",
        "   ",
        "SKTABLE",
        "SKTABLE 9",
        "SKVER 1",
        "SKSREG",
        "SKSREG S1234",
        "SKPING",
        f"SKPING 2 {IP}",
        f"SKPING 0 1 {IP}",
        "WOPT 02",
        "HELLO",
        "SKVER\r\nSKRESET",
        "SKVER\x1b[A",
        "SKVER\x00",
        "SKINFO\t",
        "SKVERé",
        "SKPING " + "0" * 200,
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(line: str) -> None:
    verdict = classify(line)
    assert not verdict.may_be_sent
    assert not verdict.command
    assert verdict.explanation.endswith(".")


@pytest.mark.parametrize("line", ["SKSREG S0A", "sksreg  sa", "SKSREG S0B"])
def test_the_end_of_the_id_is_not_read_out(line: str) -> None:
    assert classify(line).permission is Permission.REFUSED


def test_a_line_on_its_way_to_a_harmless_one_is_no_secret() -> None:
    whole = "SKSREG SA2 1"
    assert not any(holds_secret(whole[:size]) for size in range(len(whole) + 1))
    assert classify(whole).may_be_sent


def test_case_and_spaces_are_mended() -> None:
    assert classify("  sksreg   s2  ").command == "SKSREG S02"
    assert classify(f"skll64 {MAC.lower()}").command == f"SKLL64 {MAC}"


def test_no_part_of_a_line_is_an_id_where_addresses_stand() -> None:
    assert not holds_secret(f"SKADDNBR {IP} {MAC}")


@pytest.mark.parametrize(
    "line",
    [
        f"SKPING {IP}",
        f"SKPING 0 {IP}",
        f"SKJOIN {IP}",
        "SKREJOIN",
        "SKTERM",
        "SKSCAN 2 FFFFFFFF 6",
        "SKSCAN 3 FFFFFFFF 6 0",
        f"SKCONNECT {IP} 0E1A 0E1A",
        "SKCLOSE 1",
    ],
)
def test_what_goes_on_the_air_is_known(line: str) -> None:
    assert classify(line).on_air


@pytest.mark.parametrize(
    "line",
    ["SKVER", "SKSREG SFB", "SKSREG S02 21", "SKRESET", "SKTABLE 1", "SKSCAN 0 FFFFFFFF 4", "ROPT"],
)
def test_what_stays_in_the_module_is_known(line: str) -> None:
    verdict = classify(line)
    assert verdict.may_be_sent
    assert not verdict.on_air


@given(st.text() | st.text(alphabet="SKVERINFOTAB 0123456789:\r\n", max_size=40))
@example("SK\u0130NFO")
@example("ſKVER")
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = classify(text)
    assert verdict.explanation
    assert bool(verdict.command) == verdict.may_be_sent
    assert verdict.command.isascii()
    assert verdict.command.isprintable()
    if verdict.may_be_sent:
        assert text.isascii()
        assert not any(char < " " for char in text)
        again = classify(verdict.command)
        assert again == verdict
