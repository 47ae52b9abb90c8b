"""The emulator stands alone: no I/O outside its terminal, nothing shared with the client."""

from __future__ import annotations

import ast
from pathlib import Path

import semtui.emulator

FOLDER = Path(semtui.emulator.__file__).parent
IO = {"asyncio", "os", "select", "serial", "signal", "socket", "subprocess", "threading", "time"}
OWN = ("semtui.emulator", "semtui.clock", "semtui.errors", "semtui.i18n")
DOORS = {"pty.py": IO, "bench.py": {"threading"}}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_only_the_terminal_does_io() -> None:
    for path in FOLDER.glob("*.py"):
        used = {name.split(".")[0] for name in imported(path)} & IO
        assert used <= DOORS.get(path.name, set()), path.name


def test_nothing_of_the_client_is_used() -> None:
    for path in FOLDER.glob("*.py"):
        allowed = (*OWN, "semtui.radio.port") if path.name == "port.py" else OWN
        own = {name for name in imported(path) if name.startswith("semtui")}
        assert all(name.startswith(allowed) for name in own), path.name
