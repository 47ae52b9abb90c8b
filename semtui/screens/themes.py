"""Colours: what each named style of the painters looks like in each theme.

Every meaning a colour carries is also said by a word or a sign. Import is
orange and export is blue, a pair that colour-blind eyes tell apart.
"""

from __future__ import annotations

from typing import Any

from rich.style import Style
from textual.app import App
from textual.theme import Theme

DARK = Theme(
    name="semtui-dark",
    dark=True,
    primary="#ffb454",
    secondary="#59b8ff",
    accent="#59b8ff",
    success="#6fd3a0",
    warning="#ffd166",
    error="#ff7b72",
    foreground="#d6dde6",
    background="#0f141a",
    surface="#141b23",
    panel="#1b242e",
)

LIGHT = Theme(
    name="semtui-light",
    dark=False,
    primary="#b35900",
    secondary="#0062b1",
    accent="#0062b1",
    success="#1a7f4b",
    warning="#8a6100",
    error="#b3261e",
    foreground="#1f2933",
    background="#fbfaf7",
    surface="#f2f0eb",
    panel="#e6e3dc",
)

THEMES = {"dark": "semtui-dark", "light": "semtui-light", "ansi": "ansi-dark"}
"""The settings' names of the themes, and Textual's, in the order of the theme key."""


def _styles(plain: str, **colours: str) -> dict[str, Style]:
    """The named styles on top of the plain one, which has no name."""
    base = Style.parse(plain)
    return {"": base, **{name: base + Style.parse(text) for name, text in colours.items()}}


_DARK_STYLES = _styles(
    "#d6dde6 on #0f141a",
    dim="#8592a1",
    frame="#3f4e5e",
    title="bold #a9bccd",
    strong="bold #eef2f6",
    good="#6fd3a0",
    warn="#ffd166",
    bad="bold #ff7b72",
    imports="#ffb454",
    exports="#59b8ff",
    rest="#3f4e5e",
    imports_low="#c98432",
    imports_band="#8a6534",
    imports_cursor="bold #fff1dc",
    exports_low="#3c8fcb",
    exports_band="#3a6484",
    exports_cursor="bold #e2f3ff",
    before="#b9a4e6",
    heat1="#3f4e5e",
    heat2="#6b5a45",
    heat3="#a67536",
    heat4="#e09a3f",
    heat5="#ffd08a",
    key="bold #ffb454",
    mark="bold #59b8ff",
    bar="#b9c6d3 on #1b242e",
    bar_dim="#7f8d9c on #1b242e",
    bar_name="bold #ffb454 on #1b242e",
    bar_key="bold #ffb454 on #1b242e",
    bar_warn="bold #ffd166 on #1b242e",
    badge_good="bold #0f141a on #6fd3a0",
    badge_busy="bold #0f141a on #59b8ff",
    badge_warn="bold #0f141a on #ffd166",
    badge_bad="bold #0f141a on #ff7b72",
)

_LIGHT_STYLES = _styles(
    "#1f2933 on #fbfaf7",
    dim="#66707a",
    frame="#c4beb2",
    title="bold #46525e",
    strong="bold #101820",
    good="#1a7f4b",
    warn="#8a6100",
    bad="bold #b3261e",
    imports="#b35900",
    exports="#0062b1",
    rest="#d3cdc2",
    imports_low="#8f4700",
    imports_band="#d9a66b",
    imports_cursor="bold #101820",
    exports_low="#004d8c",
    exports_band="#7fb0dc",
    exports_cursor="bold #101820",
    before="#6a4fb0",
    heat1="#c4beb2",
    heat2="#e0b98a",
    heat3="#cf8d45",
    heat4="#b35900",
    heat5="#6e3400",
    key="bold #b35900",
    mark="bold #0062b1",
    bar="#2b3742 on #e6e3dc",
    bar_dim="#5c6670 on #e6e3dc",
    bar_name="bold #b35900 on #e6e3dc",
    bar_key="bold #b35900 on #e6e3dc",
    bar_warn="bold #8a6100 on #e6e3dc",
    badge_good="bold #ffffff on #1a7f4b",
    badge_busy="bold #ffffff on #0062b1",
    badge_warn="bold #ffffff on #8a6100",
    badge_bad="bold #ffffff on #b3261e",
)

_ANSI_STYLES = _styles(
    "default on default",
    dim="default",
    frame="blue",
    title="bold",
    strong="bold",
    good="green",
    warn="yellow",
    bad="bold red",
    imports="yellow",
    exports="cyan",
    rest="blue",
    imports_low="yellow",
    imports_band="yellow",
    imports_cursor="bold",
    exports_low="cyan",
    exports_band="cyan",
    exports_cursor="bold",
    before="magenta",
    heat1="blue",
    heat2="green",
    heat3="yellow",
    heat4="yellow",
    heat5="bold red",
    key="bold yellow",
    mark="bold cyan",
    bar="reverse",
    bar_dim="reverse",
    bar_name="bold reverse",
    bar_key="bold reverse",
    bar_warn="bold reverse",
    badge_good="bold black on green",
    badge_busy="bold black on cyan",
    badge_warn="bold black on yellow",
    badge_bad="bold white on red",
)

STYLES = {
    "semtui-dark": _DARK_STYLES,
    "semtui-light": _LIGHT_STYLES,
    "ansi-dark": _ANSI_STYLES,
}
"""Rich styles by Textual theme and style name; the empty name is the plain text."""


def style_of(theme: str, name: str) -> Style:
    """The look of style `name` in Textual theme `theme` (the dark one's for foreign themes)."""
    return STYLES.get(theme, _DARK_STYLES)[name]


def dress(app: App[Any], setting: str) -> None:
    """Give `app` the theme of the settings' name; the dark one for a name that is none."""
    app.register_theme(DARK)
    app.register_theme(LIGHT)
    app.theme = THEMES.get(setting, DARK.name)
