"""Bad days by name: what can go wrong with a module, its line, the air and the meter.

Times count in seconds of the emulator's clock, most of them from the first
session on; `--speed` does not shorten them. The seed decides whatever is
drawn, so the same seed gives the same bad day. Scenarios can be combined.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from difflib import get_close_matches

from semtui.emulator.bench import Emulator
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.scenarios.meter import METER
from semtui.emulator.scenarios.radio import RADIO
from semtui.emulator.scenarios.serial import SERIAL
from semtui.emulator.scenarios.stage import Act, Scenario, SerialLine, Stage
from semtui.errors import ConfigError
from semtui.i18n import _

_NUMBER = re.compile(r"[0-9]{1,6}")

SCENARIOS: dict[str, Scenario] = {**SERIAL, **RADIO, **METER}
"""All of them by name."""


def prepared(options: EmulatorOptions, specs: Iterable[str]) -> EmulatorOptions:
    """Return `options` as the scenarios `specs` want them; raises ConfigError for unknown ones."""
    for spec in specs:
        scenario, value = _find(spec)
        if scenario.prepare is not None:
            options = scenario.prepare(options, value)
    return options


def act(spec: str, emulator: Emulator, line: SerialLine) -> Act:
    """Return a scenario ("deaf", "loss:30") that can be turned on and off; raises ConfigError."""
    scenario, value = _find(spec)
    source = random.Random(f"{emulator.options.seed}/scenario/{spec}")
    return Act(scenario, Stage(emulator, line, source, value))


def play(specs: Iterable[str], emulator: Emulator, line: SerialLine) -> None:
    """Let the scenarios `specs` happen when their times have come; raises ConfigError."""
    for each in [act(spec, emulator, line) for spec in specs]:
        each.play()


def listing() -> list[str]:
    """Return a line for each scenario."""
    names = {
        name: f"{name}[:{scenario.value}]" if scenario.value else name
        for name, scenario in SCENARIOS.items()
    }
    width = max(map(len, names.values()))
    return [
        f"{names[name]:{width}}  {scenario.text}" + (f" ({scenario.unit})" if scenario.unit else "")
        for name, scenario in SCENARIOS.items()
    ]


def _find(spec: str) -> tuple[Scenario, int]:
    name, colon, number = spec.partition(":")
    scenario = SCENARIOS.get(name)
    hint = _("semtui emulate --list-scenarios shows all of them, and which take a number.")
    if scenario is None:
        near = get_close_matches(name, SCENARIOS, n=3)
        raise ConfigError(
            _("There is no scenario {name}.").format(name=name),
            _("Near it: {names}.").format(names=", ".join(near)) if near else "",
            hint,
        )
    if not colon:
        return scenario, scenario.value
    if not scenario.value:
        raise ConfigError(_("The scenario {name} takes no number.").format(name=name), "", hint)
    if not _NUMBER.fullmatch(number) or int(number) > scenario.most:
        raise ConfigError(
            _("{number} is no number for the scenario {name}.").format(number=number, name=name),
            _("It takes a whole number from 0 to {most}.").format(most=scenario.most),
            hint,
        )
    return scenario, int(number)
