"""Headers on every answer, hosts we answer to, and requests that another site made the browser send."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-cache",
}
CHOSEN = ("Cache-Control", "Cross-Origin-Resource-Policy")
"""What a route may choose for itself: a page that shows a secret once is not stored, the public badge is shown by other
sites and kept by caches."""
HSTS = {"Strict-Transport-Security": "max-age=31536000"}
"""Beside them when people reach us over TLS: browsers then never ask in clear again."""
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
Answer = Callable[[Request, int, str], Response]
"""Makes an error answer of a status and a message, in the form the caller reads."""


class SecurityHeaders:
    """Puts the guarding headers on every answer, whoever made it."""

    def __init__(self, app: ASGIApp, *, is_tls: bool) -> None:
        self._app = app
        self._headers = guarding_headers(is_tls=is_tls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                chosen = {name: headers[name] for name in CHOSEN if name in headers}
                headers.update({**self._headers, **chosen})
            await send(message)

        await self._app(scope, receive, guarded)


class KnownHosts:
    """Refuses requests for a host that is not ours: they come from a rebound name or a forged header."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], answer: Answer) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when exactly one known host is named."""
        if scope["type"] == "http" and not self._is_known(Headers(scope=scope).getlist("host")):
            response = self._answer(Request(scope), 400, "This service does not answer to that host name.")
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_known(self, named: list[str]) -> bool:
        # Whatever puts an address together with this header must not get a path or a query from it.
        return len(named) == 1 and HOST.fullmatch(named[0]) is not None and _host_of(f"//{named[0]}") in self._hosts


def guarding_headers(*, is_tls: bool) -> dict[str, str]:
    """The headers that belong on every answer."""
    return {**HEADERS, **HSTS} if is_tls else HEADERS


def check_origin(request: Request) -> None:
    """Refuse a request that another site made the browser send, with 403."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise HTTPException(403, "This request comes from another site.")
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise HTTPException(403, "This request comes from another site.")


def check_own_json(request: Request) -> None:
    """JSON only, from our own site: no other page's form can send that without asking first."""
    check_origin(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send JSON, with the content type application/json.")


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
