"""`semtui import`: readings that were logged elsewhere, into the data folder. Talk to stderr."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TextIO

from semtui.errors import StorageError
from semtui.i18n import _, ngettext
from semtui.progress import ProgressLine
from semtui.storage.catchup import catch_up, lagging
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from semtui.storage.importer.run import FileReport, import_files
from semtui.storage.lock import FolderLock, holder_of
from semtui.streams import Printer

IMPORT_LOCK = ".import.lock"
"""Two imports at once would each add the same rows."""


def run(folder: Path, files: Sequence[Path], talk: TextIO) -> int:
    """Import `files` into `folder`; return the exit code. Raises StorageError.

    A running semtui keeps the folder and the history; only files that it does not write
    are added to then, and it takes them in at its next start.
    """
    out = Printer(talk)
    failed, added = False, 0
    with ExitStack() as held:
        held.enter_context(FolderLock(folder, IMPORT_LOCK))
        ours = _take(folder, held)
        with ProgressLine(talk) as line:
            for report in import_files(folder, files, lambda at: line.show(at.rows, at.share)):
                line.clear()
                _tell(out, report)
                failed, added = failed or report.failed, added + report.added
        if ours:
            _put_in(folder, talk)
        elif added:
            out.line(_("semtui runs on this folder (process {pid}).").format(pid=holder_of(folder)))
            out.line(_("It goes on undisturbed; its next start puts the rows into the history."))
    return 1 if failed else 0


def _take(folder: Path, held: ExitStack) -> bool:
    """Hold the folder until the end, so that the history may be written; False when it is taken."""
    try:
        held.enter_context(FolderLock(folder))
    except StorageError:
        if holder_of(folder) is None:
            raise
        return False
    return True


def _put_in(folder: Path, talk: TextIO) -> None:
    """Have the history take in what the logs have."""
    with closing(HistoryReader(folder / FILE_NAME)) as reader:
        behind = lagging(folder, reader)
    if behind:
        with ProgressLine(talk) as line:
            catch_up(folder, behind, line.show)


def _tell(out: Printer, report: FileReport) -> None:
    """Say what came of a file, and where its first bad lines are."""
    if report.refused is not None:
        out.line(f"semtui: {report.refused}")
        if not report.rows:
            return
    said = ngettext(
        "{path}: {rows} reading, {added} of it new.",
        "{path}: {rows} readings, {added} of them new.",
        report.rows,
    )
    out.line(said.format(path=report.path, rows=report.rows, added=report.added))
    if not report.bad:
        return
    said = ngettext(
        "  {count} line is no reading and was left out:",
        "  {count} lines are no readings and were left out:",
        report.bad,
    )
    out.line(said.format(count=report.bad))
    for line in report.first_bad:
        out.line(
            _("  {path}:{number}: {reason}").format(
                path=report.path, number=line.number, reason=line.reason
            )
        )
    if report.bad > len(report.first_bad):
        out.line(_("  and so on."))
