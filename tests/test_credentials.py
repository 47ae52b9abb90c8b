"""The route-B id and password: taken as people type them, kept private, never repeated."""

from __future__ import annotations

import os
import stat
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.credentials import (
    load_credentials,
    parse_password,
    parse_route_b_id,
    save_credentials,
)
from semtui.errors import ConfigError
from semtui.model import Credentials

ID = "00112233445566778899AABBCCDDEEFF"
PASSWORD = "0123456789AB"
BOTH = Credentials(ID, PASSWORD)


def refusal(function: Callable[..., object], *arguments: object) -> ConfigError:
    """Return the error, after a look at all that it would print."""
    with pytest.raises(ConfigError) as caught:
        function(*arguments)
    printed = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in (ID, PASSWORD, ID[:8], ID[-8:], PASSWORD[:6], PASSWORD[-6:]):
        assert secret not in printed
        assert secret.lower() not in printed
    assert caught.value.exit_code == 2
    return caught.value


# Typed and pasted


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.lower(),
        f"  {ID}\n",
        "0011 2233 4455 6677 8899 AABB CCDD EEFF",
        "00112233-44556677-8899AABB-CCDDEEFF",
        "00112233 44556677\r\n8899AABB\tCCDDEEFF\r\n",
        "００１１２２３３４４５５６６７７８８９９ＡＡＢＢＣＣＤＤＥＥＦＦ",
        "００１１２２３３ー４４５５６６７７−８８９９ａａｂｂ－ｃｃｄｄｅｅｆｆ",
        "0011\u30002233\u00a04455\u2002667788\u200b99AA\ufeffBBCC\u2013DDEE\u2014FF",
    ],
)
def test_an_id_is_taken_as_it_is_written_down(text: str) -> None:
    assert parse_route_b_id(text) == ID


@pytest.mark.parametrize("count", [0, 1, 31, 33, 64])
def test_the_digits_of_an_id_are_counted(count: int) -> None:
    error = refusal(parse_route_b_id, (ID * 2)[:count])
    assert f"has {count} character" in error.title
    assert "must have 32" in error.title


@pytest.mark.parametrize("character", ["G", "!", "ß", "あ", "\U0001f4a1", "\ufffd"])
def test_the_character_that_is_no_digit_is_shown(character: str) -> None:
    error = refusal(parse_route_b_id, ID[:6] + character + ID[7:])
    assert error.title.startswith("Character 7 of the route-B id, ")
    assert character in error.title or character == "ß"


@pytest.mark.parametrize(("letter", "digit"), [("O", "0"), ("o", "0"), ("l", "1"), ("I", "1")])
def test_letters_that_look_like_digits(letter: str, digit: str) -> None:
    error = refusal(parse_route_b_id, ID[:31] + letter)
    assert f"the digit {digit} is meant" in error.hint


@pytest.mark.parametrize(
    "text",
    [
        PASSWORD,
        PASSWORD.lower(),
        "\t0123 4567 89AB \n",
        "0123-4567-89ab",
        "０１２３４５６７８９ＡＢ",
        "０１２３　４５６７　８９ａｂ",
    ],
)
def test_a_password_is_taken_as_it_is_written_down(text: str) -> None:
    assert parse_password(text) == PASSWORD


@pytest.mark.parametrize("count", [0, 1, 11, 13, 32])
def test_the_characters_of_a_password_are_counted(count: int) -> None:
    error = refusal(parse_password, (PASSWORD * 3)[:count])
    assert f"has {count} character" in error.title
    assert "must have 12" in error.title


@pytest.mark.parametrize("character", ["!", "é", "あ", "+"])
def test_a_password_has_letters_and_digits_only(character: str) -> None:
    error = refusal(parse_password, PASSWORD[:11] + character)
    assert error.title.startswith("Character 12 of the password")
    assert character not in str(error)


def accepted_or_none(parse: Callable[[str], str], text: str) -> str | None:
    try:
        return parse(text)
    except ConfigError as error:
        return None if error.title else ""


@given(st.text() | st.text("0123456789abcdefABCDEF -\n", min_size=30))
def test_any_text_is_an_id_or_refused(text: str) -> None:
    result = accepted_or_none(parse_route_b_id, text)
    assert result is None or (len(result) == 32 and set(result) <= set("0123456789ABCDEF"))


