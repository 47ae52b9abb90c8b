"""Saving settings: only what was changed changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from semtui.config import save_settings
from semtui.errors import ConfigError
from tests.test_config import FULL, load, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "semtui" / "config.toml"


def test_saving_makes_the_file(path: Path) -> None:
    save_settings(path, {"port.url": "/dev/serial0", "poll.interval": 5, "link.backoff": (1, 2)})
    settings = load(path).settings
    assert settings.port.url == "/dev/serial0"
    assert settings.poll.interval == 5.0
    assert settings.link.backoff == (1.0, 2.0)
    assert [entry.name for entry in path.parent.iterdir()] == ["config.toml"]


def test_saving_keeps_the_rest_comments_and_all(path: Path) -> None:
    written(path, FULL)
    save_settings(path, {"port.url": "/dev/serial0"})
    assert path.read_text() == FULL.replace("/dev/ttyUSB0", "/dev/serial0")


def test_saving_keeps_windows_line_ends(path: Path) -> None:
    written(path, FULL.replace("\n", "\r\n"))
    save_settings(path, {"port.url": "/dev/serial0"})
    expected = FULL.replace("/dev/ttyUSB0", "/dev/serial0").replace("\n", "\r\n")
    assert path.read_bytes().decode() == expected


@pytest.mark.parametrize(
    "text", ["port.baud = 9600\n", "port = { baud = 9600 }\n", "[port]\nbaud = 9600\n", "# empty\n"]
)
def test_saving_into_every_way_of_writing_a_section(path: Path, text: str) -> None:
    written(path, text)
    save_settings(path, {"port.url": "/dev/serial0", "display.theme": "light"})
    settings = load(path).settings
    assert settings.port.url == "/dev/serial0"
    assert settings.port.baud == (115200 if text == "# empty\n" else 9600)
    assert settings.display.theme == "light"


def test_saving_keeps_the_mode_and_the_link(path: Path, tmp_path: Path) -> None:
    written(path, FULL)
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    save_settings(link, {"port.baud": 19200})
    assert link.is_symlink()
    assert load(path).settings.port.baud == 19200
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "changes",
    [{"poll.interval": "fast"}, {"gpio.led_pin": 17}, {"port.url": "x", "port.nothing": 1}],
)
def test_a_wrong_change_changes_nothing(path: Path, changes: dict[str, object]) -> None:
    written(path, FULL)
    with pytest.raises(ConfigError):
        save_settings(path, changes)
    assert path.read_text() == FULL


def test_a_file_with_a_mistake_is_not_saved_over(path: Path) -> None:
    written(path, "[poll\n")
    with pytest.raises(ConfigError):
        save_settings(path, {"port.url": "/dev/serial0"})
    assert path.read_text() == "[poll\n"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as caught:
        save_settings(tmp_path / "file" / "config.toml", {"port.url": "x"})
    assert caught.value.hint


def test_a_failure_halfway_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, FULL)

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ConfigError) as caught:
        save_settings(path, {"port.url": "/dev/serial0"})
    assert "No space left on device" in caught.value.detail
    assert path.read_text() == FULL
    assert [entry.name for entry in path.parent.iterdir()] == ["config.toml"]
