"""The web view as an ASGI application: what is served at which address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from semtui.web.access import Gate
from semtui.web.assets import Assets
from semtui.web.events import Feed
from semtui.web.exports import ExportResponse, Exports
from semtui.web.gatekeeper import Gatekeeper
from semtui.web.live import Live
from semtui.web.metrics import Metrics
from semtui.web.openapi import description
from semtui.web.past import Past
from semtui.web.problems import Problem, on_failure, on_http, on_problem
from semtui.web.wording import Json, compact, link_json, now_json

Handler = Callable[[Request], Awaitable[Response]]


class WebView:
    """Everything that is served; `app` is the ASGI application."""

    def __init__(
        self, live: Live, history: Path | None, gate: Gate, refused: Callable[[str], None]
    ) -> None:
        """`history` is the store, None where none is kept; `refused` is told of each refusal."""
        self._live = live
        self._past = Past(history, live.clock.now)
        self.exports = Exports(history, live.clock.now)
        self._metrics = Metrics(live)
        self._assets = Assets()
        self.feed = Feed(live)
        get = self._route
        self.app = Starlette(
            routes=[
                get("/inst_power", self._inst_power),
                get("/api/v1/now", self._now),
                get("/api/v1/link", self._link),
                get("/api/v1/history", self._history),
                get("/api/v1/span", self._span),
                get("/api/v1/energy", self._energy),
                get("/api/v1/events", self._events),
                get("/api/v1/openapi.json", self._openapi),
                get("/export.csv", self._export),
                get("/healthz", self._healthz),
                get("/metrics", self._metrics_text),
                get("/", self._asset),
                get("/{name:path}", self._asset),
            ],
            middleware=[
                Middleware(Gatekeeper, gate=gate, refused=refused),
            ],
            exception_handlers={
                Problem: on_problem,
                HTTPException: on_http,
                Exception: on_failure,
            },
            lifespan=self._lifespan,
        )

    @staticmethod
    def _route(path: str, handler: Handler) -> Route:
        return Route(path, handler, methods=["GET"])

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self.feed.open()
        try:
            yield
        finally:
            self.feed.end_soon()

    async def _inst_power(self, _request: Request) -> Response:
        """The watts as in 2016: a number and nothing else; 503 when it is stale."""
        good = self._live.newest.good
        if good is None or not self._live.is_fresh():
            return PlainTextResponse("", 503)
        return PlainTextResponse(str(good.watts))

    async def _now(self, _request: Request) -> Response:
        return _json(now_json(self._live))

    async def _link(self, _request: Request) -> Response:
        return _json(link_json(self._live))

    async def _history(self, request: Request) -> Response:
        return _json(await self._past.history(request.query_params))

    async def _span(self, _request: Request) -> Response:
        return _json(await self._past.span())

    async def _energy(self, request: Request) -> Response:
        return _json(await self._past.energy(request.query_params))

    async def _events(self, request: Request) -> Response:
        headers = {"x-accel-buffering": "no"}
        if request.method == "HEAD":
            # A body that is not sent would never end either, and hold the connection.
            return Response(media_type="text/event-stream", headers=headers)
        last = request.headers.get("last-event-id", "") or request.query_params.get("last", "")
        return StreamingResponse(
            self.feed.stream(last), media_type="text/event-stream", headers=headers
        )

    async def _export(self, request: Request) -> Response:
        export = await self.exports.begin(request.query_params)
        if request.method == "HEAD":
            export.close()
            return Response(media_type="text/csv", headers=export.headers)
        return ExportResponse(export)

    async def _openapi(self, _request: Request) -> Response:
        return _json(description())

    async def _healthz(self, _request: Request) -> Response:
        fresh = self._live.is_fresh()
        return PlainTextResponse("fresh\n" if fresh else "stale\n", 200 if fresh else 503)

    async def _metrics_text(self, _request: Request) -> Response:
        return Response(self._metrics.text(), media_type=self._metrics.content_type)

    async def _asset(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        asset = self._assets.find(name)
        if asset is None:
            raise HTTPException(404)
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=asset.headers)
        return Response(asset.content, headers=asset.headers, media_type=asset.media_type)


def _json(value: Json) -> Response:
    return Response(compact(value), media_type="application/json")
