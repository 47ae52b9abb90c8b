"""The page's files: a fixed list, read once, so that no path leads anywhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain",
}


@dataclass(frozen=True)
class Asset:
    """One file of the page."""

    content: bytes
    media_type: str

    @cached_property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:20]}"'

    @property
    def headers(self) -> Mapping[str, str]:
        """A browser keeps it, and asks each time whether it has changed."""
        return {"etag": self.etag, "cache-control": "no-cache"}


CHARTS = "vendor/uPlot.iife.min.js"
"""The chart library, once `make web` has fetched it; released wheels have it."""


class Assets:
    """The files below `static/`. Without the chart library the page does not ask for it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._found = {
            path.relative_to(folder).as_posix(): Asset(path.read_bytes(), _TYPES[path.suffix])
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in _TYPES
        }
        page = self._found.get("index.html")
        if page is not None and CHARTS not in self._found:
            lines = page.content.splitlines(keepends=True)
            content = b"".join(line for line in lines if b"vendor/" not in line)
            self._found["index.html"] = Asset(content, page.media_type)

    def find(self, name: str) -> Asset | None:
        """Return the file of that name; None where there is none."""
        return self._found.get(name)
