"""What a run of the radio bench is to do, and which wishes cannot be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, unique

from semtui.errors import ConfigError
from semtui.i18n import _
from semtui.radio.pingpong.text import LONGEST, SHORTEST

DEFAULT_PAIRING_ID = "PingPong"
"""The 2016 script's."""
PAIRING_ID_LENGTH = 8
SWEEP_SIZES = (16, 64, 256, 512, 1024, LONGEST)
"""Payload sizes that a sweep goes through, in bytes."""
GIVE_UP = 3.0
"""Seconds after which a Ping counts as lost."""
LONGEST_WAIT = 3600.0


@unique
class Role(Enum):
    """Which side a board is."""

    COORDINATOR = "coordinator"
    DEVICE = "device"

    @property
    def other(self) -> Role:
        """The partner's."""
        return Role.DEVICE if self is Role.COORDINATOR else Role.COORDINATOR


@unique
class Transport(Enum):
    """What carries a Ping."""

    UDP = "udp"
    TCP = "tcp"
    PING = "ping"
    """SKPING: an ICMP echo, which the partner's module answers by itself."""


@dataclass(frozen=True, slots=True)
class BenchPlan:
    """One run. Raises ConfigError for what no two boards could do."""

    role: Role = Role.DEVICE
    transport: Transport = Transport.UDP
    pairing_id: str = DEFAULT_PAIRING_ID
    count: int | None = None
    """Exchanges of each size; None for no end."""
    sizes: tuple[int, ...] = (SHORTEST,)
    """Bytes of a payload; several for a sweep."""
    gap: float = 0.0
    """Seconds between an answer and the next Ping."""
    timeout: float = GIVE_UP
    """Seconds after which a Ping is given up."""

    def __post_init__(self) -> None:
        check_pairing_id(self.pairing_id)
        for size in self.sizes:
            check_size(size)
        if self.count is not None and self.count < 1:
            raise ConfigError(
                _("{count} exchanges cannot be made.").format(count=self.count),
                _("A run has one exchange or more."),
                _("Give a whole number, or leave it out to go on until it is stopped."),
            )
        if self.count is None and len(self.sizes) > 1:
            raise ConfigError(
                _("A sweep over payload sizes needs a count."),
                _("Each size gets so many exchanges before the next one."),
                _("Give the number of exchanges, 100 for instance."),
            )
        for seconds, least in ((self.gap, 0.0), (self.timeout, 0.01)):
            if not (math.isfinite(seconds) and least <= seconds <= LONGEST_WAIT):
                raise ConfigError(
                    _("{seconds} s is not a time that can be waited.").format(seconds=seconds),
                    _("Gap and timeout are seconds, up to an hour."),
                    _("Use 0 for no gap; the timeout is {normal:.0f} s unless you set it.").format(
                        normal=GIVE_UP
                    ),
                )

    @property
    def total(self) -> int | None:
        """Exchanges of the whole run; None for no end."""
        return None if self.count is None else self.count * len(self.sizes)

    def size_of(self, number: int) -> int:
        """Bytes of the payload of the exchange with this number, counted from 0."""
        if self.count is None:
            return self.sizes[0]
        return self.sizes[min(number // self.count, len(self.sizes) - 1)]


def check_pairing_id(pairing_id: str) -> None:
    """Raise ConfigError for a pairing id that no module takes."""
    title = _("{id} cannot be a pairing id.").format(id=repr(pairing_id))
    hint = _("Use eight letters and digits, the same on both boards; {id} is the usual one.")
    if len(pairing_id) != PAIRING_ID_LENGTH:
        detail = _("It has {count} characters, and must have 8.").format(count=len(pairing_id))
    elif not all(" " <= char <= "~" for char in pairing_id):
        detail = _("A module takes plain ASCII characters alone, 0x20 to 0x7E.")
    elif " " in pairing_id.rstrip(" "):
        detail = _("A space inside it would end the argument on the serial line.")
    else:
        return
    raise ConfigError(title, detail, hint.format(id=DEFAULT_PAIRING_ID))


def check_size(size: int) -> None:
    """Raise ConfigError for a payload that cannot be sent."""
    if SHORTEST <= size <= LONGEST:
        return
    raise ConfigError(
        _("A payload of {size} bytes cannot be sent.").format(size=size),
        _("The text alone takes {least} bytes, and the module sends {most} at the most.").format(
            least=SHORTEST, most=LONGEST
        ),
        _("Choose a size in between."),
    )
