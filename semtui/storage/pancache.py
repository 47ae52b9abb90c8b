"""The PAN of the last good join, kept so that a restart need not scan for a minute or two."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from semtui.errors import StorageError, system_says
from semtui.i18n import _
from semtui.model import Pan
from semtui.storage.atomic import replace_file

FORMAT = 1
_MAC = re.compile(r"[0-9A-F]{16}")
_ADDRESS = re.compile(r"[0-9A-F]{4}(?::[0-9A-F]{4}){7}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedPan:
    """A PAN that was joined, with the meter's address as SKLL64 gave it."""

    pan: Pan
    address: str
    """IPv6, eight groups of four upper-case hex digits."""


class PanCache:
    """One JSON file, bound to the route-B id by a salted digest, never by the id itself."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, route_b_id: str) -> CachedPan | None:
        """Return what was saved for this id; None when there is nothing of use, whatever it is."""
        try:
            document = json.loads(self._path.read_bytes())
            if document["format"] != FORMAT:
                raise ValueError("another format")
            if not hmac.compare_digest(document["owner"], _owner(document["salt"], route_b_id)):
                raise ValueError("another route-B id")
            return _cached_pan(document)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            _log.debug("the PAN cache is not used: %s", type(error).__name__)
            return None

    def save(self, route_b_id: str, cached: CachedPan) -> None:
        """Replace the file at once; raises StorageError."""
        pan = cached.pan
        salt = secrets.token_hex(16)
        document = {
            "format": FORMAT,
            "salt": salt,
            "owner": _owner(salt, route_b_id),
            "channel": pan.channel,
            "pan_id": pan.pan_id,
            "mac": pan.mac,
            "lqi": pan.lqi,
            "found_at": None if pan.found_at is None else pan.found_at.isoformat(),
            "address": cached.address,
        }
        try:
            replace_file(self._path, (json.dumps(document, indent=2) + "\n").encode())
        except OSError as error:
            raise StorageError(
                _("The PAN could not be remembered in {path}.").format(path=self._path),
                system_says(error),
                _("The next start will scan for the meter, which takes a minute or two longer."),
            ) from error

    def forget(self) -> None:
        """Remove the file; raises StorageError when it is there and cannot be removed."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                _("The remembered PAN in {path} could not be removed.").format(path=self._path),
                system_says(error),
            ) from error


def _owner(salt: str, route_b_id: str) -> str:
    """Half a SHA-256 is plenty to tell one id from another, and says nothing about either."""
    return hashlib.sha256(f"{salt}:{route_b_id}".encode()).hexdigest()[:32]


def _cached_pan(document: dict[str, object]) -> CachedPan:
    """Build the value out of a document; raises ValueError where a field cannot be true."""
    channel, pan_id, lqi = document["channel"], document["pan_id"], document["lqi"]
    mac, address, found_at = document["mac"], document["address"], document["found_at"]
    if type(channel) is not int or not 33 <= channel <= 60:
        raise ValueError("channel")
    if type(pan_id) is not int or not 0 <= pan_id <= 0xFFFF:
        raise ValueError("pan_id")
    if lqi is not None and (type(lqi) is not int or not 0 <= lqi <= 255):
        raise ValueError("lqi")
    if not isinstance(mac, str) or not _MAC.fullmatch(mac):
        raise ValueError("mac")
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        raise ValueError("address")
    if found_at is not None and not isinstance(found_at, str):
        raise ValueError("found_at")
    heard = None if found_at is None else datetime.fromisoformat(found_at)
    if heard is not None and heard.utcoffset() is None:
        raise ValueError("found_at")
    return CachedPan(
        Pan(
            channel=channel,
            pan_id=pan_id,
            mac=mac,
            lqi=lqi,
            # The pairing id is the tail of the route-B id: it is not written to the disk.
            pairing_id=None,
            found_at=heard,
        ),
        address,
    )
