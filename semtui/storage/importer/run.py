"""An import from its first file to its last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from semtui.errors import InputError, StorageError, system_says
from semtui.i18n import _
from semtui.storage.export.run import Progress
from semtui.storage.importer.merge import Merger
from semtui.storage.importer.source import BadLine, read

SHOWN = 5
"""Bad lines of a file that are kept to be named."""


@dataclass(slots=True)
class FileReport:
    """What came of one file."""

    path: Path
    rows: int = 0
    """Readings in it."""
    added: int = 0
    """Those of them that no log of the folder had."""
    bad: int = 0
    """Lines that were no readings."""
    first_bad: list[BadLine] = field(default_factory=list)
    refused: InputError | None = None
    """Why it could not be taken at all, or not to its end."""

    @property
    def failed(self) -> bool:
        """Whether the file was of no use: refused, or bad lines and nothing else."""
        return self.refused is not None or (self.bad > 0 and self.rows == 0)


def import_files(
    folder: Path, paths: Sequence[Path], progress: Callable[[Progress], None]
) -> Iterator[FileReport]:
    """Add the readings of `paths` to the logs in `folder`; yield a report a file.

    What is there already is left as it is. It can be broken off at any moment and
    begun again. Raises StorageError when the folder cannot be written to.
    """
    merger = Merger(folder)
    sizes = [_size(path) for path in paths]
    total, before, rows = sum(sizes), 0, 0
    for path, size in zip(paths, sizes, strict=True):
        report = FileReport(path)
        had = merger.added
        try:
            for piece in read(path):
                report.rows += len(piece.rows)
                report.bad += len(piece.bad)
                report.first_bad += piece.bad[: SHOWN - len(report.first_bad)]
                with _writing_to(folder):
                    merger.add(piece.rows)
                rows += len(piece.rows)
                share = (before + piece.offset) / total if total else 1.0
                progress(Progress(rows, min(share, 1.0)))
        except InputError as error:
            report.refused = error
        with _writing_to(folder):
            merger.flush()
        report.added = merger.added - had
        before += size
        yield report


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            _("The readings cannot be written to {folder}.").format(folder=folder),
            system_says(error),
            _("See that there is room and that you may write there, then import again."),
        ) from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0
