"""Pages to read: the queue, the articles, one article, the sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.articles import Freshness
from monitor.web.pages.article import ArticlePage
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk

PER_PAGE = 100
CHECKS_SHOWN = 50
DONE = {
    "start": "The review is yours now.",
    "close": "The review is closed.",
    "snooze": "The review is out of the queue until then; the article stays stale.",
}


def register(pages: APIRouter, desk: Desk, article_page: ArticlePage, renderer: Renderer) -> None:
    """Add the routes."""

    @pages.get("/")
    def queue(request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
        """What to work on, the most urgent first."""
        return renderer.page(request, "queue.html", entries=desk.queue(page=page).entries, report=desk.report())

    @pages.get("/articles")
    def articles(
        request: Request, freshness: Freshness | None = None, page: Annotated[int, Query(ge=1, le=100_000)] = 1
    ) -> Response:
        """All articles, stale first."""
        report = desk.report()
        rows = [row for row in report.articles if freshness in {None, row.freshness}]
        first = (page - 1) * PER_PAGE
        return renderer.page(
            request,
            "articles.html",
            report=report,
            rows=rows[first : first + PER_PAGE],
            total=len(rows),
            freshness=freshness,
            number=page,
            pages=-(-len(rows) // PER_PAGE) or 1,
        )

    @pages.get("/articles/{article_id}")
    def article(request: Request, article_id: str, done: str = "") -> Response:
        """One article: why it is here, the sentences concerned, and what to do."""
        return article_page(request, article_id, notice=DONE.get(done, ""))

    @pages.get("/sources")
    def sources(request: Request) -> Response:
        """How well each source was reached, and the last polls."""
        return renderer.page(request, "sources.html", coverage=desk.coverage(), checks=desk.checks(CHECKS_SHOWN))
