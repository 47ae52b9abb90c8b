"""Painters of the way to a session: steps, PANA, the tries, and what it all means."""

from __future__ import annotations

from rich.cells import cell_len

from semtui.i18n import _
from semtui.model import LinkReason, LinkState, Step, StepKey, StepState
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene, write_rows, write_text
from semtui.screens.widgets.session import (
    Fact,
    quality_facts,
    round_trip_facts,
    traffic_facts,
    write_facts,
)
from semtui.screens.wording import (
    CAUSES,
    STEPS,
    capital,
    countdown,
    duration,
    masked_mac,
    reason_title,
    state_word,
    took,
)
from semtui.view import Try

JOIN_FAILURES = (
    LinkReason.JOIN_REJECTED,
    LinkReason.JOIN_BROKEN_OFF,
    LinkReason.JOIN_UNANSWERED,
)


def paint_steps(canvas: Canvas, area: Area, scene: Scene) -> None:
    """Each step with how far it is and how long it took."""
    link = scene.view.link
    known = {step.key: step for step in link.steps} if link else {}
    glyphs = scene.glyphs
    signs = {
        StepState.PENDING: (glyphs.pending, "dim"),
        StepState.ACTIVE: (glyphs.active, "mark"),
        StepState.DONE: (glyphs.done, "good"),
        StepState.SKIPPED: (glyphs.skipped, "dim"),
        StepState.FAILED: (glyphs.failed, "bad"),
    }
    end = area.x + area.width
    for row, key in enumerate(StepKey):
        if row >= area.height:
            break
        step = known.get(key, Step(key))
        sign, style = signs[step.state]
        y = area.y + row
        time = _step_time(step, scene)
        start = end - cell_len(time)
        canvas.write(start, y, time, "dim", end)
        x = canvas.write(area.x, y, f"{sign} ", style, end)
        quiet = step.state in (StepState.PENDING, StepState.SKIPPED)
        name = STEPS[key]
        text_style = "dim" if quiet else "strong" if step.state is StepState.ACTIVE else ""
        x = canvas.write(x, y, name, text_style, start - 1)
        if step.detail and x + 2 + cell_len(step.detail) < start:
            canvas.write(x + 2, y, step.detail, "dim", start - 1)


