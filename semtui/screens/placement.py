"""Placement: one large figure that follows the link while the antenna is moved."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from semtui.actions import PLACEMENT
from semtui.i18n import _
from semtui.polls import Poll, loss
from semtui.screens.monitor import MonitorScreen
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.digits import block_digits, line_digits
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.quality import paint_sparkline, percent
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.session import Fact, quality_facts, write_facts
from semtui.screens.wording import capital, state_word
from semtui.view import percentile

SUMMED = 20
"""Polls that the median and the loss are taken of."""

JUDGED = 5
"""Polls that the verdict looks at: few, so that it follows the hand."""

SILENT_SECONDS = 10.0
"""After this long without an answer the last one says nothing about the antenna's place."""

GOOD_SECONDS, FAIR_SECONDS = 1.0, 2.5
"""Round trips up to these are good and fair. A meter near by answers within half a second;
seconds more are the retries of the radio below."""

DIGIT_ROWS = (9, 7, 5, 3)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the place is, in a word, and the word's style."""

    word: str
    style: str
    silent: bool = False
    """Whether there is no round trip to show."""


def verdict(scene: Scene) -> Verdict:
    """Judge the place by the last polls."""
    polls = scene.view.polls
    judged = polls.newest(JUDGED)
    last = polls.answered
    if not judged or last is None:
        return Verdict(_("no answer yet"), "warn" if judged else "dim", silent=True)
    age = max(0.0, scene.now - last.stamp)
    if judged[-1].lost or age > SILENT_SECONDS:
        return Verdict(_("no answer for {n} s").format(n=int(age)), "bad", silent=True)
    lost = sum(poll.lost for poll in judged)
    median = percentile([p.seconds for p in judged if p.seconds is not None], 0.5) or 0.0
    if lost > 1 or median > FAIR_SECONDS:
        return Verdict(_("poor"), "bad")
    if lost or median > GOOD_SECONDS:
        return Verdict(_("fair"), "warn")
    return Verdict(_("good"), "good")


def seconds_text(poll: Poll | None, silent: bool) -> str:
    """The large figure: seconds in four signs, or dashes where no answer came."""
    if silent or poll is None or poll.seconds is None:
        return "-.--"
    return f"{poll.seconds:.2f}" if poll.seconds < 9.995 else f"{poll.seconds:.1f}"


class PlacementScreen(MonitorScreen):
    """The whole screen for one figure, at every size."""

    key = PLACEMENT

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        area = Area(1, 0, max(1, width - 2), height)
        link = scene.view.link
        judged = verdict(scene)
        text = seconds_text(scene.view.polls.answered, judged.silent)
        facts = _facts(scene)
        below = min(len(facts) + 1, max(0, height - 2))
        drawn = _digits(text, area.width - 4, height - below - 1, scene.glyphs.ascii)
        spare = height - len(drawn) - 1 - below
        top = max(0, spare // 2)
        for y, line in enumerate(drawn, top):
            x = area.x + max(0, (area.width - len(drawn[0]) - 2) // 2)
            canvas.write(x, y, line, judged.style, width - 1)
            if y == top + len(drawn) - 1:
                canvas.write(x + len(line) + 1, y, _("s"), "dim", width - 1)
        word = judged.word.upper() if not judged.silent else capital(judged.word)
        if scene.view.trouble is not None:
            word = capital(scene.view.trouble.title)
        elif link is None or link.session_since is None:
            word = _("{word}: no figures before READY").format(word=state_word(link).word)
        y = top + len(drawn)
        start = area.x + max(0, (area.width - cell_len(word)) // 2)
        canvas.write(start, y, word, judged.style, width - 1)
        row = height - below
        paint_sparkline(canvas, area, row, scene)
        for at, line_facts in enumerate(facts[: max(0, below - 1)], row + 1):
            write_facts(canvas, area, at, line_facts)


def _digits(text: str, width: int, height: int, ascii_only: bool) -> list[str]:
    """The largest figures that fit; the bare text where none do."""
    sizes = [line_digits(text)] if ascii_only else [block_digits(text, n) for n in DIGIT_ROWS]
    for drawn in sizes:
        if len(drawn) <= height and len(drawn[0]) <= width:
            return drawn
    return [text]


def _facts(scene: Scene) -> list[list[Fact]]:
    """The rows below the figure."""
    view = scene.view
    polls = view.polls.newest(SUMMED)
    trips = [poll.seconds for poll in polls if poll.seconds is not None]
    median = percentile(trips, 0.5)
    share = loss(polls)
    bell = _("on: one at each answer") if view.bell else _("off: b turns it on")
    return [
        [
            ("", _("last {n} polls").format(n=len(polls)), "dim"),
            (_("p50"), "--" if median is None else _("{n:.2f} s").format(n=median), "strong"),
            (_("loss"), percent(share), "warn" if share else "strong"),
        ],
        _radio(scene),
        [(_("bell"), bell, "strong" if view.bell else "dim")],
        [("", _("Move the antenna, wait for {n} polls, compare.").format(n=JUDGED), "dim")],
    ]


def _radio(scene: Scene) -> list[Fact]:
    """The link quality now, or that this module does not tell it."""
    facts = quality_facts(scene)
    link = scene.view.link
    if link is None or link.live_lqi is not None:
        return facts
    return [*facts, ("", _("not live: only a scan tells it"), "dim")]
