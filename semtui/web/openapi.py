"""The API's description (OpenAPI 3.1), served and tested against the server."""

from __future__ import annotations

from semtui import __version__
from semtui.i18n import _
from semtui.storage.export.query import Every
from semtui.web.wording import Json

_NUMBER: Json = {"type": ["number", "null"]}
_WHOLE: Json = {"type": ["integer", "null"]}
_TEXT: Json = {"type": "string"}
_DATE: Json = {"type": "string", "format": "date"}
_MAYBE_TEXT: Json = {"type": ["string", "null"]}


def description() -> Json:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "semtui",
            "version": __version__,
            "description": _("What a Japanese smart meter says, as semtui reads it."),
        },
        "paths": {
            "/inst_power": _path(
                _("The power now in watts, as a number and nothing else"),
                {"200": _text(_("Watts; negative while exporting")), "503": _text(_("Stale"))},
            ),
            "/export.csv": _path(
                _("The history as CSV, streamed: the tables of `semtui export`"),
                {"200": _content("text/csv", _TEXT, _("A header and rows; a gap is an empty cell"))}
                | _bad()
                | _no_store(),
                [
                    _query("from", _("Begin: a day, a time, epoch seconds, today, -7d or -12h")),
                    _query("to", _("End, a day to its end; the last that there is without it")),
                    _query(
                        "every",
                        _("A row for each poll, minute, half hour or day"),
                        {"type": "string", "enum": [every.value for every in Every]},
                    ),
                ],
            ),
            "/healthz": _path(
                _("Whether readings are fresh"),
                {"200": _text("fresh"), "503": _text("stale")},
                open_to_all=True,
            ),
            "/metrics": _path(_("Prometheus metrics"), {"200": _text(_("Text format"))}),
            "/api/v1/now": _path(_("The last reading, its age, and the registers"), _ok(_NOW)),
            "/api/v1/link": _path(_("The link to the meter"), _ok(_LINK)),
            "/api/v1/span": _path(
                _("From when to when there is a history"), _ok(_SPAN) | _no_store()
            ),
            "/api/v1/history": _path(
                _("Power over a range, in equal steps; null where nothing was measured"),
                _ok(_HISTORY) | _bad() | _no_store(),
                [
                    _query("from", _("Begin: ISO 8601 or epoch seconds; an hour ago without it")),
                    _query("to", _("End; now without it")),
                    _query(
                        "every",
                        _("Step: seconds, or as 30s, 5m, 1h, 1d; begins by the clock of Japan"),
                        {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhd]?$"},
                    ),
                ],
            ),
            "/api/v1/energy": _path(
                _("Energy by the meter's registers and its calendar"),
                _ok(_ENERGY) | _bad() | _no_store(),
                [
                    _query("from", _("First day"), _DATE),
                    _query("to", _("Last day; today without it"), _DATE),
                    _query(
                        "by",
                        _("A row for each half hour, day or month"),
                        {"type": "string", "enum": ["30m", "day", "month"]},
                    ),
                ],
            ),
            "/api/v1/events": _path(
                _("Server-Sent Events: reading, link, energy, half_hour, notice, reset"),
                {"200": _content("text/event-stream", _TEXT, _("A stream that does not end"))},
                [_query("last", _("The last id seen, where Last-Event-ID cannot be sent"))],
            ),
            "/api/v1/openapi.json": _path(_("This description"), _ok({"type": "object"})),
        },
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _path(
    summary: str,
    responses: Json,
    parameters: list[Json] | None = None,
    *,
    open_to_all: bool = False,
) -> Json:
    responses = dict(responses)
    responses["413"] = _problem(_("A body was sent"))
    responses["414"] = _problem(_("The address is too long"))
    responses["431"] = _problem(_("The head of the request is too long"))
    responses["421"] = _problem(_("The name in Host is not ours"))
    if not open_to_all:
        responses["401"] = _problem(_("The token is missing or wrong"))
    get: Json = {"summary": summary, "responses": responses, "parameters": parameters or []}
    get["security"] = [] if open_to_all else [{}, {"token": []}]
    return {"get": get}


def _query(name: str, what: str, schema: Json = _TEXT) -> Json:
    return {"name": name, "in": "query", "required": False, "description": what, "schema": schema}


def _content(media: str, schema: Json, what: str) -> Json:
    return {"description": what, "content": {media: {"schema": schema}}}


def _text(what: str) -> Json:
    return _content("text/plain", _TEXT, what)


def _ok(schema: Json) -> Json:
    return {"200": _content("application/json", schema, _("As it is now"))}


def _problem(what: str) -> Json:
    return _content("application/json", _ERROR, what)


def _bad() -> Json:
    return {"400": _problem(_("A parameter is wrong"))}


def _no_store() -> Json:
    return {
        "404": _problem(_("No history is kept")),
        "503": _problem(_("The history cannot be read")),
    }


def _object(**properties: Json) -> Json:
    """An object that has all of these and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _rows(of: Json) -> Json:
    return {"type": "array", "items": of}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


_ERROR = _object(error=_object(code=_TEXT, message=_TEXT))
_READING = _object(
    time=_TEXT,
    watts=_WHOLE,
    r_ampere=_NUMBER,
    t_ampere=_NUMBER,
    round_trip=_NUMBER,
    status=_TEXT,
)
_REGISTERS = _object(time=_TEXT, import_kwh=_NUMBER, export_kwh=_NUMBER, reason=_TEXT)
_HALF_HOUR = _object(time=_TEXT, import_kwh=_NUMBER, export_kwh=_NUMBER, source=_TEXT)
_NOW = _object(
    reading=_or_null(_READING),
    age=_NUMBER,
    fresh={"type": "boolean"},
    energy=_or_null(_REGISTERS),
    half_hour=_or_null(_HALF_HOUR),
    state=_MAYBE_TEXT,
    contract_ampere=_WHOLE,
    interval={"type": "number"},
    demo={"type": "boolean"},
    event={"type": "integer"},
)
_LINK: Json = {
    "type": "object",
    "properties": {"state": _MAYBE_TEXT, "counts": {"type": "object"}},
    "required": ["state", "counts", "loss", "round_trip_p50", "round_trip_p95"],
}
_SPAN = _object(first=_MAYBE_TEXT, last=_MAYBE_TEXT)
_HISTORY: Json = _object(
    **{"from": _TEXT},
    to=_TEXT,
    start={"type": "integer"},
    every={"type": "integer"},
    mean=_rows(_WHOLE),
    low=_rows(_WHOLE),
    high=_rows(_WHOLE),
)
_ENERGY = _object(
    by=_TEXT,
    rows=_rows(
        {
            "type": "object",
            "properties": {"start": _TEXT, "import_kwh": _NUMBER, "export_kwh": _NUMBER},
            "required": ["start", "import_kwh", "export_kwh"],
        }
    ),
)
