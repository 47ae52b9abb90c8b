"""Checks of what stands between this computer and its module; each ends in a next step."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from semtui.doctor.checks import PASSIVE, CheckKey, Finding, FindingLevel
from semtui.errors import PortError
from semtui.i18n import _
from semtui.radio.port_faults import (
    busy_fault,
    console_hint,
    group_of,
    missing_fault,
    name_fault,
    not_a_port_fault,
    permission_fault,
    user_name,
)
from semtui.radio.port_list import (
    GETTY_NAMES,
    PI5_DEBUG_UART,
    ROOT,
    fact,
    holders,
    process_name,
    processes,
)

_CONSOLE = re.compile(r"(?:^|\s)console=([^\s,]+)")


def check_port(path: str, root: Path = ROOT) -> list[Finding]:
    """Look at the serial port `path` as `port_findings` does; what is in order is said briefly."""
    telling = (CheckKey.PORT, CheckKey.HOLDER)
    return [
        finding
        for finding in port_findings(path, root)
        if finding.level in (FindingLevel.WARN, FindingLevel.FAIL)
        or (finding.level is FindingLevel.OK and finding.key in telling)
    ]


def port_findings(path: str, root: Path = ROOT, *, ours: bool = False) -> Iterator[Finding]:
    """Look at the serial port `path` without sending anything to it.

    Is it there, a terminal, open to this user, free, and not a login console?
    Once a check has failed in a way that makes the others moot, they are left
    out. `root` is where /proc and the consoles' /dev are, for tests. `ours`:
    this process has the port open, so it is not opened to see what it is.
    """
    unnamed = name_fault(path)
    if unnamed is not None:
        yield _failed(CheckKey.PORT, unnamed)
        return
    if "://" in path:
        title = _("{port} is reached over the network; it is tried when it is opened.")
        yield Finding(CheckKey.PORT, FindingLevel.OK, title.format(port=path))
        yield from _without_meaning(_("Of no meaning for a port on the network."))
        return
    try:
        status = os.stat(path)
    except OSError:
        yield _failed(CheckKey.PORT, missing_fault(path))
        return
    allowed = os.access(path, os.R_OK | os.W_OK)
    if not stat.S_ISCHR(status.st_mode) or (allowed and not ours and not _is_terminal(path)):
        yield _failed(CheckKey.PORT, not_a_port_fault(path))
        return
    yield from _board_findings(path)
    if not allowed:
        yield _failed(CheckKey.PERMISSION, permission_fault(path))
        return
    title = _("This user may read and write it.")
    yield Finding(CheckKey.PERMISSION, FindingLevel.OK, title)
    yield _group_finding(path)
    yield _console_finding(path, root)
    yield _holder_finding(path, root)


def demo_findings() -> Iterator[Finding]:
    """The checks of a device, for the demo."""
    title = _("The built-in emulator stands in for a serial port.")
    yield Finding(CheckKey.PORT, FindingLevel.OK, title)
    yield from _without_meaning(_("Of no meaning for the emulator."))


def _without_meaning(why: str) -> Iterator[Finding]:
    """The checks of a device, for a port that is none."""
    for key in PASSIVE[1:]:
        yield Finding(key, FindingLevel.SKIPPED, why)


def _failed(key: CheckKey, fault: PortError) -> Finding:
    return Finding(key, FindingLevel.FAIL, f"{fault.title} {fault.detail}".strip(), fault.hint)


def _is_terminal(path: str) -> bool:
    """Open it as a program would that only asks: without waiting for a modem's carrier."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        # Only a terminal can be held for one program alone (TIOCEXCL).
        return error.errno == errno.EBUSY
    try:
        return os.isatty(descriptor)
    finally:
        os.close(descriptor)


def _board_findings(path: str) -> Iterator[Finding]:
    if os.path.basename(os.path.realpath(path)) == PI5_DEBUG_UART:
        title = _("{port} is the debug connector of a Raspberry Pi 5, not pins 8 and 10.")
        hint = _(
            "For the pin header add dtparam=uart0=on to /boot/firmware/config.txt, reboot, "
            "and use /dev/ttyAMA0."
        )
        yield Finding(CheckKey.PORT, FindingLevel.WARN, title.format(port=path), hint)
    else:
        title = _("{port} is a serial port.").format(port=path)
        yield Finding(CheckKey.PORT, FindingLevel.OK, title)


def _group_finding(path: str) -> Finding:
    """Say by what right it opens: its group, or something that may not last."""
    group, members, number = group_of(path)
    if os.geteuid() == 0:
        title = _("It belongs to the group {group}; root needs no group.")
    elif number in os.getgroups():
        title = _("It belongs to the group {group}, and this login is in it.")
    elif user_name() in members:
        title = _("It belongs to the group {group}, which you are in since after this login.")
    else:
        title = _("It belongs to the group {group}; it opens for another reason (owner or mode).")
    return Finding(CheckKey.GROUP, FindingLevel.OK, title.format(group=group))


def _console_finding(path: str, root: Path) -> Finding:
    """Look for a login prompt on the port, then for the kernel's own messages."""
    device = os.path.realpath(path)
    getty = _getty_on(device.removeprefix("/dev/"), root)
    if getty is not None:
        title = _("A login console runs on {port}: {name} (process {pid}).").format(
            port=path, name=process_name(getty) or "?", pid=getty.name
        )
        return Finding(CheckKey.CONSOLE, FindingLevel.FAIL, title, console_hint(path))
    if device in _kernel_consoles(root):
        title = _("The kernel prints its messages to {port}, which confuses the module.")
        hint = console_hint(path)
        return Finding(CheckKey.CONSOLE, FindingLevel.WARN, title.format(port=path), hint)
    return Finding(CheckKey.CONSOLE, FindingLevel.OK, _("No login console is on it."))


def _holder_finding(path: str, root: Path) -> Finding:
    found = holders(path, root)
    if found:
        return _failed(CheckKey.HOLDER, busy_fault(path, found))
    title = _("No other program is seen to use {port}.").format(port=path)
    return Finding(CheckKey.HOLDER, FindingLevel.OK, title)


def _kernel_consoles(root: Path) -> set[str]:
    """Return the devices that the kernel's command line names as consoles."""
    names = _CONSOLE.findall(fact(root / "proc/cmdline"))
    return {os.path.realpath(root / "dev" / name) for name in names} | {
        f"/dev/{name}" for name in names
    }


def _getty_on(name: str, root: Path) -> Path | None:
    """Return the /proc folder of the getty that serves the terminal `name`.

    Its open files are root's secret, but its unit and its arguments are not:
    systemd starts it as serial-getty@NAME, others hand it the name.
    """
    unit = f"serial-getty@{name.replace('/', '-')}.service"
    for process in processes(root):
        if process_name(process) not in GETTY_NAMES:
            continue
        arguments = fact(process / "cmdline").split("\0")
        if name in arguments or f"/dev/{name}" in arguments or unit in fact(process / "cgroup"):
            return process
    return None
