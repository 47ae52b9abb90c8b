"""The differences between modules, in one table.

A module with a dual stack (Route B and HAN) wants a side in its commands and
prints one in its events; SKINFO tells which kind it is. Nobody is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from semtui.radio.events import Info

J11_MARK = b"\xd0\xf9\xee\x5d"
"""What every message of the BP35C0-J11 firmware begins with, which speaks a binary protocol."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one edition of the stack wants to be spoken to."""

    side: str | None
    """The argument for the Route-B side, in SKSCAN and SKSENDTO; None where there is none."""
    reports_lqi: bool
    """Whether register SA2 adds the link quality to ERXUDP."""


SINGLE = Dialect(None, reports_lqi=False)
DUAL = Dialect("0", reports_lqi=True)


def dialect_of(info: Info) -> Dialect:
    """Return the dialect of the module that gave this EINFO: a lone digit at its end is a side."""
    return DUAL if len(info.tail) == 1 else SINGLE


def product_name(dual: bool, product_commands: bool, mac: str) -> str:
    """Return what the module most likely is, for people; nothing is decided by it.

    Only ROHM's firmware knows the product commands (ROPT), and ROHM's own
    addresses begin with 001D12.
    """
    if not product_commands:
        return "RL7023 Stick-D/DSS" if dual else "RL7023 Stick-D/IPS"
    if dual:
        return "BP35C2 / BP35C0"
    return "BP35A1" if mac.startswith("001D12") else "BP35A1 or WSR35A1"
