"""Reading a TOML file, and saying in a sentence why it cannot be read or written."""

from __future__ import annotations

import errno
import re
import tomllib
from pathlib import Path
from typing import Any

from semtui.errors import ConfigError, system_says
from semtui.i18n import _

_HEADER = re.compile(r"\s*\[\[?([^]]+)]")
_KEY = re.compile(r"\s*([^=#\[]+)=")
_LINE = re.compile(r"at line (\d+)")


def read_toml(path: Path) -> dict[str, Any] | None:
    """Return what `path` says, or None when there is no such file; raises ConfigError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from None
    return parse_toml(path, content)


def parse_toml(path: Path, content: bytes) -> dict[str, Any]:
    """Return what `content`, read from `path`, says; raises ConfigError with the line.

    The error never quotes the file and is not chained to the parser's, because
    the file may hold secrets.
    """
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        title = _("{path} is not UTF-8 text: see line {line}.")
        line = content.count(b"\n", 0, error.start) + 1
    except ValueError as error:
        title = _("{path} is not valid TOML: see line {line}.")
        found = _LINE.search(str(error))
        # Without a line the parser has run into the end of the file.
        line = int(found[1]) if found else content.count(b"\n") + 1
    except RecursionError:
        title = _("{path} is not valid TOML: see line {line}.")
        line = 1
    raise ConfigError(
        title.format(path=path, line=line),
        hint=_(
            'Each line is a [section] or key = value; text stands in quotes: url = "/dev/ttyUSB0".'
        ),
    )


def line_of(path: Path, section: str | None, name: str) -> int | None:
    """Return the line of `path` where `name` of `section` is set, or None when it is not plain.

    Without a section, it is the line of the table or top-level key `name` itself.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    wanted = name if section is None else f"{section}.{name}"
    table = ""
    for number, line in enumerate(lines, start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = found = _plain(header[1])
        elif key:
            found = f"{table}.{_plain(key[1])}" if table else _plain(key[1])
        else:
            continue
        if found == wanted or found.startswith(f"{wanted}."):
            return number
    return None


def _plain(key: str) -> str:
    """Write a key as TOML lets one write it in the way that we name it."""
    return ".".join(part.strip().strip("'\"") for part in key.split("."))


def unreadable(path: Path, error: OSError) -> ConfigError:
    """Return the sentence for a file that the system will not let us read."""
    if error.errno == errno.EISDIR:
        return ConfigError(
            _("{path} is a folder, not a file.").format(path=path),
            hint=_("Give the path of a file, or move the folder away."),
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return ConfigError(
            _("{path} may not be read by this user.").format(path=path),
            _("It belongs to another user, or its mode forbids it."),
            _("Run: sudo chown $USER {path}").format(path=path),
        )
    return ConfigError(
        _("{path} cannot be read.").format(path=path),
        system_says(error),
        _("See whether the path is right and the disk is well."),
    )


def unwritable(title: str, error: OSError) -> ConfigError:
    """Return the error `title` for a file that the system will not let us write."""
    return ConfigError(
        title,
        system_says(error),
        _("See who owns the folder, and whether the disk is full or read-only."),
    )