@given(st.text() | st.text("0123456789abcxyzABCXYZ -", min_size=10, max_size=14))
def test_any_text_is_a_password_or_refused(text: str) -> None:
    result = accepted_or_none(parse_password, text)
    assert result is None or (len(result) == 12 and result.isascii() and result.isalnum())


def test_credentials_do_not_print_themselves() -> None:
    assert ID not in repr(BOTH)
    assert PASSWORD not in repr(BOTH)
    assert ID not in f"{BOTH}"


# The file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "semtui" / "credentials.toml"


def written(path: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def test_none_are_saved_yet(path: Path) -> None:
    assert load_credentials(path) is None


def test_what_is_saved_is_loaded(path: Path) -> None:
    save_credentials(path, BOTH)
    assert load_credentials(path) == BOTH
    other = Credentials(ID[::-1], PASSWORD[::-1])
    save_credentials(path, other)
    assert load_credentials(path) == other
    assert [entry.name for entry in path.parent.iterdir()] == ["credentials.toml"]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_file_and_its_folder_are_private_whatever_the_umask(path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        save_credentials(path, BOTH)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_draft_is_private_before_it_has_a_secret(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    real = os.fsync

    def look(descriptor: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    save_credentials(path, BOTH)
    assert modes == [0o600]


def test_a_public_file_becomes_private_when_it_is_replaced(path: Path) -> None:
    written(path, "", 0o644)
    save_credentials(path, BOTH)
    assert load_credentials(path) == BOTH


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o601, 0o777])
def test_a_file_that_others_may_touch_is_refused(path: Path, mode: int) -> None:
    save_credentials(path, BOTH)
    path.chmod(mode)
    error = refusal(load_credentials, path)
    assert f"its mode is {mode:o}" in error.title
    assert error.hint == f"Run: chmod 600 {path}"


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_for_the_owner_alone_is_taken(path: Path, mode: int) -> None:
    save_credentials(path, BOTH)
    path.chmod(mode)
    assert load_credentials(path) == BOTH


def test_a_file_written_by_hand(path: Path) -> None:
    written(path, f'# mine\nroute_b_id = "{ID[:16].lower()} {ID[16:]}"\npassword = "{PASSWORD}"\n')
    assert load_credentials(path) == BOTH


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no route_b_id"),
        (f'route_b_id = "{ID}"\n', "has no password"),
        (f'password = "{PASSWORD}"\n', "has no route_b_id"),
        (f'route_b_id = 3\npassword = "{PASSWORD}"\n', "route_b_id in"),
        (f'route_b_id = "{ID}"\npassword = ["{PASSWORD}"]\n', "password in"),
        (f'route_b_id = "{ID[:20]}"\npassword = "{PASSWORD}"\n', "has 20 characters"),
        (f'route_b_id = "{ID}"\npassword = "{PASSWORD}X"\n', "has 13 characters"),
        (f'route_b_id = "{ID}G"\npassword = "{PASSWORD}"\n', "Character 33"),
        (f"route_b_id = {ID}\npassword = {PASSWORD}\n", "see line 1"),
        (f'route_b_id = "{ID}\npassword = "{PASSWORD}"\n', "see line 1"),
        (f'{ID} = "route_b_id"\n', "something other"),
        (f'password = "{PASSWORD}"\nid = "{ID}"\n', "something other"),
        (f"[{PASSWORD}]\n", "something other"),
        (f'route_b_id = "{ID}"\npassword = "{PASSWORD}\xff"\n'.encode("latin-1"), "see line 2"),
        ("a = " + "[" * 5000, "not valid TOML"),
    ],
)
def test_a_damaged_file_is_told_without_what_it_holds(
    path: Path, content: str | bytes, said: str
) -> None:
    error = refusal(load_credentials, written(path, content))
    assert said in str(error)
    assert str(path) in str(error)
    assert error.hint


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    assert "is a folder" in refusal(load_credentials, path).title
    assert "could not be written" in refusal(save_credentials, path, BOTH).title
    assert [entry.name for entry in path.parent.iterdir()] == ["credentials.toml"]


def test_a_disk_without_room_keeps_the_old_ones(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_credentials(path, BOTH)

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        error = refusal(save_credentials, path, Credentials(ID[::-1], PASSWORD))
    assert "No space left on device" in error.detail
    assert load_credentials(path) == BOTH
    assert [entry.name for entry in path.parent.iterdir()] == ["credentials.toml"]
