"""Painter of the noise on each channel, as an ED scan heard it."""

from __future__ import annotations

from semtui.i18n import _
from semtui.model import NoiseScan, rssi_dbm
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.scan import CHANNELS
from semtui.screens.widgets.scene import Scene, write_text
from semtui.screens.widgets.session import Fact, write_facts
from semtui.screens.wording import duration

QUIET_DBM, LOUD_DBM = -105.0, -35.0
"""What an empty and a full bar stand for; the module's curve reaches from -104 to -34."""

LABEL_WIDTH = 5
LISTEN_SECONDS = 60.0
"""An ED scan that was asked for longer ago than this will not come any more."""


def is_listening(scene: Scene) -> bool:
    """Whether an ED scan was asked for and its result is still to come."""
    asked = scene.view.noise_asked
    return asked is not None and scene.now - asked < LISTEN_SECONDS


def noise_note(scene: Scene) -> str:
    """When the scan was made, and how long ago that is."""
    noise = scene.view.noise
    if noise is None:
        return ""
    day = "" if noise.at.date() == scene.wall.date() else f"{noise.at:%d %b} "
    age = scene.now - noise.stamp
    words = _("under 1 min") if age < 60 else duration(age)
    return _("ED scan of {day}{time}, {age} ago").format(
        day=day, time=f"{noise.at:%H:%M}", age=words
    )


def own_channel(scene: Scene) -> int | None:
    """The channel of the PAN that is used."""
    link = scene.view.link
    return None if link is None or link.pan is None else link.pan.channel


def noise_facts(noise: NoiseScan, own: int | None) -> list[Fact]:
    """The own channel's noise, and where it is quietest and loudest."""
    levels = dict(noise.levels)
    if not levels:
        return [("", _("the scan told nothing"), "dim")]
    facts: list[Fact] = []
    if own in levels:
        value = _("{dbm:.0f} dBm").format(dbm=rssi_dbm(levels[own]))
        facts.append((_("own channel {n}").format(n=own), value, "mark"))
    for word, channel in (
        (_("quietest {n}"), min(levels, key=lambda n: levels[n])),
        (_("loudest {n}"), max(levels, key=lambda n: levels[n])),
    ):
        value = _("{dbm:.0f} dBm").format(dbm=rssi_dbm(levels[channel]))
        facts.append((word.format(n=channel), value, "strong"))
    return facts


def paint_noise(canvas: Canvas, area: Area, scene: Scene) -> None:
    """A bar a channel, with a line of words above and the channels below."""
    noise = scene.view.noise
    if is_listening(scene):
        words = _("Listening on channels 33 to 60; readings pause for some seconds.")
        write_text(canvas, area, words, "mark", 0, scene.glyphs)
    elif noise is not None:
        write_facts(canvas, area, 0, noise_facts(noise, own_channel(scene)))
    else:
        words = _("Not listened yet: e does it. Readings pause for some seconds meanwhile.")
        if scene.view.played:
            words = _("No noise scan has been recorded so far.")
        write_text(canvas, area, words, "dim", 0, scene.glyphs)
    if noise is not None and area.height >= 2:
        bars = Area(area.x, area.y + 1, area.width, area.height - 1)
        paint_bars(canvas, bars, noise, own_channel(scene), scene)


def paint_bars(canvas: Canvas, area: Area, noise: NoiseScan, own: int | None, scene: Scene) -> None:
    """The bars; the own channel's has an arrow and its number below."""
    labelled = area.width >= LABEL_WIDTH + 2 * len(CHANNELS)
    left = area.x + (LABEL_WIDTH if labelled else 0)
    room = area.width - (left - area.x)
    pitch = max(1, min(4, room // len(CHANNELS)))
    rows = area.height - 1 if area.height > 1 else 1
    end = area.x + area.width
    if labelled:
        canvas.write(area.x, area.y, f"{LOUD_DBM:.0f}", "dim", end)
        if rows > 1:
            canvas.write(area.x, area.y + rows - 1, f"{QUIET_DBM:.0f}", "dim", end)
    levels = scene.glyphs.levels
    for channel, lqi in noise.levels:
        if channel not in CHANNELS:
            continue
        x = left + pitch * CHANNELS.index(channel)
        share = (rssi_dbm(lqi) - QUIET_DBM) / (LOUD_DBM - QUIET_DBM)
        lit = max(1, round(min(1.0, max(0.0, share)) * rows * len(levels)))
        style = "mark" if channel == own else "imports"
        for row in range(rows):
            part = min(len(levels), lit - row * len(levels))
            if part > 0:
                y = area.y + rows - 1 - row
                canvas.write(x, y, levels[part - 1] * max(1, pitch - 1), style, end)
    if area.height > rows:
        _write_channels(canvas, left, area.y + rows, pitch, own, end)


def _write_channels(
    canvas: Canvas, left: int, y: int, pitch: int, own: int | None, end: int
) -> None:
    """The channels' numbers where they have room; an arrow points at the own one."""
    every = next(n for n in (1, 2, 3, 6) if n * pitch >= 4)
    for channel in CHANNELS[::every]:
        # A number has two cells and a blank, the own channel's another cell for its arrow.
        if own is None or not -3 < pitch * (channel - own) < 4:
            canvas.write(left + pitch * CHANNELS.index(channel), y, str(channel), "dim", end)
    if own is not None and own in CHANNELS:
        canvas.write(left + pitch * CHANNELS.index(own), y, f"^{own}", "mark", end)
