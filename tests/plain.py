"""Being somebody whom file modes can stop, for tests that may run as the superuser."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def plain_user() -> Iterator[None]:
    """Be somebody whom file modes can stop, which the superuser is not."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@contextmanager
def closed_folder() -> Iterator[Path]:
    """Be a plain user, with a folder of theirs that cannot be written; `chmod` opens it."""
    # pytest's own folders are closed to other users.
    with plain_user(), tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        folder.mkdir(mode=0o500)
        try:
            yield folder
        finally:
            folder.chmod(0o700)
