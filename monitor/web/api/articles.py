"""Articles to read: all of them in pages, one in full, and what one rests on."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.filters import LONGEST_SEARCH, ArticleFilter, ArticleSort
from monitor.domain.kinds import Severity
from monitor.domain.read_models import ReferenceView
from monitor.domain.slices import Place, Slice, slice_of
from monitor.reports.values import article_values
from monitor.web.api import listed, schemas, values
from monitor.web.api.answering import answer, reads
from monitor.web.api.paging import Listing, Paged, answer_page, known_cursor, number
from monitor.web.pages.article import found
from monitor.web.ports import Desk


class ArticleQuery(Paged):
    """Which articles, and in which order; an order is from the list."""

    freshness: Freshness | None = None
    review_status: ReviewStatus | None = None
    severity: Severity | None = None
    owner: str = Field(default="", max_length=LONGEST_SEARCH)
    specialty: str = Field(default="", max_length=LONGEST_SEARCH)
    text: str = Field(default="", max_length=LONGEST_SEARCH, description="In the id, the title or a finding's title.")
    sort: ArticleSort = ArticleSort.URGENCY

    @property
    def wanted(self) -> ArticleFilter:
        """The filter in the words of the domain."""
        return ArticleFilter(
            freshness=self.freshness,
            severity=self.severity,
            status=self.review_status,
            owner=self.owner,
            specialty=self.specialty,
            text=self.text,
            sort=self.sort,
        )


REFERENCES = Listing(name="references", place=(number, number, number))


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @api.get("/articles", **reads(schemas.Articles))
    def articles(request: Request, query: Annotated[ArticleQuery, Query()]) -> Response:
        """Articles with their findings, stale first and the worst of these first unless asked otherwise."""
        with known_cursor():
            page = desk.articles(query.wanted, after=query.after, limit=query.limit)
        return answer_page(request, "articles", [article_values(row) for row in page.rows], page.after)

    @api.get("/articles/{article_id}", **reads(schemas.ArticleInFull, 404))
    def article(request: Request, article_id: str) -> Response:
        """One article in full: claims, evidence, findings, history and its open review."""
        return answer(request, values.article_in_full(found(desk, article_id)))

    @api.get("/articles/{article_id}/references", **reads(listed.References, 404))
    def references(request: Request, article_id: str, query: Annotated[Paged, Query()]) -> Response:
        """What an article rests on: entries of its list in their order, then what is named in its prose."""
        page = references_page(desk, article_id, REFERENCES.place_of(query.after), query.limit)
        return REFERENCES.answer(request, page, values.reference_with_id)


def references_page(desk: Desk, article_id: str, after: Place | None, limit: int) -> Slice[ReferenceView]:
    """A page of what an article rests on."""
    return slice_of(found(desk, article_id).references, _in_list, after=after, limit=limit)


def _in_list(reference: ReferenceView) -> tuple[Any, ...]:
    return int(reference.number is None), reference.number or 0, reference.id
