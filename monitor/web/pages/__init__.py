"""The editors' pages, made on the server; they work without JavaScript."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.pages import auditing, evidence, explaining, hands, moving, reading, reports
from monitor.web.pages.article import ArticlePage
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk, Explainer, Hands


def router(desk: Desk, explainer: Explainer, by_hand: Hands, renderer: Renderer, public_url: str) -> APIRouter:
    """All pages over a desk."""
    pages = APIRouter(include_in_schema=False)
    article = ArticlePage(desk, explainer, renderer)
    reading.register(pages, desk, article, renderer)
    explaining.register(pages, explainer, by_hand, renderer)
    evidence.register(pages, by_hand, renderer)
    auditing.register(pages, by_hand, renderer)
    reports.register(pages, desk, renderer, public_url)
    moving.register(pages, desk, by_hand, article, renderer)
    hands.register(pages, by_hand, article, renderer)
    return pages
