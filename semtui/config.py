"""Settings: what can be set, to what, and where each value came from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PortSettings:
    """[port]"""

    url: str = ""
    """Device path, or any URL pyserial opens. Empty: not set up yet."""
    baud: int = 115200


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """[link]"""

    cached_join: bool = True
    """Join with the last good channel, PAN and address before scanning."""
    scan_durations: tuple[int, ...] = (5, 6, 7, 8)
    """SKSCAN duration factors, tried in this order."""
    backoff: tuple[float, ...] = (30.0, 120.0, 300.0, 600.0)
    """Seconds to wait after the 1st, 2nd ... failure in a row; the last one repeats."""
    backoff_jitter: float = 0.1
    """Each wait is made longer or shorter by at most this share."""
    join_tries: int = 3
    """Failed joins with a known PAN before scanning again."""
    deaf_after: int = 5
    """Unanswered requests in a row before the link is taken for deaf."""
    terminate_seconds: float = 5.0
    """How long quitting waits for the session to be ended; 0 leaves it open."""


@dataclass(frozen=True, slots=True)
class PollSettings:
    """[poll]"""

    interval: float = 3.0
    """Seconds between readings of power and current; 0: as fast as the meter answers."""
    energy_interval: float = 60.0
    """Seconds between readings of the cumulative registers."""
    answer_timeout: float = 20.0
    """Seconds to wait for the answer to one property (interface specification: at least 20)."""
    answer_timeout_multi: float = 60.0
    """Seconds to wait for the answer to several properties or a history (at least 60)."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """[storage]"""

    folder: str = ""
    """Where the CSV files go; empty: the platform's data folder."""
    csv: bool = True


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """[display]"""

    theme: str = "dark"
    """dark, light or ansi (the terminal's own 16 colours)."""
    ascii: bool = False
    """Draw with ASCII characters only."""
    contract_ampere: int = 0
    """The contract's amperes, for the bars and "room left"; 0: not known."""


@dataclass(frozen=True, slots=True)
class GpioSettings:
    """[gpio]"""

    reset: bool = False
    """Reset the module by its RESET line at each start."""
    reset_pin: int = 18
    """BCM number of the RESET line, active low."""
    led: bool = False
    """Blink an LED at each answer."""
    led_pin: int = 4
    """BCM number of the LED."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    port: PortSettings = field(default_factory=PortSettings)
    link: LinkSettings = field(default_factory=LinkSettings)
    poll: PollSettings = field(default_factory=PollSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    gpio: GpioSettings = field(default_factory=GpioSettings)
