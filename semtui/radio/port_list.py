"""Which serial ports this computer has, and who holds one."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from semtui.i18n import _

ROOT = Path("/")
PI5_DEBUG_UART = "ttyAMA10"
"""The three-pin debug connector of a Raspberry Pi 5, to which serial0 points there."""
GETTY_NAMES = ("agetty", "getty", "login")
"""The programs of a login console, before and after a name was typed."""

_SERIAL_NAME = re.compile(r"tty(AMA|S|USB|ACM)(\d+)")
_KINDS = ("AMA", "S", "USB", "ACM")
_NO_HARDWARE = "0"
_SECRET_WORD = re.compile(r"(?i)pass|pwd|--id|[0-9a-f]{32}")
_COMMAND_LENGTH = 60


@dataclass(frozen=True, slots=True)
class PortCandidate:
    """A port that a module may be on."""

    path: str
    """The name that stays the same after a reboot or another plug, where there is one."""
    description: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has a port open."""

    pid: int
    name: str
    command: str = ""
    """How it was called, as far as that holds no secret."""

    @property
    def is_semtui(self) -> bool:
        """Whether it is another run of this program."""
        return any(os.path.basename(word) == "semtui" for word in self.command.split())


def list_ports(root: Path = ROOT) -> list[PortCandidate]:
    """Return the ports that have hardware behind them, the board's own first.

    Each device is listed once: as serial0 or by its USB identity where it has
    such a name. `root` is where /dev and /sys are, for tests.
    """
    found: dict[str, PortCandidate] = {}
    stable = _stable_names(root)
    for name in serial_devices(root):
        path = stable.get(name, f"/dev/{name}")
        found[name] = PortCandidate(path, _description(root, name, path))
    return list(found.values())


def holders(path: str, root: Path = ROOT) -> list[Holder]:
    """Return the other processes that have `path` open, as far as this user may see them.

    Whoever plays the other end of a pseudo terminal is none of them.
    """
    device, own = os.path.realpath(path), str(os.getpid())
    found = []
    for process in processes(root):
        if process.name == own:
            continue
        try:
            links = [os.readlink(link) for link in (process / "fd").iterdir()]
        except OSError:
            # Another user's process, or one that has ended meanwhile.
            continue
        if device in links and not _plays_the_other_end(process, device):
            found.append(Holder(int(process.name), process_name(process), _command(process)))
    return found


def _plays_the_other_end(process: Path, device: str) -> bool:
    """Whether the process has the master of the pseudo terminal `device`, as an emulator has."""
    folder, _slash, number = device.rpartition("/")
    if folder != "/dev/pts":
        return False
    try:
        files = list((process / "fdinfo").iterdir())
    except OSError:
        return False
    return any(f"tty-index:\t{number}" in fact(file).splitlines() for file in files)


def _command(process: Path) -> str:
    """Return the words with which a process was called, up to the first that may be a secret."""
    words: list[str] = []
    for word in fact(process / "cmdline").split("\0"):
        if _SECRET_WORD.search(word):
            break
        words.append(word)
    command = " ".join(" ".join(words).split())
    return command if len(command) <= _COMMAND_LENGTH else command[:_COMMAND_LENGTH] + "..."


def process_name(process: Path) -> str:
    """Return the name of the process whose folder in /proc this is; empty when it has gone."""
    return fact(process / "comm")


def processes(root: Path = ROOT) -> list[Path]:
    """Return the folders in /proc of the processes that run."""
    try:
        entries = sorted((root / "proc").iterdir())
    except OSError:
        return []
    return [entry for entry in entries if entry.name.isdigit()]


def fact(path: Path) -> str:
    """Return what a file of /proc or /sys says; empty where it cannot be read."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def serial_devices(root: Path = ROOT) -> list[str]:
    """Return the names in /dev of what may be a serial port, the board's own first."""
    try:
        entries = os.listdir(root / "dev")
    except OSError:
        return []
    matches = [match for entry in entries if (match := _SERIAL_NAME.fullmatch(entry))]
    matches.sort(key=lambda match: (_KINDS.index(match[1]), int(match[2])))
    return [match[0] for match in matches if match[1] != "S" or _has_hardware(root, match[0])]


def _has_hardware(root: Path, name: str) -> bool:
    """Tell a real 8250 from the four to 32 that the kernel makes up (its type is then 0)."""
    kind = fact(root / "sys/class/tty" / name / "type")
    return kind not in ("", _NO_HARDWARE)


def _stable_names(root: Path) -> dict[str, str]:
    """Return device name -> a path that outlives a change of that name."""
    links = [root / "dev/serial1", root / "dev/serial0"]
    by_id = root / "dev/serial/by-id"
    if by_id.is_dir():
        links.extend(sorted(by_id.iterdir(), reverse=True))
    return {
        os.path.basename(os.readlink(link)): f"/{link.relative_to(root)}"
        for link in links
        if link.is_symlink()
    }


def _description(root: Path, name: str, path: str) -> str:
    if name == PI5_DEBUG_UART:
        return _("{name}: the debug connector of a Raspberry Pi 5, not the pin header").format(
            name=name
        )
    if path == "/dev/serial0":
        return _("{name}: pins 8 and 10 of the Raspberry Pi's header").format(name=name)
    folder = Path(os.path.realpath(root / "sys/class/tty" / name / "device"))
    for ancestor in (folder, *folder.parents[:4]):
        product = fact(ancestor / "product")
        if product:
            maker = fact(ancestor / "manufacturer")
            return f"{name}: {maker} {product}" if maker else f"{name}: {product}"
    if name.startswith(("ttyUSB", "ttyACM")):
        return _("{name}: on USB").format(name=name)
    return _("{name}: a serial port of the board").format(name=name)
