"""The queue, page by page. All open reviews are looked at by a few short columns; only a page's are read in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.articles import ReviewStatus
from monitor.domain.filters import PER_PAGE, QueueFilter, QueueSort
from monitor.domain.kinds import Severity
from monitor.domain.listings import QueuePage
from monitor.domain.owners import Owners
from monitor.domain.read_models import QueueEntry
from monitor.store.reads.conditions import is_listed, mentions, shown_by_source, shows_kind
from monitor.store.reads.lines import Lines
from monitor.store.reads.ownership import Ownership
from monitor.store.reads.sifting import Facet, page_of, sift
from monitor.store.reads.whose import Whose
from monitor.store.tables import ArticleRow, ReviewRow

RANK = {severity.value: severity.rank for severity in Severity}


class QueueReads:
    """Reads the queue."""

    def __init__(self, session: Session, clock: Clock, owners: Owners) -> None:
        self._session = session
        self._clock = clock
        self._whose = Whose(session, Ownership(owners))

    def page(self, wanted: QueueFilter, number: int) -> QueuePage:
        """One page of the reviews that are wanted."""
        belongs = self._whose.of_all()
        facets: list[Facet[Any]] = [
            Facet(wanted=wanted.severity or "", of=lambda row: (row.severity,)),
            Facet(wanted=wanted.status or "", of=lambda row: (row.status,)),
            Facet(wanted=wanted.owner, of=lambda row: belongs(row.article_id).owners),
            Facet(wanted=wanted.specialty, of=lambda row: belongs(row.article_id).specialties),
        ]
        sifted = sift(self._rows(wanted), facets)
        rows = sorted(sifted.rows, key=_ORDERS[wanted.sort])
        shown, pages = page_of(number, total=len(rows), at_a_time=PER_PAGE)
        ids = [row.article_id for row in rows[(shown - 1) * PER_PAGE : shown * PER_PAGE]]
        listed = Lines(self._session, self._clock).of(ids)
        by_severity, by_status, by_owner, by_specialty = sifted.counts
        return QueuePage(
            entries=tuple(
                QueueEntry(
                    review=review,
                    article=listed[name].line,
                    headline=listed[name].line.freshness_because,
                    owners=belongs(name).owners,
                )
                for name in ids
                if (review := listed[name].review) is not None
            ),
            total=len(rows),
            number=shown,
            pages=pages,
            by_severity={Severity(name): count for name, count in by_severity.items()},
            by_status={ReviewStatus(name): count for name, count in by_status.items()},
            by_owner=by_owner,
            by_specialty=by_specialty,
        )

    def _rows(self, wanted: QueueFilter) -> list[Any]:
        now = self._clock.today()
        query = (
            select(  # type: ignore[call-overload] # SQLModel's types end at four columns
                ReviewRow.article_id,
                ReviewRow.severity,
                ReviewRow.status,
                ReviewRow.deadline,
                ReviewRow.opened_at,
                ArticleRow.title,
                ArticleRow.answers_absence,
            )
            .join(ArticleRow, col(ArticleRow.id) == col(ReviewRow.article_id))
            .where(col(ReviewRow.closed_at).is_(None), *is_listed(), *mentions(wanted.text))
            .where(*shows_kind(wanted.kind), *shown_by_source(wanted.source))
        )
        if wanted.overdue:
            query = query.where(col(ReviewRow.deadline) < now)
        if not wanted.snoozed:
            query = query.where(or_(col(ReviewRow.snoozed_until).is_(None), col(ReviewRow.snoozed_until) <= now))
        return list(self._session.exec(query).all())


def _due(row: Any) -> datetime:
    due: datetime = row.deadline or row.opened_at
    return due


def _urgency(row: Any) -> tuple[Any, ...]:
    """The worst first, of these what answers "nothing is known", then by deadline."""
    return -RANK[row.severity], not row.answers_absence, _due(row), row.article_id


_ORDERS: Mapping[QueueSort, Callable[[Any], Any]] = {
    QueueSort.URGENCY: _urgency,
    QueueSort.DEADLINE: lambda row: (_due(row), row.article_id),
    QueueSort.NEWEST: lambda row: (-row.opened_at.timestamp(), row.article_id),
    QueueSort.TITLE: lambda row: (row.title.casefold(), row.article_id),
}
