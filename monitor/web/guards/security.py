"""Headers on every answer, hosts we answer to, and proof that a form is one of our own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
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
"""What a route may choose for itself: the public badge is shown by other sites and kept by caches."""
SESSION_COOKIE = "session"
Answer = Callable[[Request, int, str], Response]
"""Makes an error answer of a status and a message, in the form the caller reads."""


class SecurityHeaders:
    """Puts :data:`HEADERS` on every answer, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _guard(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, guarded)


def _guard(headers: MutableHeaders) -> None:
    """Put the headers on; a route may only say more of caching and embedding than is usual."""
    chosen = {name: headers[name] for name in CHOSEN if name in headers}
    headers.update({**HEADERS, **chosen})


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
        return len(named) == 1 and _host_of(f"//{named[0]}") in self._hosts


def session_of(request: Request) -> str:
    """The browser's random session value; a new one when it has none yet."""
    return request.cookies.get(SESSION_COOKIE) or secrets.token_urlsafe(32)


def keep_session(request: Request, response: Response, session: str) -> None:
    """Hand the session value to the browser, which sends it back with our own forms only."""
    if request.cookies.get(SESSION_COOKIE) != session:
        response.set_cookie(
            SESSION_COOKIE, session, httponly=True, samesite="lax", path="/", secure=request.url.scheme == "https"
        )


def form_token(secret_key: str, session: str) -> str:
    """What a form of this session carries; nobody without the secret key can make it."""
    return hmac.new(secret_key.encode(), b"form:" + session.encode(), hashlib.sha256).hexdigest()


def check_form(request: Request, token: str, secret_key: str) -> None:
    """Refuse a form that is not from our own page in this browser, with 403."""
    check_origin(request)
    session = request.cookies.get(SESSION_COOKIE, "")
    if not session or not hmac.compare_digest(form_token(secret_key, session).encode(), token.encode()):
        raise HTTPException(403, "This form is not from your own session; open the page again and repeat.")


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
