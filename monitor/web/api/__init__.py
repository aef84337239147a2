"""The JSON API: the read models of the pages, in the shape of the report contract."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.api import badge, moving, reading, taking
from monitor.web.api.schemas import problems
from monitor.web.ports import Desk, Hands

DESCRIPTION = (
    "What changed in the evidence under medical articles, and which sentences rest on it. "
    'Every error has the shape {"error": {"code", "message"}}.'
)


def router(desk: Desk, hands: Hands) -> APIRouter:
    """All of ``/api/v1`` over a desk."""
    api = APIRouter(prefix="/api/v1", tags=["v1"], responses=problems(400, 401, 405, 500, 503))
    reading.register(api, desk)
    taking.register(api, desk)
    badge.register(api, hands)
    moving.register(api, desk)
    return api
