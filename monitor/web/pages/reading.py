"""Pages to read: the queue, the articles, one article, the sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.filters import QueueFilter
from monitor.web.pages.article import DONE, ArticlePage
from monitor.web.pages.queries import ArticleQuery, QueueQuery
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk

CHECKS_SHOWN = 50
EVEN_SNOOZED = QueueFilter(snoozed=True)


def register(pages: APIRouter, desk: Desk, article_page: ArticlePage, renderer: Renderer) -> None:
    """Add the routes."""

    @pages.get("/")
    def queue(request: Request, asked: Annotated[QueueQuery, Query()]) -> Response:
        """What to work on, the most urgent first unless asked otherwise."""
        page = desk.queue(asked.wanted, page=asked.page)
        return renderer.page(
            request,
            "queue.html",
            asked=asked,
            page=page,
            snoozed=0 if page.total else desk.queue(EVEN_SNOOZED).total,
            counts=desk.counts(),
            coverage=desk.coverage(),
            channels=desk.deliveries(),
        )

    @pages.get("/articles")
    def articles(request: Request, asked: Annotated[ArticleQuery, Query()]) -> Response:
        """All articles, stale first unless asked otherwise."""
        return renderer.page(
            request,
            "articles.html",
            asked=asked,
            page=desk.articles(asked.wanted, page=asked.page),
            counts=desk.counts(),
            coverage=desk.coverage(),
        )

    @pages.get("/articles/{article_id}")
    def article(request: Request, article_id: str, done: str = "") -> Response:
        """One article: why it is here, the sentences concerned, and what to do."""
        return article_page(request, article_id, notice=DONE.get(done, ""))

    @pages.get("/sources")
    def sources(request: Request) -> Response:
        """How well each source was reached, and the last polls."""
        return renderer.page(
            request,
            "sources.html",
            coverage=desk.coverage(),
            checks=desk.checks(CHECKS_SHOWN),
            channels=desk.deliveries(),
        )
