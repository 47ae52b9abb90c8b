"""Middleware that stands before every answer: host, token, method, size; and the headers after.

Refusals are told by their kind alone: neither path nor token stands in a log.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semtui.i18n import _
from semtui.web.access import COOKIE, Gate, bearer_of, cookie_of
from semtui.web.limits import MOST_HEADER_BYTES
from semtui.web.problems import problem_response

COOKIE_SECONDS = 400 * 86_400
"""The longest that browsers keep one."""
LONGEST_TARGET = 2000
"""Bytes of path and query."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
SAFETY = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_OPEN = frozenset({"/healthz"})
"""What may be seen without the token: it says yes or no, and no number."""


class Gatekeeper:
    """Lets a request through, or answers it itself."""

    def __init__(self, app: ASGIApp, gate: Gate, refused: Callable[[str], None]) -> None:
        """`refused` is told why a request was refused, in a sentence."""
        self._app = app
        self._gate = gate
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFETY.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send_safely)
        else:
            await self._app(scope, receive, send_safely)

    def _refusal(self, scope: Scope) -> Response | None:
        """What to answer in place of the application; None: let it through."""
        headers = Headers(scope=scope)
        if not self._gate.answers_to(headers.get("host", "")):
            self._refused(_("A request came under a name that is not ours."))
            return problem_response(
                421,
                "wrong_host",
                _("This server does not answer to that name; call it by its address."),
            )
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_TARGET:
            return problem_response(414, "too_long", _("The address is too long."))
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
            return problem_response(431, "head", _("The head of the request is too long."))
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            return problem_response(413, "body", _("Nothing can be sent to this server."))
        if scope["path"] in _OPEN:
            return None
        offered = _token_in(scope["query_string"])
        if offered and scope["path"] == "/" and self._gate.token is not None:
            return self._first_visit(offered)
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        if self._gate.admits(cookie, bearer_of(headers)):
            return None
        self._refused(_("A request came without the token, or with a wrong one."))
        return self._no_entry(Request(scope))

    def _first_visit(self, offered: str) -> Response:
        """Exchange the token in the address for a cookie, and take it out of the address bar."""
        if not self._gate.knows(offered):
            self._refused(_("A request came with a wrong token."))
            return problem_response(401, "wrong_token", _no_token())
        assert self._gate.token is not None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            cookie_of(self._gate.token),
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="strict",
        )
        return answer

    def _no_entry(self, request: Request) -> Response:
        answer = problem_response(401, "no_token", _no_token())
        if "text/html" in request.headers.get("accept", ""):
            answer = Response(
                f"<!doctype html><meta charset=utf-8><title>semtui</title><p>{_no_token()}</p>",
                401,
                media_type="text/html",
            )
        answer.headers["www-authenticate"] = "Bearer"
        return answer


def _no_token() -> str:
    return _("A token is needed: open the address, or scan the QR code, that semtui shows.")


def _token_in(query: bytes) -> str:
    """The token in the query; empty where there is none."""
    try:
        fields = parse_qs(query.decode("latin-1"), max_num_fields=50)
    except ValueError:
        return ""
    return fields.get("token", [""])[0]
