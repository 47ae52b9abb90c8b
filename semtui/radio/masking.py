"""Secrets are masked here, where the text that others see is made.

Secret are the route-B id, the password, the whole data of every PANA
datagram (it carries the id), and property C0 (it is the id in binary).
"""

from __future__ import annotations

import re

PANA_PORT = "02CC"
"""UDP port 716."""

_SECRET_COMMANDS = re.compile(r"(SKSETPWD|SKSETRBID|SKSETPSK|SKSETKEY).*", re.DOTALL)
_PAIRING_ID = re.compile(r"(PairID:\s*|SKSREG S0?A )\S+")
_LINK_LOCAL = re.compile(r"FE80:0000:0000:0000:[0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]{4}:([0-9A-F]{4})")
_ROUTE_B_ID_PROPERTY = b"\xc0\x10"
_ROUTE_B_ID_SIZE = 16


def mask_text(text: str) -> str:
    """Return `text`, a line to or from the module, without the secrets it may hold."""
    text = _SECRET_COMMANDS.sub(r"\1 ****", text)
    return _PAIRING_ID.sub(r"\1****", text)


def shorten_addresses(text: str) -> str:
    """Return `text` with link-local addresses cut to their last group, to fit a screen."""
    return _LINK_LOCAL.sub(r"FE80:..:\1", text)


def hide(size: int, what: str) -> str:
    """Return what stands for `size` bytes that are not shown."""
    return f"<{size} B hidden: {what}>"


def mask_payload(payload: bytes) -> str:
    """Return an ECHONET Lite datagram in hex, with the data of a property C0 starred out."""
    place = payload.find(_ROUTE_B_ID_PROPERTY)
    if place < 0:
        return payload.hex().upper()
    secret = place + len(_ROUTE_B_ID_PROPERTY)
    rest = payload[secret + _ROUTE_B_ID_SIZE :]
    stars = "*" * (2 * len(payload[secret : secret + _ROUTE_B_ID_SIZE]))
    return payload[:secret].hex().upper() + stars + mask_payload(rest)
