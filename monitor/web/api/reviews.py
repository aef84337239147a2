"""Reviews to read: the queue of open ones, all of them in pages, and one by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.kinds import Severity
from monitor.domain.listings import ListedReview, Place, ReviewFilter, ReviewStage, Slice, slice_of
from monitor.domain.read_models import QueueEntry
from monitor.web.api import listed, schemas, values
from monitor.web.api.answering import answer, reads
from monitor.web.api.paging import Listing, Paged, moment, number, word
from monitor.web.ports import Desk

ReviewId = Annotated[int, Path(ge=1, le=2**31 - 1)]
QUEUE = Listing(name="queue", place=(number, number, moment, word))
REVIEWS = Listing(name="reviews", place=(moment, number))


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
    def queue(request: Request, query: Annotated[Paged, Query()]) -> Response:
        """Open reviews that are not snoozed, the most urgent first."""
        return QUEUE.answer(request, queue_page(desk, QUEUE.place_of(query.after), query.limit), values.queue_entry)

    @api.get("/reviews", **reads(listed.Reviews))
    def reviews(request: Request, query: Annotated[ReviewQuery, Query()]) -> Response:
        """Reviews, open, snoozed and closed, the newest first."""
        page = desk.reviews(query.wanted, after=REVIEWS.place_of(query.after), limit=query.limit)
        return REVIEWS.answer(request, page, values.listed_review)

    @api.get("/reviews/{review_id}", **reads(listed.ListedReview, 404))
    def review(request: Request, review_id: ReviewId) -> Response:
        """One review. Its ETag is what ``If-Match`` of a move is compared with."""
        return answer(request, values.listed_review(review_of(desk, review_id)))


def queue_page(desk: Desk, after: Place | None, limit: int) -> Slice[QueueEntry]:
    """A page of the queue."""
    return slice_of(desk.queue(), _by_urgency, after=after, limit=limit)


def review_of(desk: Desk, review_id: int) -> ListedReview:
    """The review, or the answer 404."""
    item = desk.review(review_id)
    if item is None:
        raise HTTPException(404, "There is no such review.")
    return item


def _by_urgency(entry: QueueEntry) -> Place:
    due = entry.review.deadline or entry.review.opened_at
    return -entry.review.severity.rank, int(not entry.article.answers_absence), due.isoformat(), entry.article.id
