"""The JSON API: the read models of the pages, in the shape of the report contract."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer

from monitor.web.api import articles, badge, checks, findings, moving, report, reviews, taking
from monitor.web.api.schemas import problems
from monitor.web.ports import Desk, Hands

DESCRIPTION = (
    "What changed in the evidence under medical articles, and which sentences rest on it. "
    'Every error has the shape {"error": {"code", "message"}}. Lists come in pages: `next` of an answer is `after` of '
    "the next request. Answers have ETags; what changes something may be sent again under the same Idempotency-Key."
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
        responses=problems(400, 401, 403, 405, 414, 422, 500, 503),
        dependencies=[Depends(TOKEN)],
    )
    for room in (report, articles, findings, reviews, checks, taking, moving):
        room.register(api, desk)
    badge.register(api, hands)
    return api
