"""What messages say beyond what was written with them: articles as they stand, causes, and reviews that wait."""

from __future__ import annotations

from sqlalchemy import or_
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.messages import ArticleToTell, Cause, WaitingReview
from monitor.store.reads.lines import Lines
from monitor.store.tables import ArticleRow, EventRow, ReviewRow


class Telling:
    """Reads for those who are told."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def article(self, article_id: str) -> ArticleToTell | None:
        """An article with its open findings; None when it is not there any more."""
        row = self._session.get(ArticleRow, article_id)
        if row is None or row.removed_at is not None:
            return None
        listed = Lines(self._session, self._clock).of([article_id])[article_id]
        return ArticleToTell(
            title=row.title,
            url=row.url,
            findings=tuple(finding for finding in listed.line.findings if finding.status == "open"),
            review_status=row.review_status,
            deadline=listed.review.deadline if listed.review else None,
        )

    def cause(self, event_id: int) -> Cause | None:
        """The event that a message gives as its cause."""
        row = self._session.get(EventRow, event_id)
        if row is None:
            return None
        return Cause(kind=EventKind(row.kind), record=row.record, title=row.title, because=row.because)

    def waiting_reviews(self) -> tuple[WaitingReview, ...]:
        """The open reviews of stale articles that nobody started and nobody put off, the oldest first.

        One that outlived what it was opened for waits since the article is stale again.
        """
        today = self._clock.today()
        rows = self._session.exec(
            select(ReviewRow, ArticleRow.title, ArticleRow.stale_since)
            .where(
                ReviewRow.article_id == ArticleRow.id,
                col(ReviewRow.closed_at).is_(None),
                ReviewRow.status == ReviewStatus.SUBMITTED,
                ArticleRow.freshness == Freshness.STALE,
                col(ArticleRow.removed_at).is_(None),
                col(ArticleRow.is_canary).is_(False),
                or_(col(ReviewRow.snoozed_until).is_(None), col(ReviewRow.snoozed_until) <= today),
            )
            .order_by(col(ReviewRow.id))
        ).all()
        return tuple(
            WaitingReview(
                id=row.id or 0,
                article_id=row.article_id,
                title=title,
                severity=Severity(row.severity),
                since=max(filter(None, (row.opened_at, row.snoozed_until, stale_since))),
                deadline=row.deadline,
            )
            for row, title, stale_since in rows
        )
