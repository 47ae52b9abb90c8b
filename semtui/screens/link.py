"""Screen 2: how the link is made, where it stands, and what a failure usually means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from semtui.actions import LINK
from semtui.i18n import _
from semtui.model import LinkState
from semtui.screens.monitor import MonitorScreen
from semtui.screens.widgets.canvas import Canvas
from semtui.screens.widgets.frame import (
    Area,
    Box,
    draw_boxes,
    has_room_for_all,
    has_room_for_boxes,
)
from semtui.screens.widgets.join import (
    meaning_title,
    paint_devices,
    paint_meaning,
    paint_pana,
    paint_steps,
    paint_tries,
)
from semtui.screens.widgets.lastday import lastday_note, paint_lastday
from semtui.screens.widgets.lists import paint_wire
from semtui.screens.widgets.noise import is_listening, noise_note, paint_noise
from semtui.screens.widgets.quality import (
    air_left,
    loss_facts,
    paint_answers,
    paint_session,
    paint_sparkline,
    patience_facts,
    spark_note,
    trip_facts,
)
from semtui.screens.widgets.scan import paint_channels, paint_pans, shows_channels
from semtui.screens.widgets.scene import Scene
from semtui.screens.widgets.session import session_facts, write_facts

STEPS_HEIGHT = 10
"""Eight steps and two borders."""

ANSWERS_HEIGHT = 9
"""Seven rows about answers and session, and two borders."""

DAY_HEIGHT = 5
"""Cells, hours and letters of the last day, and two borders."""

NOISE_SECONDS = 600.0
"""So long a new ED scan has the place of the last day where there is not room for both."""

JOIN, RADIO = "join", "radio"
"""The pages: how the session is made, and how well it works."""


class LinkScreen(MonitorScreen):
    """The link: how it is made while it is made, how well it works once it stands."""

    key = LINK

    def __init__(self) -> None:
        super().__init__()
        self._swapped = ""
        """The page whose place the other one takes by hand."""

    def turn(self) -> None:
        """Show the other page, until the link's fortune changes."""
        fitting = fitting_page(self.stage.scene())
        self._swapped = "" if self._swapped == fitting else fitting

    ACTS: ClassVar[dict[str, Callable[[Any], None]]] = {"turn": turn}

    def page(self, scene: Scene) -> str:
        """The page that is shown: the one that fits the state, or the one that was chosen."""
        fitting = fitting_page(scene)
        if fitting != self._swapped:
            return fitting
        return JOIN if fitting == RADIO else RADIO

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        radio = self.page(scene) == RADIO
        if not has_room_for_boxes(width, height):
            (_draw_narrow_radio if radio else _draw_narrow)(canvas, scene)
            return
        large = has_room_for_all(width, height)
        if radio:
            boxes = _large_radio_boxes if large else _radio_boxes
        else:
            boxes = _large_boxes if large else _boxes
        draw_boxes(canvas, boxes(width, height, scene), scene)


def fitting_page(scene: Scene) -> str:
    """The page that matters now: a session that stands is watched, another one is made."""
    link = scene.view.link
    stands = link is not None and link.state in (LinkState.READY, LinkState.REAUTHENTICATING)
    return RADIO if stands and scene.view.trouble is None else JOIN


