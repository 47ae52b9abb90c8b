"""A stick that comes back under another name."""

from __future__ import annotations

from pathlib import Path

import pytest

from semtui.errors import PortError, PortReason
from semtui.radio.port import Port
from semtui.radio.port_replug import Follower, UsbIdentity, find, identity_of


class Sticks:
    """The /dev and /sys of a computer into which sticks are plugged."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.opened: list[str] = []
        (root / "dev").mkdir()
        (root / "sys/class/tty").mkdir(parents=True)

    def plug(
        self, name: str, serial: str = "AB0123", place: str = "1-1", product: str = "6015"
    ) -> None:
        device = self.root / "sys/devices" / place
        interface = device / f"{place}:1.0"
        (interface / name).mkdir(parents=True)
        (interface / "bInterfaceNumber").write_text("00\n")
        for fact, said in (("idVendor", "0403"), ("idProduct", product), ("serial", serial)):
            (device / fact).write_text(f"{said}\n")
        (self.root / "sys/class/tty" / name).mkdir()
        (self.root / "sys/class/tty" / name / "device").symlink_to(interface / name)
        (self.root / "dev" / name).touch()

    def pull(self, name: str) -> None:
        (self.root / "dev" / name).unlink()
        (self.root / "sys/class/tty" / name / "device").unlink()
        (self.root / "sys/class/tty" / name).rmdir()

    def open_at(self, path: str) -> Port:
        if not (self.root / path.lstrip("/")).exists():
            raise PortError(PortReason.NOT_FOUND, f"no {path}")
        self.opened.append(path)
        return NamedPort(path)


class NamedPort:
    """A port of which only the name matters."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, timeout: float) -> bytes:
        return b""

    def write(self, data: bytes) -> None: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def sticks(tmp_path: Path) -> Sticks:
    return Sticks(tmp_path)


def test_a_stick_is_known_by_vendor_product_serial_and_interface(sticks: Sticks) -> None:
    sticks.plug("ttyUSB0")
    identity = identity_of("/dev/ttyUSB0", sticks.root)
    assert identity is not None
    assert (identity.vendor, identity.product) == ("0403", "6015")
    assert (identity.serial, identity.interface) == ("AB0123", "00")
    assert identity_of("/dev/ttyUSB1", sticks.root) is None


def test_the_stick_is_followed_to_its_new_name_and_back(sticks: Sticks) -> None:
    sticks.plug("ttyUSB0")
    follow = Follower("/dev/ttyUSB0", sticks.open_at, sticks.root)
    follow()
    sticks.pull("ttyUSB0")
    with pytest.raises(PortError, match="/dev/ttyUSB0"):
        follow()
    sticks.plug("ttyUSB1", place="1-2")
    assert follow().name == "/dev/ttyUSB1"
    sticks.pull("ttyUSB1")
    sticks.plug("ttyUSB0", place="1-3")
    assert follow().name == "/dev/ttyUSB0"


def test_a_stranger_under_the_old_name_is_not_taken_for_the_stick(sticks: Sticks) -> None:
    sticks.plug("ttyUSB0")
    follow = Follower("/dev/ttyUSB0", sticks.open_at, sticks.root)
    follow()
    sticks.pull("ttyUSB0")
    sticks.plug("ttyUSB0", serial="OTHER", place="1-2")
    sticks.plug("ttyUSB1", place="1-3")
    assert follow().name == "/dev/ttyUSB1"


def test_a_stick_that_was_replaced_for_good_is_taken(sticks: Sticks) -> None:
    sticks.plug("ttyUSB0")
    follow = Follower("/dev/ttyUSB0", sticks.open_at, sticks.root)
    follow()
    sticks.pull("ttyUSB0")
    sticks.plug("ttyUSB0", serial="NEW", place="1-2")
    assert follow().name == "/dev/ttyUSB0"


