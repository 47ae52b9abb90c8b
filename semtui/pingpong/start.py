"""Puts a run of `semtui pingpong` together: which port, and in the demo the partner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from semtui.clock import Clock, SystemClock
from semtui.config import Settings
from semtui.errors import ConfigError
from semtui.i18n import _
from semtui.pingpong.command import PingPongRun
from semtui.pingpong.partner import Partner
from semtui.radio.pingpong.plan import BenchPlan
from semtui.radio.port import Port, SerialPort
from semtui.station import Request, settings_of


def bench_run(
    plan: BenchPlan, request: Request, csv: Path | None, verbose: bool, out: TextIO, talk: TextIO
) -> Callable[[], int]:
    """Return what makes the run and returns its exit code; raises ConfigError without a port."""
    if request.record is not None:
        raise ConfigError(
            _("A ping-pong run cannot be recorded."),
            _("Recordings are of the link to a meter, for semtui replay."),
            _("Use --csv to keep every exchange, and --verbose to see the serial line."),
        )
    clock: Clock = SystemClock()
    _paths, loaded = settings_of(request)
    partner = Partner(plan, clock) if request.demo else None
    open_port = partner.open_port if partner else port_opener(loaded.settings)
    run = PingPongRun(plan, open_port, clock, out, talk, csv=csv, verbose=verbose)

    def go() -> int:
        if partner is None:
            return run.run()
        partner.start()
        try:
            return run.run()
        finally:
            partner.stop()

    return go


def port_opener(settings: Settings) -> Callable[[], Port]:
    """Return what opens the port that is set; raises ConfigError when none is."""
    url = settings.port.url
    if not url:
        raise ConfigError(
            _("There is no port to use."),
            _("Neither --port nor the configuration names one."),
            _("Give the port of this board's module, for example --port /dev/ttyUSB0."),
        )
    return lambda: SerialPort(url, settings.port.baud)
