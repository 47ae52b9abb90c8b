"""What settings are called in a file and in the environment, and what a wrong name should be."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from semtui.errors import ConfigError
from semtui.i18n import _


def unknown_setting(
    name: str, known: Collection[str], keys: Collection[str], place: str = ""
) -> ConfigError:
    """Return the refusal of `name`, with the nearest of the names `known` at its place.

    `keys` are all settings, "port.url" and so on.
    """
    nearest = difflib.get_close_matches(name, known, n=1)
    # The right name in the wrong section, or in none, is not near by its spelling.
    nearest = nearest or [key for key in known if key.endswith(f".{name.split('.')[-1]}")][:1]
    nearest = nearest or [key for key in keys if key.endswith(f".{name}")][:1]
    hint = (
        _("Did you mean {nearest}?").format(nearest=nearest[0])
        if nearest
        else _("Known are: {known}.").format(known=", ".join(known))
    )
    return ConfigError(_("{name} is not a setting.").format(name=name), place, hint)


def variables(environ: Mapping[str, str], keys: Collection[str]) -> dict[str, str]:
    """Return key -> the variable of the environment that sets it.

    Raises ConfigError for a misspelt one, and for one that is the name of a
    section alone or of a setting without its section: SEMTUI_PORT, SEMTUI_BAUD.
    An empty variable sets nothing.
    """
    names = {_variable(key): key for key in keys}
    halves: dict[str, str] = {}
    for key in keys:
        for half in key.split("."):
            halves.setdefault(_variable(half), _variable(key))
    starts = tuple(f"{_variable(key.split('.')[0])}_" for key in keys)
    found: dict[str, str] = {}
    for name, value in environ.items():
        if name in names:
            if value:
                found[names[name]] = name
        elif name in halves or name.startswith(starts):
            near = (halves[name],) if name in halves else tuple(names)
            raise unknown_setting(name, near, keys, _("It is a variable of the environment."))
    return found


def _variable(key: str) -> str:
    return f"SEMTUI_{key.replace('.', '_').upper()}"
