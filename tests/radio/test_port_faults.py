"""Why a port cannot be opened, in words, for reasons that a test cannot bring about."""

from __future__ import annotations

import errno
import grp
from pathlib import Path

import pytest

from semtui.errors import PortReason
from semtui.radio import port_faults
from semtui.radio.port_list import Holder


@pytest.fixture
def dialout(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A group of that name owns every file; its members can be added to."""
    members = ["somebody"]
    group = grp.struct_group(("dialout", "x", 20, members))
    monkeypatch.setattr(grp, "getgrgid", lambda _number: group)
    return members


@pytest.mark.usefixtures("dialout")
def test_no_permission_names_the_group(tmp_path: Path) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    device.chmod(0o660)
    error = port_faults.open_fault(str(device), PermissionError(13, "Permission denied"))
    assert error.reason is PortReason.NO_PERMISSION
    assert "group dialout" in error.detail
    assert "sudo usermod -aG dialout $USER" in error.hint


def test_a_login_older_than_the_membership(
    dialout: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOGNAME", "taro")
    dialout.append("taro")
    device = tmp_path / "ttyUSB0"
    device.touch()
    device.chmod(0o660)
    error = port_faults.open_fault(str(device), PermissionError(13, "Permission denied"))
    assert error.hint == "You were added to the group meanwhile: log out and in again."


def test_a_port_that_a_login_console_has_taken(tmp_path: Path) -> None:
    device = tmp_path / "ttyAMA0"
    device.touch()
    device.chmod(0o600)
    error = port_faults.open_fault(str(device), PermissionError(13, "Permission denied"))
    assert "login console" in error.detail
    assert "serial-getty@ttyAMA0.service" in error.hint


def test_a_busy_port_of_a_console_tells_how_to_free_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_faults, "holders", lambda _path: [Holder(412, "agetty")])
    error = port_faults.open_fault("/dev/ttyAMA0", BlockingIOError(11, "locked"))
    assert error.reason is PortReason.BUSY
    assert "agetty (process 412)" in error.detail
    assert "serial-getty@ttyAMA0.service" in error.hint


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files"),
        (ValueError("Not a valid baudrate: 1"), "Not a valid baudrate: 1"),
    ],
)
def test_a_reason_of_another_kind_is_passed_on(error: Exception, said: str) -> None:
    fault = port_faults.open_fault("/dev/ttyUSB0", error)
    assert fault.reason is PortReason.UNREACHABLE
    assert fault.detail == f"The system says: {said}."
