"""What can be chosen about an emulated module, its meter and the house behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from semtui.emulator.refusal import is_hex
from semtui.errors import ConfigError
from semtui.i18n import _

DEFAULT_ROUTE_B_ID = "00112233445566778899AABBCCDDEEFF"
DEFAULT_PASSWORD = "0123456789AB"


@dataclass(frozen=True, slots=True)
class ForeignPan:
    """Another coordinator in reach: it sends beacons and lets nobody in."""

    channel: int
    """33 to 60."""
    pan_id: int
    mac: str
    lqi: int
    pairing_id: str


@dataclass(frozen=True, slots=True)
class MeterStyle:
    """The ways in which meters in the field differ."""

    sna: Literal["empty", "dropped"] = "empty"
    """What a refusal in a Get shows: the EPC without data, or nothing of it."""
    announce: Literal["inf", "infc", "none"] = "inf"
    """How the half-hour registers are announced, if at all."""
    announce_frames: Literal[1, 2] = 1
    """EA and EB in one frame, or each in its own with the same TID."""
    announce_tid: Literal["running", "fixed"] = "running"
    """A number that counts on, or always 0001."""
    announce_delay: tuple[float, float] = (5.0, 150.0)
    """Seconds after :00 and :30 between which the announcement comes."""
    hello: bool = True
    """Multicast the instance list (D5) after each authentication."""
    hello_delay: tuple[float, float] = (0.5, 3.0)
    hello_tid: Literal["zero", "running"] = "zero"
    answer_time: tuple[float, float] = (0.2, 0.6)
    """Seconds from a request to its answer."""
    history_time: tuple[float, float] = (0.8, 2.0)
    """The same for E2, E4, EC and EE."""
    deaf_seconds: float = 0.0
    """For so long after an authentication it answers nothing."""
    missing: frozenset[int] = frozenset()
    """Properties that this meter does not have."""
    opc_limit: int | None = None
    """More properties than this in one Get are cut off, with a Get_SNA."""
    two_wire: bool = False
    """Single-phase two-wire: there is no T phase."""
    reverse: Literal["counted", "no data"] = "counted"
    """Whether exported energy has a value."""
    unit_code: int = 0x01
    """E1: 01 is 0.1 kWh, 02 is 0.01 kWh."""
    digits: int = 6
    """D7: the registers count modulo 10 to this power."""
    coefficient: int = 1
    """D3."""
    selected_day: int | None = 0
    """E5 at first: what another controller has left there; None is unset."""
    memory_days: int = 45
    """Days before today whose half hours it still knows (E2, E4, EC)."""
    beyond_memory: Literal["no data", "refused"] = "no data"
    """What a day before them brings: slots without data, or a refusal to choose it (E5)."""
    holes: tuple[tuple[datetime, datetime], ...] = ()
    """Times (JST, naive; the end is not included) of which it remembers nothing, as after a
    power cut."""
    nothing: Literal["no data", "zero"] = "no data"
    """How what it does not remember is told: by the code for it, or as a register of 0."""
    answered_day: int | None = None
    """E2 and E4 answer for this day, whichever is chosen; None: for the chosen one."""
    refused: frozenset[int] = frozenset()
    """Properties that its map names and that a Get is refused for all the same."""
    not_settable: frozenset[int] = frozenset()
    """Properties that others let one set, and that its set map does not name."""
    refused_sets: frozenset[int] = frozenset()
    """Properties that its set map names and that it refuses to set all the same."""
    maker: str = "000016"
    serial: str = "SM00000001"
    release: str = "F"
    """82; from R on it has C0, D0, EE and EF, too."""
    nodes: bool = True
    """The node profile answers too."""


@dataclass(frozen=True, slots=True)
class ShellStyle:
    """The ways in which firmwares differ, or are suspected to, on the serial line."""

    ok_before_event: bool = False
    """SKSENDTO prints OK before EVENT 21 instead of after it."""
    data_newline: bool = True
    """With echo off, SKSENDTO still prints an empty line after the data."""
    trailing_space: bool = False
    """EINFO and EADDR lines end with a space, whatever the module."""
    short_failure: bool = False
    """Where product commands are unknown, their FAIL ends with CR alone."""
    strict_wait: bool = False
    """A command that comes before the last one's answer is an input error (ER09)."""
    latency: tuple[float, float] = (0.003, 0.010)
    """Seconds from a command to its answer."""


@dataclass(frozen=True, slots=True)
class AirStyle:
    """The air between two boards; the meter's own faults are elsewhere."""

    loss: float = 0.0
    """Share of the frames, 0 to 1, that do not arrive; the seed decides which."""
    duplicate: float = 0.0
    """Share of the datagrams that arrive twice."""
    latency: tuple[float, float] = (0.0, 0.0)
    """Seconds more that a frame is under way."""
    distance: float = 6.2
    """Metres between the boards: the link quality follows, and from 250 m on the loss."""
    send_time: tuple[float, float] = (0.13, 0.35)
    """Seconds until a module has a frame on the air and acknowledged."""
    noise: tuple[tuple[int, int], ...] = ()
    """Channels on which there is something loud, with its level as LQI."""


