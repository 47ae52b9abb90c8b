"""Puts an emulated module, its meter and the house together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from semtui.clock import Clock
from semtui.emulator.air import Air, Beacon
from semtui.emulator.faults import MeterFaults
from semtui.emulator.household import House, Household, MeasuredHouse, SteadyHouse
from semtui.emulator.losses import Losses
from semtui.emulator.meter import ForeignCoordinator, Meter
from semtui.emulator.module import Module
from semtui.emulator.noise import Noise
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.path import Path
from semtui.emulator.profiles import find_profile
from semtui.emulator.schedule import Schedule
from semtui.errors import ConfigError
from semtui.i18n import _


class Emulator:
    """What `build` made. Ports of the same emulator share `changed`, which guards it all."""

    def __init__(self, options: EmulatorOptions, clock: Clock, modules: int) -> None:
        self.options = options
        self.clock = clock
        self.schedule = Schedule(clock.monotonic())
        faults = MeterFaults()
        self.air = Air(
            Path(options.air, options.seed),
            Noise(options.seed, dict(options.air.noise)),
            Losses(options.seed, faults),
        )
        self.household = _house(options)
        profile = find_profile(options.module)
        if options.display == "binary" and not profile.product_commands:
            raise ConfigError(
                _("{title} has no binary display.").format(title=profile.title),
                _("This stick always shows datagrams as hex digits."),
                _("Leave --display out, or choose another --module."),
            )
        self.modules = [
            Module(options, profile, self.air, self.schedule, index) for index in range(modules)
        ]
        wall_at_zero = clock.now() - timedelta(seconds=clock.monotonic())
        self.meter = Meter(options, self.air, self.schedule, self.household, wall_at_zero, faults)
        for pan in options.foreign_pans:
            self.air.add(
                ForeignCoordinator(
                    Beacon(pan.channel, pan.pan_id, pan.mac, pan.lqi, pan.pairing_id)
                )
            )
        self.changed = threading.Condition()

    def when_at_work(self, action: Callable[[], None]) -> None:
        """Call `action` once: when the next session begins, or two boards begin to talk."""
        pending = True

        def once() -> None:
            nonlocal pending
            if pending:
                pending = False
                action()

        self.meter.when_joined(once)
        self.air.when_boards_talk(once)

    @property
    def module(self) -> Module:
        """The first, and mostly only, module."""
        return self.modules[0]


def build(options: EmulatorOptions, clock: Clock, *, modules: int = 1) -> Emulator:
    """Build an emulator whose time is `clock`; raises `ConfigError` for impossible options."""
    return Emulator(options, clock, modules)


def _house(options: EmulatorOptions) -> House:
    if options.watts is not None:
        return SteadyHouse(options.watts, options.amps)
    house = Household(options.seed, solar=options.solar)
    return house if options.amps is None else MeasuredHouse(house, options.amps)
