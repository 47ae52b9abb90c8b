"""What went wrong with a port, as sentences: from pyserial's exceptions to `PortError`."""

from __future__ import annotations

import errno
import getpass
import grp
import os
import re
import stat
import termios
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from semtui.errors import PortError, PortReason
from semtui.i18n import _
from semtui.radio.port_list import GETTY_NAMES, Holder, holders, list_ports

_REASONS = {
    errno.ENOENT: PortReason.NOT_FOUND,
    errno.ENOTDIR: PortReason.NOT_FOUND,
    errno.ENODEV: PortReason.NOT_FOUND,
    errno.ENXIO: PortReason.NOT_FOUND,
    errno.EACCES: PortReason.NO_PERMISSION,
    errno.EPERM: PortReason.NO_PERMISSION,
    errno.EBUSY: PortReason.BUSY,
    errno.EAGAIN: PortReason.BUSY,
    errno.EISDIR: PortReason.NOT_A_PORT,
    errno.ENOTTY: PortReason.NOT_A_PORT,
    errno.EINVAL: PortReason.NOT_A_PORT,
    # What tcgetattr says of a built-in port that has a name and no hardware.
    errno.EIO: PortReason.NOT_A_PORT,
}
_NETWORK = ("socket", "rfc2217")
_BUILT_IN = re.compile(r"/dev/(serial\d|ttyAMA\d+|ttyS\d+)")


def open_fault(url: str, error: BaseException) -> PortError:
    """Return why `url` could not be opened."""
    unnamed = name_fault(url)
    if unnamed is not None:
        return unnamed
    if "://" in url:
        return _url_fault(url, error)
    match _REASONS.get(_number(error) or 0, PortReason.UNREACHABLE):
        case PortReason.NOT_FOUND:
            return missing_fault(url)
        case PortReason.NO_PERMISSION:
            return permission_fault(url)
        case PortReason.BUSY:
            return busy_fault(url, holders(url))
        case PortReason.NOT_A_PORT:
            return not_a_port_fault(url)
    return PortError(
        PortReason.UNREACHABLE,
        _("{port} cannot be opened.").format(port=url),
        _("The system says: {reason}.").format(reason=_reason(error)),
        _("Unplug the module and plug it in again, or restart the computer."),
    )


def name_fault(url: str) -> PortError | None:
    """Return why `url` names no port, whatever there is; None when it may name one."""
    if not url:
        return PortError(
            PortReason.NOT_FOUND,
            _("No serial port is set."),
            _ports_here(),
            _('Run semtui to set it up, or give one: semtui --port "/dev/ttyUSB0".'),
        )
    scheme = url.partition("://")[0].lower()
    if scheme in _NETWORK and "://" in url and not _port_number(url):
        return PortError(
            PortReason.NOT_FOUND,
            _("{port} does not say which port number of the host is meant.").format(port=url),
            _("A port on the network is named by its host and a number from 1 to 65535."),
            _("Give both: {scheme}://HOST:PORT, as {scheme}://raspberrypi:4000.").format(
                scheme=scheme
            ),
        )
    return None


def lost_fault(url: str) -> PortError:
    """Return why the open port `url` gives nothing more."""
    if "://" in url:
        detail = _("The other end closed the connection, or the network is down.")
        hint = _("See whether the computer with the module is up.")
    elif not os.path.exists(url):
        detail = _("The device has gone: unplugged, or reset for want of power.")
        hint = _("Plug it in again; a USB extension lead or a powered hub helps a weak port.")
    else:
        detail = _("Its other end has gone, or another program reads from the port too.")
        hint = _("See whether the module has power and no other program uses the port.")
    return PortError(
        PortReason.LOST, _("The serial port {port} was lost.").format(port=url), detail, hint
    )


def missing_fault(path: str) -> PortError:
    """Return what to say of a device path that is not there."""
    hint = _("Plug the module in, or choose another port.")
    if _BUILT_IN.fullmatch(path):
        hint = _(
            "Switch the port on: sudo raspi-config, Interface Options, Serial Port, login shell: "
            "no, hardware: yes. On a Raspberry Pi 5 add dtparam=uart0=on to "
            "/boot/firmware/config.txt, reboot, and use /dev/ttyAMA0."
        )
    return PortError(
        PortReason.NOT_FOUND,
        _("There is no serial port {port}.").format(port=path),
        _ports_here(),
        hint,
    )


def not_a_port_fault(path: str) -> PortError:
    """Return what to say of a file that is no serial port."""
    return PortError(
        PortReason.NOT_A_PORT,
        _("{port} is not a serial port.").format(port=path),
        _ports_here(),
        _("Choose the port that the Wi-SUN module is connected to."),
    )


def permission_fault(path: str) -> PortError:
    """Return why this user may not open `path`, and what to do about it."""
    detail, hint = _permission_advice(path)
    title = _("This user may not open {port}.").format(port=path)
    return PortError(PortReason.NO_PERMISSION, title, detail, hint)


