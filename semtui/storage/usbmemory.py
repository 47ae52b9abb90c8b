"""Which USB stick answered at a port, kept so that it is found after a start of the machine."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, fields
from pathlib import Path

from semtui.errors import StorageError, system_says
from semtui.i18n import _
from semtui.radio.port_replug import UsbIdentity
from semtui.storage.atomic import replace_file

FORMAT = 1
_FIELDS = tuple(field.name for field in fields(UsbIdentity))
_log = logging.getLogger(__name__)


class UsbMemory:
    """One JSON file: for each port as it is set, the stick that was there last."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, url: str) -> UsbIdentity | None:
        """Return the stick of `url`; None when there is nothing of use, whatever it is."""
        return self._load().get(url)

    def save(self, url: str, identity: UsbIdentity) -> None:
        """Remember the stick of `url`, unless that is known; raises StorageError."""
        known = self._load()
        if known.get(url) == identity:
            return
        sticks = {each: asdict(stick) for each, stick in (known | {url: identity}).items()}
        document = {"format": FORMAT, "sticks": sticks}
        try:
            replace_file(self._path, (json.dumps(document, indent=2) + "\n").encode())
        except OSError as error:
            raise StorageError(
                _("The USB stick could not be remembered in {path}.").format(path=self._path),
                system_says(error),
                _("If it has another name after a start of the machine, it is not found then."),
            ) from error

    def _load(self) -> dict[str, UsbIdentity]:
        try:
            document = json.loads(self._path.read_bytes())
            if document["format"] != FORMAT:
                raise ValueError("another format")
            return {url: _identity(stick) for url, stick in dict(document["sticks"]).items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            _log.debug("the remembered sticks are not used: %s", type(error).__name__)
            return {}


def _identity(stick: dict[str, object]) -> UsbIdentity:
    """Build the value out of a document; raises ValueError where a field cannot be true."""
    vendor, product, serial, interface = (stick[name] for name in _FIELDS)
    if not (
        isinstance(vendor, str)
        and isinstance(product, str)
        and isinstance(serial, str)
        and isinstance(interface, str)
    ):
        raise ValueError("no text")
    return UsbIdentity(vendor, product, serial, interface)
