"""Reviews to read: the queue of open ones, all of them in pages, and one by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.articles import ReviewStatus
from monitor.domain.filters import LONGEST_SEARCH, QueueFilter, QueueSort
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.slices import ListedReview, ReviewFilter, ReviewStage
from monitor.web.api import listed, schemas, values
from monitor.web.api.answering import answer, reads
from monitor.web.api.paging import Listing, Paged, answer_page, known_cursor, moment, number
from monitor.web.ports import Desk

ReviewId = Annotated[int, Path(ge=1, le=2**31 - 1)]
REVIEWS = Listing(name="reviews", place=(moment, number))


class QueueQuery(Paged):
    """Which open reviews, and in which order; an order is from the list."""

    severity: Severity | None = None
    status: ReviewStatus | None = None
    kind: EventKind | None = None
    source: str = Field(default="", max_length=LONGEST_SEARCH)
    owner: str = Field(default="", max_length=LONGEST_SEARCH)
    specialty: str = Field(default="", max_length=LONGEST_SEARCH)
    text: str = Field(default="", max_length=LONGEST_SEARCH, description="In the id, the title or a finding's title.")
    overdue: bool = False
    snoozed: bool = False
    sort: QueueSort = QueueSort.URGENCY

    @property
    def wanted(self) -> QueueFilter:
        """The filter in the words of the domain."""
        return QueueFilter(**{name: getattr(self, name) for name in QueueFilter.__dataclass_fields__})


class ReviewQuery(Paged):
    """Which reviews: of an article, at least so severe, and how far they are."""

    article: str = Field(default="", max_length=200)
    state: ReviewStage | None = None
    severity: Severity | None = None

    @property
    def wanted(self) -> ReviewFilter:
        """The filter in the words of the domain."""
        return ReviewFilter(article=self.article, stage=self.state, severity=self.severity)


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @api.get("/queue", **reads(schemas.Queue))
    def queue(request: Request, query: Annotated[QueueQuery, Query()]) -> Response:
        """Open reviews, the most urgent first unless asked otherwise; without those that are snoozed."""
        with known_cursor():
            page = desk.queue(query.wanted, after=query.after, limit=query.limit)
        return answer_page(request, "queue", [values.queue_entry(entry) for entry in page.entries], page.after)

    @api.get("/reviews", **reads(listed.Reviews))
    def reviews(request: Request, query: Annotated[ReviewQuery, Query()]) -> Response:
        """Reviews, open, snoozed and closed, the newest first."""
        page = desk.reviews(query.wanted, after=REVIEWS.place_of(query.after), limit=query.limit)
        return REVIEWS.answer(request, page, values.listed_review)

    @api.get("/reviews/{review_id}", **reads(listed.ListedReview, 404))
    def review(request: Request, review_id: ReviewId) -> Response:
        """One review. Its ETag is what ``If-Match`` of a move is compared with."""
        return answer(request, values.listed_review(review_of(desk, review_id)))


def review_of(desk: Desk, review_id: int) -> ListedReview:
    """The review, or the answer 404."""
    item = desk.review(review_id)
    if item is None:
        raise HTTPException(404, "There is no such review.")
    return item
