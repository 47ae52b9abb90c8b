"""Secrets are masked here, where the text that others see is made.

Secret are the route-B id, the password, the whole data of every PANA
datagram (it carries the id), and property C0 (it is the id in binary).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PANA_PORT = "02CC"
"""UDP port 716."""

_SECRET_COMMANDS = re.compile(r"(SKSETPWD|SKSETRBID|SKSETPSK|SKSETKEY).*", re.DOTALL)
_PAIRING_ID = re.compile(r"(PairID:\s*|SKSREG S0?A )\S+")
_LINK_LOCAL = re.compile(r"FE80:0000:0000:0000:[0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]{4}:([0-9A-F]{4})")
_FORMAT_1 = b"\x10\x81"
_HEADER = 12
"""Bytes of an ECHONET Lite frame before its first property."""
_ROUTE_B_ID_PROPERTY = 0xC0


def mask_text(text: str) -> str:
    """Return `text`, a line to or from the module, without the secrets it may hold."""
    text = _SECRET_COMMANDS.sub(r"\1 ****", text)
    return _PAIRING_ID.sub(r"\1****", text)


def star_out(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with each of the `secrets` starred out, wherever it stands in it."""
    for secret in secrets:
        if secret.lower() in text.lower():
            text = re.sub(re.escape(secret), "****", text, flags=re.IGNORECASE)
    return text


def shorten_addresses(text: str) -> str:
    """Return `text` with link-local addresses cut to their last group, to fit a screen."""
    return _LINK_LOCAL.sub(r"FE80:..:\1", text)


def hide(size: int, what: str) -> str:
    """Return what stands for `size` bytes that are not shown."""
    return f"<{size} B hidden: {what}>"


def mask_payload(payload: bytes) -> str:
    """Return an ECHONET Lite datagram in hex, with the data of every property C0 starred out.

    Where the datagram cannot be walked property by property, everything
    behind the first C0 is starred out.
    """
    if not payload.startswith(_FORMAT_1):
        return _starred(payload)
    shown = payload[:_HEADER].hex().upper()
    place = _HEADER
    while place < len(payload):
        code, size = payload[place], payload[place + 1 : place + 2]
        end = place + 2 + size[0] if size else len(payload) + 1
        if end > len(payload):
            return shown + _starred(payload[place:])
        data = payload[place + 2 : end]
        hidden = code == _ROUTE_B_ID_PROPERTY
        shown += payload[place : place + 2].hex().upper()
        shown += "**" * len(data) if hidden else data.hex().upper()
        place = end
    return shown


def _starred(data: bytes) -> str:
    """Return bytes in hex, starred out behind the first that may begin a property C0."""
    place = data.find(_ROUTE_B_ID_PROPERTY)
    safe = len(data) if place < 0 else place + 1
    return data[:safe].hex().upper() + "**" * (len(data) - safe)
