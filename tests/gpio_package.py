"""RPi.GPIO as a package that is not installed."""

from __future__ import annotations

import sys
import types

import pytest


def put_in_place(library: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `import RPi.GPIO` find `library`, for the length of a test."""
    package = types.ModuleType("RPi")
    package.GPIO = library  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "RPi", package)
    monkeypatch.setitem(sys.modules, "RPi.GPIO", library)
