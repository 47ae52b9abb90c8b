"""`semtui`: the dashboard on the terminal, after the set-up wizard where nothing is set up."""

from __future__ import annotations

import sys
import threading

from textual.app import App

from semtui import signals
from semtui.app import QuitRequested, SemtuiApp
from semtui.errors import ConfigError
from semtui.i18n import _, ngettext
from semtui.station import Plan, Request, Station, plan


def run(request: Request) -> int:
    """Show the dashboard until the user leaves; returns the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            _("The dashboard needs a terminal."),
            _("Input or output is a file or a pipe."),
            _("Use semtui log for a line a reading."),
        )
    signals.block()
    planned = plan(request)
    if not planned.is_complete:
        code = _set_up(planned)
        if code is not None:
            return code
        planned = plan(request)
    return DashboardRun(planned).run()


def _set_up(planned: Plan) -> int | None:
    """Run the wizard; returns None when it saved what is needed, or else the exit code."""
    from semtui.config import check_setting, save_settings
    from semtui.credentials import (
        parse_password,
        parse_route_b_id,
        read_user_conf,
        save_credentials,
    )
    from semtui.doctor import check_port
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
        interval=settings.poll.interval,
        theme=settings.display.theme,
        ascii=settings.display.ascii,
    )
    run = WizardRun(wizard)
    tell_signal = signals.watch(run)
    saved = wizard.run(mouse=False)
    run.left.set()
    number = tell_signal()
    if number is not None:
        return 128 + number
    return None if saved else 0


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

    def __init__(self, planned: Plan) -> None:
        self._station = Station(planned)
        self._app = SemtuiApp(
            engine=self._station.engine,
            hub=self._station.hub,
            settings=planned.settings,
            clock=self._station.clock,
            badge="DEMO" if planned.demo else "",
            data_folder=self._station.folder,
        )
        self._left = threading.Event()

    def run(self) -> int:
        """Run the app and return the exit code."""
        tell_signal = signals.watch(self)
        try:
            code = self._app.run(mouse=False)
        finally:
            self._station.close()
            self._left.set()
        number = tell_signal()
        self._say_goodbye()
        return (code or 0) if number is None else 128 + number

    # What the signal thread calls

    def request_stop(self) -> None:
        self._app.stop_event.set()
        self._station.engine.wake()

    def wait_stopped(self, seconds: float) -> bool:
        return self._app.radio_done.wait(seconds)

    def leave(self) -> None:
        self._app.post_message(QuitRequested())

    def wait_left(self, seconds: float) -> bool:
        return self._left.wait(seconds)

    def rescue(self) -> None:
        self._station.close()

    def _say_goodbye(self) -> None:
        """One line behind the restored screen: what became of the session and of the data."""
        if self._app.session_left_open:
            print(_("Left without ending the session; the meter ends it by itself."))
        else:
            print(_("The session with the meter is ended."))
        status = self._station.log_status
        if status is not None and status.rows:
            said = ngettext("{rows} row in {path}", "{rows} rows in {path}", status.rows)
            print(said.format(rows=status.rows, path=status.path))
