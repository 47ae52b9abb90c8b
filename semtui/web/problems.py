"""What goes wrong with a request, as JSON: a code for programs, a sentence for people."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from semtui.i18n import _
from semtui.web.wording import compact


class Problem(Exception):
    """A request that cannot be answered with what it asks for."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def problem_response(status: int, code: str, message: str) -> Response:
    """Return `{"error": {"code": ..., "message": ...}}`."""
    body = compact({"error": {"code": code, "message": message}})
    return Response(body, status, media_type="application/json")


async def on_problem(_request: Request, error: Exception) -> Response:
    """Answer a `Problem`."""
    assert isinstance(error, Problem)
    return problem_response(error.status, error.code, error.message)


async def on_failure(_request: Request, _error: Exception) -> Response:
    """Answer what nobody expected; what it was is nothing for a stranger's eyes."""
    return problem_response(500, "failure", _("The server has failed at this; nothing else has."))


async def on_http(_request: Request, error: Exception) -> Response:
    """Answer what starlette itself refuses: an unknown path, a method that is not served."""
    assert isinstance(error, HTTPException)
    code, message = {
        404: ("not_found", _("There is nothing at this address.")),
        405: ("method_not_allowed", _("This can only be read: GET or HEAD.")),
    }.get(error.status_code, ("http", error.detail))
    answer = problem_response(error.status_code, code, message)
    answer.headers.update(error.headers or {})
    return answer
