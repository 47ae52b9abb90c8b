"""The commands; each imports what it needs when it runs."""

from __future__ import annotations


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the process's exit code."""
    raise NotImplementedError
