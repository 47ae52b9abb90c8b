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
_SECRET_WIRE = re.compile(rb"(SKSET(?:PWD|RBID|PSK|KEY) ?)([^\r\n]+)", re.IGNORECASE)
_PAIRING_WIRE = re.compile(rb"(PairID:[ \t]*|SKSREG S0?A )([^\s]+)", re.IGNORECASE)
_SENDTO = re.compile(rb"SKSENDTO \S+ \S+ \S+ \S+ (?:\S )?[0-9A-F]{4} ")
_SHOWN_BYTE = re.compile(rb"[^\r\n]")
_STAR = b"*"
_FORMAT_1 = b"\x10\x81"
_HEADER = 12
"""Bytes of an ECHONET Lite frame before its first property."""
_ROUTE_B_ID_PROPERTY = 0xC0
_SERIAL_PROPERTY = 0x8D
"""The serial number is no secret, but tells whose meter it is: it leaves no machine."""


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


def star_out(raw: bytes) -> bytes:
    """Return wire bytes of which nothing may be shown but where their lines end."""
    return _SHOWN_BYTE.sub(_STAR, raw)


def mask_line(raw: bytes) -> bytes:
    """Return the bytes of a line on the wire with its secrets starred out at their own length."""
    upper = raw.upper()
    named = b"SKS" in upper and (b"SKSET" in upper or b"SKSREG" in upper)
    if not named and b"PAIRID" not in upper:
        return raw
    return _PAIRING_WIRE.sub(_star_second, _SECRET_WIRE.sub(_star_second, raw))


def mask_command(wire: bytes) -> bytes:
    """Return the bytes of a command, SKSENDTO's data included, likewise."""
    head = _SENDTO.match(wire)
    if head:
        return head[0] + mask_data(wire[head.end() :])
    return mask_line(wire)


def mask_datagram(raw: bytes, data: bytes, *, hidden: bool) -> bytes:
    """Return the bytes of a received datagram, which carries `data`, likewise.

    With `hidden` nothing of the data stays. A byte that is starred out is an
    asterisk in the wire's own notation, `2A` in hex display, so that what is
    left can be read like the original.
    """
    masked = _STAR * len(data) if hidden else mask_data(data)
    if masked == data:
        return raw
    digits = len(raw) - 2 - 2 * len(data)
    if raw[max(0, digits) : -2].upper() == data.hex().upper().encode():
        return raw[:digits] + masked.hex().upper().encode() + raw[-2:]
    return raw[: -2 - len(data)] + masked + raw[-2:]


def mask_data(payload: bytes) -> bytes:
    """Return an ECHONET Lite datagram with the properties C0 and 8D starred out.

    What cannot be walked property by property is starred out whole.
    """
    if not payload.startswith(_FORMAT_1):
        return _STAR * len(payload)
    if _is_plain(payload):
        return payload
    kept = payload[:_HEADER]
    while len(kept) < len(payload):
        place = len(kept)
        end = place + 2 + (payload[place + 1] if place + 1 < len(payload) else len(payload))
        if end > len(payload):
            return kept + _STAR * (len(payload) - place)
        hidden = payload[place] in (_ROUTE_B_ID_PROPERTY, _SERIAL_PROPERTY)
        data = payload[place + 2 : end]
        kept += payload[place : place + 2] + (_STAR * len(data) if hidden else data)
    return kept


def _is_plain(payload: bytes) -> bool:
    """Whether a datagram ends with its last property and holds nothing to be starred out.

    Nearly all are so, and are not put together anew.
    """
    place, size = _HEADER, len(payload)
    while place + 1 < size:
        if payload[place] in (_ROUTE_B_ID_PROPERTY, _SERIAL_PROPERTY):
            return False
        place += 2 + payload[place + 1]
    return place == size


class OwnSecrets:
    """Stars out our own id and password, and the pairing id, wherever they stand."""

    def __init__(self, route_b_id: str, password: str) -> None:
        secrets = (route_b_id, password, route_b_id[-8:])
        any_of = "|".join(re.escape(secret) for secret in secrets if secret) or r"(?!)"
        self._text = re.compile(any_of, re.IGNORECASE)
        self._wire = re.compile(any_of.encode(), re.IGNORECASE)

    def mask_text(self, text: str) -> str:
        """Return a line for people without them."""
        return self._text.sub("****", text)

    def mask_wire(self, raw: bytes) -> bytes:
        """Return wire bytes with each of them starred out at its own length."""
        return self._wire.sub(lambda found: _STAR * len(found[0]), raw)


def _star_second(match: re.Match[bytes]) -> bytes:
    return match[1] + _STAR * len(match[2])


def _starred(data: bytes) -> str:
    """Return bytes in hex, starred out behind the first that may begin a property C0."""
    place = data.find(_ROUTE_B_ID_PROPERTY)
    safe = len(data) if place < 0 else place + 1
    return data[:safe].hex().upper() + "**" * (len(data) - safe)
