"""The articles, page by page, by number or behind a cursor; only those of a page are read in full."""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from monitor.clock import Clock
from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.filters import ArticleFilter, ArticleSort, InvalidCursor
from monitor.domain.kinds import Severity
from monitor.domain.listings import ArticlesPage
from monitor.domain.owners import Owners
from monitor.domain.read_models import ArticleRow as ArticleLine
from monitor.store.reads.conditions import is_listed, mentions
from monitor.store.reads.lines import Lines
from monitor.store.reads.ownership import Ownership
from monitor.store.reads.sifting import Facet, page_of, sift
from monitor.store.reads.whose import Whose
from monitor.store.tables import ArticleRow

MOST_AT_ONCE = 200
"""No page of articles has more."""

_FRESHNESS = {Freshness.STALE: 0, Freshness.UNVERIFIED: 1, Freshness.FRESH: 2}

Place = list[Any]
"""Where an article stands in an order: whole numbers and texts, the last of which is its id."""


class ArticleReads:
    """Reads the list of articles."""

    def __init__(self, session: Session, clock: Clock, owners: Owners) -> None:
        self._session = session
        self._clock = clock
        self._whose = Whose(session, Ownership(owners))

    def page(self, wanted: ArticleFilter, number: int, after: str, limit: int) -> ArticlesPage:
        """One page of the articles that are wanted; raises :class:`InvalidCursor`."""
        limit = max(1, min(limit, MOST_AT_ONCE))
        belongs = self._whose.of_all()
        facets: list[Facet[Any]] = [
            Facet(wanted=wanted.freshness or "", of=lambda row: (row.freshness,)),
            Facet(wanted=wanted.severity or "", of=lambda row: (row.severity,) if row.severity else ()),
            Facet(wanted=wanted.status or "", of=lambda row: (row.review_status,)),
            Facet(wanted=wanted.owner, of=lambda row: belongs(row.id).owners),
            Facet(wanted=wanted.specialty, of=lambda row: belongs(row.id).specialties),
        ]
        sifted = sift(self._rows(wanted), facets)
        places = sorted(map(_ORDERS[wanted.sort], sifted.rows))
        shown, pages = page_of(number, total=len(places), at_a_time=limit)
        first = bisect_right(places, _place(after, wanted.sort)) if after else (shown - 1) * limit
        some, follows = places[first : first + limit], first + limit < len(places)
        by_freshness, by_severity, by_status, by_owner, by_specialty = sifted.counts
        return ArticlesPage(
            rows=self._lines([place[-1] for place in some]),
            total=len(places),
            number=first // limit + 1 if after else shown,
            pages=pages,
            after=_cursor(some[-1], wanted.sort) if follows else "",
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

    def _rows(self, wanted: ArticleFilter) -> list[Any]:
        query = select(  # type: ignore[call-overload] # SQLModel's types end at four columns
            ArticleRow.id,
            ArticleRow.title,
            ArticleRow.freshness,
            ArticleRow.review_status,
            ArticleRow.severity,
            ArticleRow.answers_absence,
            ArticleRow.stale_since,
            ArticleRow.last_updated,
            ArticleRow.recorded_at,
        ).where(*is_listed(), *mentions(wanted.text))
        return list(self._session.exec(query).all())


def urgency(line: ArticleLine) -> Place:
    """Stale first and the worst of these first; then what answers "nothing is known", then the longest stale."""
    return _urgency(line, line.answers_absence)


def _urgency(row: Any, answers_absence: bool) -> Place:
    severity = Severity(row.severity).rank if row.severity and row.freshness == Freshness.STALE else 0
    return [_FRESHNESS[row.freshness], -severity, int(not answers_absence), _moment(row.stale_since), row.title, row.id]


_ORDERS: Mapping[ArticleSort, Callable[[Any], Place]] = {
    ArticleSort.URGENCY: lambda row: _urgency(row, row.answers_absence),
    ArticleSort.UPDATED: lambda row: [_day(row.last_updated), row.id],
    ArticleSort.NEWEST: lambda row: [-_moment(row.recorded_at), row.id],
    ArticleSort.TITLE: lambda row: [row.title.casefold(), row.id],
}
_SHAPES: Mapping[ArticleSort, tuple[type, ...]] = {
    ArticleSort.URGENCY: (int, int, int, int, str, str),
    ArticleSort.UPDATED: (int, str),
    ArticleSort.NEWEST: (int, str),
    ArticleSort.TITLE: (str, str),
}


def _moment(moment: datetime | None) -> int:
    return round(moment.timestamp() * 1_000_000) if moment else 0


def _day(day: date | None) -> int:
    """What was updated the longest ago comes first, and what does not say when before it."""
    return day.toordinal() if day else 0


def _cursor(place: Place, sort: ArticleSort) -> str:
    return base64.urlsafe_b64encode(json.dumps([sort.value, *place]).encode()).decode().rstrip("=")


def _place(cursor: str, sort: ArticleSort) -> Place:
    try:
        given, *place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursor("the cursor is not one that this list gave; begin with the first page") from None
    if given != sort.value:
        raise InvalidCursor(f"the cursor belongs to another order than {sort.value}; begin with the first page")
    if [type(value) for value in place] != list(_SHAPES[sort]):
        raise InvalidCursor("the cursor is not one that this list gave; begin with the first page")
    return list(place)