def busy_fault(path: str, found: Sequence[Holder]) -> PortError:
    """Return who holds `path`, of whom `found` may be seen, and what to do about it."""
    detail, hint = _busy_advice(path, found)
    title = _("{port} is in use by another program.").format(port=path)
    return PortError(PortReason.BUSY, title, detail, hint)


def group_of(path: str) -> tuple[str, Sequence[str], int]:
    """Return the name, the members and the number of the group that owns `path`.

    Raises OSError when there is no such file.
    """
    number = os.stat(path).st_gid
    try:
        entry = grp.getgrgid(number)
    except KeyError:
        return str(number), (), number
    return entry.gr_name, entry.gr_mem, number


def user_name() -> str:
    """Return the name of this user; empty where the system has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _permission_advice(path: str) -> tuple[str, str]:
    try:
        mode = os.stat(path).st_mode
        group, members, number = group_of(path)
    except OSError:
        return "", _("Run: ls -l {port}").format(port=path)
    if group == "tty" or not mode & stat.S_IWGRP:
        return (
            _("Its mode leaves it to root, as a login console on the port makes it."),
            console_hint(path),
        )
    detail = _("It belongs to the group {group}, and this login is not in it.").format(group=group)
    if user_name() in members and number not in os.getgroups():
        return detail, _("You were added to the group meanwhile: log out and in again.")
    return detail, _("Run: sudo usermod -aG {group} $USER and then log out and in again.").format(
        group=group
    )


def _busy_advice(path: str, found: Sequence[Holder]) -> tuple[str, str]:
    if not found:
        return (
            _("The program cannot be seen; it may belong to another user."),
            _("Run: sudo fuser -v {port}").format(port=path),
        )
    names = ", ".join(
        _("{name} (process {pid})").format(
            name=holder.command or holder.name or "?", pid=holder.pid
        )
        for holder in found
    )
    detail = _("It is held by {names}.").format(names=names)
    if any(holder.name in GETTY_NAMES for holder in found):
        return detail, console_hint(path)
    ours = next((holder for holder in found if holder.is_semtui), None)
    if ours is not None:
        return detail, _(
            "That is semtui itself: press F in its dashboard, which shows the same checks; "
            "or end it (kill {pid}) and try again."
        ).format(pid=ours.pid)
    return detail, _("End that program and try again: one port serves one program.")


def console_hint(path: str) -> str:
    """Return how to take the login console off `path`."""
    return _(
        "Take the login console off it: sudo raspi-config, Interface Options, Serial Port, "
        "login shell: no, hardware: yes; or run sudo systemctl disable --now "
        "serial-getty@{name}.service and reboot."
    ).format(name=os.path.basename(os.path.realpath(path)))


def _url_fault(url: str, error: BaseException) -> PortError:
    if isinstance(error, ValueError):
        return PortError(
            PortReason.NOT_FOUND,
            _("{port} is not a kind of port that is known.").format(port=url),
            hint=_("Give a device path, socket://HOST:PORT or rfc2217://HOST:PORT."),
        )
    title = _("{port} cannot be reached.").format(port=url)
    if _number(error) is None and not _timed_out(error) and url.lower().startswith("rfc2217:"):
        return PortError(
            PortReason.UNREACHABLE,
            title,
            _("The program there did not answer in the manner of RFC 2217."),
            _("If it hands the bytes on as they are, write socket:// in place of rfc2217://."),
        )
    return PortError(
        PortReason.UNREACHABLE,
        title,
        _("The system says: {reason}.").format(reason=_reason(error)),
        _("See whether host and port are right, and the program there is running."),
    )


def _port_number(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return None


def _ports_here() -> str:
    ports = list_ports()
    if not ports:
        return _("This computer has no serial port.")
    return _("The ports here: {ports}.").format(ports=", ".join(port.path for port in ports))


def _number(error: BaseException) -> int | None:
    """Return the system's error number in `error`, or None where pyserial has none."""
    root = _system_error(error)
    if root is None:
        return None
    return root.errno if isinstance(root, OSError) else int(root.args[0])


def _reason(error: BaseException) -> str:
    root, number = _system_error(error), _number(error)
    if number is not None and number > 0:
        return os.strerror(number)
    if _timed_out(error):
        return os.strerror(errno.ETIMEDOUT)
    # Name resolution counts its errors below zero, and has its own words for them.
    return str(root.args[-1] if root is not None else error)


def _system_error(error: BaseException) -> BaseException | None:
    """Find the exception that has the number: pyserial often leaves it in the chained one."""
    for link in _chain(error):
        if isinstance(link, OSError) and link.errno is not None:
            return link
        if isinstance(link, termios.error):
            return link
    return None


def _timed_out(error: BaseException) -> bool:
    """Whether a connection was given up, for which Python has no error number."""
    return any(isinstance(link, TimeoutError) for link in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
