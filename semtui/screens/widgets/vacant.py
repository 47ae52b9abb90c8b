"""What stands where there is nothing to show: why, and what will come."""

from __future__ import annotations

from rich.cells import cell_len

from semtui.errors import StorageError
from semtui.i18n import _
from semtui.model import BackfillState
from semtui.screens.period import Calendar
from semtui.screens.widgets.canvas import Canvas, Run, wrap
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene
from semtui.storage.history.values import Span
from semtui.view import View


def why_no_kwh(view: View) -> str:
    """Why no energy can be told, as far as the meter is the cause; empty where it is not."""
    if view.meter is not None and view.meter.unit_kwh is None and view.energy is not None:
        return _("No unit yet (E1): the meter's counts are no kWh.")
    return ""


def backfill_note(view: View) -> str:
    """How far the reading of the meter's memory is, in short; empty while none goes on."""
    progress = view.backfill
    if progress is None or progress.state not in (BackfillState.RUNNING, BackfillState.PAUSED):
        return ""
    text = _("meter's memory: {done} of {all} days")
    return text.format(done=progress.done, all=progress.wanted)


def backfill_words(view: View) -> str:
    """How far the reading of the meter's memory is; empty while none goes on."""
    progress = view.backfill
    if progress is None or progress.state is BackfillState.DONE:
        return ""
    if progress.state is BackfillState.REFUSED:
        return progress.detail or _("The meter does not tell its history.")
    text = _("The meter's memory is being read: {done} of {all} days. They show once a minute.")
    if progress.state is BackfillState.PAUSED:
        text = _("The meter's memory, {done} of {all} days: waits for the link.")
    return text.format(done=progress.done, all=progress.wanted)


def paint_vacant(
    canvas: Canvas,
    area: Area,
    scene: Scene,
    *,
    what: str,
    exists: bool = True,
    span: Span | None = None,
    trouble: StorageError | None = None,
    waiting: bool = False,
) -> None:
    """Say in the middle of `area` why there is nothing; `what` is the name of the period."""
    lines: list[Run] = []
    if trouble is not None:
        lines += [(trouble.title, "bad"), (trouble.detail, ""), (trouble.hint, "dim")]
    elif waiting:
        lines.append((_("reading"), "dim"))
    elif not exists:
        lines.append((_("There is no history yet."), "strong"))
        lines.append((_("It begins with the first readings, and with what the meter knows."), ""))
    else:
        lines.append((_("Nothing is known of {period}.").format(period=what), "strong"))
        if span is not None:
            calendar = Calendar.of(scene.wall)
            first, last = calendar.local(span.first), calendar.local(span.last)
            text = _("Power is known from {first:%d %b %Y} to {last:%d %b %Y}.")
            lines.append((text.format(first=first, last=last), ""))
    if why := why_no_kwh(scene.view):
        reason = scene.view.energy.reason if scene.view.energy is not None else ""
        lines += [(why, "warn"), (reason, "")]
    lines.append((backfill_words(scene.view), "dim"))
    rows = [
        (line, style) for text, style in lines if text for line in wrap(text, max(8, area.width))
    ]
    top = area.y + max(0, (area.height - len(rows)) // 2)
    for y, (line, style) in enumerate(rows[: area.height], top):
        x = area.x + max(0, (area.width - cell_len(line)) // 2)
        canvas.write(x, y, line, style, area.x + area.width)
