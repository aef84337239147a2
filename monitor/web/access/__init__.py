"""Who may come in: the table of routes, the gate before them, and the pages of accounts."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.access import own, people, person, signing, tokens
from monitor.web.access.accounted import AccountAccess
from monitor.web.access.gate import Gate
from monitor.web.access.routes import GuardedRoutes, UnguardedRoutes
from monitor.web.access.working import Hashing
from monitor.web.guards.forms import Forms
from monitor.web.pages.rendering import Renderer

__all__ = ["AccountAccess", "Gate", "GuardedRoutes", "UnguardedRoutes", "router"]


def router(access: AccountAccess, renderer: Renderer, forms: Forms) -> APIRouter:
    """The pages of accounts."""
    pages = APIRouter(include_in_schema=False)
    hashing = Hashing()
    signing.register(pages, access, renderer, forms, hashing)
    own.register(pages, access, renderer, forms, hashing)
    people.register(pages, access, renderer, hashing)
    person.register(pages, access, renderer, hashing)
    tokens.register(pages, access, renderer)
    return pages
