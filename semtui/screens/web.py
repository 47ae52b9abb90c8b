"""The web view's page: whether it is on, who looks, and its address as letters and as a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from semtui.errors import SemtuiError
from semtui.i18n import _, ngettext
from semtui.screens.page import Page, PageScreen
from semtui.screens.widgets.canvas import Canvas, Run, wrap
from semtui.web.control import WebControl, WebStatus

LEAST_BESIDE = 26
"""Cells beside the code that are worth writing in."""
QUIET = 2
"""Modules of margin around a QR code; scanners want some."""


def qr_rows(text: str, *, ascii_only: bool, dark_ground: bool) -> list[str]:
    """Return a QR code in rows of signs, as a camera wants it: dark modules on a light ground.

    On a dark ground the light modules are what is drawn. Two modules stand
    one above the other in a sign; in ASCII one is two signs wide.
    """
    import segno

    size = QUIET
    code = segno.make(text, error="l", micro=False)
    drawn = [
        [bool(module) != dark_ground for module in row] for row in code.matrix_iter(border=size)
    ]
    if ascii_only:
        return ["".join("##" if module else "  " for module in row) for row in drawn]
    if len(drawn) % 2:
        drawn.append([False] * len(drawn[0]))
    signs = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    return [
        "".join(signs[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(drawn[::2], drawn[1::2], strict=True)
    ]


def web_rows(
    status: WebStatus, width: int, *, ascii_only: bool, dark_ground: bool
) -> list[list[Run]]:
    """The page in rows of `width` cells."""
    if not status.is_on:
        return [
            *_wrapped(_("The web view is off."), width, "title"),
            [],
            *_wrapped(_("It shows the readings and the history in any browser."), width),
            *_wrapped(
                _(
                    "o turns it on. It listens on this machine alone, unless http.listen or "
                    "--http names another address; from there on it asks for a token."
                ),
                width,
            ),
        ]
    drawn = qr_rows(status.secret_url, ascii_only=ascii_only, dark_ground=dark_ground)
    beside = width - len(drawn[0]) - 2
    if beside >= LEAST_BESIDE:
        left = _words(status, beside)
        height = max(len(left), len(drawn))
        left += [[] for _row in range(height - len(left))]
        drawn += [""] * (height - len(drawn))
        return [_in_front(row, beside + 2, code) for row, code in zip(left, drawn, strict=True)]
    if len(drawn[0]) > width:
        return [*_words(status, width), *_wrapped(_("The QR code needs a wider terminal."), width)]
    return [*_words(status, width), [], *([(row, "")] for row in drawn)]


def _words(status: WebStatus, width: int) -> list[list[Run]]:
    count = ngettext("{n} page is open.", "{n} pages are open.", status.clients)
    rows: list[list[Run]] = [
        *_wrapped(_("The web view is on."), width, "title"),
        *_wrapped(count.format(n=status.clients), width, "dim"),
        [],
        *_wrapped(status.secret_url, width, "strong"),
        [],
    ]
    if status.secret_url != status.url:
        rows += _wrapped(
            _("The token lets a browser in once; a cookie does from then on. Show it to nobody."),
            width,
        )
    return rows


def _in_front(row: list[Run], width: int, code: str) -> list[Run]:
    """A row of text, and behind `width` cells a row of the code."""
    used = sum(len(text) for text, _style in row)
    return [*row, (" " * (width - used), ""), (code, "")]


def _wrapped(text: str, width: int, style: str = "") -> list[list[Run]]:
    """Lines of text; an address that is too long is cut, as it has no blanks."""
    lines: Sequence[str] = [
        piece[start : start + width]
        for piece in wrap(text, width)
        for start in range(0, len(piece), max(1, width))
    ]
    return [[(line, style)] for line in lines]


class WebPage(Page):
    """The text, from the row that is scrolled to."""

    def __init__(self, control: WebControl) -> None:
        super().__init__()
        self._control = control

    def paint(self, canvas: Canvas) -> None:
        rows = web_rows(
            self._control.status,
            canvas.width - 2,
            ascii_only=canvas.ascii,
            dark_ground=self.app.current_theme.dark,
        )
        keys = [("esc", _("Back")), ("o", _("Turn off") if self._is_on else _("Turn on"))]
        self.paint_rows(canvas, _("semtui  Web view"), rows, keys)

    @property
    def _is_on(self) -> bool:
        return self._control.status.is_on


class WebScreen(PageScreen[WebPage]):
    """The page above the screen it was asked for on; `o` turns the web view on and off."""

    BINDINGS: ClassVar[list[BindingType]] = [("o", "turn", "On/off"), ("W", "dismiss", "Back")]

    def __init__(self, control: WebControl) -> None:
        super().__init__(WebPage(control))
        self._control = control

    def on_mount(self) -> None:
        """Browsers come and go."""
        self.set_interval(1.0, self.page.repaint)

    def action_turn(self) -> None:
        """Turn it on or off, away from the screen's thread: ending waits for the browsers."""
        self.run_worker(self._toggle, thread=True, exclusive=True, exit_on_error=False)

    def _toggle(self) -> None:
        try:
            self._control.toggle()
        except SemtuiError as error:
            why = "\n".join(part for part in (error.detail, error.hint) if part)
            self.app.call_from_thread(
                self.app.notify, why, title=error.title, severity="error", markup=False
            )
        self.app.call_from_thread(self.page.repaint)