def _step_time(step: Step, scene: Scene) -> str:
    if step.state is StepState.SKIPPED:
        return _("skipped")
    if step.seconds is not None:
        return took(step.seconds)
    if step.state is StepState.ACTIVE and step.started is not None:
        return duration(5 * (max(0.0, scene.now - step.started) // 5))
    return ""


def paint_pana(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The session, and the join as seen from outside: sizes and times, never content."""
    link = scene.view.link
    rows: list[Fact] = [(_("state"), pana_state(scene), "strong")]
    if link is not None:
        if link.meter_address:
            tail = link.meter_address.split(":")[-1]
            rows.append((_("peer"), f"{link.meter_address[:4]}:..:{tail}", "strong"))
        if link.pana is not None:
            sizes = ", ".join(_("{n} B").format(n=n) for n in link.pana.messages)
            rows.append((_("messages"), sizes or _("none from the meter yet"), "strong"))
        lifetime = _("not heard") if link.lifetime is None else duration(link.lifetime)
        if link.session_since is not None:
            rows.append((_("lifetime"), lifetime, "strong"))
        if link.reauth_at is not None:
            when = _("{time}, in {left}").format(
                time=scene.clock_at(link.reauth_at),
                left=duration(max(0.0, link.reauth_at - scene.now)),
            )
            rows.append((_("renewal"), when, "strong"))
        if link.state is LinkState.BACKOFF and link.retry_at is not None:
            when = countdown(link.retry_at - scene.now)
            rows.append((_("next try"), _("in {time}").format(time=when), "warn"))
        if quality := quality_facts(scene):
            value = " ".join(value for _name, value, _style in quality)
            name = _("radio") if link.live_lqi is None else _("LQI now")
            rows.append((name, value, "strong"))
        if link.arib_limited:
            rows.append((_("limit"), _("send time used up; waits"), "warn"))
    write_rows(canvas, area, rows, 10, scene.glyphs.ellipsis)


def pana_state(scene: Scene) -> str:
    """Where PANA stands, in a phrase."""
    link = scene.view.link
    if link is None:
        return _("not begun")
    if link.session_since is not None:
        age = duration(max(0.0, scene.now - link.session_since))
        renewing = link.state is LinkState.REAUTHENTICATING
        return (_("renewing, session of {age}") if renewing else _("session of {age}")).format(
            age=age
        )
    if link.state is LinkState.JOINING:
        return _("joining")
    if link.reason in JOIN_FAILURES and link.pana is not None and link.pana.finished is not None:
        return _("failed after {time}").format(time=took(link.pana.finished - link.pana.started))
    return _("no session")


def paint_tries(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The joins of this run, the newest first."""
    end = area.x + area.width
    tries = list(reversed(scene.view.tries))
    if not tries:
        canvas.write(area.x, area.y, _("none in this run yet"), "dim", end)
        return
    for row, attempt in enumerate(tries[: area.height]):
        y = area.y + row
        x = canvas.write(area.x, y, f"{attempt.at:%H:%M:%S}  ", "dim", end)
        x = canvas.write(x, y, f"{_how(attempt):<12}", "", end)
        word, style = _outcome(attempt)
        x = canvas.write(x, y, f"{word:<17}", style, end)
        if attempt.seconds is not None:
            canvas.write(x, y, took(attempt.seconds), "dim", end)


def _how(attempt: Try) -> str:
    return _("known PAN") if attempt.how == "cached" else _("after scan")


def _outcome(attempt: Try) -> tuple[str, str]:
    if attempt.seconds is None:
        return _("under way"), "mark"
    if attempt.joined:
        return _("joined"), "good"
    return (_("failed") if attempt.reason is None else attempt.reason.value), "warn"


def paint_meaning(canvas: Canvas, area: Area, scene: Scene) -> None:
    """What is happening; after a failure what happened, and what it usually means."""
    view, link = scene.view, scene.view.link
    glyphs = scene.glyphs
    if view.trouble is not None:
        row = write_text(canvas, area, f"{capital(view.trouble.title)}.", "bad", 0, glyphs)
        row = write_text(canvas, area, view.trouble.detail, "", row, glyphs)
        write_text(canvas, area, view.trouble.hint, "strong", row, glyphs)
        return
    if link is None or link.reason is None:
        row = write_text(canvas, area, state_word(link).meaning, "", 0, glyphs)
        if link is not None and link.arib_limited:
            text = _(
                "The module has used up its send time (ARIB STD-T108) and is silent until the "
                "hour has room again. Nothing is wrong; readings go on by themselves."
            )
            row = write_text(canvas, area, text, "warn", row, glyphs)
        if link is not None and link.state is LinkState.READY and row < area.height:
            write_facts(canvas, area, row, traffic_facts(scene) + round_trip_facts(scene))
        return
    style = "bad" if link.state is LinkState.FAILED else "warn"
    row = write_text(canvas, area, f"{capital(reason_title(link))}.", style, 0, glyphs)
    if link.hint:
        row = write_text(canvas, area, link.hint, "strong", row, glyphs)
    for number, cause in enumerate(CAUSES[link.reason], 1):
        if row >= area.height:
            return
        canvas.write(area.x, area.y + row, f"{number}. ", "dim")
        shifted = Area(area.x + 3, area.y, area.width - 3, area.height)
        row = write_text(canvas, shifted, cause, "", row, glyphs)
    if row < area.height:
        write_text(canvas, area, link.detail, "dim", row, glyphs)


def meaning_title(scene: Scene) -> str:
    """The title of the box with the explanation."""
    link = scene.view.link
    failed = scene.view.trouble is not None or (link is not None and link.reason is not None)
    return _("What this usually means") if failed else _("What is happening")


def paint_devices(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The module's and the meter's facts, a row each."""
    link, meter = scene.view.link, scene.view.meter
    rows: list[tuple[str, str]] = []
    if link is not None and link.module is not None:
        module = link.module
        app = f" {module.app_version}" if module.app_version else ""
        rows += [
            (_("module"), f"{module.product} {module.version}{app}".strip()),
            (_("port"), module.port),
            (_("stack"), _("dual") if module.dual_stack else _("single")),
            (_("display"), _("binary") if module.binary_display else _("hex")),
            (_("MAC"), masked_mac(module.mac)),
        ]
    else:
        rows.append((_("module"), _("not known yet")))
    if meter is not None:
        if meter.maker:
            maker = meter.maker_name or _("maker {code}").format(code=meter.maker)
            rows.append((_("meter"), maker))
        if meter.release:
            rows.append((_("release"), meter.release))
        if meter.unit_kwh is not None:
            rows.append((_("unit"), _("{n} kWh").format(n=meter.unit_kwh)))
        if meter.coefficient is not None:
            assumed = _(" (assumed)") if meter.coefficient_assumed else ""
            rows.append((_("coeff."), f"{meter.coefficient}{assumed}"))
        if meter.clock_offset is not None and abs(meter.clock_offset) >= 60:
            off = _("{n:+.0f} min against ours").format(n=meter.clock_offset / 60)
            rows.append((_("clock"), off))
    else:
        rows.append((_("meter"), _("not known yet")))
    end = area.x + area.width
    for row, (name, value) in enumerate(rows[: area.height]):
        canvas.write(area.x, area.y + row, name, "dim", end)
        room = area.width - 9
        canvas.write(area.x + 9, area.y + row, fit(value, room, scene.glyphs.ellipsis), "", end)
