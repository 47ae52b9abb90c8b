"""The limit of send time (ARIB STD-T108; registers SFB and SFD, events 32 and 33)."""

from __future__ import annotations

from semtui.emulator import EmulatorOptions, MeterStyle
from semtui.emulator.airtime import Airtime, seconds_on_air
from tests.emulator.host import Host, frame

GET = frame(0x62, (0xE7, b""))


def limited() -> Host:
    host = Host(
        EmulatorOptions(
            display="hex",
            send_budget=1.0,
            send_window=600.0,
            meter=MeterStyle(announce="none", hello=False),
        )
    )
    host.join()
    printed = b""
    while b"EVENT 32" not in printed:
        printed = host.send(bytes(0x4D0), 1)
        assert host.clock.monotonic() < 60
    assert b"EVENT 32 " + host.module.address.encode() + b"\r\n" in printed
    return host


def test_a_get_costs_about_ten_milliseconds() -> None:
    assert 0.005 < seconds_on_air(len(GET)) < 0.012


def test_the_limit_stops_all_sending_and_is_released_later() -> None:
    host = limited()
    since = host.clock.monotonic()
    assert host.ask("SKSREG SFB") == ["ESREG 1", "OK"]
    before = host.meter.requests
    assert host.send(GET) == f"\r\nEVENT 21 {host.meter.address} 01\r\nOK\r\n".encode()
    assert host.meter.requests == before
    assert host.wait(b"EVENT 33", 700) == f"EVENT 33 {host.module.address}\r\n".encode()
    assert 500 < host.clock.monotonic() - since < 601
    assert host.ask("SKSREG SFB") == ["ESREG 0", "OK"]
    assert host.value(0xE7)


def test_the_limit_survives_a_software_reset_but_not_a_power_cycle() -> None:
    host = limited()
    host.ask("SKRESET")
    assert host.ask("SKSREG SFB") == ["ESREG 1", "OK"]
    host.module.reboot()
    assert host.ask("SKSREG SFB") == ["ESREG 0", "OK"]
    assert b"EVENT 33" not in host.read(1000)


def test_a_join_under_the_limit_fails() -> None:
    host = limited()
    host.credentials()
    host.write(f"SKJOIN {host.meter.address}\r\n".encode())
    printed = host.wait(b"EVENT 24")
    assert printed.count(b" 01\r\n") == 6


def test_the_limit_can_be_set_by_hand() -> None:
    host = Host()
    host.module.transmitter.limit()
    host.module.transmitter.limit()
    host.module.transmitter.release()
    assert host.read(1) == (
        f"EVENT 32 {host.module.address}\r\nEVENT 33 {host.module.address}\r\n".encode()
    )


def test_a_day_of_polling_every_three_seconds_stays_within_the_budget() -> None:
    airtime = Airtime(360.0, 3600.0)
    cost = seconds_on_air(len(GET))
    assert not any(airtime.add(3.0 * poll, cost) for poll in range(28_800))
    assert airtime.release_stamp(86_400.0) == 86_400.0


def test_the_window_slides() -> None:
    airtime = Airtime(1.0, 100.0)
    assert not airtime.add(0.0, 0.6)
    assert airtime.add(50.0, 0.6)
    assert airtime.release_stamp(60.0) == 100.0
    assert not airtime.add(101.0, 0.3)
    assert airtime.add(102.0, 0.3)
