"""Screen 2: how the link is made, where it stands, and what a failure usually means."""

from __future__ import annotations

from semtui.actions import LINK
from semtui.i18n import _
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
from semtui.screens.widgets.lists import paint_wire
from semtui.screens.widgets.scan import paint_channels, paint_pans, shows_channels
from semtui.screens.widgets.scene import Scene

FRAMED_WIDTH, FRAMED_HEIGHT = 64, 18
"""Boxes are drawn from this size of the board on."""

LARGE_WIDTH, LARGE_HEIGHT = 104, 30
"""From this size on everything is shown at once."""

STEPS_HEIGHT = 10
"""Eight steps and two borders."""


class LinkScreen(MonitorScreen):
    """The link, in three layouts by size."""

    key = LINK

    def draw(self, canvas: Canvas, scene: Scene) -> None:
        width, height = canvas.width, canvas.height
        if not has_room_for_boxes(width, height):
            _draw_narrow(canvas, scene)
            return
        boxes = _large_boxes if has_room_for_all(width, height) else _boxes
        draw_boxes(canvas, boxes(width, height, scene), scene)


def _boxes(width: int, height: int, scene: Scene) -> list[Box]:
    """Steps beside channels or PANA, then the PANs, the explanation and the serial line."""
    left = max(34, width * 38 // 100)
    right = width - left + 1
    failed = scene.view.link is not None and scene.view.link.reason is not None
    pans = 4
    meaning = min(8 if failed or scene.view.trouble else 5, height - STEPS_HEIGHT - pans + 1)
    wire = height - STEPS_HEIGHT - pans - meaning + 3
    if shows_channels(scene):
        second = Box(left - 1, 0, right, STEPS_HEIGHT, _("Channels 33 to 60"), paint_channels)
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
        Box(left - 1, 0, right, STEPS_HEIGHT, _("Channels 33 to 60"), paint_channels),
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
        with_pana = height >= 9 and not failed
        rows = height - 5 if with_pana else height
        paint_meaning(canvas, Area(1, 1, area.width, rows - 1), scene)
        if with_pana:
            paint_pana(canvas, Area(1, rows, area.width, height - rows), scene)
