"""The port in memory, under a virtual clock and under the machine's."""

from __future__ import annotations

import threading
import time
from decimal import Decimal

import pytest

from semtui.clock import SystemClock, VirtualClock
from semtui.emulator import EmulatedPort, EmulatorOptions, build
from semtui.emulator.options import parse_amps
from semtui.errors import ConfigError, PortError
from semtui.radio.port import Port
from tests.emulator.host import Host


def test_it_is_a_port_and_says_what_it_is() -> None:
    port: Port = Host(EmulatorOptions(module="bp35c2")).port
    assert port.name == "emulator:bp35c2"


def test_a_read_moves_the_virtual_clock_to_the_next_output_or_to_its_end() -> None:
    host = Host()
    assert host.port.read(0.25) == b""
    assert host.clock.monotonic() == pytest.approx(0.25)
    host.write(b"SKVER\r\n")
    assert host.port.read(0.25) == b"SKVER\r\n"
    assert host.clock.monotonic() == pytest.approx(0.25)
    assert host.port.read(0.25) == b"EVER 1.2.10\r\nOK\r\n"
    assert host.clock.monotonic() < 0.27
    assert host.port.read(0) == b""


def test_wake_ends_one_read() -> None:
    host = Host()
    host.port.wake()
    assert host.port.read(100) == b""
    assert host.clock.monotonic() == 0.0
    assert host.port.read(1) == b""
    assert host.clock.monotonic() == 1.0


def test_a_closed_port_is_lost_until_it_is_opened_again() -> None:
    host = Host()
    host.port.close()
    host.port.close()
    with pytest.raises(PortError):
        host.port.read(1)
    host.module.print_event("05", host.meter.address)
    host.port.reopen()
    assert host.port.read(1) == b""


def test_under_the_machines_clock_a_read_waits_and_can_be_woken() -> None:
    clock = SystemClock()
    port = EmulatedPort(build(EmulatorOptions(), clock))
    port.write(b"SKVER\r\n")
    output = b""
    deadline = time.monotonic() + 10
    while b"OK\r\n" not in output and time.monotonic() < deadline:
        output += port.read(1)
    assert output == b"SKVER\r\nEVER 1.2.10\r\nOK\r\n"
    began = clock.monotonic()
    assert port.read(0.05) == b""
    assert clock.monotonic() - began >= 0.05
    ended = threading.Event()

    def read() -> None:
        port.read(60)
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    port.wake()
    assert ended.wait(10)
    reader.join()


def test_two_ports_of_one_air_wake_each_other() -> None:
    emulator = build(EmulatorOptions(), SystemClock(), modules=2)
    one, other = (EmulatedPort(emulator, module) for module in emulator.modules)
    target = emulator.modules[1].address
    heard: list[bytes] = []

    def listen() -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and b"ERXUDP" not in b"".join(heard):
            heard.append(other.read(5))

    listener = threading.Thread(target=listen)
    listener.start()
    one.write(f"SKSENDTO 1 {target} 0E1A 0 0004 ping".encode())
    deadline = time.monotonic() + 10
    while listener.is_alive() and time.monotonic() < deadline:
        one.read(0.05)
    listener.join()
    assert b"".join(heard).endswith(b" 0 0004 ping\r\n")


@pytest.mark.parametrize(
    "options",
    [
        {"display": "octal"},
        {"speed": 0.0},
        {"route_b_id": "0123"},
        {"password": ""},
        {"watts": 1 << 31},
        {"channel": 61},
        {"lifetime": 0},
        {"lifetime": -1},
        {"lifetime": 1 << 32},
    ],
)
def test_impossible_options_are_refused_in_a_sentence(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        EmulatorOptions(**options)  # type: ignore[arg-type]
    assert caught.value.title
    assert caught.value.hint


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "a,b", "1;2", "1,nan", "4000,0", "1e9,1"])
def test_currents_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        EmulatorOptions(amps=parse_amps(text))


@pytest.mark.parametrize("lifetime", [1, (1 << 32) - 1])
def test_any_lifetime_that_pana_can_say_is_granted(lifetime: int) -> None:
    host = Host(EmulatorOptions(lifetime=lifetime))
    assert b"EVENT 25" in host.join(settle=False)


def test_currents_are_read_from_text() -> None:
    assert parse_amps("12.3, -4") == (Decimal("12.3"), Decimal(-4))


def test_credentials_are_not_in_the_representation() -> None:
    options = EmulatorOptions()
    assert options.password not in repr(options)
    assert options.route_b_id not in repr(options)


def test_the_emulator_works_at_any_start_of_the_clock() -> None:
    clock = VirtualClock()
    clock.advance(12_345.678)
    port = EmulatedPort(build(EmulatorOptions(), clock))
    port.write(b"SKVER\r\n")
    assert port.read(1) == b"SKVER\r\n"
    assert port.read(1) == b"EVER 1.2.10\r\nOK\r\n"
    assert clock.monotonic() < 12_345.7
