"""The life of a session: renewal, expiry, ends (ROHM command reference, events 24 to 29)."""

from __future__ import annotations

import re

import pytest

from semtui.emulator import EmulatorOptions, MeterStyle
from tests.emulator.host import Host, frame
from tests.emulator.test_join import hex_host, shape

QUIET = MeterStyle(announce="none", hello=False)


def events(printed: bytes) -> list[tuple[str, str]]:
    return re.findall(r"EVENT (2[4-9]|3\d) (\S+)", printed.decode("latin-1"))


def numbers(printed: bytes) -> list[str]:
    return [number for number, _ in events(printed)]


def test_the_session_is_renewed_at_four_fifths_of_its_lifetime() -> None:
    host = hex_host(meter=QUIET)
    host.join(settle=False)
    start = host.clock.monotonic()
    host.wait(b"EVENT 29", 70_000)
    assert abs(host.clock.monotonic() - start - 69_120) < 1
    began = host.clock.monotonic()
    renewal = shape(host.wait(b"EVENT 25"))
    assert 1 < host.clock.monotonic() - began < 4
    assert renewal[0] == "EVENT 21 00"
    assert [item for item in renewal if len(item) == 4] == ["0028", "0068", "0054", "0058"]
    assert host.meter.authenticator.renewals == 1
    assert host.value(0x80) == b"\x30"


def test_a_day_has_one_renewal_and_forty_eight_announcements() -> None:
    host = hex_host()
    host.join()
    printed = host.read(86_400 + 200)
    assert numbers(printed) == ["29", "25"]
    announced = [payload for payload in host.payloads(printed) if payload[12:13] == b"\xea"]
    assert len(announced) == 48
    moments = [payload[14:21] for payload in announced]
    assert moments == sorted(set(moments))
    assert host.value(0xE7)


def test_the_lifetime_is_the_meters_and_not_register_s16() -> None:
    host = hex_host(lifetime=1000, meter=QUIET)
    host.ask("SKSREG S16 3C")
    host.join()
    start = host.clock.monotonic()
    host.wait(b"EVENT 29", 2000)
    assert 790 < host.clock.monotonic() - start < 800


def test_nothing_may_be_sent_during_the_renewal() -> None:
    host = hex_host(lifetime=1000, meter=QUIET)
    host.join()
    host.wait(b"EVENT 29", 2000)
    host.write(host.send_command(frame(0x62, (0xE7, b""))))
    assert b"EVENT 25" in (printed := host.wait(b"EVENT 25"))
    assert re.search(rb"EVENT 21 \S+ 01\r\nOK\r\n", printed)
    assert host.module.forbidden_sends == 1
    assert host.value(0xE7)


def test_a_slow_renewal() -> None:
    host = hex_host(lifetime=1000, meter=QUIET)
    host.join()
    host.meter.faults.renewal_delay = 40.0
    host.wait(b"EVENT 29", 2000)
    began = host.clock.monotonic()
    host.wait(b"EVENT 25", 100)
    assert 40 < host.clock.monotonic() - began < 44


def test_a_failed_renewal_ends_the_session() -> None:
    host = hex_host(lifetime=1000, meter=QUIET)
    host.join()
    host.meter.faults.ignore_joins = True
    host.wait(b"EVENT 29", 2000)
    assert numbers(host.wait(b"EVENT 24", 60)) == ["24"]
    assert host.ask("SKTERM") == ["FAIL ER10"]


def test_without_s17_the_session_ends_at_its_lifetime() -> None:
    host = hex_host(lifetime=1000, meter=QUIET)
    host.ask("SKSREG S17 0")
    host.join()
    start = host.clock.monotonic()
    assert host.read(900) == b""
    assert numbers(host.wait(b"EVENT 29", 200)) == ["29"]
    assert 990 < host.clock.monotonic() - start < 1001
    assert host.read(100) == b""
    assert b" 01\r\nOK\r\n" in host.send(frame(0x62, (0xE7, b"")))
    assert host.ask("SKREJOIN") == ["FAIL ER10"]


def test_skrejoin_renews_at_once() -> None:
    host = hex_host(meter=QUIET)
    host.join()
    assert host.ask("SKREJOIN", 0.03) == ["OK"]
    assert shape(host.wait(b"EVENT 25"))[-1] == "EVENT 25"
    assert host.meter.authenticator.renewals == 1


def test_skterm_ends_the_session_in_the_order_of_a_real_module() -> None:
    host = hex_host(meter=QUIET)
    host.join()
    host.write(b"SKTERM\r\n")
    assert shape(host.wait(b"EVENT 27")) == ["EVENT 21 00", "OK", "0028", "EVENT 27"]
    assert host.meter.authenticator.living() is None
    assert host.ask("SKTERM") == ["FAIL ER10"]


def test_skterm_that_is_not_confirmed_ends_with_event_28() -> None:
    host = hex_host(meter=QUIET)
    host.join()
    host.meter.faults.ignore_terminations = 1
    host.write(b"SKTERM\r\n")
    assert shape(host.wait(b"EVENT 28", 15)) == [
        *("EVENT 21 00", "OK"),
        *3 * ["EVENT 21 00"],  # The request is sent again after one, two and four seconds.
        "EVENT 28",
    ]
    assert host.ask("SKTERM") == ["FAIL ER10"]


def test_the_meter_can_end_the_session() -> None:
    host = hex_host(meter=QUIET)
    host.join()
    host.meter.end_session()
    assert shape(host.wait(b"EVENT 26", 5)) == ["0028", "EVENT 21 00", "EVENT 26"]
    assert host.ask("SKTERM") == ["FAIL ER10"]
    assert b" 01\r\nOK\r\n" in host.send(frame(0x62, (0xE7, b"")))


def test_a_meter_that_lost_the_session_is_deaf_until_a_new_join() -> None:
    host = hex_host(meter=QUIET)
    host.join()
    host.meter.authenticator.forget()
    printed = host.send(frame(0x62, (0xE7, b"")), 30)
    assert printed == f"\r\nEVENT 21 {host.meter.address} 00\r\nOK\r\n".encode()
    host.join()
    assert host.value(0xE7)


def test_skstart_clears_the_session() -> None:
    host = hex_host(meter=QUIET)
    host.join()
    assert host.ask("SKSTART") == ["OK"]
    assert host.ask("SKTERM") == ["FAIL ER10"]


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_gives_the_same_bytes(seed: int) -> None:
    outputs = []
    for _ in range(2):
        host = Host(EmulatorOptions(seed=seed, lifetime=3000))
        outputs.append(host.join() + host.read(4000))
    assert outputs[0] == outputs[1]


def test_a_day_of_polls_is_answered_but_for_the_renewal_and_adds_up() -> None:
    host = hex_host()
    host.join()
    start, first = host.clock.now(), int.from_bytes(host.value(0xE0), "big")
    joules, refused = 0.0, 0
    for _ in range(2880):
        payloads = host.payloads(host.send(frame(0x62, (0xE7, b"")), 30))
        values = [payload[14:] for payload in payloads if payload[10:13] == b"\x72\x01\xe7"]
        refused += not values
        joules += sum(int.from_bytes(value, "big") for value in values) * 30
    assert host.meter.authenticator.renewals == 1
    assert refused <= 1
    assert host.module.forbidden_sends == refused
    assert not host.module.transmitter.limited
    assert (host.clock.now() - start).total_seconds() > 86_000
    counted = (int.from_bytes(host.value(0xE0), "big") - first) / 10
    assert abs(joules / 3_600_000 - counted) < 0.6
