"""The set-up wizard as an app of its own, before there is anything to show."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import ClassVar

from semtui.model import Credentials
from semtui.screens.crash import QuietApp
from semtui.screens.setup_screen import SetupScreen
from semtui.screens.setup_services import SetupServices
from semtui.screens.themes import dress
from semtui.screens.widgets.glyphs import ASCII, UNICODE, Glyphs

__all__ = ["SetupApp", "SetupServices"]


class SetupApp(QuietApp[bool]):
    """The wizard by itself, before there is anything to show. Returns whether it saved."""

    TITLE = "semtui"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["semtui.tcss", "wizard.tcss"]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        services: SetupServices,
        *,
        config: Path,
        credentials: Path,
        port: str = "",
        saved: Credentials | None = None,
        interval: float = 3.0,
        theme: str = "dark",
        ascii: bool = False,
    ) -> None:
        """`port`, `saved` and `interval` are what is set up already; `saved` is never shown.

        `theme` and `ascii` are as in the settings of the display.
        """
        super().__init__()
        self.glyphs: Glyphs = ASCII if ascii else UNICODE
        self._setup = SetupScreen(
            services,
            config=config,
            credentials=credentials,
            port=port,
            saved=saved,
            interval=interval,
            glyphs=self.glyphs,
        )
        dress(self, theme)
        self.set_class(ascii, "-ascii")

    def on_mount(self) -> None:
        """Show the wizard; leave with its result."""
        self.push_screen(self._setup, self._finish)

    def _finish(self, saved: bool | None) -> None:
        self.exit(bool(saved))

    async def action_quit(self) -> None:
        """Leave without saving anything."""
        self._finish(False)

    def action_help_quit(self) -> None:
        """ctrl+c leaves as well."""
        self._finish(False)
