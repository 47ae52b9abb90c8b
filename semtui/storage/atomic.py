"""Replacing a small file as a whole, so that a power cut leaves the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from semtui.storage.folder import make_folder


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write `content` beside `path` and rename it over `path`; raises OSError.

    Missing folders are made, for the owner alone. The file has `mode` from
    the moment it has a name. A symbolic link at `path` stays, and what it
    points to is replaced.
    """
    target = Path(os.path.realpath(path))
    make_folder(target.parent)
    descriptor, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
        raise
