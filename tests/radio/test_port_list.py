"""Which ports there are, and who holds one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from semtui.radio.port import list_ports
from semtui.radio.port_list import Holder, PortCandidate, holders


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """The /dev, /sys and /proc of a Raspberry Pi with a module on USB."""
    dev, tty_class = tmp_path / "dev", tmp_path / "sys/class/tty"
    (dev / "serial/by-id").mkdir(parents=True)
    for name in ("tty", "tty1", "ttyS0", "ttyS1", "ttyAMA0", "ttyUSB0", "ttyACM0", "ttyprintk"):
        (dev / name).touch()
    (dev / "serial0").symlink_to("ttyAMA0")
    (dev / "serial/by-id/usb-FTDI_FT230X-if00").symlink_to("../../ttyUSB0")
    for name, kind in (("ttyS0", "4"), ("ttyS1", "0")):
        (tty_class / name).mkdir(parents=True)
        (tty_class / name / "type").write_text(f"{kind}\n")
    usb = tmp_path / "sys/devices/usb1/1-1"
    (usb / "1-1:1.0/ttyUSB0").mkdir(parents=True)
    (usb / "product").write_text("FT230X Basic UART\n")
    (usb / "manufacturer").write_text("FTDI\n")
    (tty_class / "ttyUSB0").mkdir()
    (tty_class / "ttyUSB0/device").symlink_to(usb / "1-1:1.0/ttyUSB0")
    return tmp_path


def test_ports_are_listed_once_by_their_lasting_names(board: Path) -> None:
    assert list_ports(board) == [
        PortCandidate("/dev/serial0", "ttyAMA0: pins 8 and 10 of the Raspberry Pi's header"),
        PortCandidate("/dev/ttyS0", "ttyS0: a serial port of the board"),
        PortCandidate("/dev/serial/by-id/usb-FTDI_FT230X-if00", "ttyUSB0: FTDI FT230X Basic UART"),
        PortCandidate("/dev/ttyACM0", "ttyACM0: on USB"),
    ]


def test_the_debug_connector_of_a_pi_5_is_told_from_the_header(board: Path) -> None:
    (board / "dev/serial0").unlink()
    (board / "dev/ttyAMA10").touch()
    (board / "dev/serial0").symlink_to("ttyAMA10")
    first, second = list_ports(board)[:2]
    assert first == PortCandidate("/dev/ttyAMA0", "ttyAMA0: a serial port of the board")
    assert second.path == "/dev/serial0"
    assert "debug connector" in second.description


def test_a_computer_without_ports(tmp_path: Path) -> None:
    assert list_ports(tmp_path) == []


def test_holders_of_a_port(tmp_path: Path) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    for pid, name, target in (
        (31, "minicom", device),
        (7, "bash", tmp_path),
        (os.getpid(), "self", device),
    ):
        folder = tmp_path / "proc" / str(pid)
        (folder / "fd").mkdir(parents=True)
        (folder / "comm").write_text(f"{name}\n")
        (folder / "fd/3").symlink_to(target)
    (tmp_path / "proc/99").mkdir()
    (tmp_path / "proc/meminfo").touch()
    assert holders(str(device), tmp_path) == [Holder(31, "minicom")]
