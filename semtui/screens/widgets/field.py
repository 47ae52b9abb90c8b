"""A line that is typed."""

from __future__ import annotations

from textual.events import Key
from textual.widgets import Input

NOTHING = r"(?!)"
"""For `restrict`: a pattern that no text fits."""


class Field(Input):
    """An input whose editing keys are done in the order in which they came.

    A slow line brings several keys at once, and Textual lets those that are no text
    bubble up to the screen first: a backspace would then hit what was typed after it.
    """

    async def _on_key(self, event: Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
