"""The gate before all routes: who is asking, and whether the table lets them."""

from __future__ import annotations

import structlog
from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.domain.access import Identity, Means
from monitor.web.access.returning import sign_in_address
from monitor.web.access.routes import GuardedRoutes
from monitor.web.errors import Answering
from monitor.web.guards.forms import CSRF_HEADER, Forms
from monitor.web.identity import Access

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BY_BROWSER = frozenset({Means.SESSION, Means.PROXY})
"""Means that a browser brings along by itself, whoever made it send the request."""
log = structlog.get_logger()


class Gate:
    """Lets a request through to a route that the table opens to whoever sent it.

    Where there is no route, only somebody known is told so. An unsafe request to the API that rests on a browser's
    session brings the session's form token in a header; forms on pages are checked by their routes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        routes: GuardedRoutes,
        forms: Forms,
        answering: Answering,
        unavailable: tuple[type[Exception], ...],
    ) -> None:
        self._app = app
        self._access = access
        self._routes = routes
        self._forms = forms
        self._answering = answering
        self._unavailable = unavailable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its identity, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # There are no routes of another kind.
            return
        request = Request(scope)
        scope["session"] = request.cookies.get(self._forms.cookie, "")
        try:
            identity = await run_in_threadpool(self._access.identify, request)
        except self._unavailable:
            await self._answering.unavailable(request)(scope, receive, send)
            return
        scope["identity"] = identity
        refusal = self._refusal(request, identity)
        await (refusal or self._app)(scope, receive, send)
        if identity is not None:
            await self._note(identity)

    def _refusal(self, request: Request, identity: Identity | None) -> Response | None:
        """The answer to who may not go on; None for who may."""
        route = self._routes.find(request.method, request.scope["path"])
        if route is not None and route.needs is None:
            return None
        if identity is None:
            return self._who_are_you(request)
        if route is None or route.needs is None:
            return None  # The application says that there is nothing here.
        if because := route.needs.refusal(identity):
            return self._answering.answer(request, 403, because)
        return self._forged(request, identity)

    def _who_are_you(self, request: Request) -> Response:
        if not request.scope["path"].startswith("/api/"):
            return RedirectResponse(sign_in_address(request), status_code=303)
        has_token = "authorization" in request.headers
        message = "This token is unknown, expired or revoked." if has_token else "Send a token, or sign in."
        response = self._answering.answer(request, 401, message)
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if has_token else "Bearer"
        return response

    def _forged(self, request: Request, identity: Identity) -> Response | None:
        is_safe = request.method in SAFE or not request.scope["path"].startswith("/api/")
        if is_safe or identity.means not in BY_BROWSER:
            return None
        try:
            self._forms.check(request, request.headers.get(CSRF_HEADER, ""))
        except HTTPException:
            because = f"A browser's session needs its form token in {CSRF_HEADER} here; programs send a token."
            return self._answering.answer(request, 403, because)
        return None

    async def _note(self, identity: Identity) -> None:
        """After the answer, so that nobody waits for the database's write lock."""
        try:
            await run_in_threadpool(self._access.note_use, identity)
        except self._unavailable as error:
            log.warning("access.use_not_noted", error=str(error))
