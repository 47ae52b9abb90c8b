"""Settings: what can be set, to what, and where each value came from.

A later source wins over an earlier one: the default, the file, the
environment (`SEMTUI_PORT_URL` for `url` of `[port]`), the command line.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from semtui.config_names import unknown_setting, variables
from semtui.config_rules import (
    Flag,
    Ladder,
    OneOf,
    OneOfNumbers,
    RisingSeconds,
    Rule,
    Seconds,
    Share,
    Text,
    Whole,
    WholeList,
)
from semtui.errors import ConfigError
from semtui.i18n import _
from semtui.storage.atomic import replace_file
from semtui.tomlfile import line_of, read_toml, unwritable

BAUD_RATES = (2400, 4800, 9600, 19200, 38400, 57600, 115200)
"""What WUART can set a module to."""
STEPS = ("join", "scan", "reset", "probe", "open")
"""What a try to get the link back may begin with, from the meter's end to the port's."""
UART_PINS = (14, 15)
"""BCM numbers of TXD and RXD on the header, on every Raspberry Pi."""


def _kept_by(rule: Rule) -> Mapping[str, Rule]:
    return {"rule": rule}


@dataclass(frozen=True, slots=True)
class PortSettings:
    """[port]"""

    url: str = field(
        default="",
        metadata=_kept_by(Text(lambda: _('a device path or URL in quotes, as "/dev/serial0"'))),
    )
    """Device path, or any URL pyserial opens. Empty: not set up yet."""
    baud: int = field(default=115200, metadata=_kept_by(OneOfNumbers(BAUD_RATES)))
    """Speed of the serial line in bits a second. Modules leave the factory at 115200; another
    one is right only where somebody has set the module to it (the doctor tries them all)."""


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """[link]"""

    cached_join: bool = field(default=True, metadata=_kept_by(Flag()))
    """Join with the last good channel, PAN and address before scanning."""
    scan_durations: tuple[int, ...] = field(
        default=(5, 6, 7, 8), metadata=_kept_by(WholeList(0, 14, longest=20))
    )
    """SKSCAN duration factors, tried in this order."""
    backoff: tuple[float, ...] = field(
        default=(30.0, 120.0, 300.0, 600.0),
        metadata=_kept_by(RisingSeconds(1.0, 86400.0, longest=20)),
    )
    """Seconds to wait after the 1st, 2nd ... failure in a row; the last one repeats."""
    backoff_jitter: float = field(default=0.1, metadata=_kept_by(Share(0.5)))
    """Each wait is made longer or shorter by at most this share."""
    reopen_seconds: float = field(default=5.0, metadata=_kept_by(Seconds(1.0, 3600.0)))
    """Seconds before a serial port that has gone is looked for again."""
    join_tries: int = field(default=3, metadata=_kept_by(Whole(1, 100)))
    """Failed joins with a known PAN before scanning again."""
    deaf_after: int = field(default=5, metadata=_kept_by(Whole(1, 1000)))
    """Unanswered requests in a row before the link is taken for deaf. Programs that wait a few
    seconds for each take 10 to 30; five of these have had 140 seconds and more, since the first
    is waited for 60 s and the others 20 s. And the first step is only a renewal."""
    deaf_steps: tuple[str, ...] = field(
        default=("session", "join", "scan", "reset", "probe", "open"),
        metadata=_kept_by(Ladder(("session", *STEPS), longest=40, never_last="session")),
    )
    """What is then tried, in this order until the meter answers; the last one repeats. One that
    shall be tried three times before the next stands there three times. `session` asks for a
    renewal, `join` and `scan` begin anew from there, `reset` sets the module up again, `probe`
    looks for it first, `open` closes and opens the port."""
    failing_after: int = field(default=4, metadata=_kept_by(Whole(0, 1000)))
    """Failures in a row of search or join before the stronger steps take turns."""
    failing_steps: tuple[str, ...] = field(
        default=("reset", "probe", "open"), metadata=_kept_by(Ladder(STEPS, longest=40))
    )
    """Those steps, in this order, and again from the first."""
    terminate_seconds: float = field(default=5.0, metadata=_kept_by(Seconds(0.0, 5.0)))
    """How long quitting waits for the session to be ended; 0 leaves it open."""


@dataclass(frozen=True, slots=True)
class PollSettings:
    """[poll]"""

    interval: float = field(default=3.0, metadata=_kept_by(Seconds(0.0)))
    """Seconds between readings of power and current; 0: as fast as the meter answers."""
    energy_interval: float = field(default=60.0, metadata=_kept_by(Seconds(1.0)))
    """Seconds between readings of the cumulative registers."""
    answer_timeout: float = field(default=20.0, metadata=_kept_by(Seconds(1.0, 600.0)))
    """Seconds to wait for the answer to one property (interface specification: at least 20)."""
    answer_timeout_multi: float = field(default=60.0, metadata=_kept_by(Seconds(1.0, 600.0)))
    """Seconds to wait for the answer to several properties or a history (at least 60)."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """[storage]"""

    folder: str = field(
        default="", metadata=_kept_by(Text(lambda: _("the path of a folder, in quotes")))
    )
    """Where the CSV files go; empty: the platform's data folder."""
    csv: bool = field(default=True, metadata=_kept_by(Flag()))
    sync_seconds: float = field(default=60.0, metadata=_kept_by(Seconds(0.0, 3600.0)))
    """Seconds of readings that a power cut may take at the most; 0 leaves it to the system."""
    history: bool = field(default=True, metadata=_kept_by(Flag()))
    """Keep the history (SQLite), out of which the screens of the past are drawn."""
    commit_seconds: float = field(default=120.0, metadata=_kept_by(Seconds(1.0, 3600.0)))
    """Seconds between writes to the history. A power cut takes nothing that the CSV files have;
    without them, the readings of so many seconds."""
    keep_days: int = field(default=0, metadata=_kept_by(Whole(0, 36500)))
    """Days after which single readings and events leave the history; its minutes and half hours
    stay, and so do the CSV files. 0: never."""


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """[display]"""

    theme: str = field(default="dark", metadata=_kept_by(OneOf(("dark", "light", "ansi"))))
    """dark, light or ansi (the terminal's own 16 colours)."""
    ascii: bool = field(default=False, metadata=_kept_by(Flag()))
    """Draw with ASCII characters only."""
    contract_ampere: int = field(default=0, metadata=_kept_by(Whole(0, 200)))
    """The contract's amperes, for the bars and "room left"; 0: not known."""


