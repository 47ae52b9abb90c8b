"""Where semtui keeps its files, by the XDG folders of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

from semtui.errors import ConfigError
from semtui.i18n import _


@dataclass(frozen=True, slots=True)
class Paths:
    """The files and the folder of one installation; none of them need exist."""

    config: Path
    """The settings, `config.toml`."""
    credentials: Path
    """The route-B id and password, `credentials.toml`, mode 600."""
    pan_cache: Path
    """The last good PAN, `pan.json`."""
    usb_sticks: Path
    """Which USB stick is at which port, `usb.json`."""
    data: Path
    """The folder of the readings."""
    web_token: Path
    """The token of the web view, mode 600."""


def default_paths() -> Paths:
    """Return the user's own paths; `XDG_CONFIG_HOME` and its kin are honoured."""
    return _paths_of("semtui")


def demo_paths() -> Paths:
    """Return paths apart from the user's own, so that a demo never mixes with real readings."""
    return _paths_of("semtui-demo")


def expanded(text: str) -> Path:
    """Return a path with its `~` replaced; raises ConfigError for a user who does not exist."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigError(
            _("The path {path} cannot be followed.").format(path=text),
            _("It begins with the home folder of a user whom this machine does not know."),
            _("Write the path out, from / on."),
        ) from None


def _paths_of(name: str) -> Paths:
    folders = PlatformDirs(name, appauthor=False)
    return Paths(
        config=folders.user_config_path / "config.toml",
        credentials=folders.user_config_path / "credentials.toml",
        pan_cache=folders.user_state_path / "pan.json",
        usb_sticks=folders.user_state_path / "usb.json",
        data=folders.user_data_path,
        web_token=folders.user_config_path / "web-token",
    )
