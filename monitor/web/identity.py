"""Who is asking. What is done on pages and in the API is done under this name."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import Depends, HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.domain.access import Identity, Role


class Access(Protocol):
    """Tells who is asking; None for somebody nobody knows."""

    def identify(self, request: Request) -> Identity | None:
        """Who sent this request."""
        ...


class OpenAccess:
    """Whoever reaches the pages is the same person and may do everything: for the demo, on loopback."""

    def __init__(self, name: str) -> None:
        self._identity = Identity(name=name, role=Role.ADMIN)

    def identify(self, request: Request) -> Identity | None:
        """The one person there is."""
        del request
        return self._identity


class Identifying:
    """Puts down who is asking before the application sees the request."""

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its identity."""
        if scope["type"] == "http":
            scope["identity"] = self._access.identify(Request(scope))
        await self._app(scope, receive, send)


def identity_of(request: Request) -> Identity:
    """Who is asking; 401 for somebody nobody knows."""
    identity = request.scope.get("identity")
    if not isinstance(identity, Identity):
        raise HTTPException(401, "Sign in first.")
    return identity


Who = Annotated[Identity, Depends(identity_of)]
"""The parameter of a route that needs a name."""
