"""What goes wrong between a module and its host: its line, its supply, its firmware."""

from __future__ import annotations

from dataclasses import replace

from semtui.emulator.options import EmulatorOptions
from semtui.emulator.profiles import find_profile
from semtui.emulator.scenarios.stage import ALWAYS, Scenario, Stage, Switch
from semtui.i18n import _

_CR_LF_WATTS = 0x0D0A
"""A power whose bytes are CR and LF."""


def _fault(name: str, value: object) -> Switch:
    return lambda stage: setattr(stage.module.faults, name, value)


def _each(seconds: float, name: str) -> Switch:
    """Let a counted fault of the line happen once, again and again."""
    return lambda stage: stage.every(seconds, lambda: setattr(stage.module.faults, name, 1))


def _noise(seconds: float, noise: bytes) -> Switch:
    return lambda stage: stage.every(seconds, lambda: stage.module.garble(noise))


def _garbage(stage: Stage) -> None:
    stage.every(7.0, lambda: stage.module.garble(stage.random.randbytes(9) + b"\r\n"))


def _piece(size: int | None) -> Switch:
    return lambda stage: setattr(stage.module, "piece", size)


def _silent(value: bool) -> Switch:
    return lambda stage: setattr(stage.module, "silent", value)


def _replug(stage: Stage) -> None:
    head = f"ERXUDP {stage.meter.address} {stage.module.address} 0E1A 0E1A "
    stage.module.garble(head.encode())
    stage.pull_out()


def _cut(stage: Stage) -> None:
    stage.module.faults.cut = stage.pull_out


def _whole(stage: Stage) -> None:
    stage.module.faults.cut = None
    stage.plug_in()


def _restart_echoing(stage: Stage) -> None:
    stage.module.faults.half_echoes = ALWAYS
    stage.module.reboot()


def _flip(stage: Stage) -> None:
    flash = stage.module.flash
    flash.binary_display = not flash.binary_display


def _other_edition(stage: Stage) -> None:
    name = "bp35a1" if stage.module.profile.dual else "bp35c2"
    stage.module.exchange_firmware(find_profile(name))


def _without_product_commands(options: EmulatorOptions, _value: int) -> EmulatorOptions:
    dual = find_profile(options.module).dual
    return replace(options, module="rl7023-dss" if dual else "rl7023-ips")


def _far_off(stage: Stage) -> None:
    stage.module.profile = replace(stage.module.profile, longest_scan=6)
    stage.meter.in_reach = False


def _near(stage: Stage) -> None:
    stage.meter.in_reach = True


SERIAL = {
    "overrun": Scenario(
        _("an input error each minute (ER09)"),
        lambda stage: stage.every(60.0, stage.module.shell.overrun),
        lasts=(120, 1800),
        passable=True,
    ),
    "strict": Scenario(
        _("what comes before the last command's answer is an input error (ER09)"),
        prepare=lambda o, _v: replace(o, shell=replace(o.shell, strict_wait=True)),
    ),
    "left-over": Scenario(
        _("a single letter of an echo stands on the line now and then"),
        _noise(60.0, b"S"),
        lasts=(120, 1800),
        passable=True,
    ),
    "blank-lines": Scenario(
        _("empty lines in between"), _noise(2.0, b"\r\n\r\n"), lasts=(60, 1800), passable=True
    ),
    "garbage": Scenario(
        _("noise on the serial line every few seconds"),
        _garbage,
        lasts=(60, 1800),
        passable=True,
    ),
    "split": Scenario(
        _("the line hands over one byte at a time"),
        _piece(1),
        _piece(None),
        lasts=(60, 1800),
        passable=True,
    ),
    "half-echo": Scenario(
        _("the module restarts, and a datagram comes in the middle of each echo"),
        _restart_echoing,
        _fault("half_echoes", 0),
        lasts=(20, 60),
    ),
    "udp-first": Scenario(
        _("a datagram is printed before the echo of each command"),
        _fault("udp_first", ALWAYS),
        _fault("udp_first", 0),
        lasts=(60, 1800),
        passable=True,
    ),
    "lost-ok": Scenario(
        _("an OK gets lost each minute"),
        _each(60.0, "lost_oks"),
        _fault("lost_oks", 0),
        lasts=(60, 1800),
        passable=True,
    ),
    "torn": Scenario(
        _("a datagram loses bytes in the middle of its payload each minute"),
        _each(60.0, "torn_payloads"),
        _fault("torn_payloads", 0),
        lasts=(60, 1800),
        passable=True,
    ),
    "cr-lf": Scenario(
        _("the bytes of the power look like the end of a line, in binary display"),
        prepare=lambda o, _v: replace(o, watts=_CR_LF_WATTS, display="binary"),
    ),
    "display": Scenario(
        _("another program changes between binary and hex display each minute"),
        lambda stage: stage.every(60.0, lambda: _flip(stage)),
        lasts=(120, 1800),
        passable=True,
    ),
    "ok-first": Scenario(
        _("OK comes before EVENT 21, and no empty line behind the data"),
        prepare=lambda o, _v: replace(
            o, shell=replace(o.shell, ok_before_event=True, data_newline=False)
        ),
    ),
    "plain-stick": Scenario(
        _("a stick without the maker's own commands (ER04)"), prepare=_without_product_commands
    ),
    "edition": Scenario(
        _("the module restarts with firmware that takes another number of arguments (ER05, ER06)"),
        _other_edition,
        lasts=(1, 1),
    ),
    "short-sweeps": Scenario(
        _("nobody is in reach at first, and long sweeps are refused (ER06)"),
        _far_off,
        _near,
        value=240,
        unit="s",
        timed=True,
        at_once=True,
    ),
    "silence": Scenario(
        _("the module hangs for that long"),
        _silent(True),
        _silent(False),
        value=120,
        unit="s",
        timed=True,
        lasts=(30, 3600),
    ),
    "replug": Scenario(
        _("the stick is pulled out in the middle of a line, and comes back under another name"),
        _replug,
        lambda stage: stage.plug_in(),
        value=20,
        unit="s",
        timed=True,
        lasts=(5, 3600),
    ),
    "cut": Scenario(
        _("the stick is pulled out in the middle of a datagram's payload, and comes back"),
        _cut,
        _whole,
        value=20,
        unit="s",
        timed=True,
        lasts=(20, 3600),
    ),
    "power-cut": Scenario(
        _("the module's supply is gone for that long, its port is not"),
        lambda stage: stage.module.power_off(),
        lambda stage: stage.module.power_on(),
        value=10,
        unit="s",
        timed=True,
        lasts=(1, 600),
    ),
    "restart": Scenario(
        _("the module restarts without a word"), lambda stage: stage.module.reboot(), lasts=(1, 1)
    ),
}
"""By name."""
