"""The numbers of the metrics page, counted in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.domain.gauges import StoreGauges
from monitor.domain.policy import Policy
from monitor.store.delivery_reads import DeliveryReads
from monitor.store.reads.sources import SourceReads
from monitor.store.tables import ArticleRow, EventRow, FindingRow, ReviewRow


def gauges(session: Session, policy: Policy, *, now: datetime) -> StoreGauges:
    """The numbers, as they stand now."""
    sources = SourceReads(session)
    watches = sources.watches()
    return StoreGauges(
        as_of=now,
        articles=_articles(session),
        findings=_findings(session),
        last_success={item.source: item.last_success for item in sources.coverage(policy, now=now)},
        expected_interval={row.source: policy.interval_of(row.source) for row in watches},
        oldest_open_review=_oldest_reviews(session),
        canaries={},
        watches_overdue=sum(now - row.next_due > policy.interval_of(row.source) for row in watches),
        outbox=DeliveryReads(session).gauges(),
    )


def _articles(session: Session) -> dict[tuple[str, str], int]:
    rows = session.exec(
        select(ArticleRow.freshness, ArticleRow.review_status, func.count())
        .where(col(ArticleRow.removed_at).is_(None), col(ArticleRow.is_canary).is_(False))
        .group_by(ArticleRow.freshness, ArticleRow.review_status)
    ).all()
    return {(freshness, status): count for freshness, status, count in rows}


def _findings(session: Session) -> dict[tuple[str, str, str], int]:
    rows = session.exec(
        select(EventRow.kind, FindingRow.severity, FindingRow.status, func.count())
        .where(FindingRow.event_id == EventRow.id, FindingRow.article_id == ArticleRow.id)
        .where(col(ArticleRow.removed_at).is_(None), col(ArticleRow.is_canary).is_(False))
        .group_by(EventRow.kind, FindingRow.severity, FindingRow.status)
    ).all()
    return {(kind, severity, status): count for kind, severity, status, count in rows}


def _oldest_reviews(session: Session) -> dict[str, datetime]:
    oldest = (
        select(ReviewRow.severity, func.min(ReviewRow.opened_at))
        .where(ReviewRow.article_id == ArticleRow.id, col(ArticleRow.removed_at).is_(None))
        .where(col(ReviewRow.closed_at).is_(None), col(ArticleRow.is_canary).is_(False))
    )
    return dict(session.exec(oldest.group_by(ReviewRow.severity)).all())
