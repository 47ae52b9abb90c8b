"""The shell while the antenna is placed: the engine is told when that begins and ends."""

from __future__ import annotations

from semtui.actions import LINK, PLACEMENT
from semtui.clock import Clock
from semtui.i18n import _
from semtui.model import Intent, Reading, ReadingStatus
from semtui.screens.shell import Shell
from semtui.view import View


class PlacingShell(Shell):
    """Goes to the placement screen and back, and rings there."""

    def __init__(self, view: View, clock: Clock) -> None:
        super().__init__(view, clock)
        self._placing = False

    def tell(self, intent: Intent) -> None:
        """Hand an intent to whoever reads the meter."""
        raise NotImplementedError

    def action_place(self) -> None:
        """Go to the placement screen, or back from it."""
        if self.screen_key == PLACEMENT:
            self.action_show(LINK)
        elif self.screen_key == LINK and self.possible("placement", LINK):
            self.action_show(PLACEMENT)
        elif self.screen_key == LINK:
            self.say(_("That cannot be done just now."))

    def action_unplace(self) -> None:
        """Leave the placement screen."""
        if self.screen_key == PLACEMENT:
            self.action_show(LINK)

    def action_show(self, screen: str) -> None:
        """Show one of the registry's screens; the engine is told when placement begins or ends."""
        super().action_show(screen)
        self._place(screen == PLACEMENT)

    def _place(self, placing: bool) -> None:
        if placing == self._placing:
            return
        self._placing = placing
        self.tell(Intent.PLACEMENT_ON if placing else Intent.PLACEMENT_OFF)

    def action_toggle_bell(self) -> None:
        """Ring at each answer while the antenna is moved, or be quiet again."""
        if self.screen_key == PLACEMENT:
            self.view.bell = not self.view.bell
            self.repaint()

    def ring_for(self, reading: Reading) -> None:
        """A bell for an answer while the antenna is moved; a loss is heard as silence."""
        lost = reading.status in (ReadingStatus.TIMEOUT, ReadingStatus.NOT_SENT)
        if self._placing and self.view.bell and not lost:
            self.bell()
