"""The queue, page by page. All open reviews are looked at by a few short columns; only a page's are read in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select as plain_select
from sqlalchemy import true
from sqlmodel import Session, col, or_

from monitor.clock import Clock
from monitor.domain.articles import ReviewStatus
from monitor.domain.filters import PER_PAGE, QueueFilter, QueueSort
from monitor.domain.kinds import Severity
from monitor.domain.listings import QueuePage
from monitor.domain.read_models import QueueEntry
from monitor.store.reads.conditions import is_listed, mentions, shown_by_source, shows_kind
from monitor.store.reads.cursors import cursor_at, place_of
from monitor.store.reads.lines import Lines
from monitor.store.reads.ordering import Key, by_title, is_behind, queue_deadline, queue_newest, queue_urgency
from monitor.store.reads.ownership import Belongs, Ownership
from monitor.store.reads.sifting import Facet, page_of, sift
from monitor.store.reads.whose import Whose
from monitor.store.tables import ArticleRow, ReviewRow

MOST_AT_ONCE = 200
"""No page of the queue has more."""


class QueueReads:
    """Reads the queue."""

    def __init__(self, session: Session, clock: Clock, ownership: Ownership) -> None:
        self._session = session
        self._clock = clock
        self._whose = Whose(session, ownership)

    def page(self, wanted: QueueFilter, number: int, after: str = "", limit: int = PER_PAGE) -> QueuePage:
        """One page of the reviews that are wanted, by its number or behind a cursor; raises :class:`InvalidCursor`."""
        limit = max(1, min(limit, MOST_AT_ONCE))
        belongs, keys = self._whose.of_all(), _ORDERS[wanted.sort]()
        facets = [
            Facet(wanted=wanted.severity or "", of=lambda kind: kind[:1]),
            Facet(wanted=wanted.status or "", of=lambda kind: kind[1:2]),
            Facet(wanted=wanted.owner, of=lambda kind: kind[2].owners),
            Facet(wanted=wanted.specialty, of=lambda kind: kind[2].specialties),
        ]
        place = place_of(after, wanted.sort, keys) if after else None
        rows = self._rows(wanted, keys, place)
        sifted = sift(rows, lambda row: (row[1], row[2], belongs(row[0])), facets)
        shown, pages = page_of(number, total=len(sifted.rows), at_a_time=limit)
        first = sum(not row.is_behind for row in sifted.rows) if place is not None else (shown - 1) * limit
        ids = [row[0] for row in sifted.rows[first : first + limit]]
        by_severity, by_status, by_owner, by_specialty = sifted.counts
        return QueuePage(
            entries=self._entries(ids, belongs),
            total=len(sifted.rows),
            number=first // limit + 1,
            pages=pages,
            after=self._cursor(ids[-1], wanted.sort, keys) if first + limit < len(sifted.rows) else "",
            by_severity={Severity(name): count for name, count in by_severity.items()},
            by_status={ReviewStatus(name): count for name, count in by_status.items()},
            by_owner=by_owner,
            by_specialty=by_specialty,
        )

    def _entries(self, ids: Sequence[str], belongs: Callable[[str], Belongs]) -> tuple[QueueEntry, ...]:
        listed = Lines(self._session, self._clock).of(ids)
        return tuple(
            QueueEntry(
                review=review,
                article=listed[name].line,
                headline=listed[name].line.freshness_because,
                owners=belongs(name).owners,
            )
            for name in ids
            if (review := listed[name].review) is not None
        )

    def _cursor(self, article_id: str, sort: QueueSort, keys: Sequence[Key]) -> str:
        query = (
            plain_select(*(key.by for key in keys))
            .join_from(ReviewRow, ArticleRow, col(ArticleRow.id) == col(ReviewRow.article_id))
            .where(col(ArticleRow.id) == article_id, col(ReviewRow.closed_at).is_(None))
        )
        return cursor_at(self._session.connection().execute(query).one(), sort)

    def _rows(self, wanted: QueueFilter, keys: Sequence[Key], place: Sequence[Any] | None) -> Sequence[Any]:
        """Every open review in order, by what the filters for which there are counts look at, and if it is behind."""
        now = self._clock.today()
        behind = true() if place is None else is_behind(keys, place)
        query = (
            plain_select(
                col(ReviewRow.article_id), col(ReviewRow.severity), col(ReviewRow.status), behind.label("is_behind")
            )
            .join(ArticleRow, col(ArticleRow.id) == col(ReviewRow.article_id))
            .where(col(ReviewRow.closed_at).is_(None), *is_listed(), *mentions(wanted.text))
            .where(*shows_kind(wanted.kind), *shown_by_source(wanted.source))
            .order_by(*(key.order for key in keys))
        )
        if wanted.overdue:
            query = query.where(col(ReviewRow.deadline) < now)
        if not wanted.snoozed:
            query = query.where(or_(col(ReviewRow.snoozed_until).is_(None), col(ReviewRow.snoozed_until) <= now))
        return self._session.connection().execute(query).all()


_ORDERS: Mapping[QueueSort, Callable[[], tuple[Key, ...]]] = {
    QueueSort.URGENCY: queue_urgency,
    QueueSort.DEADLINE: queue_deadline,
    QueueSort.NEWEST: queue_newest,
    QueueSort.TITLE: by_title,
}
