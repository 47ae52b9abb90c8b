"""`semtui`: the dashboard on the terminal, after the set-up wizard where nothing is set up."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from textual.app import App

from semtui import signals
from semtui.app import QuitRequested, SemtuiApp
from semtui.clock import SystemClock
from semtui.config import DisplaySettings
from semtui.errors import ConfigError, SemtuiError
from semtui.i18n import _, ngettext
from semtui.model import LinkSnapshot, LinkState, Update
from semtui.station import Plan, Request, Station, plan
from semtui.streams import Printer


def run(request: Request, *, set_up: bool = False) -> int:
    """Show the dashboard until the user leaves; returns the exit code.

    The set-up comes first where something is missing, or with `set_up`.
    """
    _check_terminal(_("Use semtui log for a line a reading."))
    signals.block()
    watcher = signals.Watcher(None)
    planned = plan(request)
    if set_up or not planned.is_complete:
        saved = _set_up(planned, watcher)
        if not saved:
            return watcher.exit_code(0)
        planned = plan(request)
    return DashboardRun(planned, watcher).run()


def replay(path: Path, speed: float, *, ascii_only: bool = False) -> int:
    """Show a recording until the user leaves; returns the exit code.

    Raises InputError for a file that is none.
    """
    from semtui.recording import read_recording
    from semtui.replay import Player
    from semtui.screens.replay import ReplayApp

    recording = read_recording(path)
    _check_terminal(_("A recording is text: any program that shows text shows it."))
    poor = _is_poor_terminal(os.environ)
    app = ReplayApp(Player(recording, SystemClock(), speed), ascii=ascii_only or poor)
    app.run(mouse=False)
    return app.return_code or 0


def _check_terminal(hint: str) -> None:
    """Raise ConfigError, with `hint` for what to do, where nothing can be drawn."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            _("The dashboard needs a terminal."), _("Input or output is a file or a pipe."), hint
        )


def _set_up(planned: Plan, watcher: signals.Watcher) -> bool:
    """Run the wizard; whether it saved what is needed."""
    from semtui.config import check_setting, save_settings
    from semtui.credentials import (
        parse_password,
        parse_route_b_id,
        read_user_conf,
        save_credentials,
    )
    from semtui.doctor.ports import check_port
    from semtui.radio.port import list_ports
    from semtui.screens.wizard import SetupApp, SetupServices

    settings = planned.settings
    wizard = SetupApp(
        SetupServices(
            list_ports=list_ports,
            check_port=check_port,
            parse_route_b_id=parse_route_b_id,
            parse_password=parse_password,
            read_user_conf=read_user_conf,
            check_setting=check_setting,
            save_credentials=save_credentials,
            save_settings=save_settings,
        ),
        config=planned.paths.config,
        credentials=planned.paths.credentials,
        port=settings.port.url,
        saved=planned.credentials,
        interval=settings.poll.interval,
        theme=settings.display.theme,
        ascii=_display(planned).ascii,
    )
    wizard.data_folder = planned.folder
    run = WizardRun(wizard)
    watcher.run = run
    try:
        saved = bool(wizard.run(mouse=False))
    finally:
        # A signal from here on finds nothing that would have to be ended, until there is.
        watcher.run = None
        run.left.set()
    if wizard.return_code:
        raise SemtuiError(_("The set-up has stopped before it was done."))
    return saved and watcher.taken is None


def _display(planned: Plan) -> DisplaySettings:
    """The display settings, drawing in ASCII where this terminal wants it."""
    display = planned.settings.display
    return replace(display, ascii=True) if _is_poor_terminal(os.environ) else display


def _is_poor_terminal(environ: Mapping[str, str]) -> bool:
    names = (environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((name for name in names if name), "")
    return needs_ascii(sys.stdout.encoding, environ.get("TERM", ""), locale)


def needs_ascii(encoding: str | None, term: str, locale: str = "") -> bool:
    """Whether a terminal cannot be trusted with box signs and braille.

    Its encoding has none, it is a text console, whose fonts have no braille, or the user has
    chosen the C locale, under which Python speaks UTF-8 of its own accord.
    """
    name = (encoding or "").lower().replace("-", "").replace("_", "")
    return name != "utf8" or term in _TEXT_CONSOLES or locale in ("C", "POSIX")


_TEXT_CONSOLES = ("linux", "vt100", "vt102", "vt220", "dumb")


class WizardRun:
    """How signals end the wizard: nothing runs behind it that would have to be ended."""

    def __init__(self, app: App[bool]) -> None:
        self._app = app
        self.left = threading.Event()

    def request_stop(self) -> None: ...

    def wait_stopped(self, seconds: float) -> bool:
        return True

    def leave(self) -> None:
        self._app.call_later(self._app.exit)

    def wait_left(self, seconds: float) -> bool:
        return self.left.wait(seconds)

    def rescue(self) -> None: ...


class DashboardRun:
    """The app with its engine, and how signals end them."""

    def __init__(self, planned: Plan, watcher: signals.Watcher) -> None:
        self._watcher = watcher
        self._station = Station(planned)
        self._app = SemtuiApp(
            engine=self._station.engine,
            hub=self._station.hub,
            settings=replace(planned.settings, display=_display(planned)),
            clock=self._station.clock,
            badge="DEMO" if planned.demo else "",
            data_folder=self._station.folder,
            recorder=self._station.recorder,
            web=self._station.web,
        )
        self._left = threading.Event()
        self._last: LinkSnapshot | None = None
        self._joined = False
        self._station.hub.subscribe(self._follow)

    def run(self) -> int:
        """Run the app and return the exit code."""
        self._watcher.run = self
        if self._watcher.taken is not None:
            self._station.close()
            return self._watcher.exit_code(0)
        try:
            self._app.run(mouse=False)
        finally:
            self._station.close()
            self._left.set()
        self._say_goodbye()
        return self._watcher.exit_code(self._app.return_code or 0)

    # What the signal thread calls

    def request_stop(self) -> None:
        self._app.stop_event.set()
        self._station.engine.wake()
        self._app.bench_host.stop()

    def wait_stopped(self, seconds: float) -> bool:
        ended = self._app.radio_done.wait(seconds)
        return self._app.bench_host.done.wait(seconds) and ended

    def leave(self) -> None:
        self._app.post_message(QuitRequested())

    def wait_left(self, seconds: float) -> bool:
        return self._left.wait(seconds)

    def rescue(self) -> None:
        self._station.close()

    def _say_goodbye(self) -> None:
        """Behind the restored screen: what became of the session and of the readings."""
        said = Printer(sys.stdout)
        last = self._last
        if self._app.session_left_open or (last is not None and last.session_held):
            said.line(
                _("The session with the meter could not be ended; the meter ends it by itself.")
            )
        elif self._joined:
            said.line(_("The session with the meter is ended."))
        status = self._station.log_status
        if status is not None and status.rows:
            text = ngettext("{rows} row in {path}", "{rows} rows in {path}", status.rows)
            said.line(text.format(rows=status.rows, path=status.path))
        if status is not None and status.pending:
            text = ngettext(
                "{count} reading could not be written, and is lost: {reason}",
                "{count} readings could not be written, and are lost: {reason}",
                status.pending,
            )
            said.line(text.format(count=status.pending, reason=status.error))

    def _follow(self, update: Update) -> None:
        """Remember how the link stands, for the farewell."""
        if isinstance(update, LinkSnapshot):
            self._last = update
            self._joined = self._joined or update.state is LinkState.READY
