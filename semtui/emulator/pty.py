"""Emulated modules on pseudo-terminals, in real time, for any program that opens serial ports."""

from __future__ import annotations

import os
import select
import signal
import threading
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO

from semtui.clock import SystemClock
from semtui.emulator.bench import build
from semtui.emulator.module import Module
from semtui.emulator.options import EmulatorOptions
from semtui.errors import ConfigError, InputError
from semtui.i18n import _

_LONGEST_WAIT = 0.25
"""Seconds after which `stop` is looked at again."""
_CHUNK = 4096


class Stop(Protocol):
    """Something like `threading.Event`."""

    def is_set(self) -> bool: ...


class Terminal:
    """A raw pseudo-terminal for one module.

    The slave side is held open here too, so that a client may close it and
    open it again without the master seeing a hang-up.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self._slave)

    def close(self) -> None:
        """Close both sides."""
        os.close(self.master)
        os.close(self._slave)

    def take_input(self, now: float) -> None:
        """Hand what a client wrote to the module."""
        try:
            data = os.read(self.master, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            # EIO, when somebody has revoked the terminal: do not spin on it.
            select.select([], [], [], _LONGEST_WAIT)
            return
        self.module.receive(data, now)

    def print_output(self) -> None:
        """Print what the module said; as on a UART, what nobody reads in time is lost."""
        output = self.module.take_output()
        while output:
            try:
                written = os.write(self.master, output)
            except OSError:
                return
            output = output[written:]


def serve(
    options: EmulatorOptions,
    *,
    link: Path | None,
    out: TextIO,
    stop: Stop,
    boards: int = 1,
) -> None:
    """Run emulated boards on pseudo-terminals until `stop`, SIGINT or SIGTERM.

    Prints `ready PATH` for each board first; PATH is `link` where one is given
    (`link`, `link`2, ... for more boards), a symbolic link that is removed at
    the end. Raises `ConfigError` for options that cannot be, or a link that
    cannot be made, `InputError` where nothing can be printed.
    """
    clock = SystemClock()
    emulator = build(options, clock, modules=boards)
    with ExitStack() as stack:
        interrupted = stack.enter_context(_signals())
        terminals, names = [], []
        for index, module in enumerate(emulator.modules):
            terminal = Terminal(module)
            stack.callback(terminal.close)
            terminals.append(terminal)
            name = terminal.path
            if link is not None:
                own = link if index == 0 else link.with_name(f"{link.name}{index + 1}")
                stack.enter_context(_linked(own, terminal.path))
                name = str(own)
            names.append(name)
        _announce(out, names)
        by_master = {terminal.master: terminal for terminal in terminals}
        while not stop.is_set() and not interrupted.is_set():
            now = clock.monotonic()
            emulator.schedule.run_until(now)
            for terminal in terminals:
                terminal.print_output()
            stamp = emulator.schedule.next_stamp()
            wait = _LONGEST_WAIT if stamp is None else min(_LONGEST_WAIT, stamp - now)
            readable, _writable, _broken = select.select(list(by_master), [], [], max(0.0, wait))
            for master in readable:
                by_master[master].take_input(clock.monotonic())


def _announce(out: TextIO, names: list[str]) -> None:
    try:
        out.write("".join(f"ready {name}\n" for name in names))
        out.flush()
    except OSError as error:
        raise InputError(
            _("The name of the port cannot be printed."),
            str(error),
            _("Let standard output go to a terminal, a file or a pipe."),
        ) from error


@contextmanager
def _linked(link: Path, target: str) -> Iterator[None]:
    try:
        if link.is_symlink() and _left_behind(link):
            link.unlink()
        link.symlink_to(target)
    except OSError as error:
        raise ConfigError(
            _("The link {path} cannot be made.").format(path=link),
            str(error),
            _("Choose another path with --link; a file or link in its place is not overwritten."),
        ) from error
    try:
        yield
    finally:
        if link.is_symlink() and os.readlink(link) == target:
            link.unlink()


def _left_behind(link: Path) -> bool:
    """Whether a link is such as an emulator that was killed leaves; may raise OSError."""
    try:
        link.stat()
    except FileNotFoundError:
        return True
    # Its terminal's number may have gone to another program since.
    return os.path.realpath(link).startswith("/dev/pts/")


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; never, outside the main thread."""
    interrupted = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.set()

    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = {
        number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
