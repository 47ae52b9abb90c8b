"""momonga, an independent client library, reads the emulated meter through a pseudo-terminal."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal

import momonga
import pytest
from momonga import EchonetPropertyCode as Code

from semtui.emulator import EmulatorOptions
from tests.emulator.test_pty import served

MODULES = ("bp35a1", "bp35c2", "rl7023-ips", "rl7023-dss")


def options_of(name: str) -> EmulatorOptions:
    amps = (Decimal("1.0"), Decimal("-4.2"))
    return EmulatorOptions(module=name, speed=20, watts=-321, amps=amps)


def read_meter(name: str, path: str) -> str:
    """Open, read, close; `name` when all was as it should be."""
    options = options_of(name)
    client = momonga.Momonga(options.route_b_id, options.password, path)
    client.internal_xmit_interval = 0.01
    with client:
        assert client.get_instantaneous_power() == -321
        current = client.get_instantaneous_current()
        assert current["r phase current"] == pytest.approx(1.0)
        assert current["t phase current"] == pytest.approx(-4.2)
        assert client.get_measured_cumulative_energy() == 0
        reverse = client.get_measured_cumulative_energy(reverse=True)
        assert reverse is not None
        assert reverse > 0
        gettable = client.get_properties_to_get_values()
        assert {Code.instantaneous_power, Code.instantaneous_current} <= gettable
        assert client.get_properties_to_set_values() == {
            Code.installation_location,
            Code.day_for_historical_data_1,
            Code.time_for_historical_data_2,
        }
        assert client.get_unit_for_cumulative_energy() == 0.1
        history = client.get_historical_cumulative_energy_1(day=1)
        assert len(history) == 48
        assert None not in [slot["cumulative energy"] for slot in history]
        assert (client.lqi is not None) == (name in ("bp35c2", "rl7023-dss"))
    return name


def test_momonga_opens_reads_and_closes_on_every_family_of_modules(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    with ExitStack() as stack:
        paths = [stack.enter_context(served(options_of(name)))[0] for name in MODULES]
        pool = stack.enter_context(ThreadPoolExecutor(len(MODULES)))
        assert tuple(pool.map(read_meter, MODULES, paths)) == MODULES
