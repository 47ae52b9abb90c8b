"""The smallest app with a header and a footer: the peer of the dashboard's start and memory."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header


class BareApp(App[None]):
    """A header and a footer."""

    TITLE = "bare"

    def compose(self) -> ComposeResult:
        yield Header()
        yield Footer()


if __name__ == "__main__":
    BareApp().run(mouse=False)
