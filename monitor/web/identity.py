"""Who is asking. What is done on pages and in the API is done under this name."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import Depends, HTTPException
from starlette.requests import Request

from monitor.domain.access import Identity, Role


class Access(Protocol):
    """Tells who is asking; None for somebody nobody knows."""

    def identify(self, request: Request) -> Identity | None:
        """Who sent this request."""
        ...

    def note_use(self, identity: Identity) -> None:
        """Remember, after the answer, that somebody was here."""
        ...


class OpenAccess:
    """Whoever reaches the pages is the same person and may do everything: for the demo, on loopback."""

    def __init__(self, name: str) -> None:
        self._identity = Identity(name=name, role=Role.ADMIN)

    def identify(self, request: Request) -> Identity | None:
        """The one person there is."""
        del request
        return self._identity

    def note_use(self, identity: Identity) -> None:
        """Nothing to remember."""


def identity_of(request: Request) -> Identity:
    """Who is asking; 401 for somebody nobody knows."""
    identity = request.scope.get("identity")
    if not isinstance(identity, Identity):
        raise HTTPException(401, "Sign in first.", headers={"WWW-Authenticate": "Bearer"})
    return identity


Who = Annotated[Identity, Depends(identity_of)]
"""The parameter of a route that needs a name."""
