"""The first row of every screen: the state in a word, and the facts one looks for first."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from rich.cells import cell_len

from semtui.i18n import _
from semtui.model import LinkState
from semtui.screens.widgets.canvas import LEAST_CUT, Canvas, fit
from semtui.screens.widgets.scene import Scene
from semtui.screens.wording import (
    countdown,
    duration,
    fresh_age,
    reason_title,
    stale_age,
    state_word,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A fact in the status line."""

    text: str
    style: str = "bar"
    rank: int = 5
    """1 stays longest when there is little room."""
    elastic: bool = False
    """Rather cut than left out."""


def badges(scene: Scene) -> list[Item]:
    """What is out of the ordinary, each a word of its own."""
    view = scene.view
    items = []
    if view.badge:
        items.append(Item(f" {view.badge} ", "badge_busy", 2))
    if view.bench:
        items.append(Item(_(" PING-PONG "), "badge_busy", 2))
    if view.recording:
        items.append(Item(_(" REC "), "badge_bad", 2))
    if view.held_at is not None:
        items.append(
            Item(_(" HOLD {time} ").format(time=f"{view.held_at:%H:%M:%S}"), "badge_warn", 1)
        )
    if view.link is not None and view.link.arib_limited:
        items.append(Item(_(" LIMIT "), "badge_warn", 2))
    if view.overflow:
        items.append(Item(_("{n} updates skipped").format(n=view.overflow), "bar_warn", 8))
    return items


def state_items(scene: Scene) -> list[Item]:
    """The state's word, and what belongs to this state."""
    view, link = scene.view, scene.view.link
    if view.ending:
        return [Item(_(" QUITTING "), "badge_warn", 1), Item(view.ending, rank=2)]
    if view.trouble is not None:
        items = [
            Item(_(" STOPPED "), "badge_bad", 1),
            Item(view.trouble.title, rank=3, elastic=True),
        ]
        if view.trouble.restart_at is not None:
            left = countdown(view.trouble.restart_at - scene.now)
            items.insert(1, Item(_("again in {time}").format(time=left), rank=2))
        return items
    word = state_word(link)
    items = [Item(f" {word.word} ", word.badge, 1)]
    if link is None:
        return items
    elapsed = max(0.0, scene.now - link.since)
    if link.state is LinkState.BACKOFF:
        if link.retry_at is not None:
            items.append(Item(countdown(link.retry_at - scene.now), rank=1))
        items.append(Item(reason_title(link), rank=3, elastic=True))
        if link.attempt > 1:
            items.append(Item(_("{n} times").format(n=link.attempt), rank=5))
        if link.retry_with:
            items.append(Item(_("then: {what}").format(what=link.retry_with), rank=6))
    elif link.state is LinkState.FAILED:
        items.append(Item(reason_title(link), rank=2, elastic=True))
    elif link.state is LinkState.SCANNING and view.scan is not None:
        items += _scan_items(scene)
    elif link.state in (LinkState.JOINING, LinkState.REAUTHENTICATING):
        items += _pan_items(scene)
        items.append(Item(duration(5 * (elapsed // 5)), rank=4))
    elif link.state is LinkState.READY:
        items += _pan_items(scene)
    return items


def _scan_items(scene: Scene) -> list[Item]:
    scan = scene.view.scan
    assert scan is not None
    elapsed = max(0.0, scene.now - scan.started)
    left = scan.expected - elapsed
    sweep = _("sweep {n} of {all}").format(n=scan.sweep, all=scan.sweeps)
    rest = (
        _("about {time} left").format(time=duration(5 * math.ceil(left / 5)))
        if left > 0
        else _("should be done any moment")
    )
    return [Item(sweep, rank=2), Item(f"D={scan.duration}", rank=7), Item(rest, rank=3)]


def _pan_items(scene: Scene) -> list[Item]:
    link = scene.view.link
    if link is None or link.pan is None:
        return []
    return [Item(f"{link.pan.pan_id:04X}", rank=4), Item(f"ch{link.pan.channel}", rank=6)]


def data_items(scene: Scene) -> list[Item]:
    """Round trip, share of answers, age of the last power, and the log file."""
    view = scene.view
    items = []
    if view.round_trips:
        items.append(Item(_("rtt {n:.2f}s").format(n=view.round_trips[-1]), rank=7))
    asked = view.counts.answered + view.counts.lost + view.counts.not_sent
    if asked:
        share = 100 * view.counts.answered // asked
        items.append(Item(_("ok {n}%").format(n=share), "bar" if share >= 90 else "bar_warn", 6))
    age = view.age(scene.now)
    if age is not None:
        if view.is_stale(scene.now):
            items.append(Item(_(" STALE {age} ").format(age=stale_age(age)), "badge_bad", 1))
        else:
            items.append(Item(_("data {age}").format(age=fresh_age(age)), rank=2))
    if view.storage is not None:
        items.append(
            Item(_(" CSV FAILS "), "badge_bad", 3)
            if view.storage.error
            else Item(_("csv on"), "bar_dim", 8)
        )
    elif not view.settings.storage.csv:
        items.append(Item(_("csv off"), "bar_dim", 8))
    if view.web_clients is not None:
        shown = _("http on") if not view.web_clients else _("http {n}").format(n=view.web_clients)
        items.append(Item(shown, "bar_dim", 8))
    return items


def paint_status(canvas: Canvas, scene: Scene, number: str) -> None:
    """Write row 0; the items that matter least go first when there is little room."""
    width = canvas.width
    canvas.write(0, 0, " " * width, "bar")
    items = [Item("semtui", "bar_name", 9), *state_items(scene), *badges(scene), *data_items(scene)]
    right = cell_len(number) + 2 if number and width >= 30 else 0
    while len(items) > 1 and (over := _length(items) + 2 + right - width) > 0:
        least = max(items, key=lambda item: item.rank)
        room = cell_len(least.text) - over
        if least.elastic and room >= LEAST_CUT:
            items[items.index(least)] = replace(least, text=fit(least.text, room, ".."))
        else:
            items.remove(least)
    x = 1
    limit = max(0, width - right)
    for item in items:
        x = canvas.write(x, 0, item.text, item.style, limit) + 2
    if right:
        canvas.write(width - right + 1, 0, number, "bar_dim")


def _length(items: list[Item]) -> int:
    return sum(cell_len(item.text) for item in items) + 2 * (len(items) - 1)
