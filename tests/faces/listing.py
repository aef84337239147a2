"""The plain way to list the queue and the articles: every condition and order in Python.

It serves a made-up desk, and is the oracle of the store's own way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.domain.articles import Freshness
from monitor.domain.filters import PER_PAGE, ArticleFilter, ArticleSort, InvalidCursor, QueueFilter, QueueSort
from monitor.domain.listings import ArticlesPage, QueuePage
from monitor.domain.owners import Owners
from monitor.domain.read_models import ArticleRow, QueueEntry, Report

ALL_REVIEWS, ALL_ARTICLES = QueueFilter(), ArticleFilter()
NOT_CHOSEN: Mapping[str, Any] = {
    "severity": None,
    "status": None,
    "freshness": None,
    "owner": "",
    "specialty": "",
}


def queue_page(
    entries: Collection[QueueEntry],
    wanted: QueueFilter,
    owners: Owners,
    page: int,
    now: datetime,
    *,
    after: str = "",
    limit: int = PER_PAGE,
) -> QueuePage:
    """A page of these open reviews."""

    def chosen(by: QueueFilter) -> list[QueueEntry]:
        return [entry for entry in entries if _is_wanted(entry, by, owners, now)]

    found = sorted(chosen(wanted), key=_QUEUE_ORDERS[wanted.sort])
    ids = [entry.article.id for entry in found]
    if after and after not in ids:
        raise InvalidCursor("this cursor is not one of these reviews; begin with the first page")
    pages = -(-len(found) // limit) or 1
    number = max(1, min(page, pages))
    first = ids.index(after) + 1 if after else (number - 1) * limit
    shown = found[first : first + limit]
    return QueuePage(
        entries=tuple(replace(entry, owners=owners.of(entry.article.id, entry.article.topics)) for entry in shown),
        after=shown[-1].article.id if shown and first + limit < len(found) else "",
        total=len(found),
        number=number,
        pages=pages,
        by_severity=Counter(entry.review.severity for entry in chosen(_without(wanted, "severity"))),
        by_status=Counter(entry.review.status for entry in chosen(_without(wanted, "status"))),
        by_owner=_counted(chosen(_without(wanted, "owner")), lambda one: owners.of(one.article.id, one.article.topics)),
        by_specialty=_counted(
            chosen(_without(wanted, "specialty")), lambda one: owners.specialties_of(one.article.id, one.article.topics)
        ),
    )


def articles_page(
    rows: Collection[ArticleRow], wanted: ArticleFilter, owners: Owners, page: int, after: str, limit: int
) -> ArticlesPage:
    """A page of these articles, which are in the order of a report; its cursor is the last id."""

    def chosen(by: ArticleFilter) -> list[ArticleRow]:
        return [row for row in rows if _is_sought(row, by, owners)]

    found = chosen(wanted)
    if wanted.sort is not ArticleSort.URGENCY:
        found.sort(key=_ARTICLE_ORDERS[wanted.sort])
    ids = [row.id for row in found]
    if after and after not in ids:
        raise InvalidCursor("this cursor is not one of these articles; begin with the first page")
    pages = -(-len(found) // limit) or 1
    number = max(1, min(page, pages))
    first = ids.index(after) + 1 if after else (number - 1) * limit
    shown = tuple(found[first : first + limit])
    return ArticlesPage(
        rows=shown,
        total=len(found),
        number=first // limit + 1,
        pages=pages,
        after=shown[-1].id if shown and first + limit < len(found) else "",
        by_freshness=Counter(row.freshness for row in chosen(_without(wanted, "freshness"))),
        by_severity=Counter(row.severity for row in chosen(_without(wanted, "severity")) if row.severity),
        by_status=Counter(row.review_status for row in chosen(_without(wanted, "status"))),
        by_owner=_counted(chosen(_without(wanted, "owner")), lambda row: owners.of(row.id, row.topics)),
        by_specialty=_counted(
            chosen(_without(wanted, "specialty")), lambda row: owners.specialties_of(row.id, row.topics)
        ),
    )


def counts(rows: Iterable[ArticleRow]) -> dict[Freshness, int]:
    """How many there are of each freshness."""
    found = Counter(row.freshness for row in rows)
    return {freshness: found[freshness] for freshness in Freshness}


def _without(wanted: Any, name: str) -> Any:
    return replace(wanted, **{name: NOT_CHOSEN[name]})


def _counted(rows: Iterable[Any], names_of: Callable[[Any], Sequence[str]]) -> Counter[str]:
    return Counter(name for row in rows for name in names_of(row))


def _is_wanted(entry: QueueEntry, wanted: QueueFilter, owners: Owners, now: datetime) -> bool:
    review, article = entry.review, entry.article
    open_ones = [item for item in article.findings if item.status == "open"]
    return (
        wanted.severity in {None, review.severity}
        and wanted.status in {None, review.status}
        and (wanted.kind is None or any(item.kind is wanted.kind for item in open_ones))
        and (not wanted.source or any(w.source == wanted.source for item in open_ones for w in item.witnesses))
        and _belongs(article, wanted, owners)
        and (not wanted.overdue or (review.deadline is not None and review.deadline < now))
        and (wanted.snoozed or review.snoozed_until is None or review.snoozed_until <= now)
        and _mentions(article, wanted.text)
    )


def _is_sought(row: ArticleRow, wanted: ArticleFilter, owners: Owners) -> bool:
    return (
        wanted.freshness in {None, row.freshness}
        and wanted.severity in {None, row.severity}
        and wanted.status in {None, row.review_status}
        and _belongs(row, wanted, owners)
        and _mentions(row, wanted.text)
    )


def _belongs(row: ArticleRow, wanted: QueueFilter | ArticleFilter, owners: Owners) -> bool:
    return (not wanted.owner or wanted.owner in owners.of(row.id, row.topics)) and (
        not wanted.specialty or wanted.specialty in owners.specialties_of(row.id, row.topics)
    )


def _mentions(row: ArticleRow, text: str) -> bool:
    told = (row.id, row.title, *(item.title for item in row.findings if item.status == "open"))
    return not text or any(text.casefold() in one.casefold() for one in told)


def _due(entry: QueueEntry) -> datetime:
    return entry.review.deadline or entry.review.opened_at


_QUEUE_ORDERS: Mapping[QueueSort, Callable[[QueueEntry], Any]] = {
    QueueSort.URGENCY: lambda entry: (
        -entry.review.severity.rank,
        not entry.article.answers_absence,
        _due(entry),
        entry.article.id,
    ),
    QueueSort.DEADLINE: lambda entry: (_due(entry), entry.article.id),
    QueueSort.NEWEST: lambda entry: (-entry.review.opened_at.timestamp(), entry.article.id),
    QueueSort.TITLE: lambda entry: (entry.article.title.lower(), entry.article.id),
}
_ARTICLE_ORDERS: Mapping[ArticleSort, Callable[[ArticleRow], Any]] = {
    ArticleSort.UPDATED: lambda row: (row.last_updated.toordinal() if row.last_updated else 0, row.id),
    # A line does not say when its article came in; the id does in the libraries of the tests.
    ArticleSort.NEWEST: lambda row: int(row.id.rpartition("-")[2]),
    ArticleSort.TITLE: lambda row: (row.title.lower(), row.id),
}


class Listing:
    """The lists of a desk that shows a report; every stale article has a review."""

    shown: Report

    def entry_of(self, row: ArticleRow) -> QueueEntry:
        """The open review of an article."""
        raise NotImplementedError

    def queue(
        self, wanted: QueueFilter = ALL_REVIEWS, page: int = 1, *, after: str = "", limit: int = PER_PAGE
    ) -> QueuePage:
        """A review for every stale article."""
        return queue_page(
            [self.entry_of(row) for row in self.report().articles if row.freshness is Freshness.STALE],
            wanted,
            Owners(),
            page,
            self.shown.as_of,
            after=after,
            limit=limit,
        )

    def articles(
        self, wanted: ArticleFilter = ALL_ARTICLES, *, page: int = 1, after: str = "", limit: int = PER_PAGE
    ) -> ArticlesPage:
        """A page of the report's articles."""
        return articles_page(self.report().articles, wanted, Owners(), page, after, limit)

    def counts(self) -> dict[Freshness, int]:
        """The report's articles by freshness."""
        return counts(self.report().articles)
