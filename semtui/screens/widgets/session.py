"""Painters about the link that stands: the session, the traffic, the log, the devices."""

from __future__ import annotations

from pathlib import PurePath

from rich.cells import cell_len

from semtui.i18n import _
from semtui.model import BackfillState, LinkState, Pan, rssi_dbm
from semtui.screens.widgets.canvas import LEAST_CUT, Canvas, Run, fit
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene, write_text
from semtui.screens.wording import countdown, duration, reason_title, state_word
from semtui.view import percentile

GAP = 3
"""Cells between two facts on a row."""


Fact = tuple[str, str, str]
"""Its name, its value, and the value's style."""


def write_facts(canvas: Canvas, area: Area, row: int, facts: list[Fact]) -> None:
    """Write facts behind one another on a row; the first that does not fit is cut, and ends it."""
    x, end = area.x, area.x + area.width
    for name, value, style in facts:
        if not value:
            continue
        length = cell_len(name) + cell_len(value) + (1 if name else 0)
        if x + length > end:
            room = end - x - (cell_len(name) + 1 if name else 0)
            if room < LEAST_CUT:
                break
            value = fit(value, room, "..")
        runs: list[Run] = [(f"{name} ", "dim")] if name else []
        x = canvas.write_runs(x, area.y + row, [*runs, (value, style)], end) + GAP


def session_facts(scene: Scene) -> list[Fact]:
    """How old the session is and when it is renewed; or what is in its place."""
    view, link = scene.view, scene.view.link
    if view.trouble is not None:
        return [("", view.trouble.title, "bad"), ("", view.trouble.hint, "")]
    if link is None:
        return [("", state_word(None).meaning, "")]
    if link.state in (LinkState.BACKOFF, LinkState.FAILED):
        style = "warn" if link.state is LinkState.BACKOFF else "bad"
        facts = [("2", _("what to do"), "strong")]
        if link.retry_at is not None:
            left = countdown(link.retry_at - scene.now)
            facts.insert(0, (_("next try in {time}:").format(time=left), link.retry_with, "strong"))
        return [*facts, ("", reason_title(link), style)]
    if link.state is not LinkState.READY or link.session_since is None:
        word = state_word(link)
        return [("", word.word.lower(), "strong"), ("", word.meaning.split(". ")[0], "dim")]
    facts = [(_("session"), duration(scene.now - link.session_since), "strong")]
    if link.arib_limited:
        facts.insert(0, ("", _("send limit reached: the module is silent for a while"), "warn"))
    if link.reauth_at is not None:
        facts.append((_("renewal at"), scene.clock_at(link.reauth_at), "strong"))
    return [*facts, *backfill_facts(scene)]


def backfill_facts(scene: Scene) -> list[Fact]:
    """How far the reading of the meter's memory is; nothing when it does not go on."""
    backfill = scene.view.backfill
    if backfill is None or backfill.state is not BackfillState.RUNNING:
        return []
    value = _("{done}/{all} days").format(done=backfill.done, all=backfill.wanted)
    return [(_("history"), value, "strong")]


def traffic_facts(scene: Scene) -> list[Fact]:
    """What became of the requests of this run."""
    counts = scene.view.counts
    facts = [
        (_("sent"), str(counts.sent), "strong"),
        (_("ok"), str(counts.answered), "strong"),
        (_("lost"), str(counts.lost), "warn" if counts.lost else "strong"),
    ]
    if counts.not_sent:
        facts.append((_("not sent"), str(counts.not_sent), "warn"))
    return facts


def round_trip_facts(scene: Scene) -> list[Fact]:
    """Median and 95th percentile of the last round trips."""
    trips = scene.view.round_trips
    median, high = percentile(trips, 0.5), percentile(trips, 0.95)
    if median is None or high is None:
        return []
    return [
        (_("rtt median"), f"{median:.2f}", "strong"),
        (_("p95"), _("{n:.2f} s").format(n=high), "strong"),
    ]


def quality_facts(scene: Scene) -> list[Fact]:
    """Radio quality, live where the module tells it, else from the scan with its date."""
    link = scene.view.link
    if link is None:
        return []
    if link.live_lqi is not None:
        value = f"{link.live_lqi:02X}  {rssi_dbm(link.live_lqi):.1f} dBm"
        return [(_("LQI now"), value, "strong")]
    pan = link.pan
    if pan is None or pan.lqi is None or pan.rssi_dbm is None:
        return []
    value = f"LQI {pan.lqi:02X}  {pan.rssi_dbm:.1f} dBm"
    return [(_("scan"), value, "strong"), ("", found_when(scene, pan), "dim")]