@dataclass(frozen=True, slots=True)
class EmulatorOptions:
    """A module on a port, a meter in its reach, and a house behind the meter."""

    module: str = "bp35a1"
    display: Literal["hex", "binary"] | None = None
    """How datagrams are shown at first; None as the module leaves the factory."""
    route_b_id: str = field(default=DEFAULT_ROUTE_B_ID, repr=False)
    password: str = field(default=DEFAULT_PASSWORD, repr=False)
    watts: int | None = None
    """A fixed power instead of the household's; negative exports."""
    amps: tuple[Decimal, Decimal] | None = None
    """Fixed currents of R and T instead of those that follow from the power."""
    speed: float = 1.0
    """Divides what the radio takes: scans, joins, answers. Neither the session's
    lifetime nor the clock of the meter is touched by it."""
    seed: int = 0
    lifetime: int = 86400
    """Seconds that the meter grants to a session."""
    meter: MeterStyle = MeterStyle()
    shell: ShellStyle = ShellStyle()
    air: AirStyle = AirStyle()
    solar: bool = False
    """The house has panels and exports at noon."""
    channel: int | None = None
    """33 to 60; None lets the seed choose."""
    lqi: int | None = None
    in_reach: bool = True
    """False: no meter hears the module."""
    occupied: bool = False
    """Another controller holds the meter's only session."""
    beacons: int = 1
    """How often the meter's beacon is heard in one sweep."""
    beacon_from_duration: int = 0
    """Shorter sweeps than this do not hear the meter."""
    late_beacon: bool = False
    """The last beacon is printed after the end of its sweep."""
    foreign_pans: tuple[ForeignPan, ...] = ()
    send_budget: float = 360.0
    """Seconds on the air that are allowed within `send_window` (ARIB STD-T108)."""
    send_window: float = 3600.0

    def __post_init__(self) -> None:
        """Raises `ConfigError` for what no module or meter could be."""
        if self.display not in (None, "hex", "binary"):
            raise ConfigError(
                _("The display {display} does not exist.").format(display=repr(self.display)),
                _("A module shows datagrams as hex digits or as binary bytes."),
                _("Use hex or binary."),
            )
        if not (math.isfinite(self.speed) and self.speed > 0):
            raise ConfigError(
                _("The emulator's speed must be a number greater than 0."),
                _("It divides the time that scans, joins and answers take."),
                _("Use 1 for real time, 20 for twenty times as fast."),
            )
        if len(self.route_b_id) != 32 or not is_hex(self.route_b_id):
            raise ConfigError(
                _("The emulated meter's route-B id is not usable."),
                _("It must have exactly 32 hexadecimal digits."),
                _("Leave --id out to use the built-in one."),
            )
        if not 1 <= len(self.password) <= 32 or not self.password.isascii():
            raise ConfigError(
                _("The emulated meter's password is not usable."),
                _("It must have 1 to 32 plain characters; letters from a utility have 12."),
                _("Leave --password out to use the built-in one."),
            )
        if self.amps is not None and not all(
            amps.is_finite() and abs(amps) <= Decimal("3276.5") for amps in self.amps
        ):
            raise _bad_amps()
        if self.watts is not None and not -0x7FFFFFFF <= self.watts <= 0x7FFFFFFD:
            raise ConfigError(
                _("The emulated meter cannot show this power."),
                _("It takes -2147483647 to 2147483645 W."),
                _("Give a whole number of watts."),
            )
        if not 1 <= self.lifetime < 1 << 32:
            raise ConfigError(
                _("The emulated meter cannot grant a session of {seconds} seconds.").format(
                    seconds=self.lifetime
                ),
                _("PANA has 32 bits for the lifetime of a session."),
                _("Use 1 to 4294967295; most meters grant 86400."),
            )
        if self.channel is not None and not 33 <= self.channel <= 60:
            raise ConfigError(
                _("The emulated meter cannot be on channel {channel}.").format(
                    channel=self.channel
                ),
                _("Route B uses the channels 33 to 60."),
                _("Choose one of them."),
            )


def parse_amps(text: str) -> tuple[Decimal, Decimal]:
    """Read the currents of R and T from text like 12.3,4.5; raises `ConfigError`."""
    try:
        r, t = (Decimal(part.strip()) for part in text.split(","))
    except (ValueError, InvalidOperation) as error:
        raise _bad_amps() from error
    return r, t


def _bad_amps() -> ConfigError:
    return ConfigError(
        _("The emulated meter cannot show these currents."),
        _("Each phase takes -3276.5 to 3276.5 A in steps of 0.1 A."),
        _("Give the R and T phase like 12.3,4.5."),
    )
