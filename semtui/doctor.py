"""Checks of what stands between this computer and its module; each ends in a next step."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path

from semtui.i18n import _
from semtui.radio.port_faults import (
    busy_advice,
    console_hint,
    missing_hint,
    name_fault,
    permission_advice,
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


@unique
class FindingLevel(Enum):
    """How much a finding stands in the way."""

    OK = "ok"
    WARN = "warn"
    """It may work, but something is amiss."""
    FAIL = "fail"
    """It cannot work until this is put right."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found."""

    level: FindingLevel
    title: str
    hint: str = ""
    """What to do; empty when nothing need be done."""


def check_port(path: str, root: Path = ROOT) -> list[Finding]:
    """Look at the serial port `path` without sending anything to it.

    Is it there, a terminal, open to this user, free, and not a login console?
    Once a check has failed in a way that makes the others moot, they are left
    out. `root` is where /proc and the consoles' /dev are, for tests.
    """
    unnamed = name_fault(path)
    if unnamed is not None:
        return [Finding(FindingLevel.FAIL, f"{unnamed.title} {unnamed.detail}", unnamed.hint)]
    if "://" in path:
        return [
            Finding(
                FindingLevel.OK,
                _("{port} is reached over the network; it is tried when it is opened.").format(
                    port=path
                ),
            )
        ]
    try:
        status = os.stat(path)
    except OSError as error:
        return [
            Finding(
                FindingLevel.FAIL,
                _("{port} cannot be found: {reason}.").format(port=path, reason=error.strerror),
                missing_hint(path),
            )
        ]
    if not stat.S_ISCHR(status.st_mode):
        return [_no_serial_port(path)]
    if not os.access(path, os.R_OK | os.W_OK):
        detail, hint = permission_advice(path)
        title = _("This user may not open {port}.").format(port=path)
        return [Finding(FindingLevel.FAIL, f"{title} {detail}".strip(), hint)]
    if not _is_terminal(path):
        return [_no_serial_port(path)]
    findings = [
        Finding(
            FindingLevel.OK,
            _("{port} is a serial port, and this user may open it.").format(port=path),
        )
    ]
    findings.extend(_board_findings(path))
    findings.extend(_console_findings(path, root))
    found = holders(path, root)
    if found:
        detail, hint = busy_advice(path, found)
        title = _("{port} is in use by another program.").format(port=path)
        findings.append(Finding(FindingLevel.FAIL, f"{title} {detail}", hint))
    else:
        findings.append(
            Finding(
                FindingLevel.OK,
                _("No other program is seen to use {port}.").format(port=path),
            )
        )
    return findings


def _no_serial_port(path: str) -> Finding:
    return Finding(
        FindingLevel.FAIL,
        _("{port} is not a serial port.").format(port=path),
        _("Choose the port that the Wi-SUN module is connected to."),
    )


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
        yield Finding(
            FindingLevel.WARN,
            _("{port} is the debug connector of a Raspberry Pi 5, not pins 8 and 10.").format(
                port=path
            ),
            _(
                "For the pin header add dtparam=uart0=on to /boot/firmware/config.txt, reboot, "
                "and use /dev/ttyAMA0."
            ),
        )


def _console_findings(path: str, root: Path) -> Iterator[Finding]:
    """Look for a login prompt on the port, then for the kernel's own messages."""
    device = os.path.realpath(path)
    name = device.removeprefix("/dev/")
    getty = _getty_on(name, root)
    if getty is not None:
        yield Finding(
            FindingLevel.FAIL,
            _("A login console runs on {port}: {name} (process {pid}).").format(
                port=path, name=process_name(getty) or "?", pid=getty.name
            ),
            console_hint(path),
        )
    elif device in _kernel_consoles(root):
        yield Finding(
            FindingLevel.WARN,
            _("The kernel prints its messages to {port}, which confuses the module.").format(
                port=path
            ),
            console_hint(path),
        )


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
