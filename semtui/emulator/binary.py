"""The serial line of the BP35C0-J11 firmware: binary messages instead of a command shell.

Only as much of it as shows a client what it talks to: a message is framed by
a mark, a command code, a length and two checksums, and a request for the
firmware's version is answered. Text is ignored, as the real firmware does.
"""

from __future__ import annotations

import struct

REQUEST_MARK = b"\xd0\xea\x83\xfc"
ANSWER_MARK = b"\xd0\xf9\xee\x5d"
VERSION_REQUEST = 0x006B
ANSWER_BIT = 0x2000
SUCCESS = 0x01
FIRMWARE = bytes.fromhex("0402 01 03 00000000")
"""Kind, major, minor and revision."""
_HEAD = struct.Struct(">4sHHHH")
_CHECKSUMS = 4
_LONGEST = 4096


class BinaryLine:
    """Takes bytes, and gives the answers to the requests in them."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> bytes:
        """Take `data` and return what the firmware prints."""
        self._pending += data
        output = b""
        while True:
            start = self._pending.find(REQUEST_MARK)
            if start < 0:
                self._pending = self._pending[-len(REQUEST_MARK) :]
                return output
            self._pending = self._pending[start:]
            if len(self._pending) < _HEAD.size:
                return output
            _mark, command, length, head_sum, _data_sum = _HEAD.unpack_from(self._pending)
            end = _HEAD.size + length - _CHECKSUMS
            valid = _CHECKSUMS <= length <= _LONGEST
            if not valid or head_sum != checksum(self._pending[:8]):
                self._pending = self._pending[len(REQUEST_MARK) :]
                continue
            if len(self._pending) < end:
                return output
            self._pending = self._pending[end:]
            if command == VERSION_REQUEST:
                output += message(command | ANSWER_BIT, bytes((SUCCESS,)) + FIRMWARE)


def message(command: int, data: bytes) -> bytes:
    """Return an answer with its checksums."""
    head = struct.pack(">4sHH", ANSWER_MARK, command, _CHECKSUMS + len(data))
    return head + struct.pack(">HH", checksum(head), checksum(data)) + data


def checksum(data: bytes) -> int:
    """Return the sum of the bytes, 16 bits of it."""
    return sum(data) & 0xFFFF
