"""Painters of the search for the meter: the channels, the sweep, and the PANs heard."""

from __future__ import annotations

from rich.cells import cell_len

from semtui.i18n import _
from semtui.model import LinkReason, LinkState, Pan
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scene import Scene, write_text
from semtui.screens.widgets.session import found_when
from semtui.screens.wording import masked, masked_mac, took

CHANNELS = range(33, 61)
CHANNELS_A_ROW = 14


def shows_channels(scene: Scene) -> bool:
    """Whether the channels matter more than PANA now."""
    link = scene.view.link
    if link is None:
        return False
    return link.state is LinkState.SCANNING or link.reason is LinkReason.NO_PAN


def swept(scene: Scene) -> float:
    """The share of the sweep that has passed by its formula, 0 to 1."""
    scan = scene.view.scan
    if scan is None:
        return 0.0
    if scan.finished is not None:
        return 1.0
    return min(1.0, max(0.0, (scene.now - scan.started) / max(0.1, scan.expected)))


def paint_channels(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The 28 channels as the sweep passes them, how far it is, and what the last ones found."""
    scan = scene.view.scan
    glyphs = scene.glyphs
    end = area.x + area.width
    if scan is None:
        link = scene.view.link
        text = _("No scan in this run yet.")
        if link is not None and link.from_cache:
            text = _("No scan in this run: the PAN is known from before.")
            if link.state in (LinkState.READY, LinkState.BACKOFF) and scene.view.trouble is None:
                text = _("No scan in this run: the PAN is known from before. r searches anew.")
        write_text(canvas, area, text, "dim", 0, glyphs)
        return
    share = swept(scene)
    heard = {pan.channel: pan for pan in scan.pans}
    pitch = 4 if area.width >= 4 * CHANNELS_A_ROW else 3
    for index, channel in enumerate(CHANNELS):
        x = area.x + pitch * (index % CHANNELS_A_ROW)
        y = area.y + 2 * (index // CHANNELS_A_ROW)
        canvas.write(x, y, str(channel), "dim", end)
        if channel in heard:
            lqi = heard[channel].lqi
            sign = glyphs.heard if lqi is None else f"{lqi:02X}"
            canvas.write(x, y + 1, f"{sign:>2}", "good", end)
        elif (index + 1) / len(CHANNELS) <= share:
            canvas.write(x, y + 1, f"{glyphs.silent:>2}", "dim", end)
        else:
            canvas.write(x, y + 1, f"{glyphs.unknown:>2}", "dim", end)
    row = 5 if area.height >= 7 else 4
    if row < area.height:
        _paint_progress(canvas, area, row, share, scene)
    legend = _("hex number: LQI of a beacon   {silent} silent").format(silent=glyphs.silent)
    rows = [
        _sweep_result(s.duration, len(s.pans), (s.finished or 0) - s.started)
        for s in scene.view.sweeps
        if s.finished is not None
    ]
    room = area.height - row - 1
    for index, line in enumerate(
        [*rows[-(room - 1) :], legend][:room] if room > 1 else rows[-room:]
    ):
        canvas.write(area.x, area.y + row + 1 + index, line, "dim", end)


def _paint_progress(canvas: Canvas, area: Area, row: int, share: float, scene: Scene) -> None:
    scan = scene.view.scan
    assert scan is not None
    end = area.x + area.width
    label = _("sweep {n} of {all}, D={d}").format(n=scan.sweep, all=scan.sweeps, d=scan.duration)
    x = canvas.write(area.x, area.y + row, f"{label}  ", "", end)
    tail = f" {100 * share:3.0f} %"
    width = end - x - cell_len(tail)
    if width < 4:
        return
    length = round(share * width)
    canvas.write(x, area.y + row, scene.glyphs.bar_full * length, "mark", end)
    canvas.write(x + length, area.y + row, scene.glyphs.bar_rest * (width - length), "rest", end)
    canvas.write(x + width, area.y + row, tail, "dim", end)


def _sweep_result(factor: int, pans: int, seconds: float) -> str:
    found = _("no PAN") if not pans else _("{n} PAN").format(n=pans)
    return _("sweep D={d}: {found}, {time}").format(d=factor, found=found, time=took(seconds))


def known_pans(scene: Scene) -> list[Pan]:
    """The PANs of the last sweep that heard any, or the one that is used."""
    view = scene.view
    if view.scan is not None and view.scan.pans:
        return list(view.scan.pans)
    for sweep in reversed(view.sweeps):
        if sweep.pans:
            return list(sweep.pans)
    return [view.link.pan] if view.link is not None and view.link.pan is not None else []


def paint_pans(canvas: Canvas, area: Area, scene: Scene) -> None:
    """The networks that were heard; an arrow at ours."""
    pans = known_pans(scene)
    end = area.x + area.width
    wide = area.width >= 72
    if not pans:
        text = _("none yet") if scene.view.scan is None else _("none heard so far")
        canvas.write(area.x, area.y, text, "dim", end)
        return
    mhz = _("freq MHz") if wide else ""
    head = f"  {_('ch'):<4}{mhz:<10}" if wide else f"  {_('ch'):<4}"
    head += f"{_('PAN'):<6}{_('MAC'):<16}{_('pair id'):<10}{_('LQI'):<5}{_('dBm'):<7}"
    head += f"{_('heard')}"
    canvas.write(area.x, area.y, head, "dim", end)
    link = scene.view.link
    ours = link.pan if link is not None else None
    for row, pan in enumerate(pans[: max(0, area.height - 1)], 1):
        mine = ours is not None and (pan.mac, pan.pan_id) == (ours.mac, ours.pan_id)
        lqi = "--" if pan.lqi is None else f"{pan.lqi:02X}"
        dbm = "--" if pan.rssi_dbm is None else f"{pan.rssi_dbm:.1f}"
        line = f"{scene.glyphs.arrow if mine else ' '} {pan.channel:<4}"
        line += f"{pan.frequency_mhz:<10.1f}" if wide else ""
        line += f"{pan.pan_id:04X}  {masked_mac(pan.mac):<16}{masked(pan.pairing_id):<10}"
        line += f"{lqi:<5}{dbm:<7}{pan.seen}x {found_when(scene, pan)}"
        canvas.write(area.x, area.y + row, line, "strong" if mine else "", end)
