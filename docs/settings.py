"""Writes docs/settings.md from the settings themselves: `make settings`."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
from pathlib import Path

from semtui import config

HEAD = """# Settings

`~/.config/semtui/config.toml` holds what differs from the defaults; the set-up
writes it, and you may edit it. Each setting can also come from the environment,
as `SEMTUI_SECTION_NAME`, or from a flag where there is one; flags win over the
environment, the environment over the file. A list is written there with commas
and no brackets: `SEMTUI_LINK_SCAN_DURATIONS=5,6,7`. A wrong name or value is
refused with the place and the nearest right one.

"""


def remarks(kind: type) -> dict[str, str]:
    """Return the sentence that stands below each field of a dataclass."""
    (body,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    name = ""
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name:
            found[name] = " ".join(str(node.value.value).split())
    return found


def shown(value: object) -> str:
    """Return a default as it would stand in the file."""
    if isinstance(value, tuple):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


def page() -> str:
    """Return the whole page."""
    text = HEAD
    for section in dataclasses.fields(config.Settings):
        kind = type(getattr(config.Settings(), section.name))
        text += f"## [{section.name}]\n\n| name | default | what |\n|---|---|---|\n"
        for item in dataclasses.fields(kind):
            default = shown(getattr(kind(), item.name))
            remark = remarks(kind).get(item.name, "")
            wanted = item.metadata["rule"].wanted()
            text += f"| `{item.name}` | `{default}` | {remark} Must be {wanted}. |\n"
        text += "\n"
    return text.rstrip() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page())
