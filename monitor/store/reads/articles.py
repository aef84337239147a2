"""The articles, page by page, by number or behind a cursor; only those of a page are read in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, true
from sqlalchemy import select as plain_select
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.filters import ArticleFilter, ArticleSort
from monitor.domain.kinds import Severity
from monitor.domain.listings import ArticlesPage
from monitor.domain.read_models import ArticleRow as ArticleLine
from monitor.store.reads.conditions import is_listed, mentions
from monitor.store.reads.cursors import cursor_at, place_of
from monitor.store.reads.lines import Lines
from monitor.store.reads.ordering import Key, by_title, is_behind, longest_updated, newest, urgency
from monitor.store.reads.ownership import Ownership
from monitor.store.reads.sifting import Facet, page_of, sift
from monitor.store.reads.whose import Whose
from monitor.store.tables import ArticleRow

MOST_AT_ONCE = 200
"""No page of articles has more."""

_FRESHNESS = {Freshness.STALE: 0, Freshness.UNVERIFIED: 1, Freshness.FRESH: 2}


class ArticleReads:
    """Reads the list of articles."""

    def __init__(self, session: Session, clock: Clock, ownership: Ownership) -> None:
        self._session = session
        self._clock = clock
        self._whose = Whose(session, ownership)

    def page(self, wanted: ArticleFilter, number: int, after: str, limit: int) -> ArticlesPage:
        """One page of the articles that are wanted; raises :class:`InvalidCursor`."""
        limit = max(1, min(limit, MOST_AT_ONCE))
        belongs, keys = self._whose.of_all(), _ORDERS[wanted.sort]()
        facets = [
            Facet(wanted=wanted.freshness or "", of=lambda kind: kind[:1]),
            Facet(wanted=wanted.severity or "", of=lambda kind: kind[1:2] if kind[1] else ()),
            Facet(wanted=wanted.status or "", of=lambda kind: kind[2:3]),
            Facet(wanted=wanted.owner, of=lambda kind: kind[3].owners),
            Facet(wanted=wanted.specialty, of=lambda kind: kind[3].specialties),
        ]
        place = place_of(after, wanted.sort, keys) if after else None
        sifted = sift(self._rows(wanted, keys, place), lambda row: (row[1], row[2], row[3], belongs(row[0])), facets)
        shown, pages = page_of(number, total=len(sifted.rows), at_a_time=limit)
        first = sum(not row.is_behind for row in sifted.rows) if place is not None else (shown - 1) * limit
        ids = [row.id for row in sifted.rows[first : first + limit]]
        by_freshness, by_severity, by_status, by_owner, by_specialty = sifted.counts
        return ArticlesPage(
            rows=self._lines(ids),
            total=len(sifted.rows),
            number=first // limit + 1,
            pages=pages,
            after=self._cursor(ids[-1], wanted.sort, keys) if first + limit < len(sifted.rows) else "",
            by_freshness={Freshness(name): count for name, count in by_freshness.items()},
            by_severity={Severity(name): count for name, count in by_severity.items()},
            by_status={ReviewStatus(name): count for name, count in by_status.items()},
            by_owner=by_owner,
            by_specialty=by_specialty,
        )

    def counts(self) -> dict[Freshness, int]:
        """How many articles there are of each freshness."""
        rows = self._session.exec(
            select(ArticleRow.freshness, func.count()).where(*is_listed()).group_by(ArticleRow.freshness)
        ).all()
        return {**dict.fromkeys(Freshness, 0), **{Freshness(name): count for name, count in rows}}

    def _lines(self, ids: list[str]) -> tuple[ArticleLine, ...]:
        listed = Lines(self._session, self._clock).of(ids)
        return tuple(listed[name].line for name in ids)

    def _rows(self, wanted: ArticleFilter, keys: Sequence[Key], place: Sequence[Any] | None) -> Sequence[Any]:
        """Every article in order, by what the filters look at, and whether it comes behind a place."""
        behind = true() if place is None else is_behind(keys, place)
        query = (
            plain_select(
                col(ArticleRow.id),
                col(ArticleRow.freshness),
                col(ArticleRow.severity),
                col(ArticleRow.review_status),
                behind.label("is_behind"),
            )
            .where(*is_listed(), *mentions(wanted.text))
            .order_by(*(key.order for key in keys))
        )
        return self._session.connection().execute(query).all()

    def _cursor(self, article_id: str, sort: ArticleSort, keys: Sequence[Key]) -> str:
        query = plain_select(*(key.by for key in keys)).where(col(ArticleRow.id) == article_id)
        return cursor_at(self._session.connection().execute(query).one(), sort)


def line_urgency(line: ArticleLine) -> tuple[Any, ...]:
    """The order of a report, which is that of the list: stale first and the worst of these first."""
    severity = line.severity.rank if line.severity and line.freshness is Freshness.STALE else 0
    since = line.stale_since.timestamp() if line.stale_since else 0.0
    return _FRESHNESS[line.freshness], -severity, not line.answers_absence, since, line.title.lower(), line.id


_ORDERS: Mapping[ArticleSort, Callable[[], tuple[Key, ...]]] = {
    ArticleSort.URGENCY: urgency,
    ArticleSort.UPDATED: longest_updated,
    ArticleSort.NEWEST: newest,
    ArticleSort.TITLE: by_title,
}
