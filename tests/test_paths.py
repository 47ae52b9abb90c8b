"""Where the files are."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from semtui.paths import Paths, default_paths, demo_paths


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for kind in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))


def test_the_xdg_folders_are_honoured(tmp_path: Path) -> None:
    assert default_paths() == Paths(
        config=tmp_path / "config/semtui/config.toml",
        credentials=tmp_path / "config/semtui/credentials.toml",
        pan_cache=tmp_path / "state/semtui/pan.json",
        usb_sticks=tmp_path / "state/semtui/usb.json",
        data=tmp_path / "data/semtui",
        web_token=tmp_path / "config/semtui/web-token",
    )


def test_a_demo_touches_nothing_of_the_users(tmp_path: Path) -> None:
    real = {*dataclasses.astuple(default_paths())}
    demo = {*dataclasses.astuple(demo_paths())}
    assert len(real) == len(demo) == 6
    for path in demo:
        assert not real & {path, *path.parents}
    for path in real:
        assert not demo & {path, *path.parents}


def test_asking_makes_nothing(tmp_path: Path) -> None:
    default_paths()
    demo_paths()
    assert list(tmp_path.iterdir()) == []
