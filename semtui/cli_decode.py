"""`semtui decode`: bytes in, JSON out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from semtui.errors import InputError
from semtui.i18n import _

if TYPE_CHECKING:
    from semtui.streams import Printer

_STDIN = 0


def decode_frame(args: argparse.Namespace) -> int:
    """`semtui decode frame`: an ECHONET Lite frame as JSON."""
    from semtui.decode import decode_frame_json

    return _print_decoded(args.hex, decode_frame_json)


def decode_property(args: argparse.Namespace) -> int:
    """`semtui decode property`: a property's value as JSON."""
    from semtui.decode import decode_property_json

    def decode(edt: str) -> dict[str, object]:
        return decode_property_json(
            args.epc, edt, eoj=args.eoj, coefficient=args.coefficient, unit=args.unit
        )

    return _print_decoded(args.edt, decode)


def decode_serial(args: argparse.Namespace) -> int:
    """`semtui decode serial`: a capture of a module's serial line as JSON."""
    from semtui.decode_serial import decode_serial as decode
    from semtui.errors import system_says
    from semtui.streams import Printer

    out = Printer(sys.stdout)
    try:
        with open(_STDIN if args.file == "-" else args.file, "rb") as file:
            for said in decode(file):
                out.line(json.dumps(said))
                if out.is_broken:
                    break
    except (OSError, ValueError) as error:
        # ValueError for a name with a zero character in it.
        reason = system_says(error) if isinstance(error, OSError) else ""
        raise InputError(
            _("The capture {path} cannot be read.").format(path=args.file),
            reason,
            _("Give the path of a file, or - to read from standard input."),
        ) from None
    return _printed(out, 0)


def _print_decoded(text: str, decode: Callable[[str], dict[str, object]]) -> int:
    """Print what `decode` makes of `text`, or of each line of stdin where it is "-"."""
    from semtui.decode import DecodeError
    from semtui.streams import Printer

    out = Printer(sys.stdout)
    code = 0
    for line in _lines_of_stdin() if text == "-" else [text]:
        try:
            said = decode(line.strip())
        except DecodeError as error:
            said, code = error.to_json(), error.exit_code
        out.line(json.dumps(said))
        if out.is_broken:
            break
    return _printed(out, code)


def _printed(out: Printer, code: int) -> int:
    """Return `code`, unless what was printed to `out` has not arrived."""
    if out.is_broken and not out.reader_left:
        raise InputError(_("The result could not be written."), str(out.error))
    return code


def _lines_of_stdin() -> Iterator[str]:
    """The lines of stdin; bytes that are no text become signs that no decoder takes."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")
