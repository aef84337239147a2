"""Reviews in pages, closed ones too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, func, literal, or_
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import ReviewStatus
from monitor.domain.kinds import Severity
from monitor.domain.read_models import ReviewView
from monitor.domain.slices import ListedReview, Place, ReviewFilter, ReviewStage, Slice, cut
from monitor.store.columns import UtcDateTime
from monitor.store.tables import ArticleRow, FindingRow, ReviewRow


class ReviewLists:
    """Reads reviews whichever article they are of; the newest come first."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def page(self, wanted: ReviewFilter, *, after: Place | None, limit: int) -> Slice[ListedReview]:
        """The reviews that come after a place (moment of opening, number)."""
        query = self._shown().where(*self._conditions(wanted))
        if after is not None:
            moment, number = literal(datetime.fromisoformat(after[0]), UtcDateTime), literal(after[1])
            opened, which = col(ReviewRow.opened_at), col(ReviewRow.id)
            query = query.where(or_(opened < moment, and_(opened == moment, which < number)))
        newest = query.order_by(col(ReviewRow.opened_at).desc(), col(ReviewRow.id).desc())
        return cut(self._listed(self._session.exec(newest.limit(limit + 1)).all()), _place, limit=limit)

    def one(self, review_id: int) -> ListedReview | None:
        """A review by its number."""
        found = self._listed(self._session.exec(self._shown().where(ReviewRow.id == review_id)).all())
        return found[0] if found else None

    def open_of(self, article_id: str) -> ListedReview | None:
        """The open review of an article."""
        is_open = col(ReviewRow.closed_at).is_(None)
        query = self._shown().where(ReviewRow.article_id == article_id, is_open)
        found = self._listed(self._session.exec(query).all())
        return found[0] if found else None

    def _shown(self) -> Any:
        return select(ReviewRow).where(
            ReviewRow.article_id == ArticleRow.id,
            col(ArticleRow.removed_at).is_(None),
            col(ArticleRow.is_canary).is_(False),
        )

    def _conditions(self, wanted: ReviewFilter) -> list[Any]:
        conditions: list[Any] = []
        if wanted.article:
            conditions.append(ReviewRow.article_id == wanted.article)
        if wanted.severity is not None:
            heavy = [item.value for item in Severity if item.rank >= wanted.severity.rank]
            conditions.append(col(ReviewRow.severity).in_(heavy))
        closed, sleeps = col(ReviewRow.closed_at), col(ReviewRow.snoozed_until) > self._clock.today()
        match wanted.stage:
            case ReviewStage.CLOSED:
                conditions.append(closed.is_not(None))
            case ReviewStage.SNOOZED:
                conditions += [closed.is_(None), sleeps]
            case ReviewStage.OPEN:
                conditions += [closed.is_(None), or_(col(ReviewRow.snoozed_until).is_(None), ~sleeps)]
            case None:
                pass
        return conditions

    def _listed(self, rows: Collection[ReviewRow]) -> list[ListedReview]:
        unseen = self._unseen([row.id or 0 for row in rows if row.closed_at is None and row.started_at is not None])
        return [_listed(row, unseen.get(row.id or 0, 0)) for row in rows]

    def _unseen(self, reviews: Collection[int]) -> dict[int, int]:
        """How many open findings came in since each of these reviews was started, or were opened again since."""
        if not reviews:
            return {}
        rows = self._session.exec(
            select(ReviewRow.id, func.count())
            .where(
                col(ReviewRow.id).in_(reviews),
                FindingRow.article_id == ReviewRow.article_id,
                FindingRow.status == "open",
                func.coalesce(FindingRow.reopened_at, FindingRow.valid_from) > col(ReviewRow.started_at),
            )
            .group_by(col(ReviewRow.id))
        ).all()
        return {number or 0: count for number, count in rows}


def _listed(row: ReviewRow, unseen: int) -> ListedReview:
    view = ReviewView(
        id=row.id or 0,
        article_id=row.article_id,
        status=ReviewStatus(row.status),
        opened_at=row.opened_at,
        deadline=row.deadline,
        severity=Severity(row.severity),
        started_at=row.started_at,
        started_by=row.started_by,
        snoozed_until=row.snoozed_until,
        version=row.version,
        unseen=unseen,
        snoozed_for=row.snoozed_for,
        snoozed_by=row.snoozed_by,
    )
    return ListedReview(
        review=view, closed_at=row.closed_at, closed_by=row.closed_by, decision=row.decision, reason=row.reason
    )


def _place(item: ListedReview) -> Place:
    return item.review.opened_at.astimezone(UTC).isoformat(), item.review.id