def _radio_top(width: int, scene: Scene) -> list[Box]:
    """Answers beside the session, and the last day under both."""
    left = max(38, width * 57 // 100)
    note = spark_note(scene, left - 4)
    return [
        Box(0, 0, left, ANSWERS_HEIGHT, _("Answers"), paint_answers, note),
        Box(left - 1, 0, width - left + 1, ANSWERS_HEIGHT, _("Session"), paint_session),
        Box(
            0,
            ANSWERS_HEIGHT - 1,
            width,
            DAY_HEIGHT,
            _("Last 24 hours"),
            paint_lastday,
            lastday_note(width - 4),
        ),
    ]


def _radio_boxes(width: int, height: int, scene: Scene) -> list[Box]:
    """Answers, session, last day, then the noise or what the silence means, and the serial line."""
    boxes = _radio_top(width, scene)
    y = ANSWERS_HEIGHT + DAY_HEIGHT - 2
    link = scene.view.link
    left = height - y
    if link is not None and link.arib_limited:
        third = min(left, 6)
        boxes.append(Box(0, y, width, third, meaning_title(scene), paint_meaning))
    else:
        third = min(left, 3 if scene.view.noise is None else 6)
        if left - third + 1 < 3:
            third = left
        note = noise_note(scene)
        boxes.append(Box(0, y, width, third, _("Noise, dBm"), paint_noise, note))
    wire = left - third + 1
    if wire >= 3:
        boxes.append(Box(0, y + third - 1, width, wire, _("Serial line, masked"), paint_wire))
    return boxes


def _large_radio_boxes(width: int, height: int, scene: Scene) -> list[Box]:
    """All of it: the noise with tall bars, the tries, the devices, and a long serial line."""
    boxes = _radio_top(width, scene)
    devices, noise = 42, 9
    y = ANSWERS_HEIGHT + DAY_HEIGHT - 2
    left = width - devices + 1
    lower = y + noise - 1
    link = scene.view.link
    limited = link is not None and link.arib_limited
    boxes += [
        Box(0, y, left, noise, _("Noise, dBm"), paint_noise, noise_note(scene)),
        Box(left - 1, y, devices, noise, _("Module and meter"), paint_devices),
    ]
    if limited:
        boxes.append(Box(0, lower, width, 6, meaning_title(scene), paint_meaning))
        lower += 5
        boxes.append(Box(0, lower, width, height - lower, _("Serial line, masked"), paint_wire))
        return boxes
    tries = 52
    title = _("Serial line, masked")
    return [
        *boxes,
        Box(0, lower, width - tries + 1, height - lower, title, paint_wire),
        Box(width - tries, lower, tries, height - lower, _("Joins of this run"), paint_tries),
    ]


def _boxes(width: int, height: int, scene: Scene) -> list[Box]:
    """Steps beside channels or PANA, then the PANs, the explanation and the serial line."""
    left = max(34, width * 38 // 100)
    right = width - left + 1
    failed = scene.view.link is not None and scene.view.link.reason is not None
    pans = 4
    meaning = min(8 if failed or scene.view.trouble else 5, height - STEPS_HEIGHT - pans + 1)
    wire = height - STEPS_HEIGHT - pans - meaning + 3
    if shows_noise(scene) or shows_channels(scene):
        second = _channels_box(left - 1, right, scene)
    else:
        second = Box(left - 1, 0, right, STEPS_HEIGHT, _("PANA session"), paint_pana)
    y = STEPS_HEIGHT - 1
    boxes = [
        Box(0, 0, left, STEPS_HEIGHT, _("Steps"), paint_steps),
        second,
        Box(0, y, width, pans, _("PANs"), paint_pans),
        Box(0, y + pans - 1, width, meaning, meaning_title(scene), paint_meaning),
    ]
    if wire >= 3:
        y += pans + meaning - 2
        boxes.append(Box(0, y, width, wire, _("Serial line, masked"), paint_wire))
    return boxes


def _channels_box(x: int, width: int, scene: Scene) -> Box:
    """What was found on the channels, or how noisy they are while that was just asked."""
    if shows_noise(scene):
        note = noise_note(scene)
        return Box(x, 0, width, STEPS_HEIGHT, _("Noise, dBm"), paint_noise, note)
    return Box(x, 0, width, STEPS_HEIGHT, _("Channels 33 to 60"), paint_channels)


def shows_noise(scene: Scene) -> bool:
    """Whether a noise scan was asked for, or was made a short while ago."""
    noise = scene.view.noise
    fresh = noise is not None and scene.now - noise.stamp < NOISE_SECONDS
    return fresh or is_listening(scene)


def _large_boxes(width: int, height: int, scene: Scene) -> list[Box]:
    """All of it: channels and PANA, the tries, the devices, and a long serial line."""
    left, pans = 44, 4
    right = width - left + 1
    second, third, fourth = STEPS_HEIGHT - 1, STEPS_HEIGHT + 8, STEPS_HEIGHT + 14
    tries = width - 50
    devices = 42
    wire = height - fourth
    return [
        Box(0, 0, left, STEPS_HEIGHT, _("Steps"), paint_steps),
        _channels_box(left - 1, right, scene),
        Box(0, second, 51, 10, _("PANA session"), paint_pana),
        Box(50, second, tries, 10 - pans + 1, _("Joins of this run"), paint_tries),
        Box(50, second + 10 - pans, tries, pans, _("PANs"), paint_pans),
        Box(0, third, width, 7, meaning_title(scene), paint_meaning),
        Box(0, fourth, width - devices + 1, wire, _("Serial line, masked"), paint_wire),
        Box(width - devices, fourth, devices, wire, _("Module and meter"), paint_devices),
    ]


def _draw_narrow(canvas: Canvas, scene: Scene) -> None:
    """One column: the steps while they go on, or else what is happening."""
    width, height = canvas.width, canvas.height
    area = Area(1, 0, max(1, width - 2), height)
    link = scene.view.link
    busy = link is not None and link.reason is None and link.session_since is None
    if height < 6:
        paint_meaning(canvas, area, scene)
    elif busy:
        paint_steps(canvas, area, scene)
    else:
        canvas.write(1, 0, meaning_title(scene), "title", width - 1)
        failed = link is not None and link.reason is not None
        noisy = shows_noise(scene)
        divided = height >= 9 and (noisy or not failed)
        rows = height - 5 if divided else height
        paint_meaning(canvas, Area(1, 1, area.width, rows - 1), scene)
        if divided:
            below = paint_noise if noisy else paint_pana
            below(canvas, Area(1, rows, area.width, height - rows), scene)


def _draw_narrow_radio(canvas: Canvas, scene: Scene) -> None:
    """One column of facts; the row of round trips and the last day while there is room."""
    view = scene.view
    area = Area(1, 0, max(1, canvas.width - 2), canvas.height)
    below = paint_noise if shows_noise(scene) else paint_lastday
    rows = [
        trip_facts(list(view.polls.kept)),
        [],
        loss_facts(scene),
        [*patience_facts(scene), (_("EVENT 21 01"), str(view.counts.failed), "strong")],
        session_facts(scene),
        [(_("air time"), *air_left(scene))],
    ]
    for row, facts in enumerate(rows[: area.height]):
        write_facts(canvas, area, row, facts)
    paint_sparkline(canvas, area, 1, scene)
    rest = area.height - len(rows)
    if rest > 0:
        below(canvas, Area(area.x, len(rows), area.width, rest), scene)
