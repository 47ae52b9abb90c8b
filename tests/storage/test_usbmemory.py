"""The remembered sticks: whatever the file holds, it is no error."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semtui.errors import StorageError
from semtui.radio.port_replug import UsbIdentity
from semtui.storage.usbmemory import UsbMemory

URL = "/dev/ttyUSB0"
STICK = UsbIdentity("0403", "6015", "AB0123", "00")
OTHER = UsbIdentity("10c4", "ea60", "", "00")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "usb.json"


@pytest.fixture
def memory(path: Path) -> UsbMemory:
    memory = UsbMemory(path)
    memory.save(URL, STICK)
    return memory


def test_each_port_has_its_own_stick(memory: UsbMemory, path: Path) -> None:
    memory.save("/dev/ttyUSB1", OTHER)
    again = UsbMemory(path)
    assert again.load(URL) == STICK
    assert again.load("/dev/ttyUSB1") == OTHER
    assert again.load("/dev/ttyUSB2") is None
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_was_saved_yet(path: Path) -> None:
    assert UsbMemory(path).load(URL) is None


def test_another_stick_takes_the_place_of_the_first(memory: UsbMemory) -> None:
    memory.save(URL, replace(STICK, serial="NEW"))
    assert memory.load(URL) == replace(STICK, serial="NEW")


def test_what_is_known_is_not_written_again(memory: UsbMemory, path: Path) -> None:
    before = path.stat().st_ino
    memory.save(URL, STICK)
    assert path.stat().st_ino == before


@pytest.mark.parametrize("field", ["vendor", "product", "serial", "interface"])
@pytest.mark.parametrize("value", [None, 5, ["x"]])
def test_a_value_that_cannot_be_true_spoils_the_file(
    memory: UsbMemory, path: Path, field: str, value: Any
) -> None:
    document = json.loads(path.read_bytes())
    assert field in document["sticks"][URL]
    document["sticks"][URL][field] = value
    path.write_text(json.dumps(document))
    assert memory.load(URL) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": 2, "sticks": {}}',
        b'{"format": 1}',
        b'{"format": 1, "sticks": 3}',
        b'{"format": 1, "sticks": ["ab"]}',
        b'{"format": 1, "sticks": {"/dev/ttyUSB0": {"vendor": "0403"}}}',
        b'{"format": 1, "sticks": {"/dev/ttyUSB0": "0403"}}',
    ],
)
def test_a_damaged_file_is_no_file_and_is_replaced(
    memory: UsbMemory, path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    assert memory.load(URL) is None
    memory.save(URL, STICK)
    assert memory.load(URL) == STICK


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_no_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "usb.json"
    path.write_bytes(content)
    assert UsbMemory(path).load(URL) is None


def test_a_place_that_cannot_be_written_is_told_of(path: Path) -> None:
    path.mkdir(parents=True)
    assert UsbMemory(path).load(URL) is None
    with pytest.raises(StorageError) as caught:
        UsbMemory(path).save(URL, STICK)
    assert str(path) in caught.value.title
    assert caught.value.hint
