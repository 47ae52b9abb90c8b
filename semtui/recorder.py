"""Writes a recording while the program runs; the radio never waits for it.

The hub's thread only adds lines to a buffer. A thread of its own writes them,
each second or when there are many, so that a slow card holds nobody. When the
disk is full, the folder has gone or nothing can be written any more, the
recording ends with a notice, and everything else goes on.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from semtui.clock import Clock
from semtui.config import Settings
from semtui.errors import StorageError, system_says
from semtui.i18n import _
from semtui.model import (
    Direction,
    Level,
    LinkSnapshot,
    Notice,
    PropertyValue,
    Update,
    WireLine,
)
from semtui.recording import Header, Source, write_header, write_item
from semtui.storage.folder import make_folder

FLUSH_SECONDS = 1.0
FLUSH_BYTES = 64 << 10
MOST_BYTES = 8 << 20
"""So much may wait for a disk that does not answer; hours of a usual day."""
CLOSE_SECONDS = 5.0
"""How long an end waits for the disk."""

Write = Callable[[int, bytes], int]


class Recorder:
    """A subscriber of the hub that records while it is on; safe between threads."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        source: Source,
        publish: Callable[[Update], None],
        *,
        mask: Callable[[str], str],
        write: Write = os.write,
    ) -> None:
        """`publish` receives a Notice when a recording ends by itself; `mask` stars out the
        secrets in a note."""
        self._clock = clock
        self._settings = settings
        self._source = source
        self._publish = publish
        self._mask = mask
        self._write = write
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._newest: dict[type, Update] = {}
        self._tape: _Tape | None = None
        self._noted: tuple[object, ...] = ()
        """What the newest note of the link is about."""

    @property
    def path(self) -> Path | None:
        """The file that is being written; None while the recorder is off."""
        tape = self._tape
        return None if tape is None else tape.path

    def start(self, path: Path) -> None:
        """Begin a file with what is known already; raises StorageError.

        A file that exists is never written over.
        """
        with self._starting:
            if self._tape is not None:
                return
            header = Header(
                source=self._source,
                started=self._clock.now(),
                stamp=self._clock.monotonic(),
                interval=self._settings.poll.interval,
                contract_ampere=self._settings.display.contract_ampere,
                csv=self._settings.storage.csv,
            )
            # The disk may keep one waiting; the hub's thread, which takes the other lock, must not.
            tape = _Tape(path, header.stamp, self._write)
            tape.add(write_header(header))
            with self._lock:
                self._noted = ()
                for update in self._newest.values():
                    self._put(tape, 0.0, update)
                self._tape = tape

    def stop(self) -> Path | None:
        """Write what waits, close the file and return its path; None when there is none."""
        with self._lock:
            tape, self._tape = self._tape, None
        if tape is None:
            return None
        tape.close()
        if tape.error is not None:
            self._publish(_ended(tape.path, tape.error, self._clock.now()))
        return tape.path

    def handle(self, update: Update) -> None:
        """Record an update; called in the hub's thread."""
        with self._lock:
            if not isinstance(update, WireLine | Notice | PropertyValue):
                self._newest[type(update)] = update
            tape = self._tape
            if tape is None:
                return
            self._put(tape, self._clock.monotonic() - tape.stamp, update)
            error = tape.error
            if error is None:
                return
            self._tape = None
        tape.end()
        self._publish(_ended(tape.path, error, self._clock.now()))

    def _put(self, tape: _Tape, seconds: float, update: Update) -> None:
        """Have an update written, and behind it what a reader of the file should find of it."""
        tape.add(write_item(seconds, update))
        match update:
            case LinkSnapshot():
                about = (update.state, update.reason, update.title, update.retry_at)
                if about == self._noted:
                    return
                self._noted = about
                note = _story_of(update)
            case Notice():
                note = f"{update.level.value}: {update.title}"
            case _:
                return
        line = WireLine(self._clock.now(), Direction.NOTE, self._mask(note))
        tape.add(write_item(seconds, line))

    def start_in(self, folder: Path) -> Path:
        """Begin a file named by date and time in `folder`; raises StorageError."""
        path = folder / f"{self._clock.now():%Y-%m-%d-%H%M%S}.semrec"
        try:
            make_folder(folder)
        except OSError as error:
            raise _unwritable(path, error) from error
        self.start(path)
        return path


class _Tape:
    """One file that is being written, and the thread that does it."""

    def __init__(self, path: Path, stamp: float, write: Write) -> None:
        self.path = path
        self.stamp = stamp
        self.error: OSError | None = None
        """Why nothing is written any more."""
        self._write = write
        self._lock = threading.Lock()
        self._buffer = bytearray()
        self._full = threading.Event()
        self._ending = False
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise _refused(path, error) from error
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def add(self, line: bytes) -> None:
        """Have a line written soon; never blocks."""
        with self._lock:
            self._buffer += line
            size = len(self._buffer)
        if size > MOST_BYTES:
            self.error = OSError(_("the disk does not keep up"))
        elif size >= FLUSH_BYTES:
            self._full.set()

    def close(self) -> None:
        """Write the rest and close the file, waiting a few seconds for the disk at the most."""
        self.end()
        self._thread.join(CLOSE_SECONDS)

    def end(self) -> None:
        """Have the thread write the rest and close the file, and do not wait for it."""
        self._ending = True
        self._full.set()

    def _run(self) -> None:
        while not self._ending and self.error is None:
            self._full.wait(FLUSH_SECONDS)
            self._full.clear()
            self._flush()
        self._flush()
        os.close(self._file)

    def _flush(self) -> None:
        with self._lock:
            data, self._buffer = bytes(self._buffer), bytearray()
        if self.error is not None:
            return
        try:
            while data:
                data = data[self._write(self._file, data) :]
            if not os.path.samestat(os.stat(self.path), os.fstat(self._file)):
                raise FileNotFoundError(_("another file has taken its place"))
        except OSError as error:
            self.error = error


def _story_of(link: LinkSnapshot) -> str:
    """How the link stands, why, and when it is tried again."""
    story = _("link: {state}").format(state=link.state.value)
    if link.reason is not None:
        story += f" ({link.reason.value})"
    if link.title:
        story += f". {link.title}"
    if link.retry_wait is not None:
        story += _(" Next try in {seconds:.0f} s: {what}.").format(
            seconds=link.retry_wait, what=link.retry_with
        )
    return story


def _refused(path: Path, error: OSError) -> StorageError:
    if isinstance(error, FileExistsError):
        return StorageError(
            _("The recording {path} exists already.").format(path=path),
            _("A recording is never written over."),
            _("Choose another name, or move the file away."),
        )
    return _unwritable(path, error)


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        _("The recording {path} cannot be written.").format(path=path),
        system_says(error),
        _("Choose a folder that exists and that you may write to."),
    )


def _ended(path: Path, error: OSError, at: datetime) -> Notice:
    return Notice(
        at,
        Level.ERROR,
        _("The recording has ended: its file cannot be written."),
        system_says(error),
        _("What was written before stays in {name}.").format(name=path.name),
    )
