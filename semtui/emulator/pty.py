"""Emulated modules on pseudo-terminals, in real time, for any program that opens serial ports."""

from __future__ import annotations

import os
import select
import signal
import threading
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO

from semtui.clock import SystemClock
from semtui.emulator.bench import build
from semtui.emulator.module import Module
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID, EmulatorOptions
from semtui.emulator.scenarios import play, prepared
from semtui.errors import ConfigError, InputError, system_says
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

    def __init__(
        self, module: Module, moved: Callable[[str], None], gone: Callable[[], None]
    ) -> None:
        """`gone` is called before the stick is pulled out, and its name may become another's;
        `moved` with the new path when it came back under another name."""
        self.module = module
        self._moved = moved
        self._gone = gone
        self._open()

    def _open(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self._slave)
        self.is_open = True

    def close(self) -> None:
        """Close both sides."""
        if self.is_open:
            self.is_open = False
            os.close(self.master)
            os.close(self._slave)

    def vanish(self) -> None:
        """Pull the stick out: its supply is gone, and so is the terminal."""
        if self.is_open:
            self.print_output()
            self._gone()
        self.module.power_off()
        self.close()

    def return_(self) -> None:
        """Plug it in again, under the next free name."""
        if not self.is_open:
            self._open()
            self._moved(self.path)
        self.module.power_on()

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
        while output := self.module.take_output():
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
    talk: TextIO | None = None,
    boards: int = 1,
    scenarios: Sequence[str] = (),
) -> None:
    """Run emulated boards on pseudo-terminals until `stop`, SIGINT or SIGTERM.

    Prints `ready PATH` for each board first; PATH is `link` where one is given
    (`link`, `link`2, ... for more boards), a symbolic link that is removed at
    the end. `talk` is told the meter's id and password where they are those that
    are built in, and no secret. `scenarios` are bad days of the first board, by name. Raises
    `ConfigError` for options or names that cannot be, or a link that cannot be made,
    `InputError` where nothing can be printed.
    """
    clock = SystemClock()
    emulator = build(prepared(options, scenarios), clock, modules=boards)
    with ExitStack() as stack:
        interrupted = stack.enter_context(_signals())
        terminals = []
        for index, module in enumerate(emulator.modules):
            own = None
            if link is not None:
                own = link if index == 0 else link.with_name(f"{link.name}{index + 1}")
            place = _Place(own, out)
            terminal = Terminal(module, place.move, place.clear)
            stack.callback(terminal.close)
            stack.callback(place.clear)
            terminals.append(terminal)
            place.show(terminal.path)
        if talk is not None:
            _tell_built_in(options, talk)
        play(scenarios, emulator, terminals[0])
        while not stop.is_set() and not interrupted.is_set():
            now = clock.monotonic()
            emulator.schedule.run_until(now)
            by_master = {each.master: each for each in terminals if each.is_open}
            for terminal in by_master.values():
                terminal.print_output()
            stamp = emulator.schedule.next_stamp()
            wait = _LONGEST_WAIT if stamp is None else min(_LONGEST_WAIT, stamp - now)
            readable, _writable, _broken = select.select(list(by_master), [], [], max(0.0, wait))
            for master in readable:
                by_master[master].take_input(clock.monotonic())


def _tell_built_in(options: EmulatorOptions, talk: TextIO) -> None:
    said = []
    if options.route_b_id == DEFAULT_ROUTE_B_ID:
        said.append(_("The emulated meter has the route-B id {id}").format(id=DEFAULT_ROUTE_B_ID))
    if options.password == DEFAULT_PASSWORD:
        said.append(
            _("The emulated meter has the password {password}").format(password=DEFAULT_PASSWORD)
        )
    with suppress(OSError):  # nobody has to hear it
        talk.write("".join(f"{line}\n" for line in said))
        talk.flush()


class _Place:
    """Where a terminal is to be found: at `link`, or under its own name, which is printed."""

    def __init__(self, link: Path | None, out: TextIO) -> None:
        self._link = link
        self._out = out
        self._target = ""

    def show(self, path: str) -> None:
        """Lead to `path` from now on; raises ConfigError or InputError."""
        self.clear()
        if self._link is not None:
            self._make(self._link, path)
        self._target = path
        try:
            self._out.write(f"ready {self._link or path}\n")
            self._out.flush()
        except OSError as error:
            raise InputError(
                _("The name of the port cannot be printed."),
                system_says(error),
                _("Let standard output go to a terminal, a file or a pipe."),
            ) from error

    def move(self, path: str) -> None:
        """The same for another name later on, when nobody may read what is printed any more.

        Where somebody has put another thing in the link's place meanwhile, that one stays.
        """
        with suppress(ConfigError, InputError):
            self.show(path)

    def clear(self) -> None:
        """Remove the link, where it still is ours."""
        link = self._link
        if link is not None and link.is_symlink() and os.readlink(link) == self._target:
            link.unlink()

    @staticmethod
    def _make(link: Path, target: str) -> None:
        try:
            if link.is_symlink() and _left_behind(link):
                link.unlink()
            link.symlink_to(target)
        except OSError as error:
            raise ConfigError(
                _("The link {path} cannot be made.").format(path=link),
                system_says(error),
                _make_hint(link),
            ) from error


def _make_hint(link: Path) -> str:
    """Return what to do about a link that cannot be made."""
    if not link.parent.is_dir():
        return _("There is no folder {folder}: make it, or choose another path.").format(
            folder=link.parent
        )
    return _("Choose another path with --link; a file or link in its place is not overwritten.")


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
