"""The Wi-SUN modules that can be emulated, and how they differ on the serial line."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.errors import ConfigError
from semtui.i18n import _


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of module as it leaves the factory."""

    name: str
    title: str
    dual: bool
    """Dual stack (Route B and HAN): a SIDE field in commands, events and datagrams."""
    version: str
    """What SKVER says."""
    app_version: str | None
    """What SKAPPVER says; None where the command does not exist."""
    mac_prefix: str
    """First hex digits of the module's MAC; the rest comes from the seed."""
    product_commands: bool = True
    """ROPT, WOPT, RUART and WUART exist."""
    factory_binary: bool = True
    """Datagrams are shown as raw bytes until WOPT says otherwise."""
    uart_flags: int = 0x00
    """What RUART says at first; bit 7 is flow control."""
    longest_scan: int = 14
    """Largest SKSCAN duration that is accepted."""
    own_mac_register: bool = False
    """Register S01 can be read."""
    info_space: bool = False
    """A space stands before the line end of EINFO."""
    energy_blank_line: bool = False
    """An empty line follows the data line of EEDSCAN."""
    tcp: bool = False
    """The firmware has TCP: SKCONNECT and its like exist, SKTABLE E lists four TCP ports."""
    ascii_shell: bool = True
    """Speaks SKSTACK-IP at all; BP35C0-J11 firmware does not."""


_ALL = (
    Profile(
        "bp35a1",
        "ROHM BP35A1",
        dual=False,
        version="1.2.10",
        app_version="rev26e",
        mac_prefix="001D1290",
        energy_blank_line=True,
        tcp=True,
    ),
    Profile(
        "wsr35a1",
        "Jorjin WSR35A1-00",
        dual=False,
        version="1.2.10",
        app_version="rev26e",
        mac_prefix="001D1290",
        energy_blank_line=True,
        tcp=True,
    ),
    Profile(
        "rl7023-ips",
        "Tessera RL7023 Stick-D/IPS",
        dual=False,
        version="1.2.8",
        app_version=None,
        mac_prefix="100723FFFE",
        product_commands=False,
        factory_binary=False,
        own_mac_register=True,
        info_space=True,
        tcp=True,
    ),
    Profile(
        "bp35c0",
        "ROHM BP35C0",
        dual=True,
        version="1.5.2",
        app_version="rev15",
        mac_prefix="001D1291",
        longest_scan=10,
        own_mac_register=True,
    ),
    Profile(
        "bp35c2",
        "ROHM BP35C2",
        dual=True,
        version="1.5.2",
        app_version="rev15",
        mac_prefix="001D1291",
        longest_scan=10,
        own_mac_register=True,
    ),
    Profile(
        "rs-wsuha",
        "Ratoc RS-WSUHA-P",
        dual=True,
        version="1.5.2",
        app_version="rev15",
        mac_prefix="001D1291",
        uart_flags=0x80,
        longest_scan=10,
        own_mac_register=True,
    ),
    Profile(
        "rl7023-dss",
        "Tessera RL7023 Stick-D/DSS",
        dual=True,
        version="1.5.2",
        app_version=None,
        mac_prefix="100723FFFE",
        product_commands=False,
        factory_binary=False,
        own_mac_register=True,
    ),
    Profile(
        "bp35c0-j11",
        "ROHM BP35C0-J11",
        dual=True,
        version="",
        app_version=None,
        mac_prefix="001D1291",
        ascii_shell=False,
    ),
)

PROFILES: dict[str, Profile] = {profile.name: profile for profile in _ALL}
"""All profiles by the name that a user types."""


def find_profile(name: str) -> Profile:
    """Return the profile called `name` (any case); raises `ConfigError` with the list of names."""
    profile = PROFILES.get(name.lower())
    if profile is None:
        raise ConfigError(
            _("There is no emulated module called {name}.").format(name=repr(name)),
            _("The known modules are: {names}.").format(names=", ".join(PROFILES)),
            _("Choose one of them with --module, or leave it out for bp35a1."),
        )
    return profile
