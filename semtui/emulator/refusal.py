"""How a command is refused (FAIL ERnn), and the argument formats that decide it."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[0-9A-Fa-f]{4}(?::[0-9A-Fa-f]{4}){7}\Z")
_HEX = re.compile(r"[0-9A-Fa-f]+\Z")


class Refusal(Exception):
    """A command that is answered with FAIL ER and this code.

    4 unknown command, 5 wrong number of arguments, 6 an argument's format or
    range, 9 serial input error, 10 understood but failed.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"ER{code:02d}")
        self.code = code


def is_hex(text: str) -> bool:
    """Whether there are hexadecimal digits, of either case, and nothing else."""
    return _HEX.match(text) is not None


def number(text: str, width: int, low: int, high: int) -> int:
    """A hexadecimal argument of at most `width` digits; raises `Refusal` (ER06)."""
    if len(text) > width or not is_hex(text):
        raise Refusal(6)
    value = int(text, 16)
    if not low <= value <= high:
        raise Refusal(6)
    return value


def exact(text: str, width: int) -> int:
    """A hexadecimal argument of exactly `width` digits; raises `Refusal` (ER06)."""
    if len(text) != width or not is_hex(text):
        raise Refusal(6)
    return int(text, 16)


def address(text: str) -> str:
    """An IPv6 address in its full form; raises `Refusal` (ER06)."""
    if not _ADDRESS.match(text):
        raise Refusal(6)
    return text.upper()


def mac(text: str) -> str:
    """A 64-bit MAC address, zeros before it where digits are missing; raises `Refusal` (ER06)."""
    return f"{number(text, 16, 0, (1 << 64) - 1):016X}"


def characters(text: str, width: int) -> str:
    """A CHAR argument: at most `width` of 0x20 to 0x7E; raises `Refusal` (ER06)."""
    if len(text) > width or not (text.isascii() and text.isprintable()):
        raise Refusal(6)
    return text