@dataclass(frozen=True, slots=True)
class GpioSettings:
    """[gpio]"""

    reset: bool = field(default=False, metadata=_kept_by(Flag()))
    """Reset the module by its RESET line at each start."""
    reset_pin: int = field(default=18, metadata=_kept_by(Whole(0, 27)))
    """BCM number of the RESET line, active low."""
    led: bool = field(default=False, metadata=_kept_by(Flag()))
    """Blink an LED at each answer."""
    led_pin: int = field(default=4, metadata=_kept_by(Whole(0, 27)))
    """BCM number of the LED."""


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """[http]"""

    listen: str = field(
        default="",
        metadata=_kept_by(Text(lambda: _('a port, or a host and a port, as "127.0.0.1:3610"'))),
    )
    """Where the web view is served from the start on, "[HOST:]PORT"; empty: nowhere. A port
    alone is for this machine only."""
    open: bool = field(default=False, metadata=_kept_by(Flag()))
    """Let everybody who reaches it look, without the token."""
    names: str = field(
        default="", metadata=_kept_by(Text(lambda: _("names in quotes, with blanks between them")))
    )
    """Further names under which browsers may call this machine."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    port: PortSettings = field(default_factory=PortSettings)
    link: LinkSettings = field(default_factory=LinkSettings)
    poll: PollSettings = field(default_factory=PollSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    gpio: GpioSettings = field(default_factory=GpioSettings)
    http: HttpSettings = field(default_factory=HttpSettings)


_SECTIONS: dict[str, type[Any]] = {
    "port": PortSettings,
    "link": LinkSettings,
    "poll": PollSettings,
    "storage": StorageSettings,
    "display": DisplaySettings,
    "gpio": GpioSettings,
    "http": HttpSettings,
}
_RULES: dict[str, Rule] = {
    f"{section}.{item.name}": item.metadata["rule"]
    for section, kind in _SECTIONS.items()
    for item in dataclasses.fields(kind)
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and where each of them came from."""

    settings: Settings
    sources: Mapping[str, str]
    """"port.url" -> "default", "file", "environment SEMTUI_PORT_URL" or "flag"."""
    path: Path
    """The file that was read, or would have been, had it been there."""


def load_settings(
    path: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
    *,
    must_exist: bool = True,
) -> Loaded:
    """Return the settings; raises ConfigError, which names the file, line and key.

    `must_exist`: a missing file is an error, and not just a file that sets
    nothing. `overrides` are the flags, "port.url" -> value (as text or in the
    setting's type; None: not given). An empty variable counts as unset.
    """
    document = read_toml(path)
    if document is None and must_exist:
        raise ConfigError(
            _("There is no configuration file {path}.").format(path=path),
            hint=_("Check the path, or leave --config out to use the usual file."),
        )
    values: dict[str, object] = {}
    sources = dict.fromkeys(_RULES, "default")
    for key, value in _settings_in(document or {}, path).items():
        values[key] = _accepted(key, value, _("the file says"), _place(path, *key.split(".")))
        sources[key] = "file"
    for key, name in variables(environ, _RULES).items():
        said = _("the variable {name} says").format(name=name)
        values[key] = _accepted(key, environ[name], said, textual=True)
        sources[key] = f"environment {name}"
    for key, value in overrides.items():
        if value is not None:
            values[key] = check_setting(key, value)
            sources[key] = "flag"
    return Loaded(_settings_of(values), sources, path)