def found_when(scene: Scene, pan: Pan) -> str:
    """The date of the scan that a link quality comes from; it is not live."""
    if pan.found_at is None:
        return _("at an unknown time")
    if pan.found_at.date() == scene.wall.date():
        return _("at {time}").format(time=f"{pan.found_at:%H:%M}")
    return _("on {date}").format(date=f"{pan.found_at:%d %b %H:%M}")


def log_facts(scene: Scene) -> list[Fact]:
    """Where the readings go."""
    storage = scene.view.storage
    if storage is None:
        if scene.view.played:
            return [(_("csv"), _("none: a recording is shown"), "dim")]
        if scene.view.settings.storage.csv:
            return [(_("csv"), _("begins with the first reading"), "dim")]
        return [(_("csv"), _("off: readings are only shown"), "warn")]
    name = PurePath(storage.path).name
    if storage.error:
        facts = [(_("csv"), _("cannot be written"), "bad"), ("", storage.error, "bad")]
        facts.append((_("waiting"), str(storage.pending), "warn"))
        if storage.dropped:
            facts.append((_("dropped"), str(storage.dropped), "bad"))
        return facts
    facts = [(_("csv"), name, "strong"), (_("rows"), str(storage.rows), "strong")]
    if storage.pending:
        facts.append((_("waiting"), str(storage.pending), "warn"))
    return facts


def paint_link_summary(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The link and the log in two rows."""
    ready = scene.view.link is not None and scene.view.link.state is LinkState.READY
    first = session_facts(scene)
    if ready and scene.view.trouble is None:
        first += traffic_facts(scene) + round_trip_facts(scene)
    write_facts(canvas, area, 0, first)
    write_facts(canvas, area, 1, log_facts(scene))


def paint_link(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The link in up to five rows."""
    rows = [
        session_facts(scene),
        traffic_facts(scene),
        round_trip_facts(scene),
        pan_facts(scene),
        quality_facts(scene),
    ]
    for row, facts in enumerate([facts for facts in rows if facts][: area.height]):
        write_facts(canvas, area, row, facts)


def pan_facts(scene: Scene) -> list[Fact]:
    """The PAN that is joined, and where its channel lies."""
    link = scene.view.link
    if link is None or link.pan is None:
        return []
    pan = link.pan
    return [
        (_("PAN"), f"{pan.pan_id:04X}", "strong"),
        (_("channel"), str(pan.channel), "strong"),
        ("", _("{n:.1f} MHz").format(n=pan.frequency_mhz), "dim"),
        ("", _("from the cache") if link.from_cache else _("from a scan"), "dim"),
    ]


def paint_log(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The log file, and what is known of the meter."""
    storage = scene.view.storage
    if storage is not None and storage.error:
        write_facts(canvas, area, 0, [(_("csv"), _("cannot be written"), "bad")])
        row = write_text(canvas, area, storage.error, "bad", 1, scene.glyphs)
        write_facts(canvas, area, row, log_facts(scene)[2:])
        return
    write_facts(canvas, area, 0, log_facts(scene))
    row = 1
    if storage is not None:
        folder = str(PurePath(storage.path).parent)
        if cell_len(folder) + 3 <= area.width:
            write_facts(canvas, area, 1, [(_("in"), folder, "")])
            row = 2
    for facts in (meter_facts(scene), slot_facts(scene), module_facts(scene)):
        if facts and row < area.height:
            write_facts(canvas, area, row, facts)
            row += 1


def meter_facts(scene: Scene) -> list[Fact]:
    """Who made the meter, and how it counts."""
    meter = scene.view.meter
    if meter is None:
        return []
    facts = []
    if meter.maker:
        facts.append((_("meter"), meter.maker_name or meter.maker, "strong"))
    if meter.unit_kwh is not None:
        facts.append((_("unit"), _("{n} kWh").format(n=meter.unit_kwh), "strong"))
    if meter.coefficient is not None:
        assumed = _(" (assumed)") if meter.coefficient_assumed else ""
        facts.append((_("coefficient"), f"{meter.coefficient}{assumed}", "strong"))
    if meter.fault:
        facts.insert(0, ("", _("the meter reports a fault"), "bad"))
    return facts


def slot_facts(scene: Scene) -> list[Fact]:
    """The last half-hour register."""
    slot = scene.view.half_hour
    if slot is None or slot.normal_kwh is None:
        return []
    value = fit(_("{n} kWh").format(n=slot.normal_kwh), 16)
    return [(_("{time} value").format(time=f"{slot.meter_time:%H:%M}"), value, "strong")]


def module_facts(scene: Scene) -> list[Fact]:
    """The module and its port."""
    link = scene.view.link
    if link is None or link.module is None:
        return []
    module = link.module
    return [
        (_("module"), f"{module.product} {module.version}".strip(), "strong"),
        ("", _("dual stack") if module.dual_stack else _("single stack"), "dim"),
        (_("on"), module.port, ""),
    ]
