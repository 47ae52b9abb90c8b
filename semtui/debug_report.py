"""What helps somebody else to see what is wrong, as text, and without a secret in it.

The route-B id and the serial numbers are left out, addresses keep their ends
only, and so much of a history as would tell the house's days is cut off.
"""

from __future__ import annotations

import platform
from dataclasses import fields
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from semtui import __version__
from semtui.echonet.frame import SMART_METER
from semtui.echonet.properties import find_property
from semtui.echonet.told import ROUTE_B_ID
from semtui.echonet.values import hex_text
from semtui.model import LinkSnapshot, PropertyValue
from semtui.property_words import access_words
from semtui.view import View

_LIBRARIES = ("textual", "pyserial", "plotext")
_HIDDEN = frozenset({ROUTE_B_ID, 0x81, 0x83, 0x8C, 0x8D})
"""Properties that may tell whose meter it is, or where."""
_MOST_BYTES = 15
"""Longer values are cut here: the head of a history, and its first row."""
_NOTICES = 20


def debug_report(view: View, at: datetime, now: float) -> str:
    """The report; `now` is the monotonic stamp of `at`. Plain ASCII, in English."""
    parts = (
        ("semtui report", _versions(view, at)),
        ("link", _link(view.link, now)),
        ("counts", _counts(view)),
        ("meter", _meter(view)),
        ("properties: code, access, age in s, bytes, name", _properties(view, now)),
        ("last notices", _notices(view)),
    )
    text = "\n".join(
        line for title, lines in parts for line in (f"[{title}]", *(lines or ["-"]), "")
    )
    return text.encode("ascii", "replace").decode()


def _versions(view: View, at: datetime) -> list[str]:
    lines = [
        f"made {at.isoformat(timespec='seconds')}",
        f"semtui {__version__}{' (demo)' if view.is_demo else ''}",
        f"python {platform.python_version()} {platform.python_implementation()}",
        f"system {platform.system()} {platform.release()} {platform.machine()}",
    ]
    for name in _LIBRARIES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} not installed")
    return lines


def _link(link: LinkSnapshot | None, now: float) -> list[str]:
    if link is None:
        return []
    lines = [f"state {link.state.value} for {now - link.since:.0f} s"]
    if link.reason is not None:
        lines.append(f"reason {link.reason.value}, attempt {link.attempt}")
    if link.session_since is not None:
        lines.append(f"session {now - link.session_since:.0f} s of {link.lifetime} s")
    module = link.module
    if module is not None:
        stack = "dual" if module.dual_stack else "single"
        display = "binary" if module.binary_display else "hex"
        lines += [
            f"module {module.product or 'unknown'} {module.version} {module.app_version}",
            f"stack {stack}, display {display}, mac ...{module.mac[-4:]}",
        ]
    if link.pan is not None:
        lqi = "unknown" if link.pan.lqi is None else f"{link.pan.lqi:02X}"
        lines.append(f"pan channel {link.pan.channel}, lqi of the scan {lqi}")
    if link.arib_limited:
        lines.append("the send-time limit is reached")
    return lines


def _counts(view: View) -> list[str]:
    counts = view.counts
    return [f"{field.name} {getattr(counts, field.name)}" for field in fields(counts)]


def _meter(view: View) -> list[str]:
    meter = view.meter
    if meter is None:
        return []
    return [
        f"maker {meter.maker} {meter.maker_name or ''}".rstrip(),
        f"release {meter.release}",
        f"unit {meter.unit_kwh} kWh",
        f"coefficient {meter.coefficient}{' assumed' if meter.coefficient_assumed else ''}",
        f"digits {meter.digits}",
        f"fault {meter.fault}",
        f"clock offset {meter.clock_offset} s",
        f"get {_codes(meter.get_map)}",
        f"set {_codes(meter.set_map)}",
        f"inf {_codes(meter.inf_map)}",
    ]


def _codes(epcs: tuple[int, ...]) -> str:
    return " ".join(f"{epc:02X}" for epc in epcs) or "unknown"


def _properties(view: View, now: float) -> list[str]:
    return [_property(view, value, now) for _epc, value in sorted(view.properties.items())]


def _property(view: View, value: PropertyValue, now: float) -> str:
    spec = find_property(SMART_METER, value.epc)
    name = "unknown" if spec is None else spec.name
    age = f"{now - value.stamp:.0f}"
    return f"{value.epc:02X} {access_words(view.meter, value.epc)} {age:>6} {_bytes(value)}  {name}"


def _bytes(value: PropertyValue) -> str:
    if value.raw is None:
        return "refused" if value.refused else "no answer"
    size = len(value.raw)
    if value.epc in _HIDDEN:
        return f"<{size} B hidden>"
    if size > _MOST_BYTES and not 0x9D <= value.epc <= 0x9F:
        return f"{hex_text(value.raw[:_MOST_BYTES])}... {size} B"
    return hex_text(value.raw)


def _notices(view: View) -> list[str]:
    """Their titles alone: details may hold paths and names of this machine."""
    pan = None if view.link is None else view.link.pan
    name = None if pan is None else f"{pan.pan_id:04X}"
    titles = [
        (notice, notice.title if name is None else notice.title.replace(name, "****"))
        for notice in list(view.notices)[-_NOTICES:]
    ]
    return [f"{notice.at:%m-%d %H:%M:%S} {notice.level.value} {title}" for notice, title in titles]
