"""What must stand nowhere: id, password and pairing id in any form, and what PANA carries."""

from __future__ import annotations

import re
from pathlib import Path

from semtui.model import Credentials, LinkCounts, Reading, Update, WireLine

_PANA = re.compile(rb"ERXUDP \S+ \S+ 02CC 02CC \S+ [01] (?:[01] )?[0-9A-F]{4} (.+)\r\n", re.DOTALL)
"""Its data; what the air has mangled is searched as any other line."""
_NUMBERS = (Reading, LinkCounts)
_STARS = re.compile(rb"\*+|(?:2A)+")


class Watch:
    """Looks for secrets in what is published and in what is written."""

    def __init__(self, credentials: Credentials) -> None:
        pairing_id = credentials.route_b_id[-8:]
        # The id ends with the pairing id: where the one stands in any of these forms, so does
        # the other.
        plain = [each.upper().encode() for each in (pairing_id, credentials.password)]
        self._forms = (*plain, *(each.hex().upper().encode() for each in plain))
        self._texts = tuple(form.decode() for form in self._forms)
        self._binary = bytes.fromhex(pairing_id)
        """The id as the property C0 carries it."""
        self.pana = 0
        """Received PANA datagrams that were looked at."""

    def finds_in(self, update: Update) -> bool:
        """Whether an update shows a secret."""
        if isinstance(update, _NUMBERS):
            return False  # Nothing but numbers; the rows of the log are searched as well.
        if not isinstance(update, WireLine):
            return self._in_text(repr(update))
        raw = update.raw
        if b" 02CC 02CC " in raw and (pana := _PANA.fullmatch(raw)):
            self.pana += 1
            if not _STARS.fullmatch(pana[1]):
                return True
        return self._in_text(update.text) or self._in_bytes(raw)

    def finds_in_files(self, folder: Path) -> int:
        """How many of the files in `folder` show a secret."""
        return sum(self._in_bytes(path.read_bytes()) for path in folder.iterdir())

    def _in_text(self, text: str) -> bool:
        text = text.upper()
        # No generator: there are hundreds of thousands of lines a day.
        for form in self._texts:  # noqa: SIM110
            if form in text:
                return True
        return False

    def _in_bytes(self, data: bytes) -> bool:
        data = data.upper()
        for form in self._forms:
            if form in data:
                return True
        return self._binary in data
