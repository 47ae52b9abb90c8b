"""`semtui export`: CSV out of the history. Data to stdout or a file, talk to stderr."""

from __future__ import annotations

import fnmatch
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from semtui.clock import SystemClock
from semtui.errors import ConfigError, InputError, StorageError, system_says
from semtui.i18n import _, ngettext
from semtui.progress import ProgressLine
from semtui.storage.catchup import ALLOWED_BYTES, catch_up, lagging
from semtui.storage.export.query import Every, query_of
from semtui.storage.export.run import Progress, export
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from semtui.storage.importer.merge import is_imported
from semtui.storage.lock import FolderLock, holder_of
from semtui.streams import Printer, discard

_OURS = ("power-*.csv", "history.*", ".*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    every: str
    start: str | None
    end: str | None
    file: Path | None
    """None is standard output."""


def run(folder: Path, wanted: Wanted, out: TextIO, talk: TextIO) -> int:
    """Export from the history in `folder`; return the exit code. Raises SemtuiError."""
    query = query_of(Every(wanted.every), wanted.start, wanted.end, SystemClock().now())
    _refuse_own(folder, wanted.file)
    painted = wanted.file is not None or not _same_terminal(out)
    with closing(HistoryReader(folder / FILE_NAME)) as reader:
        _bring_up(folder, reader, talk)
        line = ProgressLine(talk) if painted else None

        def show(progress: Progress) -> None:
            if line is not None:
                line.show(progress.rows, progress.share)

        try:
            if wanted.file is not None:
                rows = export(reader, query, wanted.file, show)
            else:
                rows = export(reader, query, out.buffer, show)
        except BrokenPipeError:
            # Whoever read has had enough, which is no fault.
            discard(out)
            return 0
        except OSError as error:
            discard(out)
            raise InputError(_("The export could not be written."), system_says(error)) from None
        finally:
            if line is not None:
                line.clear()
    if not rows:
        _say(talk, _("semtui: the history has nothing of that time; only the first line is there."))
        if holder_of(folder) is not None:
            _say(talk, _("A running semtui puts its readings into the history every few minutes."))
    elif wanted.file is not None and talk.isatty():
        said = ngettext("{count} row is in {path}.", "{count} rows are in {path}.", rows)
        _say(talk, said.format(count=rows, path=wanted.file))
    return 0


def _refuse_own(folder: Path, file: Path | None) -> None:
    """Keep an export from taking the place of a log or of the history."""
    if file is None:
        return
    target = Path(os.path.realpath(file))
    ours = any(fnmatch.fnmatch(target.name, pattern) for pattern in _OURS)
    if ours and target.parent == Path(os.path.realpath(folder)):
        raise ConfigError(
            _("{path} is where semtui keeps its own records.").format(path=file),
            _("An export there would take the place of what it is made from."),
            _("Give another file to -o."),
        )


def _bring_up(folder: Path, reader: HistoryReader, talk: TextIO) -> None:
    """See to it that the history has what the logs have, or say that it has not."""
    holder = holder_of(folder) if folder.is_dir() else None
    behind = lagging(folder, reader, ALLOWED_BYTES if holder else 0)
    if behind and holder is None:
        try:
            with FolderLock(folder), ProgressLine(talk) as line:
                catch_up(folder, behind, line.show)
            behind = []
        except StorageError as error:
            _say(talk, f"semtui: {error}")
    if behind:
        said = ngettext(
            "semtui: {count} log is not in the history yet, so its readings are missing here.",
            "semtui: {count} logs are not in the history yet, so their readings are missing here.",
            len(behind),
        )
        _say(talk, said.format(count=len(behind)))
        _say(
            talk,
            _("A running semtui takes in what was imported at its next start.")
            if all(is_imported(path) for path in behind)
            else _("A running semtui puts them in within minutes; export again then."),
        )
    if not reader.exists():
        raise StorageError(
            _("There is no history in {folder}.").format(folder=folder),
            _("It begins with the first reading, or with an import."),
            _("Start semtui, or see semtui import --help; --demo exports that of the demo."),
        )


def _same_terminal(out: TextIO) -> bool:
    """Whether rows are painted where a progress line would be."""
    try:
        return out.isatty()
    except ValueError:
        return False


def _say(talk: TextIO, text: str) -> None:
    Printer(talk).line(text)
