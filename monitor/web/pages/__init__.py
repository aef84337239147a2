"""The editors' pages, made on the server; they work without JavaScript."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.pages import moving, reading, reports
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk


def router(desk: Desk, renderer: Renderer, public_url: str) -> APIRouter:
    """All pages over a desk."""
    pages = APIRouter(include_in_schema=False)
    reading.register(pages, desk, renderer)
    reports.register(pages, desk, renderer, public_url)
    moving.register(pages, desk, renderer)
    return pages
