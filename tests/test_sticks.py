"""The stick of the port that is set, from one run to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from semtui.clock import VirtualClock
from semtui.doctor.patient import place_of
from semtui.errors import PortError
from semtui.model import Level, Notice, Update
from semtui.sticks import KnownStick
from tests.radio.test_port_replug import Sticks


class Run:
    """A run of semtui on ttyUSB0, as far as the stick is concerned."""

    def __init__(self, folder: Path, sticks: Sticks) -> None:
        self.said: list[Update] = []
        file = folder / "state/usb.json"
        self.stick = KnownStick(file, VirtualClock(), self.said.append, sticks.root)
        self.open = self.stick.follower("/dev/ttyUSB0", sticks.open_at)


@pytest.fixture
def sticks(tmp_path: Path) -> Sticks:
    return Sticks(tmp_path)


def moved(sticks: Sticks) -> None:
    """As after a start of the machine."""
    sticks.pull("ttyUSB0")
    sticks.plug("ttyUSB1", place="1-2")


def test_the_next_run_finds_the_stick_by_which_a_meter_was_joined(
    tmp_path: Path, sticks: Sticks
) -> None:
    sticks.plug("ttyUSB0")
    first = Run(tmp_path, sticks)
    first.open()
    first.stick.remember()
    assert first.said == []
    moved(sticks)
    second = Run(tmp_path, sticks)
    assert second.open().name == "/dev/ttyUSB1"
    [notice] = second.said
    assert isinstance(notice, Notice)
    assert notice.level is Level.WARNING
    assert "/dev/ttyUSB0 is now /dev/ttyUSB1" in notice.title
    assert "by-id" in notice.hint


def test_the_doctor_looks_where_the_stick_is_now(tmp_path: Path, sticks: Sticks) -> None:
    sticks.plug("ttyUSB0")
    first = Run(tmp_path, sticks)
    first.open()
    first.stick.remember()
    file, url = tmp_path / "state/usb.json", "/dev/ttyUSB0"
    assert place_of(url, file, sticks.root) == url
    moved(sticks)
    assert place_of(url, file, sticks.root) == "/dev/ttyUSB1"
    assert place_of("/dev/ttyAMA0", file, sticks.root) == "/dev/ttyAMA0"
    sticks.pull("ttyUSB1")
    assert place_of(url, file, sticks.root) == url


def test_a_stick_by_which_nothing_was_joined_is_not_remembered(
    tmp_path: Path, sticks: Sticks
) -> None:
    sticks.plug("ttyUSB0")
    Run(tmp_path, sticks).open()
    moved(sticks)
    with pytest.raises(PortError):
        Run(tmp_path, sticks).open()


def test_a_port_of_the_board_leaves_nothing_to_remember(tmp_path: Path, sticks: Sticks) -> None:
    (sticks.root / "dev/ttyUSB0").touch()
    run = Run(tmp_path, sticks)
    run.stick.remember()
    run.open()
    run.stick.remember()
    assert not (tmp_path / "state").exists()
