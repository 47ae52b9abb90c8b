"""Painters of how well the link works: round trips, losses, the session, the air time."""

from __future__ import annotations

from collections.abc import Sequence

from semtui.i18n import _
from semtui.polls import HOUR, Poll, loss
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.glyphs import Glyphs
from semtui.screens.widgets.join import pana_state
from semtui.screens.widgets.scene import Scene, write_rows
from semtui.screens.widgets.session import (
    Fact,
    quality_facts,
    traffic_facts,
    write_facts,
)
from semtui.screens.wording import duration
from semtui.view import percentile

AIR_SECONDS = 360
"""Seconds an hour that ARIB STD-T108 lets a sender be on the air."""

LOW_AIR_SECONDS = 60
"""Less than this left is worth a warning."""

TOPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)
"""Full heights of the row of round trips, in seconds."""

LOST = "x"
"""Stands for a lost poll in the row of round trips."""

MANY_LOST = 0.05
"""From this share on, losses are shown as a warning."""


def spark_top(polls: Sequence[Poll]) -> float:
    """The full height, in seconds, for the round trips of `polls`."""
    longest = max((poll.seconds for poll in polls if poll.seconds is not None), default=0.0)
    return next((top for top in TOPS if longest <= top), TOPS[-1])


def spark_sign(poll: Poll, top: float, glyphs: Glyphs) -> tuple[str, str]:
    """The sign of a poll among others, and its style."""
    if poll.lost:
        return LOST, "bad"
    if poll.seconds is None:
        return glyphs.pending, "dim"
    steps = len(glyphs.levels)
    return glyphs.levels[min(steps - 1, int(poll.seconds / top * steps))], "mark"


def paint_sparkline(canvas: Canvas, area: Area, row: int, scene: Scene) -> None:
    """The last round trips in a row, the newest at the right; a lost poll has a sign of its own."""
    polls = scene.view.polls.newest(area.width)
    top = spark_top(polls)
    if row < area.height:
        runs = (spark_sign(poll, top, scene.glyphs) for poll in polls)
        canvas.write_runs(area.x, area.y + row, runs, area.x + area.width)


def spark_note(scene: Scene, width: int) -> str:
    """What the row of `width` round trips is drawn to."""
    top = spark_top(scene.view.polls.newest(width))
    return _("bars to {n:g} s, {sign} lost").format(n=top, sign=LOST)


def percent(share: float | None) -> str:
    """A share as a person reads it; two dashes where there is none."""
    return "--" if share is None else f"{100 * share:.1f} %"


def _share_style(share: float | None) -> str:
    return "warn" if share is not None and share >= MANY_LOST else "strong"


def trip_facts(polls: Sequence[Poll]) -> list[Fact]:
    """The last round trip, and the median and 95th percentile of `polls`, in seconds."""
    trips = [poll.seconds for poll in polls if poll.seconds is not None]
    if not trips:
        return [("", _("no round trip measured yet"), "dim")]
    median, high = percentile(trips, 0.5), percentile(trips, 0.95)
    return [
        (_("last"), f"{trips[-1]:.2f}", "strong"),
        (_("p50"), f"{median:.2f}", "strong"),
        (_("p95"), _("{n:.2f} s").format(n=high), "strong"),
    ]


def loss_facts(scene: Scene) -> list[Fact]:
    """The share of lost polls of the last hour, and of lost requests of this run."""
    counts = scene.view.counts
    hour = loss(scene.view.polls.within(HOUR, scene.now))
    lost = counts.lost + counts.not_sent
    ended = counts.answered + lost
    run = lost / ended if ended else None
    return [
        (_("loss 1 h"), percent(hour), _share_style(hour)),
        (_("run"), percent(run), _share_style(run)),
    ]


def patience_facts(scene: Scene) -> list[Fact]:
    """Requests that were made again, and answers that came too late."""
    counts = scene.view.counts
    return [
        (_("retries"), str(counts.retries), "strong"),
        (_("late"), str(counts.late), "strong"),
    ]


def sending_facts(scene: Scene) -> list[Fact]:
    """What the module said of its sends: EVENT 21 with 00, 01 and 02."""
    counts = scene.view.counts
    return [
        (_("EVENT 21   00"), str(counts.acknowledged), "strong"),
        (_("01"), str(counts.failed), "warn" if counts.failed else "strong"),
        (_("02"), str(counts.solicited), "strong"),
    ]


def paint_answers(canvas: Canvas, area: Area, scene: Scene) -> None:
    """How the meter answers: times, their row, losses, and what the radio says of it."""
    rows = [
        trip_facts(list(scene.view.polls.kept)),
        [],
        traffic_facts(scene),
        loss_facts(scene),
        patience_facts(scene),
        sending_facts(scene),
        quality_facts(scene),
    ]
    paint_sparkline(canvas, area, 1, scene)
    for row, facts in enumerate(rows[: area.height]):
        write_facts(canvas, area, row, facts)


def air_left(scene: Scene) -> tuple[str, str]:
    """Seconds that may still be sent within the hour, and the style to say it in."""
    left = max(0, int(AIR_SECONDS - scene.view.counts.air_seconds))
    words = _("{left} of {all} s left").format(left=left, all=AIR_SECONDS)
    return words, "warn" if left < LOW_AIR_SECONDS else "strong"


def paint_session(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The session's age and its renewal, where it is held, and what it may still send."""
    link, counts = scene.view.link, scene.view.counts
    rows: list[Fact] = [(_("state"), pana_state(scene), "strong")]
    if link is not None:
        if link.reauth_at is not None:
            left = duration(max(0.0, link.reauth_at - scene.now))
            when = scene.clock_at(link.reauth_at)
            rows.append(
                (_("renewal"), _("in {left}, {time}").format(left=left, time=when), "strong")
            )
        else:
            rows.append((_("renewal"), _("not known"), "dim"))
        lifetime = _("not heard") if link.lifetime is None else duration(link.lifetime)
        rows.append((_("lifetime"), lifetime, "strong"))
    words, style = air_left(scene)
    if link is not None and link.arib_limited:
        words, style = _("used up; waits"), "warn"
    rows.append((_("air time"), words, style))
    if link is not None and link.pan is not None:
        pan = _("{pan:04X}, channel {n}").format(pan=link.pan.pan_id, n=link.pan.channel)
        rows.append((_("PAN"), pan, "strong"))
    rows.append((_("joins"), str(counts.joins), "strong"))
    rows.append((_("scans"), str(counts.scans), "strong"))
    write_rows(canvas, area, rows, 10, scene.glyphs.ellipsis)