def test_twins_without_a_number_are_not_guessed_at(sticks: Sticks) -> None:
    sticks.plug("ttyUSB0", serial="")
    identity = identity_of("/dev/ttyUSB0", sticks.root)
    assert identity is not None
    follow = Follower("/dev/ttyUSB0", sticks.open_at, sticks.root)
    follow()
    sticks.pull("ttyUSB0")
    sticks.plug("ttyUSB1", serial="", place="1-2")
    sticks.plug("ttyUSB2", serial="", place="1-3")
    assert find(identity, sticks.root) is None
    with pytest.raises(PortError):
        follow()


def test_a_port_of_the_board_or_the_network_has_no_other_name(sticks: Sticks) -> None:
    (sticks.root / "dev/ttyAMA0").touch()
    follow = Follower("/dev/ttyAMA0", sticks.open_at, sticks.root)
    assert follow().name == "/dev/ttyAMA0"
    network = Follower("socket://pi:2000", NamedPort, sticks.root)
    assert network().name == "socket://pi:2000"


# Known from an earlier run

ZIGBEE = "ea60"


@pytest.fixture
def known(sticks: Sticks) -> UsbIdentity:
    """The stick that an earlier run had at ttyUSB0."""
    sticks.plug("ttyUSB0")
    identity = identity_of("/dev/ttyUSB0", sticks.root)
    sticks.pull("ttyUSB0")
    assert identity is not None
    return identity


def opened(sticks: Sticks, known: UsbIdentity) -> tuple[str, list[str]]:
    """Where the first opening of a run finds the port, and what is told of it."""
    told: list[str] = []
    follow = Follower("/dev/ttyUSB0", sticks.open_at, sticks.root, known=known, tell=told.append)
    names = {follow().name, follow().name}
    assert len(names) == 1
    return names.pop(), told


def test_a_stick_that_changed_its_name_between_two_runs_is_found(
    sticks: Sticks, known: UsbIdentity
) -> None:
    sticks.plug("ttyUSB1", place="1-2")
    assert opened(sticks, known) == ("/dev/ttyUSB1", ["/dev/ttyUSB1"])


def test_nothing_is_told_of_a_stick_that_is_where_it_was(
    sticks: Sticks, known: UsbIdentity
) -> None:
    sticks.plug("ttyUSB0", place="1-2")
    assert opened(sticks, known) == ("/dev/ttyUSB0", [])


def test_a_stranger_is_not_opened_in_place_of_a_stick_that_is_missing(
    sticks: Sticks, known: UsbIdentity
) -> None:
    sticks.plug("ttyUSB1", serial="OTHER", place="1-2")
    with pytest.raises(PortError, match="/dev/ttyUSB0"):
        opened(sticks, known)
    assert sticks.opened == []


def test_two_of_a_kind_that_changed_places_are_told_apart(
    sticks: Sticks, known: UsbIdentity
) -> None:
    sticks.plug("ttyUSB0", serial="OTHER", place="1-2")
    sticks.plug("ttyUSB1", place="1-3")
    assert opened(sticks, known) == ("/dev/ttyUSB1", ["/dev/ttyUSB1"])


def test_another_kind_of_stick_at_the_port_that_is_set_is_taken(
    sticks: Sticks, known: UsbIdentity
) -> None:
    sticks.plug("ttyUSB0", product=ZIGBEE, place="1-2")
    sticks.plug("ttyUSB1", place="1-3")
    assert opened(sticks, known) == ("/dev/ttyUSB0", [])


def test_another_kind_of_stick_that_takes_the_name_meanwhile_is_not(
    sticks: Sticks, known: UsbIdentity
) -> None:
    sticks.plug("ttyUSB0", place="1-2")
    follow = Follower("/dev/ttyUSB0", sticks.open_at, sticks.root, known=known)
    follow()
    sticks.pull("ttyUSB0")
    sticks.plug("ttyUSB0", product=ZIGBEE, place="1-3")
    sticks.plug("ttyUSB1", place="1-4")
    assert follow().name == "/dev/ttyUSB1"
