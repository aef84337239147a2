"""Reviews: the editorial task an article's staleness opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import ReviewStatus
from monitor.domain.audit import what_happened
from monitor.domain.kinds import Severity
from monitor.domain.review import check_version
from monitor.domain.state import ReviewState
from monitor.store.audit_reads import AuditReads
from monitor.store.history.keeping import note_past
from monitor.store.tables import ReviewRow

CHANGES = (
    "review.started",
    "review.released",
    "review.snoozed",
    "review.closed",
    "finding.decided",
    "finding.weighs_more",
    "finding.reopened",
)
"""What may have changed a review under an editor's eyes, as the audit log calls it."""


class Reviews:
    """Reads and writes of reviews. Of two editors at once, one wins and the other is refused."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def open_of(self, article_id: str) -> ReviewState | None:
        """The open review of an article, if any."""
        query = select(ReviewRow).where(ReviewRow.article_id == article_id, col(ReviewRow.closed_at).is_(None))
        row = self._session.exec(query.execution_options(populate_existing=True)).one_or_none()
        return review_state(row) if row else None

    def last_closed(self, article_id: str) -> ReviewState | None:
        """The review of an article that was closed last."""
        row = self._session.exec(
            select(ReviewRow)
            .where(ReviewRow.article_id == article_id, col(ReviewRow.closed_at).is_not(None))
            .order_by(col(ReviewRow.id).desc())
            .limit(1)
        ).first()
        return review_state(row) if row else None

    def last_change(self, review: ReviewState) -> str:
        """Who did what with a review last, and when; empty where nothing is known of it."""
        line = AuditReads(self._session).last_change(review.article_id, CHANGES)
        return what_happened(line) if line is not None else ""

    def note_change(self, article_id: str) -> None:
        """What an editor saw of an open review holds no longer: its evidence became another."""
        statement = update(ReviewRow).where(col(ReviewRow.article_id) == article_id, col(ReviewRow.closed_at).is_(None))
        self._session.flush()
        self._session.connection().execute(statement.values(version=ReviewRow.version + 1))
        self._session.expire_all()

    def open(self, article_id: str, *, severity: Severity, deadline: datetime | None) -> None:
        """Open a review."""
        self._session.add(
            ReviewRow(
                article_id=article_id,
                status=ReviewStatus.SUBMITTED,
                severity=severity,
                opened_at=self._clock.today(),
                deadline=deadline,
            )
        )
        self._session.flush()

    def sharpen(self, review: ReviewState, *, severity: Severity, deadline: datetime | None) -> None:
        """Raise the severity and bring the deadline nearer, never the other way round; what got worse ends a snooze."""
        row = self._session.exec(select(ReviewRow).where(ReviewRow.id == review.id)).one()
        if severity.rank > review.severity.rank:
            row.severity = severity
            row.snoozed_until, row.snoozed_for, row.snoozed_by = None, "", ""
        known = [moment for moment in (row.deadline, deadline) if moment is not None]
        row.deadline = min(known, default=None)

    def renew(self, review: ReviewState, *, severity: Severity, deadline: datetime | None) -> None:
        """Give an open review another severity and deadline, since it is about something else now."""
        row = self._session.exec(select(ReviewRow).where(ReviewRow.id == review.id)).one()
        row.severity, row.deadline = severity, deadline
        self._session.flush()

    def wake(self, review: ReviewState) -> None:
        """End a snooze: something new came in."""
        row = self._session.exec(select(ReviewRow).where(ReviewRow.id == review.id)).one()
        row.snoozed_until, row.snoozed_for, row.snoozed_by = None, "", ""

    def move(self, review: ReviewState, *, seen_version: int, **changes: Any) -> ReviewState:
        """Change a review from the version the editor saw; raises ``Refused`` when somebody else was faster."""
        if seen_version != review.version:
            check_version(seen=seen_version, current=review.version, happened=self.last_change(review))
        seen = (col(ReviewRow.id) == review.id, col(ReviewRow.version) == seen_version)
        values = {"version": seen_version + 1, **changes}
        note_past(self._session, self._clock, ReviewRow, *seen, values=values)
        statement = update(ReviewRow).where(*seen).values(values).execution_options(synchronize_session=False)
        if self._session.connection().execute(statement).rowcount != 1:
            check_version(seen=seen_version, current=seen_version + 1, happened=self.last_change(review))
        self._session.flush()
        self._session.expire_all()
        return review_state(self._session.exec(select(ReviewRow).where(ReviewRow.id == review.id)).one())


def review_state(row: ReviewRow) -> ReviewState:
    """An open review as a row holds it."""
    return ReviewState(
        id=row.id or 0,
        article_id=row.article_id,
        status=ReviewStatus(row.status),
        severity=Severity(row.severity),
        deadline=row.deadline,
        opened_at=row.opened_at,
        started_at=row.started_at,
        started_by=row.started_by,
        snoozed_until=row.snoozed_until,
        version=row.version,
        snoozed_for=row.snoozed_for,
        snoozed_by=row.snoozed_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        decision=row.decision,
        reason_code=row.reason_code,
        reason=row.reason,
    )
