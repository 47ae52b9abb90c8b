"""Replacing a file as a whole, so that a power cut leaves the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from semtui.storage.folder import make_folder


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write `content` beside `path` and rename it over `path`; raises OSError.

    Missing folders are made, for the owner alone. The file has `mode` from
    the moment it has a name. A symbolic link at `path` stays, and what it
    points to is replaced.
    """
    make_folder(Path(os.path.realpath(path)).parent)
    with replacing(path, mode) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, mode: int | None = None) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `path` when the block ends well.

    When it does not, nothing is left behind and what stood at `path` is as it was. Without
    `mode`, that of the file before is kept, and a new one gets what the umask leaves. Raises
    OSError. A symbolic link at `path` stays, and what it points to is replaced.
    """
    target = Path(os.path.realpath(path))
    if mode is None:
        with contextlib.suppress(FileNotFoundError):
            mode = os.stat(target).st_mode & 0o7777
    draft = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(draft, flags, 0o666 if mode is None else 0o600)
    try:
        with open(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
        raise
