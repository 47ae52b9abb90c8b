"""Who may import whom: the laws that keep the parts apart."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import semtui

ROOT = Path(semtui.__file__).parent
SHARED = {"semtui.clock", "semtui.errors", "semtui.i18n", "semtui.model"}
DOES_IO = {"port", "port_faults", "port_list", "port_opening", "port_replug", "gpio"}
"""The modules of radio/ that touch the world."""
IO_MODULES = {"os", "socket", "select", "serial", "subprocess", "termios", "time", "threading"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).glob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def names_of(paths: list[Path]) -> set[str]:
    return {".".join(("semtui", *path.relative_to(ROOT).with_suffix("").parts)) for path in paths}


@pytest.mark.parametrize("package", ["radio", "echonet"])
def test_radio_and_echonet_know_only_themselves_and_the_shared_values(package: str) -> None:
    own = names_of(modules(package)) | {f"semtui.{package}"}
    for path in modules(package):
        ours = {name for name in imports(path) if name.startswith("semtui")}
        foreign = {
            name
            for name in ours
            if not any(name == known or name.startswith(known + ".") for known in own | SHARED)
        }
        assert not foreign - {"semtui"}, path


@pytest.mark.parametrize("package", ["radio", "echonet"])
def test_radio_and_echonet_do_no_io_and_read_no_clock(package: str) -> None:
    for path in modules(package):
        if package == "radio" and path.stem in DOES_IO:
            continue
        tops = {name.split(".")[0] for name in imports(path)}
        assert not tops & IO_MODULES, path
        text = path.read_text()
        assert "datetime.now" not in text, path
        assert "open(" not in text, path


def test_the_emulator_shares_nothing_with_the_client_it_tests() -> None:
    for path in modules("emulator"):
        ours = {name for name in imports(path) if name.startswith("semtui.")}
        client = {name for name in ours if name.startswith(("semtui.radio", "semtui.echonet"))}
        allowed = {"semtui.radio.port", "semtui.radio.port.Port"} if path.stem == "port" else set()
        assert client <= allowed, path


def test_screens_are_known_to_the_dashboard_alone() -> None:
    for path in ROOT.rglob("*.py"):
        inside = path.is_relative_to(ROOT / "screens") or path.name in ("app.py", "dashboard.py")
        if inside:
            continue
        bad = {
            name
            for name in imports(path)
            if name.startswith(("semtui.screens", "semtui.app", "textual"))
        }
        assert not bad, path


def test_files_have_one_idea_each() -> None:
    for path in ROOT.rglob("*.py"):
        lines = len(path.read_text().splitlines())
        assert lines <= 500, f"{path}: {lines} lines"


def test_every_message_can_be_translated() -> None:
    """A catalogue holds whole sentences: none is glued together before it is looked up."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in ("_", "ngettext"):
                texts = node.args[: 2 if node.func.id == "ngettext" else 1]
                fixed = all(isinstance(t, ast.Constant) and isinstance(t.value, str) for t in texts)
                assert fixed, f"{path}:{node.lineno}"
