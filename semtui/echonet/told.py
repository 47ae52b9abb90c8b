"""What came for each property, as values for whoever watches the meter's properties.

Every answer and announcement is told, whatever it was asked for. The route-B
id (C0) is starred out here, where the value is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from semtui.echonet.exchange import Answer, Notification
from semtui.echonet.frame import SMART_METER, Esv
from semtui.model import PropertyValue

ROUTE_B_ID = 0xC0


def told(answer: Answer, now: float, at: datetime) -> list[PropertyValue]:
    """What a Get brought: the values, then the refusals; nothing for other requests."""
    if answer.request.frame.esv is not Esv.GET:
        return []
    trip = answer.round_trip
    values = [
        PropertyValue(epc, _shown(epc, edt), at, now, round_trip=trip)
        for epc, edt in answer.values.items()
    ]
    refused = [
        PropertyValue(epc, None, at, now, refused=True, round_trip=trip) for epc in answer.refused
    ]
    return values + refused


def announced(
    notifications: Iterable[Notification], now: float, at: datetime
) -> list[PropertyValue]:
    """What the meter announced of itself; an announcement without data tells nothing."""
    return [
        PropertyValue(epc, _shown(epc, edt), at, now, announced=True)
        for seoj, epc, edt in notifications
        if seoj == SMART_METER and edt
    ]


def unanswered(epcs: Iterable[int], now: float, at: datetime) -> list[PropertyValue]:
    """Properties that were asked for in vain."""
    return [PropertyValue(epc, None, at, now) for epc in epcs]


def _shown(epc: int, edt: bytes) -> bytes:
    return b"*" * len(edt) if epc == ROUTE_B_ID else edt
