"""Every error in one shape: ``{"error": {"code", "message"}}`` for programs, a page with the message for people."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.domain.review import Refused
from monitor.web.guards.security import guarding_headers
from monitor.web.pages.rendering import Renderer

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    409: "refused",
    412: "changed_meanwhile",
    413: "too_large",
    414: "too_long",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
    500: "internal_error",
    503: "unavailable",
}
MESSAGES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    500: "Something went wrong here; nothing was changed. The log of the service has the details.",
    503: "The service cannot reach its database now; try again in a minute.",
}
"""What is said where the framework gives no better words; a detail of our own always wins."""
_FRAMEWORK_WORDS = frozenset({"Not Found", "Method Not Allowed"})


class Answering:
    """Makes error answers; the API gets JSON, everything else a page."""

    def __init__(self, renderer: Renderer, *, is_tls: bool) -> None:
        self._renderer = renderer
        self._headers = guarding_headers(is_tls=is_tls)

    def register(self, app: FastAPI, unavailable: tuple[type[Exception], ...]) -> None:
        """Make these the answers to every error of ``app``."""
        app.add_exception_handler(HTTPException, self._http)
        app.add_exception_handler(RequestValidationError, self._invalid)
        app.add_exception_handler(Refused, self._refused)
        for kind in unavailable:
            app.add_exception_handler(kind, self._unavailable)
        app.add_exception_handler(Exception, self._broken)

    def answer(self, request: Request, status: int, message: str) -> Response:
        """An error answer in the form the caller reads."""
        if request.scope["path"].startswith("/api/"):
            return JSONResponse(problem(status, message), status_code=status)
        return self._renderer.page(request, "error.html", status=status, message=message)

    def _http(self, request: Request, error: Exception) -> Response:
        status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
        message = MESSAGES.get(status, detail) if detail in _FRAMEWORK_WORDS else detail
        response = self.answer(request, status, message)
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    def _invalid(self, request: Request, error: Exception) -> Response:
        problems = error.errors() if isinstance(error, RequestValidationError) else []
        return self.answer(request, 422, "; ".join(map(_in_words, problems)) or "The request cannot be read.")

    def _refused(self, request: Request, error: Exception) -> Response:
        return self.answer(request, 409, str(error))

    def _unavailable(self, request: Request, error: Exception) -> Response:
        del error  # It may name the database; the operator reads it in the log, not the visitor.
        return self.unavailable(request)

    def unavailable(self, request: Request) -> Response:
        """The answer while the database cannot be reached."""
        response = self.answer(request, 503, MESSAGES[503])
        response.headers["Retry-After"] = "60"
        return response

    def _broken(self, request: Request, error: Exception) -> Response:
        """For a bug. It is made outside of all middleware, so it puts the headers on by itself."""
        del error  # The server logs it.
        response = self.answer(request, 500, MESSAGES[500])
        response.headers.update(self._headers)
        return response


def problem(status: int, message: str) -> dict[str, dict[str, str]]:
    """The one shape of every JSON error."""
    return {"error": {"code": CODES.get(status, "error"), "message": message}}


def _in_words(found: dict[str, Any]) -> str:
    """One thing wrong with a request; what was sent is not repeated."""
    place = ".".join(str(part) for part in found.get("loc", ()) if part != "body")
    words = str(found.get("msg", "not valid")).removeprefix("Value error, ")
    return f"{place}: {words}" if place else words
