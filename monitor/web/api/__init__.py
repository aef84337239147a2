"""The JSON API: the read models of the pages, in the shape of the report contract."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.api import articles, checks, findings, moving, report, reviews, taking
from monitor.web.api.schemas import problems
from monitor.web.ports import Desk

DESCRIPTION = (
    "What changed in the evidence under medical articles, and which sentences rest on it. "
    'Every error has the shape {"error": {"code", "message"}}. Lists come in pages: `next` of an answer is `after` of '
    "the next request. Answers have ETags; what changes something may be sent again under the same Idempotency-Key."
)


def router(desk: Desk) -> APIRouter:
    """All of ``/api/v1`` over a desk."""
    api = APIRouter(prefix="/api/v1", tags=["v1"], responses=problems(400, 401, 403, 405, 414, 422, 500, 503))
    for room in (report, articles, findings, reviews, checks, taking, moving):
        room.register(api, desk)
    return api
