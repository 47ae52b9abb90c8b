"""The commands: one function each; what a command needs is imported when it runs.

Exit codes: 0 done; 1 the operation failed or the input was bad; 2 wrong usage
or configuration; 3 the port; 4 the link could not be established; 130
interrupted. Data goes to stdout, talk to stderr.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from semtui import __version__
from semtui.cli_decode import decode_frame, decode_property, decode_serial
from semtui.cli_history import add_export, add_import
from semtui.cli_tools import add_decode, add_emulate, add_pingpong, positive
from semtui.errors import InputError, SemtuiError
from semtui.i18n import _
from semtui.streams import discard, open_missing

if TYPE_CHECKING:
    from semtui.station import Request

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit code."""
    open_missing()
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except SemtuiError as error:
        print(f"semtui: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def dashboard(args: argparse.Namespace) -> int:
    """`semtui`: the dashboard, after the set-up wizard where nothing is set up."""
    from semtui import dashboard as command

    return command.run(_request(args))


def setup(args: argparse.Namespace) -> int:
    """`semtui setup`: the set-up wizard, then the dashboard."""
    from semtui import dashboard as command

    return command.run(_request(args), set_up=True)


def log(args: argparse.Namespace) -> int:
    """`semtui log`: a line a reading."""
    from semtui import plainlog, signals
    from semtui.station import Station, plan

    signals.block()
    _say_unused_port(args)
    station = Station(plan(_request(args)))
    form = plainlog.json_of if args.json else plainlog.line_of
    run = plainlog.LogRun(station, form, args.count, args.verbose, sys.stdout, sys.stderr)
    return run.run()


def doctor(args: argparse.Namespace) -> int:
    """`semtui doctor`: why it does not connect."""
    from semtui import signals

    signals.block()
    from semtui.doctor.patient import patient_of
    from semtui.doctor.run import DoctorRun

    _say_unused_port(args)
    patient = patient_of(_request(args))
    return DoctorRun(patient, sys.stdout, sys.stderr, as_json=args.json).run()


def pingpong(args: argparse.Namespace) -> int:
    """`semtui pingpong`: two boards, one asks and the other answers."""
    from semtui import signals

    signals.block()
    from semtui.pingpong.arguments import plan_of
    from semtui.pingpong.start import bench_run

    _say_unused_port(args)
    run = bench_run(plan_of(args), _request(args), args.csv, args.verbose, sys.stdout, sys.stderr)
    return run()


def _say_unused_port(args: argparse.Namespace) -> None:
    """Say that the demo opens no port, where one was given."""
    if args.demo and args.port:
        said = _("semtui: --port {port} is not used: --demo has a port of its own.")
        print(said.format(port=args.port), file=sys.stderr)


def replay(args: argparse.Namespace) -> int:
    """`semtui replay`: the dashboard on a recording."""
    from semtui import dashboard as command

    return command.replay(args.file, args.speed, ascii_only=args.ascii)


def emulate(args: argparse.Namespace) -> int:
    """`semtui emulate`: an emulated module and meter on a pty."""
    from semtui.emulator.options import EmulatorOptions, parse_amps
    from semtui.emulator.pty import serve
    from semtui.emulator.scenarios import listing

    if args.list_scenarios:
        print("\n".join(listing()))
        return 0

    given = {
        "module": args.module,
        "display": args.display,
        "route_b_id": args.id,
        "password": args.password,
        "watts": args.watts,
        "amps": None if args.amps is None else parse_amps(args.amps),
        "speed": args.speed,
        "seed": args.seed,
    }
    options = EmulatorOptions(**{key: value for key, value in given.items() if value is not None})
    try:
        serve(
            options,
            link=args.link,
            out=sys.stdout,
            talk=sys.stderr,
            stop=threading.Event(),
            boards=args.boards,
            scenarios=args.scenario,
        )
    except InputError:
        discard(sys.stdout)
        raise
    return 0


def export(args: argparse.Namespace) -> int:
    """`semtui export`: CSV out of the history."""
    from semtui import exporting, signals

    file = None if args.output in (None, Path("-")) else args.output
    wanted = exporting.Wanted(args.every, args.start, args.end, file)
    with signals.as_interrupts():
        return exporting.run(_folder(args), wanted, sys.stdout, sys.stderr)


def take_in(args: argparse.Namespace) -> int:
    """`semtui import`: readings that were logged elsewhere."""
    from semtui import importing, signals

    with signals.as_interrupts():
        return importing.run(_folder(args), args.files, sys.stderr)


def _folder(args: argparse.Namespace) -> Path:
    """The data folder that the flags and the settings choose."""
    from semtui.station import data_folder, settings_of

    paths, loaded = settings_of(_request(args))
    return data_folder(paths, loaded.settings, demo=args.demo)


def _request(args: argparse.Namespace) -> Request:
    from semtui.station import Request

    return Request(
        demo=args.demo,
        config=args.config,
        overrides={
            "port.url": args.port,
            "display.ascii": True if args.ascii else None,
            "http.listen": args.http,
            "http.open": True if args.http_open else None,
        },
        record=args.record,
    )


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    _add_common(common, nested=True)
    stored = argparse.ArgumentParser(add_help=False)
    _add_common(stored, nested=True, reads_meter=False)
    parser = argparse.ArgumentParser(
        prog="semtui",
        description=_("A terminal dashboard for Japanese smart meters over Wi-SUN Route B."),
        epilog=_("Without a command: the dashboard. Try it without hardware: semtui --demo"),
    )
    _add_common(parser, nested=False)
    parser.add_argument("--version", action="version", version=f"semtui {__version__}")
    parser.set_defaults(run=dashboard)
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND")
    _add_setup(commands, common)
    _add_log(commands, common)
    _add_doctor(commands, common)

    add_export(commands, stored, export)
    add_import(commands, stored, take_in)
    _add_replay(commands)
    add_emulate(commands, emulate)
    add_pingpong(commands, common, pingpong)
    add_decode(commands, frame=decode_frame, prop=decode_property, serial=decode_serial)
    return parser


def _add_common(parser: argparse.ArgumentParser, *, nested: bool, reads_meter: bool = True) -> None:
    """The flags of every command; a nested one keeps what stands before it.

    A command that reads no meter takes all of them, and its help leaves out
    those without a meaning there.
    """

    def of_meter(text: str) -> str:
        return text if reads_meter else argparse.SUPPRESS

    default = argparse.SUPPRESS if nested else None
    no = argparse.SUPPRESS if nested else False
    parser.add_argument(
        "--demo", action="store_true", default=no, help=_("use the built-in emulator")
    )
    parser.add_argument(
        "--config", type=Path, default=default, metavar="FILE", help=_("another configuration file")
    )
    parser.add_argument(
        "--port",
        default=default,
        metavar="URL",
        help=of_meter(_("device path, socket:// or rfc2217:// URL")),
    )
    parser.add_argument(
        "--record",
        type=Path,
        default=default,
        metavar="FILE",
        help=of_meter(_("record the session, masked, for semtui replay")),
    )
    parser.add_argument(
        "--http",
        default=default,
        metavar="[HOST:]PORT",
        help=of_meter(_("serve the web view there")),
    )
    parser.add_argument(
        "--http-open",
        action="store_true",
        default=no,
        help=of_meter(_("let everybody who reaches the web view look, without a token")),
    )
    parser.add_argument(
        "--ascii",
        action="store_true",
        default=no,
        help=of_meter(_("draw with ASCII characters only")),
    )
    parser.add_argument(
        "--verbose",
        action="store_true",
        default=no,
        help=of_meter(_("with log: show the serial line too, masked, on stderr")),
    )


_Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add_log(commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "log", parents=[common], help=_("print a line a reading, without the dashboard")
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--plain", action="store_true", help=_("for people (the default)"))
    form.add_argument("--json", action="store_true", help=_("a JSON object a line"))
    parser.add_argument(
        "--count", type=positive, metavar="N", help=_("end after this many readings")
    )
    parser.set_defaults(run=log)


def _add_doctor(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "doctor", parents=[common], help=_("find out why it does not connect")
    )
    parser.add_argument("--json", action="store_true", help=_("a JSON object a line"))
    parser.set_defaults(run=doctor)


def _add_replay(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("replay", help=_("the dashboard on a recording"))
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--speed", type=_speed, default=1.0, metavar="X", help=_("how much faster than it was")
    )
    parser.add_argument(
        "--ascii",
        action="store_true",
        default=argparse.SUPPRESS,
        help=_("draw with ASCII characters only"),
    )
    parser.set_defaults(run=replay)


def _add_setup(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "setup", parents=[common], help=_("ask for port, id and password again")
    )
    parser.set_defaults(run=setup)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 1000:
        raise argparse.ArgumentTypeError(_("must be a number from 0.1 to 1000"))
    return speed
