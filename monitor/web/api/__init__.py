"""The JSON API: the read models of the pages, in the shape of the report contract."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer

from monitor.web.api import badge, moving, reading, taking
from monitor.web.api.schemas import problems
from monitor.web.ports import Desk, Hands

DESCRIPTION = (
    "What changed in the evidence under medical articles, and which sentences rest on it. "
    'Every error has the shape {"error": {"code", "message"}}.'
)

TOKEN = HTTPBearer(
    scheme_name="token",
    auto_error=False,
    description="A token of the service. What it may be used for is said by its scopes; the gate checks them.",
)
"""For the document only: whoever comes without a token that will do does not get as far as a route."""


def router(desk: Desk, hands: Hands) -> APIRouter:
    """All of ``/api/v1`` over a desk."""
    api = APIRouter(
        prefix="/api/v1",
        tags=["v1"],
        responses=problems(400, 401, 403, 405, 500, 503),
        dependencies=[Depends(TOKEN)],
    )
    reading.register(api, desk)
    taking.register(api, desk)
    badge.register(api, hands)
    moving.register(api, desk)
    return api
