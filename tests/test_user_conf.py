"""The settings of the script of 2016: read, never run, and never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from semtui.credentials import read_user_conf
from tests.test_credentials import BOTH, ID, PASSWORD, refusal

USER_CONF = f"""\
# coding: UTF-8
#
# スマート電力量メーター　ユーザ設定
#

SEM_ROUTEB_ID = '{ID}'
SEM_PASSWORD = '{PASSWORD}'
SEM_DURATION = 6
SEM_INTERVAL = 3
"""


def test_the_script_s_settings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "user_conf.py"
    path.write_text(USER_CONF, encoding="utf-8")
    assert read_user_conf(path) == BOTH


def test_the_script_s_settings_in_shift_jis_are_read(tmp_path: Path) -> None:
    path = tmp_path / "user_conf.py"
    path.write_text(USER_CONF.replace("UTF-8", "shift_jis"), encoding="shift_jis")
    assert read_user_conf(path) == BOTH


def test_the_script_is_never_run(tmp_path: Path) -> None:
    path, proof = tmp_path / "user_conf.py", tmp_path / "proof"
    path.write_text(f"open({str(proof)!r}, 'w').close()\n" + USER_CONF, encoding="utf-8")
    assert read_user_conf(path) == BOTH
    assert not proof.exists()


@pytest.mark.parametrize(
    "text",
    [
        f"SEM_ROUTEB_ID: str = '{ID}'\nSEM_PASSWORD: 'str' = '{PASSWORD}'\n",
        f"SEM_ROUTEB_ID, SEM_PASSWORD = '{ID}', '{PASSWORD}'\n",
        f"(SEM_PASSWORD, [x, SEM_ROUTEB_ID]) = ['{PASSWORD}', (3, '{ID}')]\n",
        f"both = SEM_ROUTEB_ID, SEM_PASSWORD = ('{ID}', '{PASSWORD}')\n",
        f"SEM_ROUTEB_ID: str\nSEM_PASSWORD = other = '{PASSWORD}'\nSEM_ROUTEB_ID = '{ID}'\n",
    ],
)
def test_every_way_to_assign_in_python_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "user_conf.py"
    path.write_text(text)
    assert read_user_conf(path) == BOTH


def test_a_later_line_wins_as_in_python(tmp_path: Path) -> None:
    path = tmp_path / "user_conf.py"
    path.write_text("SEM_PASSWORD = 'x'\n" + USER_CONF, encoding="utf-8")
    assert read_user_conf(path) == BOTH


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has no SEM_ROUTEB_ID"),
        (f"SEM_ROUTEB_ID = '{ID}'\n".encode(), "has no SEM_PASSWORD"),
        (f"SEM_ROUTEB_ID: str\nSEM_PASSWORD = '{PASSWORD}'\n".encode(), "has no SEM_ROUTEB_ID"),
        (f"SEM_ROUTEB_ID, SEM_PASSWORD = '{ID}', *'{PASSWORD}'\n".encode(), "no SEM_ROUTEB_ID"),
        (f"SEM_ROUTEB_ID, *SEM_PASSWORD = '{ID}', '{PASSWORD}'\n".encode(), "no SEM_ROUTEB_ID"),
        (f"SEM_ROUTEB_ID, x = '{ID}', '{PASSWORD}', 3\n".encode(), "no SEM_ROUTEB_ID"),
        (f"SEM_ROUTEB_ID = input()\nSEM_PASSWORD = '{PASSWORD}'\n".encode(), "no SEM_ROUTEB_ID"),
        (f"SEM_ROUTEB_ID = 0x{ID}\nSEM_PASSWORD = '{PASSWORD}'\n".encode(), "is no text"),
        (f"SEM_ROUTEB_ID = b'{ID}'\nSEM_PASSWORD = '{PASSWORD}'\n".encode(), "is no text"),
        (f"SEM_ROUTEB_ID = '{ID[1:]}'\nSEM_PASSWORD = '{PASSWORD}'\n".encode(), "31 characters"),
        (f"SEM_ROUTEB_ID = '{ID}'\nSEM_PASSWORD = '{PASSWORD}.'\n".encode(), "neither a letter"),
        (f"SEM_ROUTEB_ID = '{ID}\nSEM_PASSWORD = '{PASSWORD}'\n".encode(), "line 1 cannot be read"),
        (f"SEM_ROUTEB_ID = '{ID}'\nprint '{PASSWORD}'\n".encode(), "line 2 cannot be read"),
        (f"x = '{ID}\\d'\n".encode(), "has no SEM_ROUTEB_ID"),
        (f"# {ID}\0".encode(), "cannot be read"),
        ("SEM_PASSWORD = '電'".encode("shift_jis"), "cannot be read"),
        (b"x = " + b"(" * 5000, "cannot be read"),
        (b"x = " + b"-" * 100_000 + b"1", "cannot be read"),
        (b"\x7fELF", "cannot be read"),
        (
            f"SEM_ROUTEB_ID = '{'0' * 32}'\nSEM_PASSWORD = '{'X' * 12}'\n".encode(),
            "placeholders",
        ),
    ],
)
def test_a_script_that_does_not_serve(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "user_conf.py"
    path.write_bytes(content)
    error = refusal(read_user_conf, path)
    assert said in str(error)
    assert str(path) in str(error)
    assert error.hint


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(read_user_conf, tmp_path / "user_conf.py").title
    assert "is a folder" in refusal(read_user_conf, tmp_path).title
