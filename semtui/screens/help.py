"""The help page: the keys of this screen first, then the others, then the state words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from semtui.actions import ACTIONS, Action, screen_names
from semtui.i18n import _
from semtui.screens.page import Page, PageScreen
from semtui.screens.widgets.canvas import Canvas, Run, wrap
from semtui.screens.wording import STATES

KEY_WIDTH = 13
"""Of the column of keys, its margin included; the longest is "left/right"."""


def help_rows(screen: str, width: int, actions: Sequence[Action] = ACTIONS) -> list[list[Run]]:
    """The page for `screen`, in rows of `width` cells."""
    # What is peculiar to the screen comes before what can be done everywhere.
    here = sorted((a for a in actions if screen in a.screens), key=lambda a: len(a.screens))
    elsewhere = [a for a in actions if screen not in a.screens]
    rows: list[list[Run]] = []
    rows += _key_rows(_("Keys on {screen}").format(screen=screen_names()[screen]), here, width)
    if elsewhere:
        rows += _key_rows(_("Keys on other screens"), elsewhere, width)
    rows.append([(_("Reading the history"), "title")])
    for name, text in (
        (
            _("three tones"),
            _("drawn all the time, drawn on the mean, drawn at times; # : . in ASCII"),
        ),
        (_("no band"), _("nothing was measured; the mean is that of the register")),
        (_("before"), _("the period before, as dots over the bars; o in ASCII")),
        (_("backfilled"), _("the half hour came out of the meter's own memory")),
    ):
        rows += _entry(name, text, 14, width)
    rows.append([])
    rows.append([(_("The state words in the first row"), "title")])
    for word in STATES.values():
        rows += _entry(word.word, word.meaning, 14, width)
    rows.append([])
    rows.append([(_("Reading the dashboard"), "title")])
    for name, text in (
        (_("data <5 s"), _("the age of the last reading, as an upper bound")),
        (_("STALE"), _("three polls brought nothing; the figure shown is old")),
        (_("rtt"), _("round trip: from the request to the meter's answer")),
        (_("LIMIT"), _("the module has used up its send time and waits (ARIB STD-T108)")),
        (_("p50, p95"), _("half, and 95 of 100, of the round trips took no longer")),
        (_("late"), _("answers that came after their request had been given up")),
        (
            _("EVENT 21"),
            _("what became of a send: 00 acknowledged, 01 failed, 02 the way was asked for first"),
        ),
        (_("air time"), _("seconds of the hour's 360 that may still be sent (ARIB STD-T108)")),
        (_("blank chart"), _("nothing was measured; a gap is never drawn as zero")),
        (_("LQI"), _("radio quality 00 to FF of the last scan; under 50 is weak")),
    ):
        rows += _entry(name, text, 14, width)
    return rows


def _key_rows(title: str, actions: Sequence[Action], width: int) -> list[list[Run]]:
    rows: list[list[Run]] = [[(title, "title")]]
    for action in actions:
        rows += _entry(action.show, action.text, KEY_WIDTH, width)
    rows.append([])
    return rows


def _entry(name: str, text: str, indent: int, width: int) -> list[list[Run]]:
    """A name in front, its text beside it, wrapped."""
    lines = wrap(text, max(10, width - indent - 2)) or [""]
    first: list[Run] = [(f"  {name:<{indent - 2}}", "key"), (lines[0], "")]
    return [first, *([(" " * indent, ""), (line, "")] for line in lines[1:])]


class HelpPage(Page):
    """The text, from the row that is scrolled to."""

    def __init__(self, screen: str, actions: Sequence[Action]) -> None:
        super().__init__()
        self._about = screen
        self._actions = actions

    def paint(self, canvas: Canvas) -> None:
        rows = help_rows(self._about, canvas.width - 2, self._actions)
        self.paint_rows(canvas, _("semtui  Help"), rows, [("esc", _("Back"))])


class HelpScreen(PageScreen[HelpPage]):
    """The help page above the screen it was asked for on."""

    BINDINGS: ClassVar[list[BindingType]] = [("question_mark", "dismiss", "Back")]

    def __init__(self, screen: str, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__(HelpPage(screen, actions))
