"""Addresses that mean one thing to a proxy and another to us, and headers that are there twice, are refused."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.web.guards.security import Answer

LONGEST_PATH, LONGEST_QUERY = 2048, 8192
ONLY_ONCE = frozenset(
    (b"host", b"content-type", b"content-length", b"origin", b"authorization", b"idempotency-key", b"sec-fetch-site")
)
"""Headers of which two could be read as either."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HIDDEN = re.compile(rb"%2f|%5c|\\", re.IGNORECASE)


class PlainAddresses:
    """Lets through only requests whose address and headers can be read in one way."""

    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with what is wrong."""
        if scope["type"] != "http" or (refusal := _refusal(scope)) is None:
            await self._app(scope, receive, send)
            return
        status, message = refusal
        await self._answer(Request(scope), status, message)(scope, receive, send)


def _refusal(scope: Scope) -> tuple[int, str] | None:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return 414, f"The address is too long: {LONGEST_PATH} bytes of path and {LONGEST_QUERY} of query are taken."
    if not path.startswith(b"/") or path.startswith(b"//"):
        return 400, "The address must begin with one slash."
    if _HIDDEN.search(path):
        return 400, "The path holds an encoded slash or a backslash."
    segments, parameters = _text(path), _text(query)
    if segments is None or parameters is None or _CONTROL.search(segments) or "\0" in parameters:
        return 400, "The address holds control characters, or is not UTF-8."
    if {".", ".."} & set(segments.split("/")):
        return 400, "The path holds dot segments."
    names = [name.lower() for name, _ in scope["headers"] if name.lower() in ONLY_ONCE]
    if twice := sorted({name.decode() for name in names if names.count(name) > 1}):
        return 400, f"The request has more than one header {', '.join(twice)}."
    return None


def _text(part: bytes) -> str | None:
    try:
        return unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        return None
