"""Facts to test against, as data: one JSON object a line.

`properties.jsonl` and `frames.jsonl` hold input and what must come of it;
`exchanges.jsonl` holds conversations. They come from public captures of real
meters and from the specifications' own ranges and examples.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Vector:
    """One line; its id names the test."""

    id: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return self.id


def load(name: str) -> list[Vector]:
    """The lines of `name`.jsonl."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    values = [json.loads(line) for line in lines]
    return [Vector(value["id"], value) for value in values]
