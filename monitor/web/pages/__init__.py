"""The editors' pages, made on the server; they work without JavaScript."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.pages import explaining, moving, reading, reports
from monitor.web.pages.article import ArticlePage
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk, Explainer


def router(desk: Desk, explainer: Explainer, renderer: Renderer) -> APIRouter:
    """All pages over a desk."""
    pages = APIRouter(include_in_schema=False)
    article = ArticlePage(desk, explainer, renderer)
    reading.register(pages, desk, article, renderer)
    explaining.register(pages, explainer, renderer)
    reports.register(pages, desk, renderer)
    moving.register(pages, desk, article, renderer)
    return pages