def check_setting(key: str, value: object) -> object:
    """Return what was typed, or given in its own type, for "port.url"; raises ConfigError."""
    if key not in _RULES:
        raise unknown_setting(key, _RULES, _RULES)
    return _accepted(key, value, _("it was given as"), textual=isinstance(value, str))


def save_settings(path: Path, changes: Mapping[str, object]) -> None:
    """Set "port.url" and the like in the file, keeping the rest of it, comments and all.

    The file is replaced as a whole, and not at all when a value or the file is
    wrong. Raises ConfigError.
    """
    # Every start reads, few write: the import costs more than all of the reading.
    import tomlkit

    accepted = {key: check_setting(key, value) for key, value in changes.items()}
    kept = _settings_in(read_toml(path) or {}, path)
    _settings_of({key: _accepted(key, kept[key], _("the file says")) for key in kept} | accepted)
    try:
        text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        mode = path.stat().st_mode & 0o777 if text else 0o644
        document = tomlkit.parse(text)
        for key, value in accepted.items():
            section, name = key.split(".")
            if section not in document:
                document[section] = tomlkit.table()
            table: Any = document[section]
            table[name] = list(value) if isinstance(value, tuple) else value
        replace_file(path, tomlkit.dumps(document).encode(), mode)
    except OSError as error:
        title = _("The settings could not be written to {path}.").format(path=path)
        raise unwritable(title, error) from error


def _settings_in(document: Mapping[str, object], path: Path) -> dict[str, object]:
    """Return "port.url" -> value; raises ConfigError for a name that is not a setting's."""
    found: dict[str, object] = {}
    for section, body in document.items():
        if section not in _SECTIONS:
            raise unknown_setting(section, _SECTIONS, _RULES, _place(path, None, section))
        if not isinstance(body, dict):
            raise ConfigError(
                _("{section} must be a section of the file.").format(section=section),
                _place(path, None, section),
                _("Write [{section}] on a line of its own, and its settings below it.").format(
                    section=section
                ),
            )
        for name, value in body.items():
            key = f"{section}.{name}"
            if key not in _RULES:
                raise unknown_setting(key, _RULES, _RULES, _place(path, section, name))
            found[key] = value
    return found


def _accepted(
    key: str, value: object, said: str, place: str = "", *, textual: bool = False
) -> object:
    """Return `value` in the setting's type; raises ConfigError that says what it should be."""
    rule = _RULES[key]
    try:
        return rule.parse(str(value)) if textual else rule.read(value)
    except ValueError:
        raise ConfigError(
            _("{key} must be {wanted}; {said} {value}.").format(
                key=key, wanted=rule.wanted(), said=said, value=_quoted(value)
            ),
            place,
        ) from None


def _settings_of(values: Mapping[str, object]) -> Settings:
    """Build the settings; raises ConfigError where two of them contradict each other."""
    built = {
        section: kind(
            **{
                item.name: values[f"{section}.{item.name}"]
                for item in dataclasses.fields(kind)
                if f"{section}.{item.name}" in values
            }
        )
        for section, kind in _SECTIONS.items()
    }
    settings = Settings(**built)
    _check_pins(settings.gpio)
    return settings


def _check_pins(gpio: GpioSettings) -> None:
    """Raise ConfigError where the pins that are in use cannot be; the others do not matter."""
    if gpio.reset and gpio.led and gpio.reset_pin == gpio.led_pin:
        raise ConfigError(
            _("gpio.reset_pin and gpio.led_pin are both {pin}.").format(pin=gpio.reset_pin),
            _("One pin cannot reset the module and light the LED."),
            _("Give one of them another BCM number."),
        )
    for name, used, pin in (
        ("gpio.reset_pin", gpio.reset, gpio.reset_pin),
        ("gpio.led_pin", gpio.led, gpio.led_pin),
    ):
        if used and pin in UART_PINS:
            raise ConfigError(
                _("{name} cannot be {pin}.").format(name=name, pin=pin),
                _("The serial port of the Raspberry Pi is on the pins 14 and 15."),
                _("Give it another BCM number."),
            )


def _place(path: Path, section: str | None, name: str) -> str:
    line = line_of(path, section, name)
    if line is None:
        return _("It stands in {path}.").format(path=path)
    return _("It stands in {path}, line {line}.").format(path=path, line=line)


def _quoted(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
