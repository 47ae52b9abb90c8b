"""What `semtui doctor` looks at, put together from settings, credentials and port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from semtui.clock import SystemClock
from semtui.credentials import load_credentials
from semtui.doctor.checks import CheckKey, Finding, FindingLevel
from semtui.doctor.ports import demo_findings, port_findings
from semtui.doctor.run import Patient
from semtui.errors import ConfigError
from semtui.i18n import _
from semtui.model import Credentials
from semtui.radio.port_opening import PortOpener
from semtui.radio.port_replug import find
from semtui.station import (
    Request,
    data_folder,
    demo_credentials,
    demo_port,
    serial_port,
    settings_of,
)
from semtui.storage.lock import holder_of
from semtui.storage.usbmemory import UsbMemory

if TYPE_CHECKING:
    from semtui.radio.gpio import ResetLine


def patient_of(request: Request) -> Patient:
    """Read settings and credentials; raises ConfigError for settings that cannot be read."""
    paths, loaded = settings_of(request)
    settings, clock = loaded.settings, SystemClock()
    if request.demo:
        finding = Finding(CheckKey.CREDENTIALS, FindingLevel.OK, _("Those of the emulated meter."))
        # The emulator is no port of this computer, so that none need be set.
        settings = replace(settings, port=replace(settings.port, url="emulator"))
        return Patient(
            settings=settings,
            credentials=demo_credentials(),
            credentials_finding=finding,
            look=demo_findings,
            opener=lambda _baud: demo_port(clock),
            has_speed=False,
            clock=clock,
        )
    credentials, finding = read_credentials(paths.credentials)
    url = settings.port.url
    place = place_of(url, paths.usb_sticks)
    settings = replace(settings, port=replace(settings.port, url=place))

    def look() -> Iterator[Finding]:
        findings = look_at(place, data_folder(paths, settings, demo=False))
        return findings if place == url else _said_to_be_moved(findings, url)

    def opener(baud: int) -> PortOpener:
        return serial_port(replace(settings, port=replace(settings.port, baud=baud)))

    return Patient(
        settings=settings,
        credentials=credentials,
        credentials_finding=finding,
        look=look,
        opener=opener,
        has_speed=not url.lower().startswith("socket://"),
        clock=clock,
        reset_line=partial(take_reset_line, settings.gpio.reset_pin)
        if settings.gpio.reset
        else None,
    )


def take_reset_line(pin: int) -> closing[ResetLine]:
    """Take the RESET line on BCM `pin` until it is closed; raises GpioError."""
    # The GPIO library is there on a Raspberry Pi alone, and needed by few.
    from semtui.radio.gpio import ResetLine

    return closing(ResetLine(pin))


def read_credentials(path: Path) -> tuple[Credentials | None, Finding]:
    """Return the credentials in `path`, or None, and what the file looks like; never their text."""
    try:
        credentials = load_credentials(path)
    except ConfigError as error:
        title = f"{error.title} {error.detail}".strip()
        return None, Finding(CheckKey.CREDENTIALS, FindingLevel.FAIL, title, error.hint)
    if credentials is None:
        title = _("There is no file {path} with id and password.").format(path=path)
        hint = _("Run semtui setup: it asks for both and keeps them.")
        return None, Finding(CheckKey.CREDENTIALS, FindingLevel.FAIL, title, hint)
    title = _("32 and 12 characters, readable by you alone; whether right shows in the join.")
    return credentials, Finding(CheckKey.CREDENTIALS, FindingLevel.OK, title)


def place_of(url: str, sticks: Path, root: Path = Path("/")) -> str:
    """Return where the stick that answered at `url` before is now; `url` where that is there."""
    known = UsbMemory(sticks).load(url)
    if known is None or (root / url.lstrip("/")).exists():
        return url
    return find(known, root) or url


def _said_to_be_moved(findings: Iterator[Finding], url: str) -> Iterator[Finding]:
    for finding in findings:
        if finding.key is CheckKey.PORT and finding.level is FindingLevel.OK:
            finding = replace(
                finding,
                level=FindingLevel.WARN,
                title=_("{title} It is the stick that was {url} before.").format(
                    title=finding.title, url=url
                ),
                hint=_("Set port.url to its lasting name below /dev/serial/by-id/."),
            )
        yield finding


def look_at(url: str, folder: Path) -> Iterator[Finding]:
    """The checks that send nothing, and whether another semtui is at work on `folder`."""
    other = holder_of(folder)
    for finding in port_findings(url):
        if finding.key is CheckKey.HOLDER and finding.level is FindingLevel.OK and other:
            title = _("Another semtui is at work (process {pid}), on another port as it seems.")
            yield replace(
                finding,
                level=FindingLevel.WARN,
                title=title.format(pid=other),
                hint=_("Press F in its dashboard: it shows the same checks of its own link."),
            )
        else:
            yield finding
