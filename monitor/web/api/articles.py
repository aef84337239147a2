"""Articles to read: all of them in pages, one in full, and what one rests on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import Severity
from monitor.domain.listings import Place, Slice, slice_of
from monitor.domain.read_models import ArticleRow, ReferenceView
from monitor.reports.values import article_values
from monitor.web.api import listed, schemas, values
from monitor.web.api.answering import answer, reads
from monitor.web.api.paging import Listing, Paged, number, word
from monitor.web.pages.reading import found
from monitor.web.ports import Desk

_FRESHNESS = {Freshness.STALE: 0, Freshness.UNVERIFIED: 1, Freshness.FRESH: 2}


class ArticleOrder(StrEnum):
    """The orders of articles."""

    URGENCY = "urgency"
    ID = "id"


class ArticleQuery(Paged):
    """Which articles; ``severity`` is the least that an open finding has."""

    freshness: Freshness | None = None
    review_status: ReviewStatus | None = None
    severity: Severity | None = None
    sort: ArticleOrder = ArticleOrder.URGENCY

    def wants(self, row: ArticleRow) -> bool:
        """Whether an article is asked for."""
        if self.severity is not None and (row.severity is None or row.severity.rank < self.severity.rank):
            return False
        return self.freshness in {None, row.freshness} and self.review_status in {None, row.review_status}


ARTICLES = Listing(name="articles", place=(number, number, number, number, word))
REFERENCES = Listing(name="references", place=(number, number, number))


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @api.get("/articles", **reads(schemas.Articles))
    def articles(request: Request, query: Annotated[ArticleQuery, Query()]) -> Response:
        """Articles with their findings, stale first and the worst of these first, or in the order of their ids."""
        after = ARTICLES.place_of(query.after, query.sort)
        return ARTICLES.answer(request, articles_page(desk, query, after), article_values, query.sort)

    @api.get("/articles/{article_id}", **reads(schemas.ArticleInFull, 404))
    def article(request: Request, article_id: str) -> Response:
        """One article in full: claims, evidence, findings, history and its open review."""
        return answer(request, values.article_in_full(found(desk, article_id)))

    @api.get("/articles/{article_id}/references", **reads(listed.References, 404))
    def references(request: Request, article_id: str, query: Annotated[Paged, Query()]) -> Response:
        """What an article rests on: entries of its list in their order, then what is named in its prose."""
        page = references_page(desk, article_id, REFERENCES.place_of(query.after), query.limit)
        return REFERENCES.answer(request, page, values.reference_with_id)


def articles_page(desk: Desk, query: ArticleQuery, after: Place | None) -> Slice[ArticleRow]:
    """A page of the articles asked for."""
    rows = filter(query.wants, desk.report().articles)
    place = _by_urgency if query.sort is ArticleOrder.URGENCY else _by_id
    return slice_of(rows, place, after=after, limit=query.limit)


def references_page(desk: Desk, article_id: str, after: Place | None, limit: int) -> Slice[ReferenceView]:
    """A page of what an article rests on."""
    return slice_of(found(desk, article_id).references, _in_list, after=after, limit=limit)


def _by_urgency(row: ArticleRow) -> Place:
    severity = row.severity.rank if row.severity and row.freshness is Freshness.STALE else 0
    since = int(row.stale_since.timestamp()) if row.stale_since else 0
    return _FRESHNESS[row.freshness], -severity, int(not row.answers_absence), since, row.id


def _by_id(row: ArticleRow) -> Place:
    return 0, 0, 0, 0, row.id


def _in_list(reference: ReferenceView) -> tuple[Any, ...]:
    return int(reference.number is None), reference.number or 0, reference.id
