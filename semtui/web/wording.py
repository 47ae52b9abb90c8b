"""What the web view says in JSON: names, units and shapes, one place for all of its answers.

No secret has a name here: no id, no password, no address of module or meter.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from semtui.model import (
    EnergyReading,
    HalfHour,
    LinkCounts,
    LinkSnapshot,
    Notice,
    Reading,
    Update,
)
from semtui.polls import loss
from semtui.view import percentile

if TYPE_CHECKING:
    from semtui.web.live import Live

Json = dict[str, object]


def compact(value: object) -> str:
    """Return JSON in one line without blanks."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def event_of(update: Update) -> tuple[str, str] | None:
    """Return kind and data of the event that an update is; None when it is none."""
    match update:
        case Reading():
            return "reading", compact(reading_json(update))
        case LinkSnapshot():
            return "link", compact(state_json(update))
        case EnergyReading():
            return "energy", compact(energy_json(update))
        case HalfHour():
            return "half_hour", compact(half_hour_json(update))
        case Notice():
            return "notice", compact(notice_json(update))
        case _:
            return None


def reading_json(reading: Reading) -> Json:
    """A poll; a missing value is null."""
    return {
        "time": time_text(reading.at),
        "watts": reading.watts,
        "r_ampere": number(reading.r_ampere),
        "t_ampere": number(reading.t_ampere),
        "round_trip": None if reading.round_trip is None else round(reading.round_trip, 3),
        "status": reading.status.value,
    }


def energy_json(energy: EnergyReading) -> Json:
    """The registers in kWh, and why one is missing."""
    return {
        "time": time_text(energy.at),
        "import_kwh": number(energy.normal_kwh),
        "export_kwh": number(energy.reverse_kwh),
        "reason": energy.reason,
    }


def half_hour_json(slot: HalfHour) -> Json:
    """A register at a half hour, by the meter's own clock (JST)."""
    return {
        "time": slot.meter_time.isoformat() + "+09:00",
        "import_kwh": number(slot.normal_kwh),
        "export_kwh": number(slot.reverse_kwh),
        "source": slot.source.value,
    }


def notice_json(notice: Notice) -> Json:
    """Something a person should know."""
    return {
        "time": time_text(notice.at),
        "level": notice.level.value,
        "title": notice.title,
        "detail": notice.detail,
        "hint": notice.hint,
    }


def state_json(link: LinkSnapshot) -> Json:
    """Where the link stands, in words."""
    return {
        "time": time_text(link.at),
        "state": link.state.value,
        "reason": None if link.reason is None else link.reason.value,
        "title": link.title,
        "detail": link.detail,
        "hint": link.hint,
    }


def now_json(live: Live) -> Json:
    """The last power with its age, the registers, and what they belong to."""
    newest = live.newest
    age = live.age()
    return {
        "reading": None if newest.good is None else reading_json(newest.good),
        "age": None if age is None else round(age, 1),
        "fresh": live.is_fresh(),
        "energy": None if newest.energy is None else energy_json(newest.energy),
        "half_hour": None if newest.half_hour is None else half_hour_json(newest.half_hour),
        "state": None if newest.link is None else newest.link.state.value,
        "contract_ampere": live.settings.display.contract_ampere or None,
        "interval": live.settings.poll.interval,
        "demo": live.demo,
        "event": live.number,
    }


def link_json(live: Live) -> Json:
    """The link, its session, and how good it is."""
    link = live.newest.link
    now = live.clock.monotonic()
    polls = live.recent_polls().within(3600.0, now)
    trips = [poll.seconds for poll in polls if poll.seconds is not None]
    said: Json = {"state": None} if link is None else state_json(link)
    if link is not None:
        said |= {
            "in_state_seconds": round(now - link.since, 1),
            "attempt": link.attempt,
            "retry_in_seconds": _until(link.retry_at, now),
            "retry_with": link.retry_with,
            "module": None if link.module is None else link.module.product,
            "pan": None
            if link.pan is None
            else {
                "channel": link.pan.channel,
                "pan_id": f"{link.pan.pan_id:04X}",
                "lqi": link.pan.lqi,
                "rssi_dbm": None if link.pan.rssi_dbm is None else round(link.pan.rssi_dbm, 1),
                "scanned": None if link.pan.found_at is None else time_text(link.pan.found_at),
            },
            "session_seconds": None
            if link.session_since is None
            else round(now - link.session_since, 1),
            "lifetime_seconds": link.lifetime,
            "renewal_in_seconds": _until(link.reauth_at, now),
            "arib_limited": link.arib_limited,
        }
    return said | {
        "round_trip_p50": percentile(trips, 0.5),
        "round_trip_p95": percentile(trips, 0.95),
        "loss": loss(polls),
        "counts": counts_json(live.newest.counts),
    }


def counts_json(counts: LinkCounts) -> Json:
    """What became of the requests since the start."""
    return {
        "sent": counts.sent,
        "answered": counts.answered,
        "lost": counts.lost,
        "not_sent": counts.not_sent,
        "retries": counts.retries,
        "late": counts.late,
        "joins": counts.joins,
        "scans": counts.scans,
        "air_seconds": round(counts.air_seconds, 2),
    }


def time_text(at: datetime) -> str:
    """Return ISO 8601 with milliseconds and offset."""
    return at.isoformat(timespec="milliseconds")


def number(value: Decimal | None) -> float | None:
    """Return a decimal as a JSON number: of up to fifteen digits each is kept."""
    return None if value is None else float(value)


def _until(stamp: float | None, now: float) -> float | None:
    return None if stamp is None else round(max(0.0, stamp - now), 1)
